"""What a screening keeps. Results are intervals between runs: a run that finds the same writes nothing.

All tables here but the runs' and the counts' hold numbers of households: personal, for desks alone.
"""
from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column, synonym

from marketplace.core import places
from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model

OPEN = 2**31 - 1
PERSONAL = {"personal": True}
CONTACTS = ("list_given", "visited", "applied", "declined", "not_found", "wished")

RUN = Lifecycle(
    "screening",
    Arrow("begin", ("queued",), "running"),
    Arrow("finish", ("running",), "done"),
    Arrow("stop", ("queued", "running"), "stopping"),
    Arrow("clear", ("stopping",), "stopped"),
)


def _where(name: str, *columns: str, unique: bool = False, only: str) -> Index:
    """An index over the rows for which `only` is true."""
    return Index(name, *columns, unique=unique, sqlite_where=text(only), postgresql_where=text(only))


class Screening(Model):
    """A run over the registry: `full` over all households, `changes` over those whose facts changed after a full run,
    `preview` with a catalogue that is not in force, whose results are counts alone.

    `done` of `total` households are worked, up to number `cursor`. `follows` is the run whose results it builds on; a
    preview is compared `against` the catalogue in force. `touched` are the policies that the changes could touch, with a
    space between them.
    """

    life = RUN
    place_code = places.CITY

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(default="full")
    state: Mapped[str] = mapped_column(default="queued")
    as_of: Mapped[date]
    catalogue: Mapped[str] = mapped_column(ForeignKey("catalogue_version.hash"), index=True)
    against: Mapped[str] = mapped_column(default="")
    follows: Mapped[int] = mapped_column(default=0)
    touched: Mapped[str] = mapped_column(Text, default="")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    cursor: Mapped[int] = mapped_column(default=0)
    asked_by: Mapped[int]
    asked_at: Mapped[datetime] = mapped_column(Moment)
    started_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        RUN.check(),
        CheckConstraint("kind IN ('full', 'changes', 'preview')", name="kind"),
        _where("uq_screening_active", "kind", unique=True, only="state IN ('queued', 'running', 'stopping')"),
        _where("uq_screening_changes", "follows", unique=True, only="kind = 'changes'"),
    )


class ShownScreening(Model):
    """Which run everybody sees; one row. Whoever writes results holds it, so that writers take turns."""

    id: Mapped[int] = mapped_column(primary_key=True)
    screening_id: Mapped[int] = mapped_column(default=0)


class Interval:
    """A result of a household that stands from run `opened_by` until before run `closed_by`."""

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    opened_by: Mapped[int] = mapped_column(index=True)
    closed_by: Mapped[int] = mapped_column(default=OPEN, index=True)


class Verdict(Interval, Model):
    """What all policies said of a household and its members.

    `masks` are the failed criteria, packed (see `packing`). `stake_fen` is what it could claim in a year and is not on
    record for, in `claims` entitlements; `recorded` says whether any record knows it, town_code where it was counted.
    """

    town_code: Mapped[str]
    masks: Mapped[bytes]
    stake_fen: Mapped[int] = mapped_column(BigInteger)
    claims: Mapped[int]
    recorded: Mapped[bool]

    __table_args__ = (
        _where("uq_verdict_open", "household_id", unique=True, only=f"closed_by = {OPEN}"),
        _where("ix_verdict_stake", "stake_fen", "household_id", only="claims > 0 AND NOT recorded"),
        _where("ix_verdict_town_stake", "town_code", "stake_fen", "household_id", only="claims > 0 AND NOT recorded"),
        {"info": PERSONAL},
    )


class Entitlement(Interval, Model):
    """A policy for which a household (`person_id` 0) or a member meets all criteria.

    `amount_fen` is per month, year or case, as the policy pays; `yearly_fen` what it comes to in a year, a case counting
    once. `received` says whether a record has it, None where no record exists. `failed_before` are the criteria that the
    run before found unmet (None: it knew neither household nor person), `fails_now` those that ended it (None while it
    stands, and when the policy or the person is gone).
    """

    person_id: Mapped[int] = mapped_column(default=0)
    policy: Mapped[str]
    amount_fen: Mapped[int] = mapped_column(BigInteger)
    yearly_fen: Mapped[int] = mapped_column(BigInteger)
    provisional: Mapped[bool]
    received: Mapped[bool | None]
    failed_before: Mapped[int | None] = mapped_column(BigInteger)
    fails_now: Mapped[int | None] = mapped_column(BigInteger)

    __table_args__ = (
        _where("uq_entitlement_open", "household_id", "person_id", "policy", unique=True, only=f"closed_by = {OPEN}"),
        _where("ix_entitlement_missed", "yearly_fen", "id", only="NOT received"),
        {"info": PERSONAL},
    )


class OverCovered(Interval, Model):
    """A policy for which a household or member is on record without meeting the criteria in `mask`."""

    person_id: Mapped[int] = mapped_column(default=0)
    policy: Mapped[str]
    mask: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        _where("uq_over_covered_open", "household_id", "person_id", "policy", unique=True, only=f"closed_by = {OPEN}"),
        {"info": PERSONAL},
    )


class NearMiss(Interval, Model):
    """A policy that a single number keeps from a household or member: the criterion, and how far it is off.

    `gap` is in units of `measure`; `per_mille` is the gap as a share of the threshold.
    """

    person_id: Mapped[int] = mapped_column(default=0)
    policy: Mapped[str]
    criterion: Mapped[str]
    measure: Mapped[str]
    gap: Mapped[int] = mapped_column(BigInteger)
    per_mille: Mapped[int]

    __table_args__ = (
        _where("uq_near_miss_open", "household_id", "person_id", "policy", unique=True, only=f"closed_by = {OPEN}"),
        Index("ix_near_miss_policy_distance", "policy", "per_mille", "id"),
        Index("ix_near_miss_distance", "per_mille", "id"),
        {"info": PERSONAL},
    )


class Counted:
    """Numbers of a town that a run found for a policy."""

    screening_id: Mapped[int] = mapped_column(ForeignKey("screening.id"), primary_key=True, sort_order=-3)
    town_code: Mapped[str] = mapped_column(primary_key=True, sort_order=-2)
    policy: Mapped[str] = mapped_column(primary_key=True, sort_order=-1)

    @declared_attr
    def place_code(cls):
        """The name under which rules look for the place of a subject."""
        return synonym("town_code")


class ScreeningCount(Counted, Model):
    """How many entitlements a run found in a town for a policy: on record, `missed` (the record lacks them), and `over`
    (on record without being entitled). Numbers, but small ones tell: see `rules.coarse`."""

    entitled: Mapped[int] = mapped_column(default=0)
    received: Mapped[int] = mapped_column(default=0)
    missed: Mapped[int] = mapped_column(default=0)
    over: Mapped[int] = mapped_column(default=0)
    yearly_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    missed_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = ({"info": PERSONAL},)


class NearCount(Counted, Model):
    """How many near misses a run found in a town, by policy and criterion; of them within 10 % and within 5 % of the
    threshold."""

    criterion: Mapped[str] = mapped_column(primary_key=True)
    near: Mapped[int] = mapped_column(default=0)
    within_10: Mapped[int] = mapped_column(default=0)
    within_5: Mapped[int] = mapped_column(default=0)

    __table_args__ = ({"info": PERSONAL},)


class PreviewCount(Counted, Model):
    """What a catalogue would change in a town for a policy: how many are entitled before and after, how many of them gain
    or lose the policy, or get more or less of it, and what it comes to in a year."""

    before: Mapped[int] = mapped_column(default=0)
    after: Mapped[int] = mapped_column(default=0)
    gainers: Mapped[int] = mapped_column(default=0)
    losers: Mapped[int] = mapped_column(default=0)
    more: Mapped[int] = mapped_column(default=0)
    less: Mapped[int] = mapped_column(default=0)
    before_fen: Mapped[int] = mapped_column(BigInteger, default=0)
    after_fen: Mapped[int] = mapped_column(BigInteger, default=0)

    __table_args__ = ({"info": PERSONAL},)


class WaitingChange(Model):
    """A household whose facts changed while a full run was at work: its turn comes when that has ended.

    What changed before the run began is `covered` by it, and waits only for the case that it is stopped.
    """

    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), primary_key=True)
    covered: Mapped[bool] = mapped_column(default=False)

    __table_args__ = ({"info": PERSONAL},)


class Outreach(Model):
    """Somebody was in touch with a household: whoever has one is silent no more."""

    id: Mapped[int] = mapped_column(primary_key=True)
    household_id: Mapped[int] = mapped_column(ForeignKey("household.id"), index=True)
    by_id: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment)
    kind: Mapped[str]

    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(map(repr, CONTACTS))})", name="kind"),
        Index("ix_outreach_by_id_at", "by_id", "at"),
        {"info": PERSONAL},
    )
