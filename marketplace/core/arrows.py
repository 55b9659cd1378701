"""Lifecycles as tables of arrows. A state changes here and nowhere else."""
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, update

from marketplace.core.errors import WrongState
from marketplace.core.transaction import changed
from marketplace.extensions import db


@dataclass(frozen=True)
class Arrow:
    verb: str
    sources: tuple[str, ...]
    target: str


class Lifecycle:
    def __init__(self, subject: str, *arrows: Arrow):
        self.subject = subject
        self.arrows = {arrow.verb: arrow for arrow in arrows}
        self.states = sorted({s for a in arrows for s in (*a.sources, a.target)})

    def leaving(self, state: str) -> list[Arrow]:
        return [a for a in self.arrows.values() if state in a.sources]

    def check(self) -> CheckConstraint:
        """The database's own knowledge of the states, for `__table_args__`."""
        return CheckConstraint(f"state IN ({', '.join(map(repr, self.states))})", name="state")

    def move(self, item, verb: str, **also: object) -> None:
        """Move `item` along `verb`, setting `also` in the same statement, or raise WrongState.

        Two movers at once: one wins, one is refused.
        """
        arrow, model = self.arrows[verb], type(item)
        moved = changed(update(model).where(model.id == item.id, model.state.in_(arrow.sources))
                        .values(state=arrow.target, **also))
        db.session.refresh(item)
        if not moved:
            raise WrongState(verb, item.state)
