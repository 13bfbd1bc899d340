"""What was published of what is known may be added to; it is changed or withdrawn by a recorded correction alone."""

import csv
import io
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from nhs_assets.contracts.figures import EVERY
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.contracts.vocabulary import KEPT_COLUMNS, WHOLE_VINTAGES
from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.store.shapes import Shape, shapes
from nhs_assets.store.snapshot import DATABASE, open_published, published_checksums, whole_versions

CORRECTION = "raw.correction"
VINTAGE = "raw.vintage"
SEED_FILE = "audit.seed_file"
QUARANTINE = "audit.quarantine"

Row = Mapping[str, str | None]
"""The kept columns of a row, as text."""

Rows = Mapping[str, Row]
"""Rows by their key, its values joined by /."""


@dataclass(frozen=True)
class Published:
    """A row as it was published last.

    Attributes:
        row: its kept columns.
        in_last: whether the version published last holds it.
    """

    row: Row
    in_last: bool


def refuse_unrecorded_changes(data_dir: Path, frozen: Mapping[str, Path]) -> None:
    """Holds the tables about to be published against those that were.

    A row is held against the newest version kept that has it, so that it cannot leave and come back as another. A row
    that is missing is held against the last version; one that was set aside is told of in ``audit.quarantine``. So is
    one that is new to a vintage which was published: past answers would tell it as known from the vintage's day.

    Args:
        data_dir: the data folder.
        frozen: Parquet file of every table about to be published.

    Raises:
        BadInput: with every published figure that differs or is gone without a correction, and every correction that
            says something else than its table.
    """
    corrections = pl.read_parquet(frozen[CORRECTION]).sort("corrected_on")
    seed_files = pl.read_parquet(frozen[SEED_FILE])
    set_aside = pl.read_parquet(frozen[QUARANTINE]).join(seed_files, on="file").select("raw_table", "row_key")
    now = {name: _by_key(contract(name), pl.read_parquet(frozen[name]), KEPT_COLUMNS[name]) for name in KEPT_COLUMNS}
    versions = whole_versions(data_dir)
    # What has the bytes of the last version holds all of its rows, and no other.
    last = published_checksums(versions[0]) if versions else {}
    changed = [name for name in KEPT_COLUMNS if last.get(name) != files.sha256(frozen[name])]
    held = [_read_version(folder, {*changed, VINTAGE}) for folder in versions] if changed else []
    before = held[0] if held else {}
    problems: list[Problem] = []
    for name in KEPT_COLUMNS:
        recorded = corrections.filter(raw_table=name)
        own_files = seed_files.filter(raw_table=name)["file"].to_list()
        published = published_rows(version.get(name, {}) for version in held)
        aside = set(set_aside.filter(raw_table=name)["row_key"])
        problems += unrecorded(name, own_files, published, now[name], recorded, aside)
        if name in WHOLE_VINTAGES and name in before:
            late = [key for key in now[name] if key not in before[name] and _vintage(key) in before.get(VINTAGE, {})]
            problems += unrecorded_additions(name, own_files, {key: now[name][key] for key in late}, recorded)
        problems += untrue(corrections_file(seed_files), name, now[name], recorded)
    if problems:
        raise BadInput(problems)


def published_rows(versions: Iterable[Rows]) -> dict[str, Published]:
    """Each row as the newest version that has it holds it.

    Args:
        versions: rows of each version, the newest first.
    """
    found: dict[str, Published] = {}
    for place, rows in enumerate(versions):
        found |= {key: Published(row, place == 0) for key, row in rows.items() if key not in found}
    return found


def unrecorded(
    table: str,
    seeds: Sequence[str],
    published: Mapping[str, Published],
    now: Rows,
    recorded: pl.DataFrame,
    set_aside: set[str],
) -> list[Problem]:
    """Published figures that differ, and published rows that are gone, without a correction that says so.

    Args:
        table: a table whose rows are kept.
        seeds: the files it is read from.
        published: its rows as they were published.
        now: its rows as they are about to be.
        recorded: corrections of the table, in the order of their days.
        set_aside: keys of rows that ``audit.quarantine`` tells of.
    """
    problems = []
    for key, before in sorted(published.items()):
        row = now.get(key)
        if row is None:
            text = _row_text(before.row)
            if before.in_last and key not in set_aside and not _leads(recorded, key, EVERY, text, None):
                problems.append(_problem(table, seeds, key, EVERY, text, None))
            continue
        problems += [
            _problem(table, seeds, key, column, old, row[column])
            for column, old in before.row.items()
            if not _same(old, row[column]) and not _leads(recorded, key, column, old, row[column])
        ]
    return problems


def unrecorded_additions(table: str, seeds: Sequence[str], late: Rows, recorded: pl.DataFrame) -> list[Problem]:
    """Rows that a published vintage would gain without a correction that says so.

    Args:
        table: a table whose vintages are published whole.
        seeds: the files it is read from.
        late: rows of published vintages that were not published with them.
        recorded: corrections of the table, in the order of their days.
    """
    return [
        Problem(
            file=_file(table, seeds, key),
            rule="is new to a vintage that was published without it",
            remedy=(
                f"Answers since the day of {_vintage(key)} would change: take the row out, or give it to a vintage of "
                f"its own. If it was left out by mistake, {_to_correct(table, key, EVERY, None, _row_text(row))}"
            ),
            row=_row_name(key),
        )
        for key, row in sorted(late.items())
        if not _leads(recorded, key, EVERY, None, _row_text(row))
    ]


def untrue(file: str, table: str, now: Rows, recorded: pl.DataFrame) -> list[Problem]:
    """Corrections of cells whose last word is not what the table holds.

    Args:
        file: the seed file of corrections.
        table: the table they are of.
        now: its rows as they are about to be published.
        recorded: corrections of the table, in the order of their days.
    """
    last = {(one["row_key"], one["column_name"]): one for one in recorded.iter_rows(named=True)}
    problems = []
    for (key, column), one in last.items():
        if column == EVERY or key not in now or _same(one["corrected_to"], now[key][column]):
            continue
        held = now[key][column]
        problems.append(
            Problem(
                file,
                f"says otherwise than {table}, which holds {'nothing' if held is None else held}",
                "Correct the figure in its own seed too, or add a later correction.",
                row=f"row {table}, {key}, {column}, {one['corrected_on']}",
                column="corrected_to",
                value=one["corrected_to"],
            )
        )
    return problems


def corrections_file(seed_files: pl.DataFrame) -> str:
    """The seed file of corrections, as problems name it."""
    (file,) = seed_files.filter(pl.col("raw_table") == CORRECTION)["file"]
    return file.removeprefix("seeds/")


def _read_version(folder: Path, names: Collection[str]) -> dict[str, Rows]:
    """The kept columns of published tables; those that have had another type or unit since are left out."""
    found: dict[str, Rows] = {}
    with open_published(folder / DATABASE) as connection:
        held = shapes(connection)
        for name in names:
            described, of_table = contract(name), held.get(name, {})
            today = {column.name: Shape(column.duckdb_type, column.unit) for column in described.columns}
            if not set(described.primary_key) <= set(of_table):
                continue
            columns = [column for column in KEPT_COLUMNS[name] if of_table.get(column) == today[column]]
            schema = {column: described.polars_schema()[column] for column in [*described.primary_key, *columns]}
            rows = connection.table(name).select(*schema).fetchall()
            found[name] = _by_key(described, pl.DataFrame(rows, schema=schema, orient="row"), columns)
    return found


def _by_key(described: Contract, frame: pl.DataFrame, columns: Sequence[str]) -> Rows:
    text = frame.with_columns(pl.all().cast(pl.String))
    return {
        "/".join(row[name] for name in described.primary_key): {name: row[name] for name in columns}
        for row in text.iter_rows(named=True)
    }


def _leads(recorded: pl.DataFrame, key: str, column: str, old: str | None, new: str | None) -> bool:
    """Whether the corrections of a cell, taken in turn, lead from the published value to the new one."""
    value, moved = old, False
    for one in recorded.filter(row_key=key, column_name=column).iter_rows(named=True):
        if _same(one["published_as"], value):
            value, moved = one["corrected_to"], True
    return moved and _same(value, new)


def _same(one: str | None, other: str | None) -> bool:
    if one is None or other is None:
        return one is other
    try:
        return Decimal(one) == Decimal(other)
    except InvalidOperation:
        return one == other


def _row_text(row: Row) -> str:
    return "; ".join(f"{name}={value}" for name, value in row.items() if value is not None)


def _problem(table: str, seeds: Sequence[str], key: str, column: str, old: str | None, new: str | None) -> Problem:
    gone = column == EVERY
    return Problem(
        file=_file(table, seeds, key),
        rule="is gone, though it was published" if gone else f"was published as {'empty' if old is None else old}",
        remedy=(
            "What was published is kept: put it back, and add what came later as a row of its own, of a later vintage "
            f"or of another claim. If it was wrong here, {_to_correct(table, key, column, old, new)}"
        ),
        row=_row_name(key),
        column=None if gone else column,
        value=None if gone else (new or ""),
    )


def _to_correct(table: str, key: str, column: str, old: str | None, new: str | None) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([table, key, column, "DAY", old, new, "REASON", "SOURCE"])
    return f"say so in a row of seeds/evidence/correction.csv, seal that file and refresh: {line.getvalue()}"


def _row_name(key: str) -> str:
    return "row " + ", ".join(key.split("/"))


def _vintage(key: str) -> str:
    """The vintage that the key of a row begins with."""
    return key.partition("/")[0]


def _file(table: str, seeds: Sequence[str], key: str) -> str:
    """The file of the vintage that the key begins with, where it has a folder; else the table's own."""
    of_vintage = [file for file in seeds if file.startswith(f"seeds/vintages/{_vintage(key)}/")]
    return next(iter([*of_vintage, *seeds]), table).removeprefix("seeds/")
