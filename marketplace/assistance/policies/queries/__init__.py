"""Reads of screening, by what a page is about. Each says who may; an area narrows all of them.

`runs`: progress, history. `counts`: numbers by place and policy. `lists`: households (the silent, the missed, near misses).
`differences`: two runs. `versions`: catalogues and their previews.
"""
