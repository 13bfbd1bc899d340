"""Rows of seed files as typed frames, once each file is the one that its origin vouches for.

Most seeds are taken whole or not at all, since their rows are read together. In a seed whose rows stand alone, such as
the claims, a row that breaks a rule of its own is set aside and the others go on.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.sources import claims
from nhs_assets.sources.cells import LINE, typed
from nhs_assets.sources.claims import RowContext
from nhs_assets.sources.seed_cells import Cells, cells_of
from nhs_assets.sources.seed_changes import changes_since
from nhs_assets.sources.seed_files import SEEDS, Origin, Seed, read_origin
from nhs_assets.sources.vintages import DECLARED, declared_row, foreign_rows, repeated_rows, typed_row


@dataclass(frozen=True)
class RowRules:
    """What holds for each row of a seed by itself, beyond its contract.

    Attributes:
        beside: tables of ``raw`` that the rules need.
        broken: the problems of typed rows, which carry their lines in ``source_line``.
    """

    beside: Sequence[str]
    broken: Callable[[str, pl.DataFrame, RowContext], list[Problem]]


ROWS_STAND_ALONE = {"raw.claim": RowRules(claims.BESIDE, claims.broken_rows)}
"""Seeds of which a bad row is set aside: nothing in a row depends on another row."""


def read_table(
    described: Contract,
    seeds: Sequence[Seed],
    accepted: pl.DataFrame | None = None,
    context: RowContext | None = None,
) -> pl.DataFrame:
    """Rows of a table of ``raw``: those of its seed, of the folders of vintages, and of their origin files.

    Args:
        described: the table.
        seeds: all seeds there are.
        accepted: the rows accepted last time, if any.
        context: for a seed whose rows stand alone, what they are held against.

    Raises:
        BadInput: with everything that is wrong in any of its files, each under its own name.
    """
    own = [seed for seed in seeds if seed.contract == described and seed.serves]
    # Only rows of several files have to be told apart, and most tables have one.
    parsed = {seed.name: parse_seed(seed, seed.path.read_bytes())[0] for seed in own if len(own) > 1}
    declared, problems = _declared(described, seeds)
    frames = []
    for seed in own:
        elsewhere = [frame for name, frame in [*parsed.items(), *declared] if name != seed.name]
        try:
            frame = read_seed(seed, _without(accepted, elsewhere, described), context)
            frames.append((seed.name, served(seed, frame)))
        except BadInput as refused:
            problems += refused.problems
    for seed in own:
        if seed.vintage_id:
            problems += foreign_rows(seed.name, described, seed.vintage_id, parsed[seed.name])
    frames = _replaced(described, own, frames)
    problems += repeated_rows(described, [*frames, *declared])
    if problems:
        raise BadInput(problems)
    empty = pl.DataFrame(schema=described.polars_schema())
    return pl.concat([empty, *(frame for _, frame in [*frames, *declared])]).sort(described.primary_key)


def read_seed(seed: Seed, accepted: pl.DataFrame | None = None, context: RowContext | None = None) -> pl.DataFrame:
    """Rows of a seed as its contract types them, sorted by key; of a seed whose rows stand alone, the good ones.

    Args:
        seed: the file to read.
        accepted: the rows accepted last time, if any: with them a changed file is reported cell by cell.
        context: for a seed whose rows stand alone, what they are held against.

    Raises:
        BadInput: with every line, column, rule and remedy, if the file is not the one its origin vouches for, or if
            anything is wrong with a seed whose rows are read together. Nothing is taken from it then.
    """
    content = seed.path.read_bytes()
    if seed.contract.name in ROWS_STAND_ALONE:
        cells = cells_of(seed, content)
        problems, rows = cells.of_file, cells.rows
        frame = _empty(seed) if problems else _good_rows(seed, cells, context)[0]
    else:
        frame, problems = parse_seed(seed, content)
        rows = len(frame)
    origin = read_origin(seed)
    checksum = hashlib.sha256(content).hexdigest()
    if checksum != origin.sha256 or (not problems and rows != origin.rows):
        problems = [*problems, *changes_since(seed, frame, accepted)]
    if problems:
        raise BadInput(problems)
    return frame


def served(seed: Seed, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a file that its table holds: those of other periods stand in a newer file."""
    if seed.only is None:
        return frame
    column, values = seed.only
    return frame.filter(pl.col(column).cast(pl.String).is_in(values))


def refused_rows(seed: Seed, context: RowContext) -> list[Problem]:
    """What is wrong with the rows that were set aside, one problem for each row, column and rule.

    Args:
        seed: the file to read.
        context: what its rows are held against.

    Returns:
        Nothing for a seed whose rows are read together: one of those is refused as a whole or holds every rule.

    Raises:
        BadInput: if the file cannot be taken apart into rows.
    """
    if seed.contract.name not in ROWS_STAND_ALONE:
        return []
    cells = cells_of(seed, seed.path.read_bytes())
    if cells.of_file:
        raise BadInput(cells.of_file)
    return _good_rows(seed, cells, context)[1]


def of_the_day(seed: Seed, today: date) -> dict[str, str]:
    """The day, where what is taken from a seed changes with it: rows dated after today are set aside until then."""
    cells = cells_of(seed, seed.path.read_bytes())
    days = cells.text["known_from"].drop_nulls() if "known_from" in cells.text.columns else ()
    return {"day": today.isoformat()} if any(day > today.isoformat() for day in days) else {}


def read_context(seed: Seed, seeds: Sequence[Seed], today: date) -> RowContext:
    """What the rows of a seed are held against, straight from the files of the tables that its rules need.

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
    return RowContext(found, today)


def parse_seed(seed: Seed, content: bytes) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows of the bytes of a seed, and all that is wrong with them, without regard to the origin file."""
    cells = cells_of(seed, content)
    problems = [*cells.of_file, *cells.of_rows]
    if problems:
        return _empty(seed), problems
    return typed(seed.name, seed.contract, cells.lines, cells.text)


def seal(seed: Seed) -> Origin:
    """Writes the file's present checksum and row count into its origin, once its rows hold every rule.

    A seed whose rows stand alone is sealed with its bad rows, which ``refused_rows`` names.

    Raises:
        BadInput: if the file cannot be taken apart, or a row breaks a rule and rows are read together; the origin is
            left as it was.
    """
    content = seed.path.read_bytes()
    cells = cells_of(seed, content)
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


def _good_rows(seed: Seed, cells: Cells, context: RowContext | None) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows that break no rule, typed, and what is wrong with the others; with no context, by the contract alone."""
    rules = ROWS_STAND_ALONE[seed.contract.name]
    key = list(seed.contract.primary_key)
    refused = list(cells.of_rows)
    left = cells.text.with_columns(pl.Series(LINE, cells.lines, dtype=pl.Int64))

    def broken_beside(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
        # Key cells are text in such a seed, so the line of a typed row is found again by its key.
        numbered = rows.join(left.select(*key, LINE), on=key)
        return numbered, rules.broken(seed.name, numbered, context) if context and len(numbered) else []

    while True:
        # Cells that do not read as their type come first, then the rules of the contract, which need typed rows.
        frame, problems = typed(seed.name, seed.contract, left[LINE].to_list(), left.drop(LINE))
        refused += problems
        bad = {problem.row for problem in problems}
        if not bad:
            break
        # A row that breaks a rule of the contract may break one of these too, which often says better what is wrong.
        refused += [one for one in broken_beside(frame.filter(frame.select(key).is_unique()))[1] if one.row in bad]
        left = left.filter(~pl.col(LINE).is_in(bad))
    frame, problems = broken_beside(frame)
    refused += problems
    frame = frame.filter(~pl.col(LINE).is_in({problem.row for problem in problems})).drop(LINE).sort(key)
    return frame, sorted(refused, key=lambda problem: (problem.row, problem.column or "", problem.rule))


def _declared(described: Contract, seeds: Sequence[Seed]) -> tuple[list[tuple[str, pl.DataFrame]], list[Problem]]:
    """The rows that origin files of vintages add to the table, by file, and what is wrong with them."""
    frames: list[tuple[str, pl.DataFrame]] = []
    problems: list[Problem] = []
    for seed in seeds if described.name in DECLARED else ():
        if not seed.declares:
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


def _replaced(
    described: Contract, own: Sequence[Seed], frames: Sequence[tuple[str, pl.DataFrame]]
) -> list[tuple[str, pl.DataFrame]]:
    """The rows of each file, without those of seeds whose place another file takes."""
    replacing = {seed.name for seed in own if seed.replaces}
    by_name = {seed.name: seed for seed in own}
    left = list(frames)
    for name, frame in frames:
        if name in replacing:
            left = [
                (other, rows.join(frame, on=described.primary_key, how="anti", maintain_order="left"))
                if by_name[other].root == SEEDS
                else (other, rows)
                for other, rows in left
            ]
    return left


def _without(
    accepted: pl.DataFrame | None, elsewhere: Sequence[pl.DataFrame], described: Contract
) -> pl.DataFrame | None:
    """The accepted rows that no other file holds: those a file must account for."""
    for frame in elsewhere if accepted is not None else ():
        accepted = accepted.join(frame, on=list(described.primary_key), how="anti")
    return accepted


def _empty(seed: Seed) -> pl.DataFrame:
    return pl.DataFrame(schema=seed.contract.polars_schema())
