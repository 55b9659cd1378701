"""Refusals: what the domain says no to. They carry facts; the edge turns facts into words."""


class Refused(Exception):
    """A rule said no. Nothing was changed."""


class WrongState(Refused):
    """Somebody, or something, moved it before: it is now in `state`."""

    def __init__(self, verb: str, state: str):
        super().__init__(verb, state)
        self.verb, self.state = verb, state


class NotAllowed(Refused):
    """The rule table does not let this person do this."""

    def __init__(self, capability: str):
        super().__init__(capability)
        self.capability = capability


class Invalid(Refused):
    """A value breaks a rule of the domain. `field` names it; `rule` and `facts` say how."""

    def __init__(self, field: str, rule: str, **facts: object):
        super().__init__(field, rule)
        self.field, self.rule, self.facts = field, rule, facts
