"""Rows of seed files as typed frames, once each file matches its origin.

Most seeds are read as a whole or not at all, since their rows depend on each other. In a seed with independent rows,
such as the claims, a row that breaks a rule of its own is quarantined and the others are used.

``seeds/vintages/<vintage>/<table>.csv`` adds the rows of one vintage (one publication of figures) to a seed. Its origin
may also hold ``document`` (the document with the rows) and ``vintage`` (what happened that day), so that a new vintage
needs no row in any other seed.
"""

from collections.abc import Sequence
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import Contract, declared_by
from nhs_assets.contracts.rules import IndependentRows
from nhs_assets.ground import files
from nhs_assets.ground.problems import BadInputError, Problem, collected
from nhs_assets.sources import claims
from nhs_assets.sources.cells import LINE, row_name, typed, typed_rows
from nhs_assets.sources.claims import RowContext
from nhs_assets.sources.seed_cells import Cells, cells_of
from nhs_assets.sources.seed_files import DECLARED, SEEDS, Origin, Seed, read_origin

INDEPENDENT_ROWS = dict.fromkeys(declared_by(IndependentRows), claims)
"""Seeds with independent rows: the module has ``broken_rows``, and in ``INPUT_TABLES`` the tables that it needs."""

Frames = list[tuple[str, pl.DataFrame]]
"""Rows by file."""


def read_table(
    described: Contract, seeds: Sequence[Seed], accepted: pl.DataFrame | None = None, context: RowContext | None = None
) -> pl.DataFrame:
    """Rows of a table of ``raw`` from all its files, sorted by key: its seed, folders of vintages, and origin files.

    ``accepted`` are the rows accepted last time, if any; ``context`` is what independent rows are compared with.

    Raises:
        BadInputError: with every problem in any of its files, each under its own name.
    """
    key = list(described.primary_key)
    own = [seed for seed in seeds if seed.contract == described and seed.serves]
    # Rows have to be assigned to files only if there are several, and most tables have one.
    parsed = {seed.name: parse_seed(seed, seed.path.read_bytes())[0] for seed in own if len(own) > 1}
    declared, problems = _declared(described, seeds)
    found: list[tuple[Seed, pl.DataFrame]] = []
    for seed in own:
        accounted_for = accepted
        for name, frame in [*parsed.items(), *declared] if accepted is not None else ():
            if name != seed.name:
                accounted_for = accounted_for.join(frame, on=key, how="anti")
        with collected(problems):
            found.append((seed, served(seed, read_seed(seed, accounted_for, context))))
        if seed.vintage_id:
            problems += _foreign_rows(seed, parsed[seed.name])
    for replacing, rows in [pair for pair in found if pair[0].replaces]:
        found = [
            (seed, frame.join(rows, on=key, how="anti", maintain_order="left"))
            if seed.root == SEEDS and seed != replacing
            else (seed, frame)
            for seed, frame in found
        ]
    frames = [*((seed.name, frame) for seed, frame in found), *declared]
    problems += _repeated_rows(key, frames)
    if problems:
        raise BadInputError(problems)
    empty = pl.DataFrame(schema=described.polars_schema())
    return pl.concat([empty, *(frame for _, frame in frames)]).sort(key)


def read_seed(seed: Seed, accepted: pl.DataFrame | None = None, context: RowContext | None = None) -> pl.DataFrame:
    """Rows of a seed in the dtypes of its contract, sorted by key; of independent rows, the good ones.

    A file that changed since it was accepted is reported cell by cell.

    Raises:
        BadInputError: with every line, column, rule and remedy, if the file differs from its origin, or if anything is
            wrong in a seed that is read as a whole. No row is used then.
    """
    content = seed.path.read_bytes()
    if seed.contract.name in INDEPENDENT_ROWS:
        cells = cells_of(seed, content)
        problems, rows = cells.of_file, cells.rows
        frame = _empty(seed) if problems else _good_rows(seed, cells, context)[0]
    else:
        frame, problems = parse_seed(seed, content)
        rows = len(frame)
    origin = read_origin(seed)
    if files.sha256_of(content) != origin.sha256 or (not problems and rows != origin.rows):
        problems = [*problems, *_changes_since(seed, frame, accepted)]
    if problems:
        raise BadInputError(problems)
    return frame


def standing_rows(seed: Seed) -> pl.DataFrame:
    """Rows of a seed as the file stands, sealed or not; of independent rows, those that break no rule of the contract.

    Raises:
        BadInputError: if anything is wrong in a seed that is read as a whole.
    """
    content = seed.path.read_bytes()
    if seed.contract.name in INDEPENDENT_ROWS:
        return _good_rows(seed, cells_of(seed, content), None)[0]
    frame, problems = parse_seed(seed, content)
    if problems:
        raise BadInputError(problems)
    return frame


def served(seed: Seed, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows of a file that its table uses: those of other periods are in a newer file."""
    if seed.only is None:
        return frame
    column, values = seed.only
    return frame.filter(pl.col(column).cast(pl.String).is_in(values))


def refused_rows(seed: Seed, context: RowContext) -> list[Problem]:
    """The problems of quarantined rows, one for each row, column and rule; none for a seed read as a whole."""
    if seed.contract.name not in INDEPENDENT_ROWS:
        return []
    cells = cells_of(seed, seed.path.read_bytes())
    if cells.of_file:
        raise BadInputError(cells.of_file)
    return _good_rows(seed, cells, context)[1]


def day_of_use(seed: Seed, today: date) -> dict[str, str]:
    """The day, if the rows used depend on it: those dated after today are quarantined until their day."""
    text = cells_of(seed, seed.path.read_bytes()).text
    days = text["known_from"].drop_nulls() if "known_from" in text.columns else ()
    return {"day": today.isoformat()} if any(day > today.isoformat() for day in days) else {}


def read_context(seed: Seed, seeds: Sequence[Seed], today: date) -> RowContext:
    """What the rows of a seed are compared with, directly from the files of the tables that its rules need."""
    by_table = {other.contract.name: other for other in seeds}
    rules = INDEPENDENT_ROWS.get(seed.contract.name)
    tables: dict[str, pl.DataFrame] = {}
    for table in rules.INPUT_TABLES if rules else ():
        tables[table], problems = parse_seed(by_table[table], by_table[table].path.read_bytes())
        if problems:
            raise BadInputError(problems)
    return RowContext(tables, today)


def parse_seed(seed: Seed, content: bytes) -> tuple[pl.DataFrame, list[Problem]]:
    """Rows of the bytes of a seed, and their problems, whatever the origin file says."""
    cells = cells_of(seed, content)
    problems = [*cells.of_file, *cells.of_rows]
    return (_empty(seed), problems) if problems else typed(seed.name, seed.contract, cells.lines, cells.text)


def seal(seed: Seed) -> Origin:
    """Writes the file's present checksum and row count into its origin, once its rows are valid.

    One with independent rows is sealed with its bad rows; otherwise a broken rule leaves the origin unchanged.
    """
    content = seed.path.read_bytes()
    cells = cells_of(seed, content)
    problems = cells.of_file if seed.contract.name in INDEPENDENT_ROWS else parse_seed(seed, content)[1]
    if problems:
        raise BadInputError(problems)
    read_origin(seed)
    sealed = {"rows": str(cells.rows), "sha256": files.sha256_of(content)}
    lines = seed.origin_path.read_text(encoding="utf-8").splitlines()
    # Line by line, so that the rest stays in the words and the order in which a person wrote it.
    rewritten = [f"{key}: {sealed[key]}" if (key := line.partition(":")[0]) in sealed else line for line in lines]
    seed.origin_path.write_text("\n".join(rewritten) + "\n", encoding="utf-8")
    return read_origin(seed)


def _good_rows(seed: Seed, cells: Cells, context: RowContext | None) -> tuple[pl.DataFrame, list[Problem]]:
    """The rows that break no rule, and the problems of the others; without context, by the contract alone."""
    rules = INDEPENDENT_ROWS[seed.contract.name]
    key = list(seed.contract.primary_key)
    refused = list(cells.of_rows)
    left = cells.text.with_columns(pl.Series(LINE, cells.lines, dtype=pl.Int64))

    def broken_rows(rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Problem]]:
        # Key cells are text in such a seed, so the line of a typed row is found again by its key.
        numbered = rows.join(left.select(*key, LINE), on=key)
        return numbered, rules.broken_rows(seed.name, numbered, context) if context and len(numbered) else []

    while True:
        # Cells that do not parse come first, then the rules of the contract, which need typed rows.
        frame, problems = typed(seed.name, seed.contract, left[LINE].to_list(), left.drop(LINE))
        refused += problems
        bad = {problem.row for problem in problems}
        if not bad:
            break
        # A row that breaks a rule of the contract may break one of these too, which often explains it better.
        unique = frame.filter(frame.select(key).is_unique())
        refused += [problem for problem in broken_rows(unique)[1] if problem.row in bad]
        left = left.filter(~pl.col(LINE).is_in(bad))
    frame, problems = broken_rows(frame)
    refused += problems
    frame = frame.filter(~pl.col(LINE).is_in({problem.row for problem in problems})).drop(LINE).sort(key)
    return frame, sorted(refused, key=lambda problem: (problem.row, problem.column or "", problem.rule))


def _declared(described: Contract, seeds: Sequence[Seed]) -> tuple[Frames, list[Problem]]:
    """The rows that origin files of vintages add to the table, by file, and their problems."""
    frames: Frames = []
    problems: list[Problem] = []
    block = DECLARED.get(described.name)
    for seed in seeds if block else ():
        if not seed.declares:
            continue
        with collected(problems):
            origin = read_origin(seed)
            document, vintage = origin.document, origin.vintage
            row: dict[str, object] = {}
            if block == "vintage" and vintage:
                row = {"vintage_id": seed.vintage_id, **vintage.model_dump(), "source_id": document.source_id}
            elif block == "document" and document:
                row = origin.model_dump(include={"publisher", "title", "url", "licence"}) | document.model_dump()
                row |= {"published_on": origin.date_published, "accessed_on": origin.date_accessed}
                row |= {"origin_group": document.source_id, "fidelity": "clean"}
            if row:
                frame, wrong = typed_rows(seed.origin_name, described, [(f"block {block}", row)])
                frames.append((seed.origin_name, frame))
                problems += wrong
    return frames, problems


def _foreign_rows(seed: Seed, frame: pl.DataFrame) -> list[Problem]:
    """The rows of a vintage's file that do not name the vintage of its folder."""
    naming = [column.name for column in seed.contract.columns if column.names_vintage]
    rule = f"does not name the vintage of its folder, {seed.vintage_id}"
    remedy = "Move the row to the folder of its vintage, or correct the vintage."
    rows = frame.filter(~pl.any_horizontal(pl.col(naming) == seed.vintage_id)).select(seed.contract.primary_key)
    return [Problem(seed.name, rule, remedy, row_name(row)) for row in rows.iter_rows()]


def _repeated_rows(key: list[str], frames: Frames) -> list[Problem]:
    """Rows whose key appears in several files of a table."""
    remedy = "Keep one of them: what was known is never edited; a later figure is a row of a later vintage."
    return [
        Problem(file, f"the row is also in {earlier_file}", remedy, row_name(row))
        for place, (file, frame) in enumerate(frames)
        for earlier_file, earlier in frames[:place]
        for row in frame.join(earlier, on=key, how="semi").select(key).sort(key).iter_rows()
    ]


def _changes_since(seed: Seed, frame: pl.DataFrame, accepted: pl.DataFrame | None) -> list[Problem]:
    """Why a file that differs from its origin is refused, with each row and cell that differs from those accepted."""
    remedy = (
        f"If every change is intended, run: nhs-assets seal seeds/{seed.name}"
        if seed.root == SEEDS
        else "The archive never changes: restore the file as it was ingested."
    )
    changed = [Problem(seed.name, "differs from its origin: checksum or row count", remedy)]
    if accepted is None or frame.is_empty():
        return changed
    key = list(seed.contract.primary_key)
    for what, rows, others in (("new", frame, accepted), ("gone", accepted, frame)):
        rule = f"is {what} since the file was last accepted"
        for row in rows.join(others, on=key, how="anti").select(key).sort(key).iter_rows():
            changed.append(Problem(seed.name, rule, "Check that this is intended.", row_name(row)))
    columns = [name for name in seed.contract.column_names if name not in key]
    before, now = (
        rows.select(*key, pl.col(columns).cast(pl.String)).unpivot(columns, index=key, variable_name="column")
        for rows in (accepted, frame)
    )
    both = before.join(now, on=[*key, "column"], suffix="_now")
    differing = both.filter(pl.col("value").ne_missing(pl.col("value_now"))).sort(*key, "column")
    for *row, column, old, new in differing.iter_rows():
        rule = f"was {old!r} when last accepted"
        changed.append(Problem(seed.name, rule, "Compare it with the source.", row_name(row), column, new))
    return changed


def _empty(seed: Seed) -> pl.DataFrame:
    return pl.DataFrame(schema=seed.contract.polars_schema())
