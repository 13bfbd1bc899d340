"""Immutable columns: once published, a figure changes or disappears only with a recorded correction."""

import csv
import io
import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

import polars as pl

from nhs_assets.contracts.figures import EVERY
from nhs_assets.contracts.registry import Contract, contract, declared_by
from nhs_assets.contracts.rules import Immutable
from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.store.snapshot import DATABASE, Shape, open_published, published_checksums, shapes, whole_versions

CORRECTION = "raw.correction"
VINTAGE = "raw.vintage"
SEED_FILE = "audit.seed_file"
QUARANTINE = "audit.quarantine"

Row = Mapping[str, str | None]
"""The immutable columns of a row, as text."""

Rows = Mapping[str, Row]
"""Rows by their key: its values joined by /."""


@dataclass(frozen=True)
class Published:
    """A row as last published, and whether the last version has it."""

    row: Row
    in_last: bool


@dataclass(frozen=True)
class Change:
    """A published figure that a seed now states otherwise, without a correction."""

    table: str
    row_key: str
    column_name: str
    published_as: str | None
    corrected_to: str | None


def unrecorded_changes(
    data_dir: Path, described: Contract, rows: pl.DataFrame, corrections: pl.DataFrame
) -> list[Change]:
    """Figures of some rows of a table that differ from those published last, and no correction leads there.

    ``corrections`` are rows of ``raw.correction``. A table without immutable columns has none.
    """
    if not described.immutable_columns:
        return []
    held = (_read_version(folder, {described.name}).get(described.name, {}) for folder in whole_versions(data_dir))
    now = _by_key(described, rows, described.immutable_columns)
    recorded = corrections.filter(raw_table=described.name).sort("corrected_on")
    return [
        Change(described.name, key, *differing)
        for key, published in sorted(published_rows(held).items())
        if key in now
        for differing in _differing(key, published.row, now[key], recorded)
    ]


def refuse_unrecorded_changes(data_dir: Path, frozen: Mapping[str, Path]) -> None:
    """Compares the tables about to be published, as Parquet files by name, with the published ones.

    A row is compared with the newest version that has it, so that it cannot disappear and return with other figures. A
    row of the last version may be missing only if ``audit.quarantine`` lists it. A vintage that was published whole
    gains no row, because answers as of earlier days would then include it.

    Raises:
        BadInputError: with every published figure that differs or is missing without a correction, and every
            correction that disagrees with its table.
    """
    corrections = pl.read_parquet(frozen[CORRECTION]).sort("corrected_on")
    seed_files = pl.read_parquet(frozen[SEED_FILE])
    quarantine = pl.read_parquet(frozen[QUARANTINE]).join(seed_files, on="file").select("raw_table", "row_key")
    tables = declared_by(Immutable)
    now = {
        name: _by_key(contract(name), pl.read_parquet(frozen[name]), contract(name).immutable_columns)
        for name in tables
    }
    versions = list(whole_versions(data_dir))
    # A table with the bytes of the last version has the same rows.
    last = published_checksums(versions[0]) if versions else {}
    changed = [name for name in tables if last.get(name) != files.sha256(frozen[name])]
    held = [_read_version(folder, {*changed, VINTAGE}) for folder in versions] if changed else []
    before = held[0] if held else {}
    problems: list[Problem] = []
    for name, rule in tables.items():
        recorded = corrections.filter(raw_table=name)
        own_files = seed_files.filter(raw_table=name)["file"].to_list()
        published = published_rows(version.get(name, {}) for version in held)
        quarantined = set(quarantine.filter(raw_table=name)["row_key"])
        problems += unrecorded(name, own_files, published, now[name], recorded, quarantined)
        if rule.whole_vintages and name in before:
            late = [key for key in now[name] if key not in before[name] and _vintage(key) in before.get(VINTAGE, {})]
            problems += unrecorded_additions(name, own_files, {key: now[name][key] for key in late}, recorded)
        problems += untrue(corrections_file(seed_files), name, now[name], recorded)
    if problems:
        raise BadInputError(problems)


def published_rows(versions: Iterable[Rows]) -> dict[str, Published]:
    """Every published row, from the newest version that has it; the versions come newest first."""
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
    quarantined: Collection[str],
) -> list[Problem]:
    """Published figures that differ and published rows that are missing, without a correction.

    ``seeds`` are the files of the table, ``recorded`` its corrections by day, ``quarantined`` keys of its rows.
    """
    problems = []
    for key, before in sorted(published.items()):
        row = now.get(key)
        if row is None:
            text = _row_text(before.row)
            if before.in_last and key not in quarantined and not _leads(recorded, key, EVERY, text, None):
                problems.append(_problem(table, seeds, key, EVERY, text, None))
            continue
        problems += [
            _problem(table, seeds, key, *differing) for differing in _differing(key, before.row, row, recorded)
        ]
    return problems


def _differing(
    key: str, published: Row, now: Row, recorded: pl.DataFrame
) -> Iterator[tuple[str, str | None, str | None]]:
    """Columns of a row with the published and the present figure, where no correction leads from one to the other."""
    for column, old in published.items():
        if not same(old, now[column]) and not _leads(recorded, key, column, old, now[column]):
            yield column, old, now[column]


def unrecorded_additions(table: str, seeds: Sequence[str], late: Rows, recorded: pl.DataFrame) -> list[Problem]:
    """Rows that a published vintage would gain without a correction."""
    return [
        Problem(
            file=_file(table, seeds, key),
            rule="is new to a vintage that was published without it",
            remedy=(
                f"Answers since the day of {_vintage(key)} would change: remove the row, or give it a vintage of its "
                f"own. If it was left out by mistake, {_to_correct(table, key, EVERY, None, _row_text(row))}"
            ),
            row=_row_name(key),
        )
        for key, row in sorted(late.items())
        if not _leads(recorded, key, EVERY, None, _row_text(row))
    ]


def untrue(file: str, table: str, now: Rows, recorded: pl.DataFrame) -> list[Problem]:
    """Corrections, of a seed file, whose last value is not the one in the table."""
    last = {(row["row_key"], row["column_name"]): row for row in recorded.iter_rows(named=True)}
    return [
        Problem(
            file,
            f"disagrees with {table}, which holds {'nothing' if now[key][column] is None else now[key][column]}",
            "Correct the figure in its own seed too, or add a later correction.",
            row=f"row {table}, {key}, {column}, {correction['corrected_on']}",
            column="corrected_to",
            value=correction["corrected_to"],
        )
        for (key, column), correction in last.items()
        if column != EVERY and key in now and not same(correction["corrected_to"], now[key][column])
    ]


def corrections_file(seed_files: pl.DataFrame) -> str:
    """The seed file of corrections, as problems name it."""
    (file,) = seed_files.filter(raw_table=CORRECTION)["file"]
    return file.removeprefix("seeds/")


def _read_version(folder: Path, names: Collection[str]) -> dict[str, Rows]:
    """The immutable columns of published tables, except those whose type or unit has changed since."""
    found: dict[str, Rows] = {}
    with open_published(folder / DATABASE) as connection:
        held = shapes(connection)
        for name in names:
            described, of_table = contract(name), held.get(name, {})
            today = {column.name: Shape(column.duckdb_type, column.unit) for column in described.columns}
            if not set(described.primary_key) <= set(of_table):
                continue
            columns = [column for column in described.immutable_columns if of_table.get(column) == today[column]]
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
    """Whether the corrections of a cell lead, one after another, from the published value to the new one."""
    value, moved = old, False
    for correction in recorded.filter(row_key=key, column_name=column).iter_rows(named=True):
        if same(correction["published_as"], value):
            value, moved = correction["corrected_to"], True
    return moved and same(value, new)


def same(first: str | None, second: str | None) -> bool:
    """Whether two cells as text hold the same figure."""
    if first is None or second is None:
        return first is second
    try:
        return Decimal(first) == Decimal(second)
    except InvalidOperation:
        return first == second


def _row_text(row: Row) -> str:
    return "; ".join(f"{name}={value}" for name, value in row.items() if value is not None)


def _problem(table: str, seeds: Sequence[str], key: str, column: str, old: str | None, new: str | None) -> Problem:
    gone = column == EVERY
    return Problem(
        file=_file(table, seeds, key),
        rule="is missing, though it was published" if gone else f"was published as {'empty' if old is None else old}",
        remedy=(
            "Published figures do not change: restore this one, and add later figures as rows of a later vintage or "
            f"another claim. If it was wrong here, {_to_correct(table, key, column, old, new)}"
        ),
        row=_row_name(key),
        column=None if gone else column,
        value=None if gone else (new or ""),
    )


def _to_correct(table: str, key: str, column: str, old: str | None, new: str | None) -> str:
    if column != EVERY and None not in (old, new):
        return f"record it: {command(Change(table, key, column, old, new))}"
    line = io.StringIO()
    csv.writer(line, lineterminator="").writerow([table, key, column, "DAY", old, new, "REASON", "SOURCE"])
    return f"add this row to seeds/evidence/correction.csv, seal that file and refresh: {line.getvalue()}"


def command(change: Change) -> str:
    """What records a change as a correction, to be pasted."""
    words = ("nhs-assets", "correct", change.table, change.row_key, change.column_name, change.corrected_to or "")
    return f"{shlex.join(words)} --reason REASON --source SOURCE"


def _row_name(key: str) -> str:
    return "row " + ", ".join(key.split("/"))


def _vintage(key: str) -> str:
    """The vintage: the first part of the key."""
    return key.partition("/")[0]


def _file(table: str, seeds: Sequence[str], key: str) -> str:
    """The file of the row's vintage, if that has a folder; otherwise the table's own file."""
    of_vintage = [file for file in seeds if file.startswith(f"seeds/vintages/{_vintage(key)}/")]
    return next(iter([*of_vintage, *seeds]), table).removeprefix("seeds/")
