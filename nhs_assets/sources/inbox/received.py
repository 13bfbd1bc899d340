"""The files that were taken in: the list of them, and those whose rows the tables hold, as files of rows like seeds."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.seed_files import RECEIVED, Seed
from nhs_assets.store.inbox import ARCHIVE, Record, Verdict

PERIOD = {
    "raw.staff_month": "month",
    "raw.staff_group_month": "month",
    "raw.staff_grade_month": "month",
    "raw.board_population": "fy",
}
"""Tables of which the newest file of a period counts, and the column of the period. Forecasts are never replaced."""
TABLES = (*PERIOD, "raw.gdp_deflator", "raw.settlement_plan", "raw.treasury_deflator")
"""Tables that take rows from publishers' files."""
TAKE_ROWS = (*TABLES, "raw.source", "raw.vintage")
"""These, and the tables to which their origins add a document or a vintage."""


def ledger(records: Sequence[Record]) -> pl.DataFrame:
    """Rows of ``raw.inbox_file``, with what became of each file by now."""
    described = contract(RECEIVED)
    overtaken = _overtaken(records)
    rows = [_row(record, overtaken.get(record.sha256, {})) for record in records]
    return pl.DataFrame(rows, schema=described.polars_schema()).sort(described.primary_key)


def serving(records: Sequence[Record], table: str) -> list[Record]:
    """The accepted files of a table of which it holds any row."""
    overtaken = _overtaken(records)
    return [
        one
        for one in _accepted(records)
        if one.raw_table == table and not _is_superseded(one, overtaken.get(one.sha256, {}))
    ]


def newest(records: Sequence[Record], table: str) -> dict[str, Record]:
    """The file that serves each period of a table, by period: the newest of those that have it."""
    found: dict[str, Record] = {}
    for record in _accepted(records):
        if record.raw_table != table:
            continue
        for period in _periods(record):
            if period not in found or age(record) > age(found[period]):
                found[period] = record
    return found


def age(record: Record) -> tuple[date, date, datetime, int]:
    """By what the newer of two files is told.

    One that reaches a later month was published later. Of files that end alike, the day of publication decides, or the
    day it was taken in where that is not known, and then the moment.
    """
    return record.last_month, record.date_published or record.received_on, record.received, record.number


def received_seeds(data_dir: Path, records: Sequence[Record]) -> tuple[Seed, ...]:
    """The rows of accepted files as files of rows, each with an origin beside it as seeds have."""
    overtaken = _overtaken(records)
    seeds = []
    for record in _accepted(records):
        described = contract(record.raw_table)
        path = data_dir / record.folder / f"{described.table}.csv"
        name = path.relative_to(data_dir / ARCHIVE).as_posix()
        gone = overtaken.get(record.sha256, {})
        left = tuple(period for period in _periods(record) if period not in gone)
        seeds.append(
            Seed(
                described,
                path,
                name,
                record.vintage_id,
                ARCHIVE,
                serves=not _is_superseded(record, gone),
                replaces=record.replaces_seed,
                only=(PERIOD[record.raw_table], left) if gone else None,
            )
        )
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


def _periods(record: Record) -> Mapping[str, int]:
    """Rows of an accepted file by period; none of a forecast, which has a vintage."""
    if record.raw_table not in PERIOD:
        return {}
    # A file of staff in post that was taken in before periods were recorded is of one month.
    return record.periods or {record.first_month.isoformat(): record.rows}


def _overtaken(records: Sequence[Record]) -> dict[str, dict[str, Record]]:
    """For each file of which a newer one has periods, by checksum: those periods with the file that serves them."""
    by_table = {table: newest(records, table) for table in PERIOD}
    found: dict[str, dict[str, Record]] = {}
    for record in _accepted(records):
        for period in _periods(record):
            serves = by_table[record.raw_table][period]
            if serves is not record:
                found.setdefault(record.sha256, {})[period] = serves
    return found


def _is_superseded(record: Record, gone: Mapping[str, Record]) -> bool:
    """Whether newer files have every one of its periods."""
    return bool(gone) and len(gone) == len(_periods(record))


def _row(record: Record, gone: Mapping[str, Record]) -> dict[str, object]:
    superseded = _is_superseded(record, gone)
    lost = sum(_periods(record)[period] for period in gone)
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
        "inbox_status": "superseded" if superseded else record.verdict.value,
        "superseded_by": max(gone.values(), key=age).file if superseded else None,
        "superseded_periods": ", ".join(sorted(gone)) or None,
        "raw_table": record.raw_table,
        "source_id": record.source_id,
        "rows": record.rows,
        "serving_rows": record.rows - lost,
        "set_aside_rows": len({problem.row for problem in record.problems}) if record.verdict != "refused" else 0,
        "report": record.message,
    }
