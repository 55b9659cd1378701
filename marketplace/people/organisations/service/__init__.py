"""Everything that can be done to an organisation and its papers; each name is a verb, one transaction each."""
from marketplace.people.organisations.service.founding import create

__all__ = ["create"]
