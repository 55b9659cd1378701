"""Reads of screening, by what a page is about. Each says who may; an area narrows all of them.

`runs`: progress, history. `counts`: numbers by place and policy. `silent`: households that nobody was in touch with.
`lists`: households that are missed, over-covered or narrowly miss. `contacts`: who was in touch. `needs`: where help is
missing, as numbers. `differences`: two runs. `versions`: catalogues and their previews.
"""
