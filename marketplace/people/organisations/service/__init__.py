"""The verbs: taking up an organisation; its papers are in `certificates` and `cooperations`, its people in `team`."""
from marketplace.people.organisations.service.founding import OrganisationDraft, create, found

__all__ = ["OrganisationDraft", "create", "found"]
