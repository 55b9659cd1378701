"""An input file, CSV or Parquet, batch by batch. What cannot be read is a breach like any other, with row and column."""
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from marketplace.catalogue.contract import Breach, Breached, Breaches, check_header, is_text
from marketplace.catalogue.model import Column

BATCH = 65_536
PLACE = re.compile(r"CSV column #(\d+): Row #(\d+)")  # how Arrow names a cell; the header is row 1
UNREADABLE = (OSError, pa.ArrowException, UnicodeDecodeError)


class Source:
    """One input file in the schema of `columns`; breaches name it as a file of `folder`."""

    def __init__(self, path: Path, columns: tuple[Column, ...], folder: str = ""):
        self.path, self.columns, self.name = Path(path), columns, folder + Path(path).name
        self.is_parquet = self.path.suffix == ".parquet" or _begins_as_parquet(self.path)

    def check(self, breaches: Breaches) -> None:
        """Whether its header is right and, of Parquet, its keys are texts; what is not is added to `breaches`."""
        try:
            whole = check_header(self.name, self.header(), self.columns, breaches)
        except Breached as no:
            breaches.found += no.breaches
            return
        if whole and self.is_parquet:
            kinds = pa.parquet.read_schema(self.path)
            for column in (c for c in self.columns if c.role == "key" and not is_text(kinds.field(c.name).type)):
                breaches.add(Breach(self.name, 0, column.name, "is not text"))

    def header(self) -> list[str]:
        """The names of its columns. Raises Breached."""
        try:
            if self.is_parquet:
                return pa.parquet.read_schema(self.path).names
            with pa.csv.open_csv(self.path, read_options=pa.csv.ReadOptions(block_size=1 << 20),
                                 parse_options=self._parsing([])) as found:
                return found.schema.names
        except UNREADABLE as error:
            raise self._unreadable(error) from None

    def batches(self, names: list[str] | None = None, groups: Sequence[int] | None = None) -> Iterator[pa.RecordBatch]:
        """Its rows, in order; of CSV every cell as text, an empty one as null. Raises Breached where it cannot be read.

        `groups` are the only row groups wanted of a Parquet file.
        """
        names = names or [column.name for column in self.columns]
        try:
            yield from self._parquet(names, groups) if self.is_parquet else self._csv(names)
        except UNREADABLE as error:
            raise self._unreadable(error) from None

    def _parquet(self, names: list[str], groups: Sequence[int] | None) -> Iterator[pa.RecordBatch]:
        coded = [c.name for c in self.columns if c.values and c.name in names]
        with pa.parquet.ParquetFile(self.path, read_dictionary=coded, pre_buffer=False) as found:
            yield from found.iter_batches(BATCH, columns=names, row_groups=groups)

    def _csv(self, names: list[str]) -> Iterator[pa.RecordBatch]:
        """Behind a row of too few or too many cells only more of them are sought: what follows would be misnumbered."""
        ragged: list[Breach] = []
        convert = pa.csv.ConvertOptions(
            include_columns=names, column_types={name: pa.string() for name in names}, null_values=[""],
            strings_can_be_null=True, quoted_strings_can_be_null=True, check_utf8=True)
        with pa.csv.open_csv(self.path, read_options=pa.csv.ReadOptions(use_threads=False, block_size=1 << 24),
                             parse_options=self._parsing(ragged), convert_options=convert) as found:
            for batch in found:
                if not ragged:
                    yield batch
        if ragged:
            raise Breached(ragged)

    def _parsing(self, ragged: list[Breach]) -> pa.csv.ParseOptions:
        def uneven(row: pa.csv.InvalidRow) -> str:
            if row.number is not None:
                ragged.append(Breach(self.name, row.number - 1, "", f"has {row.actual_columns} cells, the header has "
                                                                    f"{row.expected_columns}"))
            return "skip"

        return pa.csv.ParseOptions(newlines_in_values=True, invalid_row_handler=uneven)

    def keys(self, name: str) -> Iterator[pa.Array]:
        """One column, batch by batch."""
        for batch in self.batches([name]):
            yield batch.column(0)

    def _unreadable(self, error: Exception) -> Breached:
        """Arrow's message may quote the cell: only its place is kept."""
        place = PLACE.search(str(error))
        if place is None:
            return Breached([Breach(self.name, 0, "", f"cannot be read: {type(error).__name__}")])
        return Breached([Breach(self.name, int(place[2]) - 1, self.header()[int(place[1])], "is not UTF-8")])


def _begins_as_parquet(path: Path) -> bool:
    try:
        with path.open("rb") as found:
            return found.read(4) == b"PAR1"
    except OSError:
        return False
