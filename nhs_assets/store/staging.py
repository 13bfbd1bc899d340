"""Tables on their way: each run stages its own, and a finished table becomes the working one in a single step.

A table is one Parquet file with a record beside it that says what it was made from. A run reads what it has staged
itself and, for the rest, what earlier runs finished, so runs that overlap cannot disturb one another.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.ground import files
from nhs_assets.store.running import begin, working_lock


class MissingTableError(LookupError):
    """A table was asked for before it was built."""

    def __init__(self, table: str) -> None:
        super().__init__(f"the table {table} has not been built yet. Build everything first: nhs-assets refresh")


@dataclass(frozen=True)
class TableRecord:
    """What a staged table is: its bytes, its code and the bytes of what it was made from.

    Attributes:
        table: its name.
        rows: how many it has.
        sha256: checksum of its bytes.
        code_version: changes with the code that makes it.
        inputs: checksums of what it was made from.
        run_id: the run that made it or took it over.
        order: place of that run in the order of runs.
    """

    table: str
    rows: int
    sha256: str
    code_version: str
    inputs: Mapping[str, str]
    run_id: str
    order: int = 0

    @property
    def fingerprint(self) -> tuple[str, tuple[tuple[str, str], ...]]:
        """Two tables with the same fingerprint have the same rows."""
        return self.code_version, tuple(sorted(self.inputs.items()))


@dataclass(frozen=True)
class Workspace:
    """The data folder as one run sees it."""

    data_dir: Path
    run_id: str

    def begin(self) -> int:
        """Marks the run as alive and gives its place in the order of runs; called before it reads an input."""
        return begin(self.data_dir, self.run_id)

    def path(self, table: str) -> Path:
        """Parquet file of a table: this run's own, or the working one, kept as it is for the rest of the run.

        Raises:
            MissingTableError: if neither is there.
        """
        staged = self.staged_path(table)
        if not staged.exists():
            self._pin(table)
        return staged

    def record(self, table: str) -> TableRecord:
        """The record beside a table.

        Raises:
            MissingTableError: if the table is not there.
        """
        record = _read_record(self.path(table))
        if record is None:
            raise MissingTableError(table)
        return record

    def staged_path(self, table: str) -> Path:
        """Where this run stages the table."""
        return _parquet(self.data_dir / "runs" / self.run_id, table)

    def working_path(self, table: str) -> Path:
        """Where the last finished version of the table stands."""
        return _parquet(self.data_dir / "working", table)

    def read(self, table: str) -> pl.DataFrame:
        """A table as a frame.

        Raises:
            MissingTableError: if it is not there.
        """
        return pl.read_parquet(self.path(table))

    def head(self, table: str, rows: int) -> pl.DataFrame:
        """The first rows of a table, in the order of its key.

        Raises:
            MissingTableError: if it is not there.
        """
        return pl.read_parquet(self.path(table), n_rows=rows)

    def reuse(self, table: str, code_version: str, inputs: Mapping[str, str]) -> TableRecord | None:
        """Takes over the working table if it is whole and made by the same code from the same inputs; else nothing."""
        working = self.working_path(table)
        order = self.begin()
        with self._working_lock():
            record = _read_record(working)
            if record is None:
                return None
            wanted = TableRecord(table, record.rows, record.sha256, code_version, dict(inputs), self.run_id, order)
            if record.fingerprint != wanted.fingerprint or not _holds(working, record):
                return None
            _copy_table(working, self.staged_path(table), wanted)
        return wanted

    def stage(
        self, contract: Contract, code_version: str, inputs: Mapping[str, str], write: Callable[[Path], None]
    ) -> TableRecord:
        """Stages what ``write`` puts into the file it is given, once the contract accepts it.

        Raises:
            ContractError: if columns, dtypes, keys, nulls or ranges differ from the contract; nothing is staged.
        """
        target = self.staged_path(contract.name)
        with files.replacing(target) as temporary:
            write(temporary)
            frame = pl.read_parquet(temporary)
            refuse_broken(contract, frame)
            record = TableRecord(
                contract.name,
                len(frame),
                files.sha256(temporary),
                code_version,
                dict(inputs),
                self.run_id,
                self.begin(),
            )
        _write_record(target, record)
        return record

    def promote(self, table: str) -> None:
        """Makes this run's staged table the working one, unless that is of a run which began later."""
        staged, working = self.staged_path(table), self.working_path(table)
        own = self.record(table)
        with self._working_lock():
            there = _read_record(working)
            if there is None or there.order <= own.order:
                _copy_table(staged, working, own)

    def _pin(self, table: str) -> None:
        working = self.working_path(table)
        with self._working_lock():
            record = _read_record(working)
            # A run that was killed between the two files, or a power cut, leaves one that is not of the other.
            if record is None or not _holds(working, record):
                raise MissingTableError(table)
            _copy_table(working, self.staged_path(table), record)

    def _working_lock(self) -> AbstractContextManager[None]:
        # A table and its record are two files: without the lock a reader could meet one of each of two versions.
        return files.locked(working_lock(self.data_dir))


class ContractError(Exception):
    """A table that was built is not what its contract says; it was not staged."""

    def __init__(self, contract: Contract, differences: list[str]) -> None:
        self.differences = tuple(differences)
        listed = "\n".join(f"  - {difference}" for difference in differences)
        super().__init__(f"{contract.name} is not what its contract says:\n{listed}")


def refuse_broken(contract: Contract, frame: pl.DataFrame) -> None:
    """Holds a frame against its contract: columns by name, dtypes exactly, then every rule.

    Raises:
        ContractError: with all the differences, and for a broken rule the first rows that break it.
    """
    expected = contract.polars_schema()
    differences = [f"column {name} is missing" for name in expected if name not in frame.columns]
    differences += [f"column {name} is not in the contract" for name in frame.columns if name not in expected]
    differences += [
        f"column {name} is {frame.schema[name]}, the contract says {dtype}"
        for name, dtype in expected.items()
        if name in frame.columns and frame.schema[name] != dtype
    ]
    if not differences:
        _, failure = contract.model.filter(frame.select(list(expected)))
        if len(failure):
            counts = failure.counts()
            details = failure.details()
            for rule, count in counts.items():
                first = details.filter(pl.col(rule) == "invalid").select(contract.primary_key).row(0, named=True)
                differences.append(f"rule {rule} is broken in {count} rows, first where {first}")
    if differences:
        raise ContractError(contract, differences)


def _parquet(folder: Path, table: str) -> Path:
    schema, name = table.split(".")
    return folder / schema / f"{name}.parquet"


def _record_path(parquet: Path) -> Path:
    return parquet.with_suffix(".json")


def _copy_table(source: Path, target: Path, record: TableRecord) -> None:
    files.link(source, target)
    _write_record(target, record)


def _read_record(parquet: Path) -> TableRecord | None:
    """The record beside a table; nothing if the table or the record is lost or cannot be read."""
    try:
        return TableRecord(**json.loads(_record_path(parquet).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _holds(parquet: Path, record: TableRecord) -> bool:
    return parquet.exists() and files.sha256(parquet) == record.sha256


def _write_record(parquet: Path, record: TableRecord) -> None:
    files.write_text(_record_path(parquet), json.dumps(asdict(record), indent=1, sort_keys=True))
