"""What a visitor has put together to give: chosen needs, nothing held yet, grouped by who gets the money."""
from collections.abc import Mapping
from dataclasses import dataclass

from marketplace.market.gifts import targets
from marketplace.market.wishes import public
from marketplace.market.wishes.public import PublicNeed, PublicWish
from marketplace.people.organisations.models import Organisation

MOST = 20


@dataclass(frozen=True)
class Item:
    """A need, and how much of it somebody means to give (fen for money)."""

    wish: PublicWish
    need: PublicNeed
    units: int

    @property
    def fits(self) -> bool:
        return self.units <= self.need.left


@dataclass(frozen=True)
class Group:
    """Money to one charity, which is paid for at once."""

    charity: Organisation
    items: tuple[Item, ...]

    @property
    def total_fen(self) -> int:
        return sum(item.units for item in self.items)


@dataclass(frozen=True)
class Basket:
    """Groups of money, and things and hours that are promised one by one; `gone` needs are not public any more."""

    groups: tuple[Group, ...]
    things: tuple[Item, ...]
    gone: tuple[int, ...]


def laid_out(wanted: Mapping[int, int]) -> Basket:
    """A basket as it stands now, from needs and their units; always the same statements."""
    items = [Item(wish, need, wanted[need.id]) for wish in public.of_needs(list(wanted)) for need in wish.needs
             if need.id in wanted]
    money = [item for item in items if item.need.kind == "money"]
    whose = targets.of_all({f"fund:{item.wish.organisation_id}" for item in money})
    groups = [Group(target.charity, tuple(i for i in money if i.wish.organisation_id == target.charity.id))
              for _account, target in sorted(whose.items())]
    found = {item.need.id for item in items}
    return Basket(tuple(groups), tuple(i for i in items if i.need.kind != "money"),
                  tuple(number for number in wanted if number not in found))
