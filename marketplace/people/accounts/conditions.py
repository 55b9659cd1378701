"""The conditions of the rule table (see `permissions`): each is read on a row and on its class.

A post inside a charity, or the reach of an area, is a condition on the user alone: it holds for every row or for none, and
without a subject too.
"""
from dataclasses import dataclass

from marketplace.core import places


def in_area(user, subject):
    low, high = places.span(user.area_code)
    return (subject.place_code >= low) & (subject.place_code < high)


def of_area(user, subject):
    """As `in_area`, for what has an area of its own and not a place."""
    low, high = places.span(user.area_code)
    return (subject.area_code >= low) & (subject.area_code < high)


def own_household(user, subject):
    return subject.household_id == user.household_id


def not_own_household(user, subject):
    return subject.household_id != user.household_id


def not_author(user, subject):
    return subject.author_id != user.id


def own_organisation(user, subject):
    return subject.organisation_id == user.organisation_id


def own_charity(user, subject):
    return subject.charity_id == user.organisation_id


def own_side(user, subject):
    return (subject.organisation_id == user.organisation_id) | (subject.charity_id == user.organisation_id)


def colleague(user, subject):
    return (subject.organisation_id == user.organisation_id) & (subject.role == user.role)


def not_self(user, subject):
    return subject.id != user.id


def takes_part(user, subject):
    return (subject.organisation_id == user.organisation_id) | (subject.raiser_id == user.organisation_id)


def not_draft(user, subject):
    return subject.state != "draft"


def raises_money(user, subject):
    return subject.raiser_id == user.organisation_id


def not_asker(user, subject):
    return subject.asked_by != user.id


def not_recorder(user, subject):
    return subject.recorded_by != user.id


def not_barred(user, subject):
    return subject.barred_id != user.id


def giver(user, subject):
    return subject.giver_id == user.id


def straight(user, subject):
    """It does not lie in a charity's store, so that its giver has it."""
    return subject.straight


def founder(user, subject):
    return subject.founder_id == user.id


def own_place(user, subject):
    return subject.user_id == user.id


def not_own_place(user, subject):
    return subject.user_id != user.id


def comes_along(user, subject):
    return subject.second_id == user.id


def of_no_account(user, subject):
    return subject.giver_id == 0


def own_pause(user, subject):
    return (subject.user_id == user.id) & (subject.decided_by == user.id)


def bearer(user, subject):
    return subject.follow_digest == user.follow_digest


def not_giver(user, subject):
    return subject.giver_id != user.id


def not_deliverer(user, subject):
    return subject.handed_over_by != user.id


def not_proposer(user, subject):
    return subject.proposed_by != user.id


def not_previewer(user, subject):
    return subject.previewed_by != user.id


def own_note(user, subject):
    return (subject.by_id == user.id) & (subject.kind != "wished")


def drives(user, subject):
    return subject.driver_id == user.id


def not_driver(user, subject):
    return subject.driver_id != user.id


def drives_or_keeps(user, subject):
    return (subject.driver_id == user.id) | ((subject.organisation_id == user.organisation_id) & is_storekeeper(user))


def handles_money(user, subject):
    """Nothing of the charity's own fund, unless the user handles its money."""
    return (subject.fund_id == 0) | is_clerk(user)


class OfUser:
    """A condition on the user alone: it holds for every row or for none, and without a subject too."""


@dataclass(frozen=True)
class Post(OfUser):
    """Whether the user has one of `posts` in a charity."""

    posts: tuple[str, ...]

    def __call__(self, user, subject=None) -> bool:
        return user.post in self.posts


@dataclass(frozen=True)
class Reach(OfUser):
    """Whether the user answers for an area of at most so many digits: 4 the city, 6 a county too."""

    digits: int

    def __call__(self, user, subject=None) -> bool:
        return 0 < len(user.area_code) <= self.digits


# a manager does what anybody in the charity may
is_manager = Post(("manager",))
is_clerk = Post(("manager", "clerk"))
is_storekeeper = Post(("manager", "storekeeper"))
is_volunteer_lead = Post(("manager", "volunteer_lead"))
takes_offers = Post(("manager", "clerk", "storekeeper", "volunteer_lead"))
sees_volunteers = Post(("manager", "volunteer_lead", "clerk"))
sends_goods = Post(("manager", "clerk", "storekeeper"))
of_county_up = Reach(6)
