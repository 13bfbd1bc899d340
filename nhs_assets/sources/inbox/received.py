"""The files that were taken in: the list of them, and those whose rows the tables hold, as files of rows like seeds."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.problems import Problem
from nhs_assets.sources.seed_files import RECEIVED, Seed
from nhs_assets.store.inbox import ARCHIVE, Record, Verdict

TABLES = ("raw.staff_month", "raw.gdp_deflator", "raw.settlement_plan")
"""Tables that take rows from publishers' files."""
TAKE_ROWS = (*TABLES, "raw.source", "raw.vintage")
"""These, and the tables to which their origins add a document or a vintage."""
MONTHLY = ("raw.staff_month",)
"""Those of which a newer file of the same months takes the place of an older one. Forecasts are never replaced."""


def ledger(records: Sequence[Record]) -> pl.DataFrame:
    """Rows of ``raw.inbox_file``, with what became of each file by now."""
    described = contract(RECEIVED)
    superseding = _superseding(records)
    rows = [_row(record, superseding.get(record.sha256)) for record in records]
    return pl.DataFrame(rows, schema=described.polars_schema()).sort(described.primary_key)


def serving(records: Sequence[Record], table: str) -> list[Record]:
    """The accepted files of a table whose rows it holds, each month by the newest of its files."""
    superseded = _superseding(records)
    return [one for one in _accepted(records) if one.raw_table == table and one.sha256 not in superseded]


def received_seeds(data_dir: Path, records: Sequence[Record]) -> tuple[Seed, ...]:
    """The rows of accepted files as files of rows, each with an origin beside it as seeds have."""
    superseded = _superseding(records)
    seeds = []
    for record in _accepted(records):
        described = contract(record.raw_table)
        path = data_dir / record.folder / f"{described.table}.csv"
        name = path.relative_to(data_dir / ARCHIVE).as_posix()
        serves = record.sha256 not in superseded
        seeds.append(Seed(described, path, name, record.vintage_id, ARCHIVE, serves, record.replaces_seed))
    return tuple(seeds)


def listed(records: Sequence[Record], rows: pl.DataFrame) -> tuple[Record, ...]:
    """The records of the files that a list names: files taken in since then are for the next run."""
    named = set(rows["file"])
    return tuple(record for record in records if record.file in named)


def set_aside(records: Sequence[Record]) -> list[tuple[str, Problem]]:
    """Everything that is wrong in any of the files, with the file."""
    return [(record.file, problem) for record in records for problem in record.problems]


def _accepted(records: Sequence[Record]) -> list[Record]:
    return [record for record in records if record.verdict is Verdict.ACCEPTED]


def _superseding(records: Sequence[Record]) -> Mapping[str, Record]:
    """For each superseded file, by checksum, the one whose rows took the place of its own.

    The newest by day of publication counts, or by the day it was taken in where that is not known.
    """
    newest: dict[tuple, Record] = {}
    monthly = [one for one in _accepted(records) if one.raw_table in MONTHLY]
    for record in monthly:
        key = (record.raw_table, record.first_month, record.last_month)
        if key not in newest or _age(record) > _age(newest[key]):
            newest[key] = record
    return {
        one.sha256: newest[one.raw_table, one.first_month, one.last_month]
        for one in monthly
        if newest[one.raw_table, one.first_month, one.last_month] is not one
    }


def _age(record: Record) -> tuple:
    return record.date_published or record.received_on, record.number


def _row(record: Record, superseded_by: Record | None) -> dict[str, object]:
    return {
        "file": record.file,
        "dropped_as": record.name,
        "sha256": record.sha256,
        "format_id": record.format_id,
        "first_month": record.first_month,
        "last_month": record.last_month,
        "received_on": record.received_on,
        "received_order": record.number,
        "date_published": record.date_published,
        "inbox_status": "superseded" if superseded_by else record.verdict.value,
        "superseded_by": superseded_by.file if superseded_by else None,
        "raw_table": record.raw_table,
        "source_id": record.source_id,
        "rows": record.rows,
        "set_aside_rows": len({problem.row for problem in record.problems}) if record.verdict != "refused" else 0,
        "report": record.message,
    }
