"""The registry's files against the input contract: checked to the last row before anything is believed."""
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from marketplace.catalogue import keys
from marketplace.catalogue.catalogue import built_in
from marketplace.catalogue.contract import Breach, Breached, Breaches, encode, typed
from marketplace.catalogue.flow import Flow
from marketplace.catalogue.source_file import Source
from marketplace.network.registry.schema import IDENTITY, columns

BLOCK = 5000


def batches(path: Path, level: str) -> Iterator[list[dict]]:
    """The typed rows of a checked file, block by block."""
    kinds = columns(level)
    for batch in Source(path, kinds).batches():
        table = typed(pa.Table.from_batches([batch]), kinds)
        for start in range(0, len(table), BLOCK):
            yield table.slice(start, BLOCK).to_pylist()


def check(households: Path, persons: Path, identities: Path | None = None) -> list[Breach]:
    """Every breach of the contract in the files of one load; empty when they may be loaded."""
    breaches = Breaches()
    try:
        Flow(built_in(), households, persons, workers=1).gather(lambda block: {})
    except Breached as no:
        breaches.found += no.breaches
    if identities:
        try:
            _identities(Source(identities, IDENTITY), Source(persons, columns("person")), breaches)
        except Breached as no:
            breaches.found += no.breaches
    return breaches.found


def _identities(source: Source, persons: Source, breaches: Breaches) -> None:
    """Each names a person of the person file, and each person once."""
    before = len(breaches.found)
    source.check(breaches)
    if len(breaches.found) > before:
        return
    first = 1
    for batch in source.batches():
        encode(source.name, pa.Table.from_batches([batch]), IDENTITY, np.arange(first, first + len(batch)), breaches)
        first += len(batch)
    try:
        known = keys.Index(pa.chunked_array(_texts(persons.keys("person_id")), pa.string()))
    except (Breached, pa.ArrowException, KeyError):
        return  # the person file has breaches of its own
    rows = keys.repeated(source.keys("person_id"), source.keys("person_id"))
    breaches.at(source.name, "person_id", rows + 1, "stands twice")
    first = 1
    for ids in _texts(source.keys("person_id")):
        strange = np.flatnonzero(known.find(ids) < 0)
        breaches.at(source.name, "person_id", strange + first, "person is not in the person file")
        first += len(ids)


def _texts(blocks: Iterable[pa.Array]) -> list[pa.Array]:
    return [pc.fill_null(block.cast(pa.string()), "") for block in blocks]
