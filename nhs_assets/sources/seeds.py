"""Seed files: what there is, whether each is the file its origin vouches for, and its rows as a typed frame.

Most seeds are taken whole or not at all, since their rows are read together. In a seed whose rows stand alone, such as
the claims, a row that breaks a rule of its own is set aside and the others go on.
"""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.problems import BadInput, Problem
from nhs_assets.sources import claims
from nhs_assets.sources.cells import LINE, typed
from nhs_assets.sources.parameters import PARAMETERS
from nhs_assets.sources.scenarios import OVERRIDES, SCENARIOS
from nhs_assets.sources.vintages import (
    DECLARED,
    block_problems,
    declared_row,
    foreign_rows,
    repeated_rows,
    typed_row,
)
from nhs_assets.sources.yaml_files import read_yaml

ORIGIN_KEYS = (
    "publisher",
    "title",
    "description",
    "date_published",
    "date_accessed",
    "url",
    "licence",
    "rows",
    "sha256",
)


@dataclass(frozen=True)
class RowRules:
    """What holds for each row of a seed by itself, beyond its contract.

    Attributes:
        beside: tables of ``raw`` that the rules need.
        broken: the problems of typed rows, which carry their lines in ``source_line``.
    """

    beside: Sequence[str]
    broken: Callable[[str, pl.DataFrame, Mapping[str, pl.DataFrame]], list[Problem]]


ROWS_STAND_ALONE = {"raw.claim": RowRules(claims.BESIDE, claims.broken_rows)}
"""Seeds of which a bad row is set aside: nothing in a row depends on another row."""


@dataclass(frozen=True)
class _Cells:
    """A seed taken apart.

    Attributes:
        lines: where each row stands.
        text: one String column for each of the contract's columns; no rows where the file cannot be taken apart.
        of_file: why it cannot be.
        of_rows: rows with too few or too many cells, which are not among ``text``.
    """

    lines: list[int]
    text: pl.DataFrame
    of_file: list[Problem]
    of_rows: list[Problem]

    @property
    def rows(self) -> int:
        """Rows in the file, the good and the bad."""
        return len(self.lines) + len(self.of_rows)


@dataclass(frozen=True)
class Origin:
    """Where a seed's figures come from, and the checksum that says the file is still the one reviewed."""

    publisher: str
    title: str
    description: str
    date_published: date | None
    date_accessed: date
    url: str | None
    licence: str
    rows: int
    sha256: str
    document: dict | None = None
    vintage: dict | None = None


@dataclass(frozen=True)
class Seed:
    """One seed file and the table it lands in; where it stands in the folder of a vintage, which."""

    contract: Contract
    path: Path
    name: str
    vintage_id: str | None = None

    @property
    def origin_path(self) -> Path:
        """The origin file beside it."""
        return self.path.with_suffix(".origin.yml")

    @property
    def origin_name(self) -> str:
        """The origin file as problems name it."""
        return f"{self.name.removesuffix('.csv')}.origin.yml"


def find_seeds(seeds_dir: Path) -> tuple[Seed, ...]:
    """The seed of every contract in ``raw``, in the contracts' order, each followed by what vintages add to it.

    Raises:
        BadInput: if a table has no seed, two seeds, or a file no contract describes, or the folder of a vintage holds
            a file whose rows name no vintage.
    """
    additions = sorted(seeds_dir.glob("vintages/*/*.csv"))
    files = sorted(path for path in seeds_dir.glob("*/*.csv"))
    elsewhere = (PARAMETERS, SCENARIOS, OVERRIDES)
    wanted = {c.table: c for c in contracts().values() if c.schema == "raw" and c.name not in elsewhere}
    by_table = {path.stem: path for path in files}
    dated = [table for table, c in wanted.items() if any(column.names_vintage for column in c.columns)]
    problems = [
        Problem(_relative(path, seeds_dir), "no contract describes this file", "Describe it in contracts/raw.py.")
        for path in files
        if path.stem not in wanted
    ]
    problems += [
        Problem(f"{table}.csv", "the seed is missing", f"Put it in a folder of {seeds_dir.name}/.")
        for table in wanted
        if table not in by_table
    ]
    problems += [
        Problem(f"{stem}.csv", "stands in two folders", "Keep one of them.")
        for stem, count in Counter(path.stem for path in files).items()
        if count > 1
    ]
    problems += [
        Problem(_relative(path, seeds_dir), "is no table whose rows name a vintage", f"There are: {', '.join(dated)}.")
        for path in additions
        if path.stem not in dated
    ]
    if problems:
        raise BadInput(problems)
    found = []
    for table, contract in wanted.items():
        found.append(Seed(contract, by_table[table], _relative(by_table[table], seeds_dir)))
        found += [
            Seed(contract, path, _relative(path, seeds_dir), vintage_id=path.parent.name)
            for path in additions
            if path.stem == table
        ]
    return tuple(found)


def files_behind(described: Contract, seeds: Sequence[Seed]) -> tuple[Path, ...]:
    """Every file that a table of ``raw`` is read from: its seeds, their origins, and origins that add rows to it."""
    own = [seed for seed in seeds if seed.contract == described]
    declaring = [seed for seed in seeds if seed.vintage_id] if described.name in DECLARED else []
    paths = [path for seed in own for path in (seed.path, seed.origin_path)]
    return tuple(path for path in [*paths, *(seed.origin_path for seed in declaring)] if path.exists())


def read_table(
    described: Contract,
    seeds: Sequence[Seed],
    accepted: pl.DataFrame | None = None,
    beside: Mapping[str, pl.DataFrame] | None = None,
) -> pl.DataFrame:
    """Rows of a table of ``raw``: those of its seed, of the folders of vintages, and of their origin files.

    Args:
        described: the table.
        seeds: all seeds there are.
        accepted: the rows accepted last time, if any.
        beside: for a seed whose rows stand alone, the tables that its rules need.

    Raises:
        BadInput: with everything that is wrong in any of its files, each under its own name.
    """
    own = [seed for seed in seeds if seed.contract == described]
    # Only rows of several files have to be told apart, and most tables have one.
    parsed = {seed.name: parse_seed(seed, seed.path.read_bytes())[0] for seed in own if len(own) > 1}
    declared, problems = _declared(described, seeds)
    frames = []
    for seed in own:
        elsewhere = [frame for name, frame in [*parsed.items(), *declared] if name != seed.name]
        try:
            frames.append((seed.name, read_seed(seed, _without(accepted, elsewhere, described), beside)))
        except BadInput as refused:
            problems += refused.problems
    for seed in own:
        if seed.vintage_id:
            problems += foreign_rows(seed.name, described, seed.vintage_id, parsed[seed.name])
    problems += repeated_rows(described, [*frames, *declared])
    if problems:
        raise BadInput(problems)
    return pl.concat([frame for _, frame in [*frames, *declared]]).sort(described.primary_key)


def read_seed(
    seed: Seed, accepted: pl.DataFrame | None = None, beside: Mapping[str, pl.DataFrame] | None = None
) -> pl.DataFrame:
    """Rows of a seed as its contract types them, sorted by key; of a seed whose rows stand alone, the good ones.

    Args:
        seed: the file to read.
        accepted: the rows accepted last time, if any: with them a changed file is reported cell by cell.
        beside: for a seed whose rows stand alone, the tables that its rules need.

    Raises:
        BadInput: with every line, column, rule and remedy, if the file is not the one its origin vouches for, or if
            anything is wrong with a seed whose rows are read together. Nothing is taken from it then.
    """
    content = seed.path.read_bytes()
    if seed.contract.name in ROWS_STAND_ALONE:
        cells = _cells(seed, content)
        problems, rows = cells.of_file, cells.rows
        frame = _empty(seed) if problems else _good_rows(seed, cells, beside or {})[0]
    else:
        frame, problems = parse_seed(seed, content)
        rows = len(frame)
    origin = read_origin(seed)
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != origin.sha256 or (not problems and rows != origin.rows):
        problems = [*problems, *_unsealed(seed, frame, accepted)]
    if problems:
        raise BadInput(problems)
    return frame


def refused_rows(seed: Seed, beside: Mapping[str, pl.DataFrame]) -> list[Problem]:
    """What is wrong with the rows that were set aside, one problem for each row, column and rule.

    Args:
        seed: the file to read.
        beside: the tables that its rules need.

    Returns:
        Nothing for a seed whose rows are read together: one of those is refused as a whole or holds every rule.

    Raises:
        BadInput: if the file cannot be taken apart into rows.
    """
    if seed.contract.name not in ROWS_STAND_ALONE:
        return []
    cells = _cells(seed, seed.path.read_bytes())
    if cells.of_file:
        raise BadInput(cells.of_file)
    return _good_rows(seed, cells, beside)[1]


def read_beside(seed: Seed, seeds: Sequence[Seed]) -> dict[str, pl.DataFrame]:
    """The tables that the rules of a seed need, straight from their own files.

    Raises:
        BadInput: if one of those files breaks a rule.
    """
    rules = ROWS_STAND_ALONE.get(seed.contract.name)
    by_table = {one.contract.name: one for one in seeds}
    found: dict[str, pl.DataFrame] = {}
    for table in rules.beside if rules else ():
        frame, problems = parse_seed(by_table[table], by_table[table].path.read_bytes())
        if problems:
            raise BadInput(problems)
        found[table] = frame
    return found


def parse_seed(seed: Seed, content: bytes) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows of the bytes of a seed, and all that is wrong with them, without regard to the origin file."""
    cells = _cells(seed, content)
    problems = [*cells.of_file, *cells.of_rows]
    if problems:
        return _empty(seed), problems
    return typed(seed.name, seed.contract, cells.lines, cells.text)


def _good_rows(seed: Seed, cells: _Cells, beside: Mapping[str, pl.DataFrame]) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows that break no rule, typed, and what is wrong with the others."""
    rules = ROWS_STAND_ALONE[seed.contract.name]
    refused = list(cells.of_rows)
    left = cells.text.with_columns(pl.Series(LINE, cells.lines, dtype=pl.Int64))
    while True:
        # Cells that do not read as their type come first, then the rules of the contract, which need typed rows.
        frame, problems = typed(seed.name, seed.contract, left[LINE].to_list(), left.drop(LINE))
        refused += problems
        bad = {problem.row for problem in problems}
        if not bad:
            break
        left = left.filter(~pl.col(LINE).is_in(bad))
    if beside and len(frame):
        key = list(seed.contract.primary_key)
        # Key cells are text in such a seed, so the line of a typed row is found again by its key.
        numbered = frame.join(left.select(*key, LINE), on=key)
        problems = rules.broken(seed.name, numbered, beside)
        refused += problems
        bad = {problem.row for problem in problems}
        frame = numbered.filter(~pl.col(LINE).is_in(bad)).select(frame.columns).sort(key)
    return frame, sorted(refused, key=lambda problem: (problem.row, problem.column or "", problem.rule))


def _cells(seed: Seed, content: bytes) -> _Cells:
    """Takes the bytes of a seed apart into lines and text cells."""

    def not_taken_apart(problems: list[Problem]) -> _Cells:
        return _Cells([], pl.DataFrame(), problems, [])

    try:
        decoded = content.decode("utf-8")
    except UnicodeDecodeError as error:
        remedy = "Save the file as UTF-8 without a byte-order mark."
        return not_taken_apart([Problem(seed.name, f"is not UTF-8 at byte {error.start}", remedy)])
    reader = csv.reader(io.StringIO(decoded, newline=""), strict=True)
    try:
        header = next(reader, [])
        lines, rows = [], []
        for row in reader:
            lines.append(reader.line_num)
            rows.append(row)
    except csv.Error as error:
        found = Problem(seed.name, f"is not CSV: {error}", "Check the quotes.", row=reader.line_num)
        return not_taken_apart([found])
    problems = _header_problems(seed, header)
    if problems:
        return not_taken_apart(problems)
    ragged = [
        Problem(
            seed.name,
            f"has {len(row)} cells where the header has {len(header)}",
            "Check for a missing or surplus comma.",
            row=line,
        )
        for line, row in zip(lines, rows, strict=True)
        if len(row) != len(header)
    ]
    whole = [(line, row) for line, row in zip(lines, rows, strict=True) if len(row) == len(header)]
    columns = list(zip(*(row for _, row in whole), strict=True)) if whole else [()] * len(header)
    text = pl.DataFrame(
        {
            name: pl.Series([cell or None for cell in cells], dtype=pl.String)
            for name, cells in zip(header, columns, strict=True)
        }
    )
    return _Cells([line for line, _ in whole], text, [], ragged)


def read_origin(seed: Seed) -> Origin:
    """The origin file beside a seed.

    Raises:
        BadInput: if it is missing, or its keys are not exactly those an origin has.
    """
    name = seed.origin_name
    if not seed.origin_path.exists():
        raise BadInput([Problem(name, "the origin file is missing", "Say who published the figures, when and where.")])
    found = read_yaml(seed.origin_path)
    keys = set(found) if isinstance(found, dict) else set()
    optional = set(DECLARED.values()) if seed.vintage_id else set()
    if not set(ORIGIN_KEYS) <= keys <= set(ORIGIN_KEYS) | optional:
        missing, unknown = sorted(set(ORIGIN_KEYS) - keys), sorted(keys - set(ORIGIN_KEYS) - optional)
        rule = f"has the wrong keys: missing {missing or 'none'}, unknown {unknown or 'none'}"
        raise BadInput([Problem(name, rule, f"An origin has exactly: {', '.join(ORIGIN_KEYS)}.")])
    problems = block_problems(name, found)
    if problems:
        raise BadInput(problems)
    return Origin(**found)


def seal(seed: Seed) -> Origin:
    """Writes the file's present checksum and row count into its origin, once its rows hold every rule.

    A seed whose rows stand alone is sealed with its bad rows, which ``refused_rows`` names.

    Raises:
        BadInput: if the file cannot be taken apart, or a row breaks a rule and rows are read together; the origin is
            left as it was.
    """
    content = seed.path.read_bytes()
    cells = _cells(seed, content)
    problems = cells.of_file
    if seed.contract.name not in ROWS_STAND_ALONE:
        _, problems = parse_seed(seed, content)
    if problems:
        raise BadInput(problems)
    read_origin(seed)
    sealed = {"rows": str(cells.rows), "sha256": hashlib.sha256(content).hexdigest()}
    lines = seed.origin_path.read_text(encoding="utf-8").splitlines()
    # Rewritten line by line, so that the wording and order a person chose for the rest stay as they are.
    rewritten = [f"{key}: {sealed[key]}" if (key := line.partition(":")[0]) in sealed else line for line in lines]
    seed.origin_path.write_text("\n".join(rewritten) + "\n", encoding="utf-8")
    return read_origin(seed)


def _declared(described: Contract, seeds: Sequence[Seed]) -> tuple[list[tuple[str, pl.DataFrame]], list[Problem]]:
    """The rows that origin files of vintages add to the table, by file, and what is wrong with them."""
    frames: list[tuple[str, pl.DataFrame]] = []
    problems: list[Problem] = []
    for seed in seeds if described.name in DECLARED else ():
        if seed.vintage_id is None:
            continue
        try:
            row = declared_row(described.name, seed.vintage_id, vars(read_origin(seed)))
        except BadInput as refused:
            problems += refused.problems
            continue
        if row is not None:
            frame, found = typed_row(seed.origin_name, described, row)
            frames.append((seed.origin_name, frame))
            problems += found
    return frames, problems


def _without(
    accepted: pl.DataFrame | None, elsewhere: Sequence[pl.DataFrame], described: Contract
) -> pl.DataFrame | None:
    """The accepted rows that no other file holds: those a file must account for."""
    for frame in elsewhere if accepted is not None else ():
        accepted = accepted.join(frame, on=list(described.primary_key), how="anti")
    return accepted


def _unsealed(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame | None) -> list[Problem]:
    remedy = f"If every change is meant, run: nhs-assets seal seeds/{seed.name}"
    changed = Problem(seed.name, "is not the file its origin vouches for: checksum or row count differ", remedy)
    if accepted is None or frame.is_empty():
        return [changed]
    return [changed, *_changed_rows(seed, frame, accepted), *_changed_cells(seed, frame, accepted)]


def _changed_rows(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame) -> list[Problem]:
    key = list(seed.contract.primary_key)
    compared = {
        "is new since the file was last accepted": frame.join(accepted, on=key, how="anti"),
        "is gone since the file was last accepted": accepted.join(frame, on=key, how="anti"),
    }
    return [
        Problem(seed.name, rule, "Check that it is meant.", row=_row_name(row, key))
        for rule, rows in compared.items()
        for row in rows.sort(key).iter_rows(named=True)
    ]


def _changed_cells(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame) -> list[Problem]:
    key = list(seed.contract.primary_key)

    def long(rows: pl.DataFrame, value: str) -> pl.DataFrame:
        values = [name for name in seed.contract.column_names if name not in key]
        return rows.select(*key, pl.col(values).cast(pl.String)).unpivot(
            index=key, on=values, variable_name="column", value_name=value
        )

    compared = long(accepted, "before").join(long(frame, "now"), on=[*key, "column"])
    differing = compared.filter(pl.col("before").ne_missing(pl.col("now"))).sort(*key, "column")
    return [
        Problem(
            seed.name,
            f"was {row['before']!r} when last accepted",
            "Compare it with the source.",
            row=_row_name(row, key),
            column=row["column"],
            value=row["now"],
        )
        for row in differing.iter_rows(named=True)
    ]


def _row_name(row: dict, key: list[str]) -> str:
    return "row " + ", ".join(str(row[name]) for name in key)


def _header_problems(seed: Seed, header: list[str]) -> list[Problem]:
    expected = list(seed.contract.column_names)
    repeated = sorted(name for name, count in Counter(header).items() if count > 1)
    findings = {
        "lacks the column": sorted(set(expected) - set(header)),
        "has a column no contract describes": sorted(set(header) - set(expected)),
        "repeats the column": repeated,
    }
    remedy = f"The header must be: {','.join(expected)}"
    return [
        Problem(seed.name, finding, remedy, row=1, column=name) for finding, names in findings.items() for name in names
    ]


def _empty(seed: Seed) -> pl.DataFrame:
    return pl.DataFrame(schema=seed.contract.polars_schema())


def _relative(path: Path, seeds_dir: Path) -> str:
    return path.relative_to(seeds_dir).as_posix()
