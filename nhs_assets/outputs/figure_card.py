"""The card of a figure: its meaning, formula, inputs, confidence, and what it does not support."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nhs_assets.build import lookup
from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.contracts.figures import figure_id
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.ground.reading import plain
from nhs_assets.outputs.addresses import Address, UnknownFigureError, nearest
from nhs_assets.outputs.contradictions import in_words, recorded
from nhs_assets.outputs.explained import Explained, Formula, Row
from nhs_assets.outputs.sentences import sentence
from nhs_assets.outputs.trace import PARAMETERS, Input, distinct, trace

NEAR_ROWS = 5
FINANCIAL_YEAR_START = "financial year start"
LOWEST_OF_DRAWS = "p10"
ENDS = {("low", "high"): ("central", "value", "delta"), (LOWEST_OF_DRAWS, "p90"): ("principal", "p50")}
"""Words in the names of columns for the ends of a range, each with those for what lies between."""

_STATED = {"value_low", "value_central", "value_high", "value_date"}
_MONEY = ("£m", "£", "£ a year")


@dataclass(frozen=True)
class FigureCard:
    """Everything that a published version says about one of its figures.

    Attributes:
        value: as published; None if the cell is empty.
        low, high: ends of the range, if the table has them.
        is_of_draws: whether they are the 10th and 90th percentile of draws.
        sentence: the row in words, if it has any.
        formula: how it is worked out; None if it is read from a seed unchanged.
        inputs: tables behind it, nearest first.
        seeds: seed files behind it.
        sources: documents that the rows behind it name, best grade first.
        claims: claims that state a figure behind this one: the place of each, never its words.
        other_claims: identifiers of other claims of the same measures.
        contradictions: rows of ``evidence.contradiction`` about those claims.
        assumptions: rows of ``evidence.assumption`` about the parameters behind it.
        confidence, weakest_confidence: class of the row, and the weakest class of the rows behind it.
        cautions: what it does not support.
    """

    figure: str
    table: str
    table_meaning: str
    column: str
    meaning: str
    key: dict[str, object]
    value: object
    low: object
    high: object
    is_of_draws: bool
    sentence: str | None
    unit: str
    price_basis: str | None
    base_fy: str | None
    known_from: date | None
    version: str
    published_at: str
    as_of: tuple[str, ...]
    formula: Formula | None
    inputs: tuple[Input, ...]
    seeds: tuple[Row, ...]
    sources: tuple[Row, ...]
    claims: tuple[Row, ...]
    other_claims: tuple[str, ...]
    contradictions: tuple[Row, ...]
    assumptions: tuple[Row, ...]
    confidence: str | None
    weakest_confidence: str | None
    checks: tuple[Row, ...]
    cautions: tuple[str, ...]


def figure_card(explained: Explained, address: Address) -> FigureCard:
    """The card of one figure; UnknownFigureError if there is none, with the nearest figures."""
    described, column = address.contract, address.column
    if column is None:
        raise UnknownFigureError(f"{described.name} is a table: name a row and a column of it")
    row = find_row(explained, address)
    inputs = trace(explained, described.name, column, row)
    claims = _claims(explained, described, row, inputs)
    measures = {claim["measure_id"] for claim in claims}
    claim_ids = [claim["claim_id"] for claim in claims]
    others = explained.rows(
        "SELECT claim_id FROM evidence.claim WHERE list_contains($measures, measure_id) "
        "AND NOT list_contains($ids, claim_id) ORDER BY claim_id",
        {"measures": sorted(measures), "ids": claim_ids},
    )
    assumptions = explained.rows(
        "SELECT * FROM evidence.assumption WHERE list_contains($used, parameter_id) ORDER BY assumption_id",
        {"used": sorted(_parameters(explained, described, row, inputs))},
    )
    low, high, is_of_draws = _range(column, row)
    described_column = next(known for known in described.columns if known.name == column)
    unit = _unit(described_column.unit, row)
    basis, base_fy = _prices(column, unit, row)
    return FigureCard(
        figure=figure_id(described, list(address.key), column),
        table=described.name,
        table_meaning=described.description,
        column=column,
        meaning=described_column.description,
        key=address.key_by_column,
        value=row[column],
        low=low,
        high=high,
        is_of_draws=is_of_draws,
        sentence=row_in_words(explained, described.name, row),
        unit=unit,
        price_basis=basis,
        base_fy=base_fy,
        known_from=row.get("known_from"),
        version=explained.version,
        published_at=explained.published_at,
        as_of=explained.as_of,
        formula=_formula(explained.formulas.get((described.name, column)), row),
        inputs=inputs,
        seeds=_seeds(explained, described.name, inputs),
        sources=_sources(explained, row, inputs, claims),
        claims=tuple(map(located, claims)),
        other_claims=tuple(other["claim_id"] for other in others),
        contradictions=tuple(recorded(explained, claim_ids)),
        assumptions=tuple(assumptions),
        confidence=row.get("confidence"),
        weakest_confidence=_weakest(explained, described.name, row, inputs),
        checks=tuple(explained.checks(described.name)),
        cautions=tuple(explained.cautions(described.name, column, measures)),
    )


def row_in_words(explained: Explained, table: str, row: Row) -> str | None:
    """A row as a sentence; None for tables whose rows need none."""
    if table != "evidence.contradiction":
        return sentence(table, row)
    key = ("claim_a", "claim_b", "conflict_type")
    (same,) = [
        found for found in recorded(explained, [row["claim_a"]]) if all(found[name] == row[name] for name in key)
    ]
    return in_words(same)


def figures(explained: Explained, address: Address, limit: int) -> list[Row]:
    """The first figures of a table, or of the rows whose key begins so: identifier, value and unit."""
    described = address.contract
    key = described.primary_key
    listed = [
        {
            "figure": figure_id(described, [row[name] for name in key], column),
            "value": row[column],
            "unit": _unit(unit, row),
        }
        for row in _rows_at(explained, address, limit)
        for column, unit in _measured(described)
    ]
    return listed[:limit]


def find_row(explained: Explained, address: Address) -> Row:
    """The row of an address with a complete key; UnknownFigureError if there is none, with the nearest figures."""
    missing = address.contract.primary_key[len(address.key) :]
    if missing and address.contract.name in explained.columns:
        raise UnknownFigureError(f"the key of {address.contract.name} is incomplete: {', '.join(missing)} is missing")
    return _rows_at(explained, address, 1)[0]


def located(claim: Row) -> Row:
    """A row of ``evidence.claim`` with its place in the document."""
    columns = ("claim_id", "summary", "value", "source_id", "claim_grade", "document", "characters", "document_sha256")
    is_located = claim["char_start"] is not None
    characters = (claim["char_start"], claim["char_end"]) if is_located else None
    known = claim | {"value": claim_value(claim), "characters": characters}
    return {name: known[name] for name in columns}


def claim_value(row: Row) -> str:
    """The value of a claim in words: qualifier, figure or both ends of its range, and unit."""
    qualifier = row["qualifier"].replace("_", " ")
    prefix = "" if qualifier in ("exact", "range") else f"{qualifier} "
    return f"{prefix}{stated(row['value_text'].split(' to '), row['unit'])}"


def stated(value: object, unit: str) -> str:
    """A value, or the two ends of a range, with its unit: a financial year by its name."""
    if value is None:
        return plain(value)
    parts = value if isinstance(value, list) else [value]
    if unit == FINANCIAL_YEAR_START:
        return " to ".join(f"{int(year)}-{(int(year) + 1) % 100:02d}" for year in parts)
    return f"{' to '.join(map(plain, parts))} {unit}".strip()


def _rows_at(explained: Explained, address: Address, limit: int) -> list[Row]:
    """The first rows whose key begins as an address says; those of an empty table may be none."""
    described = address.contract
    if described.name not in explained.columns:
        raise UnknownFigureError(
            f"the published file has no table {described.name} yet. Publish it: nhs-assets refresh"
        )
    fits = {name: (value,) for name, value in address.key_by_column.items()}
    rows = explained.rows(*lookup.fitting(described.name, fits, order=described.primary_key, limit=limit))
    if not rows and address.key:
        raise _no_such_claim(explained, address) if address.is_claim else _no_such_row(explained, address)
    return rows


def _no_such_row(explained: Explained, address: Address) -> UnknownFigureError:
    """Which key value is unknown, and the rows that share most of the others."""
    described, given = address.contract, address.key_by_column
    wrong, meant = [], dict(given)
    for name, value in given.items():
        known = [row[name] for row in distinct(explained, described.name, [name], {})]
        if value not in known:
            near = nearest(str(value), map(str, known))
            wrong.append(f"{name} is never {value}. {near}")
            by_text = {str(other): other for other in known}
            meant[name] = by_text.get(near.removeprefix("Did you mean ").split(" or ")[0].rstrip("?"), value)
    rows = explained.rows(*lookup.nearest(described.name, meant, described.primary_key, NEAR_ROWS))
    column = address.column or _measured(described)[0][0]
    listed = "\n".join(f"  {figure_id(described, list(row.values()), column)}" for row in rows)
    reason = "\n".join(wrong) or "No row has these key values together."
    return UnknownFigureError(f"{described.name} has no such row. {reason}\nThe nearest figures:\n{listed}")


def _no_such_claim(explained: Explained, address: Address) -> UnknownFigureError:
    """The claims with the nearest numbers, those of the same letter first."""
    wanted = str(address.key[0])

    def distance(row: Row) -> tuple[bool, int, str]:
        claim_id = row["claim_id"]
        return claim_id[0] != wanted[0], abs(int(claim_id[1:]) - int(wanted[1:])), claim_id

    rows = sorted(explained.rows("SELECT claim_id, summary FROM evidence.claim ORDER BY claim_id"), key=distance)
    listed = "\n".join(f"  {row['claim_id']}  {row['summary']}" for row in rows[:NEAR_ROWS])
    return UnknownFigureError(f"there is no claim {wanted}. The nearest claims:\n{listed}")


def _measured(described: Contract) -> list[tuple[str, str]]:
    """Columns that hold figures, with their unit: numbers and months outside the key, or else all outside the key."""
    free = [column for column in described.columns if not column.is_key]
    measured = [
        column
        for column in free
        if column.duckdb_type.startswith(("BIGINT", "DOUBLE", "BOOLEAN", "DECIMAL")) or column.unit == "month"
    ]
    return [(column.name, column.unit) for column in measured or free]


def _formula(formula: Formula | None, row: Row) -> Formula | None:
    """Without the lines that begin with a condition (``conclusion_id = funding_gap: ...``) of other rows."""

    def is_of_row(line: str) -> bool:
        name, _, rest = line.partition(" = ")
        return name != "conclusion_id" or rest.startswith(f"{row.get(name)}: ")

    if formula is None:
        return None
    return replace(formula, expression="\n".join(filter(is_of_row, formula.expression.split("\n"))))


def _unit(unit: str, row: Row) -> str:
    return str(row["unit"]) if unit.startswith("as the ") and row.get("unit") else unit


def _prices(column: str, unit: str, row: Row) -> tuple[str | None, str | None]:
    """Price basis and base year; a column that differs from its row says so in its name."""
    if unit not in _MONEY:
        return None, None
    words = column.split("_")
    if "cash" in words:
        return "cash", None
    if words[0] == "real" and row.get("real_base_fy"):
        return "real", row["real_base_fy"]
    return row.get("price_basis"), row.get("base_fy")


def _range(column: str, row: Row) -> tuple[object, object, bool]:
    """The low and high end of a column, if the table has them, and whether they are percentiles of draws."""
    for (first, last), central in ENDS.items():
        for low in row:
            words = low.split("_")
            if first not in words:
                continue
            rest = "_".join(word for word in words if word != first)
            high, *others = ("_".join(name if word == first else word for word in words) for name in (last, *central))
            alone = ["value"] if low == first == "low" else []
            if high in row and column in {low, high, rest, *others, *alone}:
                return row[low], row[high], first == LOWEST_OF_DRAWS
    return None, None, False


def _values(explained: Explained, inputs: Iterable[Input], column: str) -> set:
    """Different values of a column among the rows behind a figure, of the tables that have it."""
    return {
        row[column]
        for used in inputs
        if column in explained.columns[used.table]
        for row in distinct(explained, used.table, [column], used.fits)
    }


def _is_dated_or_named(used: Input) -> bool:
    """Whether it is claims of which a figure takes a date or a document's name, so that no claim's figure counts."""
    return used.table == "raw.claim" and not _STATED & set(used.columns)


def _parameters(explained: Explained, described: Contract, row: Row, inputs: Sequence[Input]) -> set[str]:
    own = {row["parameter_id"]} if described.name == PARAMETERS else set()
    return own | _values(explained, (used for used in inputs if used.table == PARAMETERS), "parameter_id")


def _claims(explained: Explained, described: Contract, row: Row, inputs: Sequence[Input]) -> list[Row]:
    """Claims that state a figure behind this one: itself or an input that is a claim; a parameter of the same document
    and value; or an input of the same document and measure. If the row's key says what it is about, no others.
    """
    stating = [used for used in inputs if used.table == "raw.claim" and not _is_dated_or_named(used)]
    ids = _values(explained, stating, "claim_id") | ({row["claim_id"]} if described.name == "evidence.claim" else set())
    pairs = {
        f"{pair['measure_id']} {pair['source_id']}"
        for used in inputs
        if used.table not in ("raw.claim", PARAMETERS)
        and {"measure_id", "source_id"} <= {*explained.columns[used.table]}
        for pair in distinct(explained, used.table, ["measure_id", "source_id"], used.fits)
        if pair["measure_id"] and pair["source_id"]
    }
    about = {column.name: row[column.name] for column in described.columns if column.is_about and column.is_key}
    found = explained.rows(
        """
        SELECT DISTINCT c.* FROM evidence.claim AS c
        LEFT JOIN evidence.parameter_value AS p
            ON p.source_id = c.source_id AND list_contains($parameters, p.parameter_id)
            AND p.unit = c.unit
            AND (c.value_central IN (p.value, p.low, p.high) OR c.value_low = p.low OR c.value_high = p.high)
        WHERE list_contains($ids, c.claim_id) OR p.parameter_id IS NOT NULL
            OR list_contains($pairs, c.measure_id || ' ' || c.source_id)
        ORDER BY c.claim_id
        """,
        {
            "ids": sorted(ids),
            "parameters": sorted(_parameters(explained, described, row, inputs)),
            "pairs": sorted(pairs),
        },
    )
    return [claim for claim in found if all(claim[name] == value for name, value in about.items())]


def _seeds(explained: Explained, table: str, inputs: Sequence[Input]) -> tuple[Row, ...]:
    """Seed files of the raw tables behind a figure; of the parameter files, those of its parameters.

    A count of rows names no column and has no lineage; then it is the files behind its table as a whole.
    """
    if not inputs and not table.startswith("raw."):
        return tuple(explained.seeds_of_table(table))
    raw = [used for used in inputs if used.table.startswith("raw.")]
    names = {contract(name).traced.files_of or name for name in (table, *(used.table for used in raw))}
    files = [seed for seed in explained.seeds if seed["raw_table"] in names]
    for used in raw:
        if "file" in contract(used.table).column_names:
            read = {f"seeds/{file}" for file in _values(explained, [used], "file")}
            files = [seed for seed in files if seed["raw_table"] != used.table or seed["file"] in read]
        if "vintage_id" in contract(used.table).column_names:
            # A vintage may have a folder of its own for its rows.
            apart = {f"/vintages/{vintage_id}/" for vintage_id in _values(explained, [used], "vintage_id")}
            files = [
                seed
                for seed in files
                if "/vintages/" not in seed["file"] or any(folder in seed["file"] for folder in apart)
            ]
    return tuple(files)


def _sources(explained: Explained, row: Row, inputs: Sequence[Input], claims: Sequence[Row]) -> tuple[Row, ...]:
    # A register says how good a document is; the row that names the document says which one it is.
    naming = [
        used for used in inputs if contract(used.table).primary_key != ("source_id",) and not _is_dated_or_named(used)
    ]
    ids = {row.get("source_id"), *(claim["source_id"] for claim in claims), *_values(explained, naming, "source_id")}
    found = [explained.sources[source_id] for source_id in ids if source_id in explained.sources]
    return tuple(sorted(found, key=lambda source: (source["evidence_grade"], source["source_id"])))


def _weakest(explained: Explained, table: str, row: Row, inputs: Sequence[Input]) -> str | None:
    """The weakest class among the rows of the raw tables behind a figure, and its own row.

    If the lineage only says which tables a function of the model reads, the whole tables count.
    """
    raw = [used for used in inputs if used.table.startswith("raw.")]
    classes = {row.get("confidence"), *_values(explained, raw, "confidence")} - {None}
    whole = explained.weakest_confidence(table) if not inputs else None
    return max(classes, key=CONFIDENCE.index) if classes else whole
