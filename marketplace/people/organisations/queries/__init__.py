"""Organisations: which paper counts on which day; for desks see `listed`, `papers` and `team`."""
from marketplace.people.organisations.queries.papers import certificate, cooperation, may_raise, names, one, serving

__all__ = ["certificate", "cooperation", "may_raise", "names", "one", "serving"]
