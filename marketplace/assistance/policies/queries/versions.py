"""Catalogues and their previews. Who may: whoever may propose one; numbers are coarse, as in `counts`."""
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache

from sqlalchemy import func, select
from sqlalchemy.orm import defer

from marketplace.assistance.policies.counting import NUMBERS
from marketplace.assistance.policies.models import PreviewCount, Screening
from marketplace.assistance.policies.queries import runs, scope
from marketplace.assistance.policies.queries.runs import Progress
from marketplace.assistance.policies.queries.scope import Wanted
from marketplace.assistance.policies.rules import coarse, coarse_fen
from marketplace.assistance.policies.service.versions import newest_preview
from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue import source, tree
from marketplace.catalogue.model import Catalogue, Policy, Table, Value
from marketplace.core import clock
from marketplace.core.paging import Order, Page, page
from marketplace.extensions import db
from marketplace.network.registry import rulebook
from marketplace.network.registry.rulebook import CatalogueVersion
from marketplace.people.accounts.models import User
from marketplace.people.accounts.permissions import narrow

AROUND = 3
PACKAGED = 0


@dataclass(frozen=True)
class Effect:
    """What a draft would change: entitlements now and then, who gains or loses one or gets more or less, and fen a year.

    `change_fen` is told where at least five entitlements change. None stands for what would tell of fewer than five.
    """

    before: int | None
    after: int | None
    gainers: int | None
    losers: int | None
    more: int | None
    less: int | None
    before_fen: int | None
    after_fen: int | None
    change_fen: int | None

    @property
    def told(self) -> bool:
        """Whether it tells of any change. That there is one for fewer than five is not told either."""
        return bool(self.gainers or self.losers or self.more or self.less)


@dataclass(frozen=True)
class Effects:
    """The effect on an area, altogether, by policy and by the places directly below, where there is any to be told."""

    total: Effect
    by_policy: list[tuple[Policy, Effect]]
    by_place: list[tuple[str, Effect]]


@dataclass(frozen=True)
class Line:
    """A line of a comparison: `sign` is " ", "-" or "+", or "…" where lines that are equal are left out."""

    sign: str
    old: int
    new: int
    text: str


@dataclass(frozen=True)
class Rests:
    """What a policy rests on: the values that are worked out for it, the parameters that it and they ask for, and the
    sources that these name, by their number."""

    values: list[Value]
    tables: list[Table]
    sources: dict[str, str]


def listed(user, after: str = "", size: int = 20) -> Page:
    """A page of versions, newest first; its rows hold one CatalogueVersion each, without its text."""
    statement = narrow(user, "catalogue.propose", select(CatalogueVersion), CatalogueVersion)
    return page(statement.options(defer(CatalogueVersion.text)), Order((CatalogueVersion.id,), (True,)), size, after,
                lambda row: (row[0].id,))


def one(user, version_id: int) -> CatalogueVersion:
    """A version; number 0 is the packaged text, as long as no text was kept. Raises NoResultFound."""
    kept = select(CatalogueVersion).where(CatalogueVersion.id == version_id)
    if version_id == PACKAGED and in_force() is None and _may_read(user):
        return packaged()
    return db.session.scalars(narrow(user, "catalogue.propose", kept, CatalogueVersion)).one()


def _may_read(user) -> bool:
    statement = narrow(user, "catalogue.propose", select(func.count()).select_from(select(1).subquery()), CatalogueVersion)
    return bool(db.session.scalar(statement))


def packaged() -> CatalogueVersion:
    """The text that came with the house, as a version that nobody has kept yet."""
    found = catalogues.built_in()
    return CatalogueVersion(id=PACKAGED, hash=found.hash, text=found.text, state="published", note="", proposed_by=0,
                            proposed_at=clock.now(), previewed_by=0, published_by=0)


def in_force() -> CatalogueVersion | None:
    """The published version; None while the packaged text is in force and not kept."""
    return db.session.scalars(select(CatalogueVersion).where(CatalogueVersion.state == "published")).first()


def of_hash(user, digest: str) -> int | None:
    """The number of the version with this text, for those who may read it."""
    statement = select(CatalogueVersion.id).where(CatalogueVersion.hash == digest)
    return db.session.scalar(narrow(user, "catalogue.propose", statement, CatalogueVersion))


def names(versions: Iterable[CatalogueVersion]) -> dict[int, str]:
    """Who proposed, previewed and published: names of accounts by number."""
    numbers = {n for v in versions for n in (v.proposed_by, v.previewed_by, v.published_by)}
    return {number: name for number, name in
            db.session.execute(select(User.id, User.display_name).where(User.id.in_(numbers)))}


def previewing(user, version: CatalogueVersion) -> Progress | None:
    """The preview of this text that is at work."""
    return next((found for found in runs.at_work(user)
                 if found.run.kind == "preview" and found.run.catalogue == version.hash), None)


def previewed(version: CatalogueVersion) -> Screening | None:
    """The last finished preview of this text."""
    return newest_preview(version)


def effects(user, run: Screening, wanted: Wanted) -> Effects:
    """What a preview found, in one statement."""
    place = scope.place(user, PreviewCount.town_code, wanted)
    sums = [func.sum(getattr(PreviewCount, name)) for name in NUMBERS[PreviewCount]]
    statement = narrow(user, "catalogue.propose", select(place, PreviewCount.policy, *sums), PreviewCount).where(
        PreviewCount.screening_id == run.id, PreviewCount.town_code.startswith(wanted.area, autoescape=True))
    if wanted.policy:
        statement = statement.where(PreviewCount.policy == wanted.policy)
    whole = _none()
    policies, below = defaultdict[str, list[int]](_none), defaultdict[str, list[int]](_none)
    for code, policy, *numbers in db.session.execute(statement.group_by(place, PreviewCount.policy)):
        for total in (whole, policies[policy], below[code]):
            total[:] = [a + int(b) for a, b in zip(total, numbers)]
    by_policy = [(p, _seen_by(user, policies[p.id])) for p in both(run) if p.id in policies]
    by_place = [(code, _seen_by(user, total)) for code, total in sorted(below.items())]
    return Effects(_seen_by(user, whole), [row for row in by_policy if row[1].told],
                   [row for row in by_place if row[1].told])


def both(run: Screening) -> list[Policy]:
    """The policies of the two catalogues of a preview, each once."""
    after, before = rulebook.read(run.catalogue), rulebook.read(run.against)
    return [*after.policies, *(p for p in before.policies if p.id not in after.policy)]


def _none() -> list[int]:
    return [0] * len(NUMBERS[PreviewCount])


def _seen_by(user, numbers: Sequence[int]) -> Effect:
    before, after, gainers, losers, more, less, before_fen, after_fen = numbers
    change = after_fen - before_fen
    if scope.sees_households(user):
        return Effect(before, after, gainers, losers, more, less, before_fen, after_fen, change)
    shown = coarse_fen(abs(change), gainers + losers + more + less)
    return Effect(coarse(before), coarse(after), coarse(gainers), coarse(losers), coarse(more), coarse(less),
                  coarse_fen(before_fen, before), coarse_fen(after_fen, after),
                  shown if shown is None or change >= 0 else -shown)


def difference(before: str, after: str) -> list[Line]:
    """The lines that two texts do not share, with some around them."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for group in SequenceMatcher(None, old, new).get_grouped_opcodes(AROUND):
        if group[0][1]:
            found.append(Line("…", 0, 0, ""))
        for tag, *span in group:
            found += _lines(tag, old, new, *span)
    return found


def _lines(tag: str, old: list[str], new: list[str], low: int, high: int, new_low: int, new_high: int) -> Iterator[Line]:
    if tag == "equal":
        for number in range(low, high):
            yield Line(" ", number + 1, number + 1 - low + new_low, old[number])
        return
    yield from (Line("-", number + 1, 0, old[number]) for number in range(low, high))
    yield from (Line("+", 0, number + 1, new[number]) for number in range(new_low, new_high))


def rests_on(catalogue: Catalogue, policy: Policy) -> Rests:
    """What decides a policy beside its own criteria, in the order of the catalogue."""
    values: set[str] = set()
    tables: set[str] = set()
    due = [policy.amount, *(criterion.tree for criterion in policy.criteria)]
    while due:
        for node in due.pop().below():
            if isinstance(node, tree.Param):
                tables.add(node.table)
            elif isinstance(node, tree.Derived) and node.ref not in values:
                values.add(node.ref)
                due.append(catalogue.derived[node.ref].tree)
    asked = [table for name, table in catalogue.tables.items() if name in tables]
    named = {word for table in asked for rows in table.rows.values() for *_row, tag in rows for word in tag.split()[1:]}
    return Rests([value for ref, value in catalogue.derived.items() if ref in values], asked,
                 {number: said for number, said in _sources(catalogue.hash).items() if number in named})


@lru_cache(maxsize=8)
def _sources(digest: str) -> dict[str, str]:
    """The sources that a text names, by number."""
    found = source.read(rulebook.read(digest).text)["sources"]
    return {number: str(one.get("what", "")) for number, one in found.items() if isinstance(one, dict)}
