"""Search as typed, over pairs of characters: FTS5 in SQLite, a `tsvector` in PostgreSQL, the same rows on both.

A word of two characters or more is a phrase of its pairs; one character is looked up among the singles. The few rows
that the index names are compared with the folded text once more, so that an index never adds a row by itself.
"""
from sqlalchemy import ColumnElement, Select, delete, func, literal_column, select, text

from marketplace.core import grams
from marketplace.extensions import db
from marketplace.market.wishes.models import Wish, WishText


def index(wish: Wish, extra: str = "") -> None:
    """Write or rewrite the searchable text of a wish: title, story, its needs, and `extra` (names of categories)."""
    folded = grams.fold(" ".join([wish.title, wish.story, wish.alias, *(n.item for n in wish.needs), extra]))
    db.session.merge(WishText(wish_id=wish.id, folded=folded, pairs=" ".join(grams.pairs(folded)),
                              singles=" ".join(grams.singles(folded))))


def forget(wish_id: int) -> None:
    """Take a wish out of the index."""
    db.session.execute(delete(WishText).where(WishText.wish_id == wish_id))


def matching(statement: Select, query: str) -> Select:
    """`statement` over Wish, narrowed to wishes whose text holds every word of `query` as a part."""
    words = grams.terms(query)
    ids = _sqlite(words) if db.engine.dialect.name == "sqlite" else _postgresql(words)
    statement = statement.join(WishText, WishText.wish_id == Wish.id).where(Wish.id.in_(ids))
    for word in words:
        statement = statement.where(WishText.folded.contains(word, autoescape=True))
    return statement


def _phrase(word: str) -> tuple[str, list[str]]:
    return ("pairs", grams.pairs(word)) if len(word) > 1 else ("singles", grams.singles(word))


def _sqlite(words: list[str]):
    asked = " AND ".join(f'{column} : "{" ".join(cut)}"' for column, cut in map(_phrase, words))
    return select(literal_column("rowid")).select_from(text("wish_text_index")).where(
        text("wish_text_index MATCH :asked").bindparams(asked=asked))


def _postgresql(words: list[str]):
    statement = select(WishText.wish_id)
    for column, cut in map(_phrase, words):
        vector: ColumnElement = literal_column(f"wish_text.{column}_vector")
        statement = statement.where(vector.op("@@")(func.to_tsquery(text("'simple'"), " <-> ".join(cut))))
    return statement
