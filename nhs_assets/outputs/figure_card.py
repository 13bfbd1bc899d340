"""The card of a figure: what it is, how it was worked out, from what, how surely, and what it does not support."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from nhs_assets.build import lookup
from nhs_assets.contracts.columns import CONFIDENCE
from nhs_assets.contracts.figures import figure_id
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.outputs.addresses import Address, UnknownFigureError, nearest
from nhs_assets.outputs.contradictions import in_words, recorded
from nhs_assets.outputs.explained import Explained, Formula, Row
from nhs_assets.outputs.sentences import sentence
from nhs_assets.outputs.trace import PARAMETERS, Input, distinct, trace

NEAR_ROWS = 5
FINANCIAL_YEAR_START = "financial year start"
_STATED = {"value_low", "value_central", "value_high", "value_date"}
_MONEY = ("£m", "£", "£ a year")


@dataclass(frozen=True)
class Claim:
    """A claim behind a figure: where it stands, never its words."""

    claim_id: str
    summary: str
    value: str
    source_id: str
    claim_grade: str
    document: str | None
    characters: tuple[int, int] | None
    document_sha256: str | None


@dataclass(frozen=True)
class FigureCard:
    """All that a published file says about one of its figures.

    Attributes:
        figure: the figure's stable name.
        key: the row's key by column.
        value: as published; empty where the cell is.
        low, high: ends of the range, where the table has them.
        sentence: the row in words, for tables whose rows people read so.
        formula: how it is worked out; empty where it stands as its seed has it.
        inputs: tables behind it, nearest first, with the rows that share its key.
        seeds: files those go back to.
        sources: documents that these rows name.
        claims: claims that state a figure this one rests on.
        other_claims: identifiers of other claims of the same measures.
        contradictions: rows of ``evidence.contradiction`` about those claims.
        assumptions: rows of ``evidence.assumption`` for the parameters behind it.
        confidence: class of the figure's own row, where it has one.
        weakest_confidence: the weakest class among the rows behind it.
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
    claims: tuple[Claim, ...]
    other_claims: tuple[str, ...]
    contradictions: tuple[Row, ...]
    assumptions: tuple[Row, ...]
    confidence: str | None
    weakest_confidence: str | None
    checks: tuple[Row, ...]
    cautions: tuple[str, ...]


def figure_card(explained: Explained, address: Address) -> FigureCard:
    """The card of one figure.

    Raises:
        UnknownFigureError: if the snapshot has no such row, with the nearest figures; or the address names no column.
    """
    described, column = address.contract, address.column
    if column is None:
        raise UnknownFigureError(f"{described.name} is a table: name a row and a column of it")
    row = find_row(explained, address)
    inputs = trace(explained, described.name, column, row)
    claims = _claims(explained, described, row, inputs)
    measures = {claim["measure_id"] for claim in claims}
    claim_ids = [claim["claim_id"] for claim in claims]
    low, high = _range(column, row)
    described_column = next(one for one in described.columns if one.name == column)
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
        claims=tuple(map(claim_of, claims)),
        other_claims=_other_claims(explained, measures, claim_ids),
        contradictions=tuple(recorded(explained, claim_ids)),
        assumptions=_assumptions(explained, described.name, row, inputs),
        confidence=row.get("confidence"),
        weakest_confidence=_weakest(explained, described.name, row, inputs),
        checks=tuple(explained.checks(described.name)),
        cautions=tuple(explained.cautions(described.name, column, measures)),
    )


def row_in_words(explained: Explained, table: str, row: Row) -> str | None:
    """What a whole row of a table says, in words; None for tables whose rows need none."""
    if table != "evidence.contradiction":
        return sentence(table, row)
    key = ("claim_a", "claim_b", "conflict_type")
    (same,) = [one for one in recorded(explained, [row["claim_a"]]) if all(one[name] == row[name] for name in key)]
    return in_words(same)


def figures(explained: Explained, address: Address, limit: int) -> list[Row]:
    """Figures of a table, or of the rows that begin with a key: identifier, value and unit, first rows first.

    Args:
        explained: the snapshot.
        address: a table, with as much of the key as is given.
        limit: how many figures to list at most.

    Raises:
        UnknownFigureError: if there is no such row, with those nearest to it.
    """
    described = address.contract
    _refuse_unpublished(explained, described)
    key = described.primary_key
    rows = explained.rows(*lookup.fitting(described.name, _exactly(address), order=key, limit=limit))
    if not rows and address.key:
        raise _nothing_there(explained, address)
    listed = [
        {
            "figure": figure_id(described, [row[name] for name in key], column),
            "value": row[column],
            "unit": _unit(unit, row),
        }
        for row in rows
        for column, unit in _measured(described)
    ]
    return listed[:limit]


def find_row(explained: Explained, address: Address) -> Row:
    """The row of an address with a whole key.

    Raises:
        UnknownFigureError: if there is none, with those nearest to it.
    """
    described = address.contract
    _refuse_unpublished(explained, described)
    if len(address.key) < len(described.primary_key):
        missing = ", ".join(described.primary_key[len(address.key) :])
        raise UnknownFigureError(f"the key of {described.name} is not whole: {missing} is missing")
    rows = explained.rows(*lookup.fitting(described.name, _exactly(address)))
    if not rows:
        raise _nothing_there(explained, address)
    return rows[0]


def claim_of(row: Row) -> Claim:
    """A claim from its row in ``evidence.claim``."""
    located = row["char_start"] is not None
    return Claim(
        claim_id=row["claim_id"],
        summary=row["summary"],
        value=claim_value(row),
        source_id=row["source_id"],
        claim_grade=row["claim_grade"],
        document=row["document"],
        characters=(row["char_start"], row["char_end"]) if located else None,
        document_sha256=row["document_sha256"],
    )


def claim_value(row: Row) -> str:
    """The value of a claim in words: qualifier, figure or both ends of its range, and unit."""
    qualifier = row["qualifier"].replace("_", " ")
    said = "" if qualifier in ("exact", "range") else f"{qualifier} "
    return f"{said}{stated(row['value_text'].split(' to '), row['unit'])}"


def stated(value: object, unit: str) -> str:
    """A value, or the two ends of a range, with its unit: a financial year by its name."""
    if value is None:
        return plain(value)
    parts = value if isinstance(value, list) else [value]
    if unit == FINANCIAL_YEAR_START:
        return " to ".join(f"{int(year)}-{(int(year) + 1) % 100:02d}" for year in parts)
    return f"{' to '.join(map(plain, parts))} {unit}".strip()


def plain(value: object) -> str:
    """A cell as people read it: no thousandths of a pound, no trailing noughts, days as in ISO 8601."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str):
        return value
    if float(value) == int(value):
        return f"{int(value)}"
    return f"{float(value):.6f}".rstrip("0").rstrip(".")


def weakest(classes: Iterable[str | None]) -> str | None:
    """The weakest of some classes of confidence."""
    return max((one for one in classes if one is not None), key=CONFIDENCE.index, default=None)


def _exactly(address: Address) -> dict[str, tuple[object, ...]]:
    return {name: (value,) for name, value in address.key_by_column.items()}


def _refuse_unpublished(explained: Explained, described: Contract) -> None:
    if not explained.has(described.name):
        raise UnknownFigureError(
            f"the published file has no table {described.name} yet. Publish it: nhs-assets refresh"
        )


def _measured(described: Contract) -> list[tuple[str, str]]:
    """Columns that hold figures, with their unit: numbers and months that are no part of the key, else the rest."""
    free = [column for column in described.columns if not column.is_key]
    measured = [
        column
        for column in free
        if column.duckdb_type in ("BIGINT", "DOUBLE", "BOOLEAN")
        or column.duckdb_type.startswith("DECIMAL")
        or column.unit == "month"
    ]
    return [(column.name, column.unit) for column in measured or free]


def _nothing_there(explained: Explained, address: Address) -> UnknownFigureError:
    """Which key value is unknown, and the rows that share most of the others."""
    if address.is_claim:
        return _no_such_claim(explained, str(address.key[0]))
    described, given = address.contract, address.key_by_column
    wrong, meant = [], dict(given)
    for name, value in given.items():
        known = [row[name] for row in distinct(explained, described.name, [name], {})]
        if value not in known:
            near = nearest(str(value), map(str, known))
            wrong.append(f"{name} is never {value}. {near}")
            by_text = {str(one): one for one in known}
            meant[name] = by_text.get(near.removeprefix("Did you mean ").split(" or ")[0].rstrip("?"), value)
    rows = explained.rows(*lookup.nearest(described.name, meant, described.primary_key, NEAR_ROWS))
    column = address.column or _measured(described)[0][0]
    listed = "\n".join(f"  {figure_id(described, list(row.values()), column)}" for row in rows)
    reason = "\n".join(wrong) or "These key values do not stand together in one row."
    return UnknownFigureError(f"{described.name} has no such row. {reason}\nThe nearest figures:\n{listed}")


def _formula(formula: Formula | None, row: Row) -> Formula | None:
    """Without the lines that begin with a condition (``conclusion_id = funding_gap: ...``) of other rows."""

    def is_of_row(line: str) -> bool:
        name, _, rest = line.partition(" = ")
        return name != "conclusion_id" or rest.startswith(f"{row.get(name)}: ")

    if formula is None:
        return None
    return replace(formula, expression="\n".join(filter(is_of_row, formula.expression.split("\n"))))


def _no_such_claim(explained: Explained, wanted: str) -> UnknownFigureError:
    """The claims whose numbers are nearest, those of its own letter first."""

    def distance(row: Row) -> tuple[bool, int, str]:
        claim_id = row["claim_id"]
        return claim_id[0] != wanted[0], abs(int(claim_id[1:]) - int(wanted[1:])), claim_id

    rows = sorted(explained.rows("SELECT claim_id, summary FROM evidence.claim ORDER BY claim_id"), key=distance)
    listed = "\n".join(f"  {row['claim_id']}  {row['summary']}" for row in rows[:NEAR_ROWS])
    return UnknownFigureError(f"there is no claim {wanted}. The nearest claims:\n{listed}")


def _unit(unit: str, row: Row) -> str:
    return str(row["unit"]) if unit.startswith("as the ") and row.get("unit") else unit


def _prices(column: str, unit: str, row: Row) -> tuple[str | None, str | None]:
    """Price basis and base year; a column may differ from its row, and then its name says so."""
    if unit not in _MONEY:
        return None, None
    words = column.split("_")
    if "cash" in words:
        return "cash", None
    if words[0] == "real" and row.get("real_base_fy"):
        return "real", row["real_base_fy"]
    return row.get("price_basis"), row.get("base_fy")


def _range(column: str, row: Row) -> tuple[object, object]:
    """The low and high end of a column, where the table has them beside it."""
    for low in row:
        words = low.split("_")
        if "low" not in words:
            continue
        high = "_".join("high" if word == "low" else word for word in words)
        rest = [word for word in words if word != "low"]
        central = {
            low,
            high,
            "_".join(rest),
            *("_".join(name if word == "low" else word for word in words) for name in ("central", "value", "delta")),
        }
        if high in row and column in central | ({"value"} if low == "low" else set()):
            return row[low], row[high]
    return None, None


def _claims(explained: Explained, described: Contract, row: Row, inputs: Sequence[Input]) -> list[Row]:
    """Claims that state a figure behind this one: itself or an input that is a claim; a parameter of the same document
    and value; or an input of the same document and measure. Of a row whose key says what it is about, no others.
    """
    ids: set[str] = {row["claim_id"]} if described.name == "evidence.claim" else set()
    parameters: set[str] = {row["parameter_id"]} if described.name == PARAMETERS else set()
    spoken: set[tuple[str, str]] = set()
    for one in inputs:
        columns = explained.columns[one.table]
        if one.table == "raw.claim":
            if not _STATED & set(one.columns):
                continue  # It gives a day or the name of a document, so no claim's figure is behind this one.
            ids |= {found["claim_id"] for found in distinct(explained, one.table, ["claim_id"], one.fits)}
        elif one.table == PARAMETERS:
            parameters |= {
                found["parameter_id"] for found in distinct(explained, one.table, ["parameter_id"], one.fits)
            }
        elif {"measure_id", "source_id"} <= set(columns):
            pairs = distinct(explained, one.table, ["measure_id", "source_id"], one.fits)
            spoken |= {(pair["measure_id"], pair["source_id"]) for pair in pairs}
    about = {column.name: row[column.name] for column in described.columns if column.is_about and column.is_key}
    found = explained.rows(
        """
        SELECT DISTINCT c.* FROM evidence.claim AS c
        LEFT JOIN evidence.parameter_value AS p
            ON p.source_id = c.source_id AND list_contains($parameters, p.parameter_id)
            AND p.unit = c.unit
            AND (c.value_central IN (p.value, p.low, p.high) OR c.value_low = p.low OR c.value_high = p.high)
        WHERE list_contains($ids, c.claim_id) OR p.parameter_id IS NOT NULL
            OR list_contains($spoken, c.measure_id || ' ' || c.source_id)
        ORDER BY c.claim_id
        """,
        {
            "ids": sorted(ids),
            "parameters": sorted(parameters),
            "spoken": sorted(f"{measure} {source}" for measure, source in spoken if measure and source),
        },
    )
    return [claim for claim in found if all(claim[name] == value for name, value in about.items())]


def _parameters(explained: Explained, one: Input) -> set[str]:
    return {found["parameter_id"] for found in distinct(explained, one.table, ["parameter_id"], one.fits)}


def _other_claims(explained: Explained, measures: set[str], claim_ids: list[str]) -> tuple[str, ...]:
    rows = explained.rows(
        "SELECT claim_id FROM evidence.claim WHERE list_contains($measures, measure_id) "
        "AND NOT list_contains($ids, claim_id) ORDER BY claim_id",
        {"measures": sorted(measures), "ids": claim_ids},
    )
    return tuple(row["claim_id"] for row in rows)


def _seeds(explained: Explained, table: str, inputs: Sequence[Input]) -> tuple[Row, ...]:
    """Files that the raw tables behind a figure were read from; of the parameter files those of its parameters.

    A count of rows names no column, so no lineage leads on from it: then the files behind its table as a whole.
    """
    if not inputs and not table.startswith("raw."):
        whole = explained.seeds_of_table(table)
        return tuple(seed for seeds in explained.seeds.values() for seed in seeds if seed["file"] in whole)
    raw = [one for one in inputs if one.table.startswith("raw.")]
    names = {contract(name).traced.files_of or name for name in (table, *(one.table for one in raw))}
    files = [seed for name in names for seed in explained.seeds.get(name, ())]
    for one in raw:
        if "file" in contract(one.table).column_names:
            used = {f"seeds/{row['file']}" for row in distinct(explained, one.table, ["file"], one.fits)}
            files = [seed for seed in files if seed["raw_table"] != one.table or seed["file"] in used]
    return tuple(sorted(files, key=lambda seed: seed["file"]))


def _sources(explained: Explained, row: Row, inputs: Sequence[Input], claims: Sequence[Row]) -> tuple[Row, ...]:
    """Documents that the row, its inputs and its claims name, best grade first."""
    ids = {row.get("source_id"), *(claim["source_id"] for claim in claims)}
    for one in inputs:
        is_register = contract(one.table).primary_key == ("source_id",)
        if is_register or (one.table == "raw.claim" and not _STATED & set(one.columns)):
            continue  # A register says how good a document is; which one it is, the row that names it says.
        if "source_id" in explained.columns[one.table]:
            ids |= {found["source_id"] for found in distinct(explained, one.table, ["source_id"], one.fits)}
    found = [explained.sources[source_id] for source_id in ids if source_id in explained.sources]
    return tuple(sorted(found, key=lambda source: (source["evidence_grade"], source["source_id"])))


def _assumptions(explained: Explained, table: str, row: Row, inputs: Sequence[Input]) -> tuple[Row, ...]:
    used = {row["parameter_id"]} if table == PARAMETERS else set()
    for one in inputs:
        if one.table == PARAMETERS:
            used |= _parameters(explained, one)
    return tuple(
        explained.rows(
            "SELECT * FROM evidence.assumption WHERE list_contains($used, parameter_id) ORDER BY assumption_id",
            {"used": sorted(used)},
        )
    )


def _weakest(explained: Explained, table: str, row: Row, inputs: Sequence[Input]) -> str | None:
    """The weakest class among the rows of the seeds behind a figure, its own row included.

    Where the lineage says no more than which tables a function of the model reads, the whole tables count.
    """
    classes = [row.get("confidence")]
    for one in inputs:
        if one.table.startswith("raw.") and "confidence" in explained.columns[one.table]:
            classes += [found["confidence"] for found in distinct(explained, one.table, ["confidence"], one.fits)]
    return weakest(classes) or (explained.weakest_confidence.get(table) if not inputs else None)
