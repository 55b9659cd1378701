"""The texts of the catalogue that the house keeps, and the one that is in force.

It stands here, below all that screens and explains, because the registry decides eligibility by it.
"""
from datetime import datetime
from functools import lru_cache

from sqlalchemy import Index, Text, select, text
from sqlalchemy.orm import Mapped, mapped_column

from marketplace.catalogue import catalogue as catalogues
from marketplace.catalogue.model import Catalogue
from marketplace.core import clock, places
from marketplace.core.arrows import Arrow, Lifecycle
from marketplace.core.database import Moment
from marketplace.extensions import Model, db

VERSION = Lifecycle(
    "catalogue",
    Arrow("propose", ("withdrawn", "retired"), "draft"),
    Arrow("preview", ("draft", "previewed"), "previewed"),
    Arrow("publish", ("previewed",), "published"),
    Arrow("withdraw", ("draft", "previewed"), "withdrawn"),
    Arrow("retire", ("published",), "retired"),
)
PUBLISHED = text("state = 'published'")


class CatalogueVersion(Model):
    """A text of the catalogue, from its proposal to its retirement. Whoever proposed or previewed it does not publish it."""

    life = VERSION
    place_code = places.CITY  # a catalogue is the whole city's: rules about areas look here

    id: Mapped[int] = mapped_column(primary_key=True)
    hash: Mapped[str] = mapped_column(unique=True)
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(default="draft")
    note: Mapped[str] = mapped_column(default="")
    proposed_by: Mapped[int]
    proposed_at: Mapped[datetime] = mapped_column(Moment)
    previewed_by: Mapped[int] = mapped_column(default=0)
    published_by: Mapped[int] = mapped_column(default=0)
    published_at: Mapped[datetime | None] = mapped_column(Moment)

    __table_args__ = (
        VERSION.check(),
        Index("uq_catalogue_version_published", "state", unique=True, sqlite_where=PUBLISHED,
              postgresql_where=PUBLISHED),
    )


def current() -> Catalogue:
    """The catalogue that decides today: the published text, or before any was published the packaged one."""
    digest = db.session.scalar(select(CatalogueVersion.hash).where(CatalogueVersion.state == "published"))
    return read(digest) if digest else catalogues.built_in()


@lru_cache(maxsize=8)
def read(digest: str) -> Catalogue:
    """The catalogue whose text has this hash. Raises NoResultFound."""
    if digest == catalogues.built_in().hash:
        return catalogues.built_in()
    return catalogues.parse(db.session.scalars(select(CatalogueVersion.text).where(CatalogueVersion.hash == digest)).one())


def keep_first() -> CatalogueVersion:
    """The version in force; the packaged text is kept as the first one, in the open transaction."""
    version = db.session.scalars(select(CatalogueVersion).where(CatalogueVersion.state == "published")).first()
    if version is None:
        packaged, now = catalogues.built_in(), clock.now()
        first = CatalogueVersion(hash=packaged.hash, text=packaged.text, state="published", proposed_by=0, proposed_at=now,
                                 published_at=now)
        db.session.add(first)
        db.session.flush()
        return first
    return version
