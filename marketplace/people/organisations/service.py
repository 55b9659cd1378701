from datetime import date

from marketplace.core import audit
from marketplace.core.errors import Invalid
from marketplace.core.transaction import transaction
from marketplace.people.organisations.models import Organisation


def create(name: str, credit_code: str, qualified_until: date, english: str = "", area_code: str = "3714",
           by: int = 0) -> Organisation:
    """Take up a charity with its qualification to raise funds from the public (Charity Law of the PRC, art. 22-23).

    `credit_code` is its unified social credit code of 18 characters (GB 32100-2015). Raises Invalid.
    """
    if len(credit_code) != 18 or not credit_code.isalnum():
        raise Invalid("credit_code", "empty")
    with transaction() as session:
        made = Organisation(name=name, english=english, credit_code=credit_code.upper(), qualified_until=qualified_until,
                            area_code=area_code)
        session.add(made)
        session.flush()
        audit.record(by, "organisation.create", f"organisation:{made.id}")
    return made
