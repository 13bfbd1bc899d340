"""The ingested files: their list, and the rows that they provide, as files of rows like seeds."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import contract, declared_by
from nhs_assets.contracts.rules import FromInbox
from nhs_assets.sources.seed_files import DECLARED, RECEIVED, Seed
from nhs_assets.store.inbox import ARCHIVE, Record, Verdict

TABLES = tuple(declared_by(FromInbox))
"""Tables with rows from publishers' files."""
TAKE_ROWS = (*TABLES, *DECLARED)
"""These, and the tables to which their origins add a document or a vintage."""
PERIOD = {table: rule.period for table, rule in declared_by(FromInbox).items() if rule.period}
"""Tables in which the newest file of a period counts, and the column of the period. Forecasts are never replaced."""


def ledger(records: Sequence[Record]) -> pl.DataFrame:
    """Rows of ``raw.inbox_file``, with the present status of each file."""
    described = contract(RECEIVED)
    rows = [_row(*state) for state in _states(records)]
    return pl.DataFrame(rows, schema=described.polars_schema()).sort(described.primary_key)


def serving(records: Sequence[Record], table: str) -> list[Record]:
    """The accepted files that provide any row of a table."""
    return [
        record
        for record, _, is_superseded in _states(records)
        if record.verdict is Verdict.ACCEPTED and record.raw_table == table and not is_superseded
    ]


def newest(records: Sequence[Record], table: str) -> dict[str, Record]:
    """The file that provides each period of a table, by period: the newest of those that contain it."""
    found: dict[str, Record] = {}
    for record in records:
        for period in _periods(record) if record.raw_table == table else ():
            if period not in found or age(record) > age(found[period]):
                found[period] = record
    return found


def age(record: Record) -> tuple[date, date, datetime, int]:
    """The greater, the newer: a file that reaches a later month was published later.

    Of files that end alike, the day of publication decides, or if unknown the day of ingestion, and then the moment.
    """
    return record.last_month, record.date_published or record.received_on, record.received, record.number


def received_seeds(data_dir: Path, records: Sequence[Record]) -> tuple[Seed, ...]:
    """The rows of accepted files as files of rows, each with an origin like that of a seed."""
    seeds = []
    for record, lost, is_superseded in _states(records):
        if record.verdict is not Verdict.ACCEPTED:
            continue
        described = contract(record.raw_table)
        path = data_dir / record.folder / f"{described.table}.csv"
        left = tuple(period for period in _periods(record) if period not in lost)
        seed = Seed(described, path, path.relative_to(data_dir / ARCHIVE).as_posix(), record.vintage_id, ARCHIVE)
        only = (PERIOD[record.raw_table], left) if lost else None
        seeds.append(replace(seed, serves=not is_superseded, replaces=record.replaces_seed, only=only))
    return tuple(seeds)


def listed(records: Sequence[Record], rows: pl.DataFrame) -> tuple[Record, ...]:
    """The records of the files in a list: those ingested since then are for the next run."""
    named = set(rows["file"])
    return tuple(record for record in records if record.file in named)


def _periods(record: Record) -> Mapping[str, int]:
    """Rows of an accepted file by period; none of a forecast, which has a vintage."""
    if record.verdict is not Verdict.ACCEPTED or record.raw_table not in PERIOD:
        return {}
    # A file of staff in post that was ingested before periods were recorded has one month.
    return record.periods or {record.first_month.isoformat(): record.rows}


def _states(records: Sequence[Record]) -> Iterator[tuple[Record, dict[str, Record], bool]]:
    """Each file with the newer files that provide a period of it, by period, and whether these are all its periods."""
    by_table = {table: newest(records, table) for table in PERIOD}
    for record in records:
        serves = {period: by_table[record.raw_table][period] for period in _periods(record)}
        lost = {period: newer for period, newer in serves.items() if newer is not record}
        yield record, lost, bool(lost) and len(lost) == len(serves)


def _row(record: Record, lost: Mapping[str, Record], is_superseded: bool) -> dict[str, object]:
    own = ("file", "sha256", "format_id", "first_month", "last_month", "received_on", "date_published", "raw_table")
    return {
        **{name: getattr(record, name) for name in (*own, "source_id", "rows")},
        "dropped_as": record.name,
        "received_order": record.number,
        "inbox_status": "superseded" if is_superseded else record.verdict.value,
        "superseded_by": max(lost.values(), key=age).file if is_superseded else None,
        "superseded_periods": ", ".join(sorted(lost)) or None,
        "serving_rows": record.rows - sum(_periods(record)[period] for period in lost),
        "set_aside_rows": len({problem.row for problem in record.problems}) if record.verdict != "refused" else 0,
        "compared_cells": "; ".join(record.compared_cells) or None,
        "adjusted_cells": "; ".join(record.adjusted_cells) or None,
        "report": record.message,
    }
