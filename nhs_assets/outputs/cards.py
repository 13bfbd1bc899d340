"""Cards as sections of text and tables, which the terminal and the page show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from nhs_assets.ground.reading import plain
from nhs_assets.outputs.claim_card import BEST, ClaimCard, is_own_reading
from nhs_assets.outputs.contradictions import in_words
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.figure_card import FINANCIAL_YEAR_START, FigureCard, located, stated
from nhs_assets.outputs.sentences import amount
from nhs_assets.outputs.trace import PARAMETER_TABLES, SHOWN_ROWS, Input

WRITTEN_UNITS = ("£m", "£m a year", "£", "share", "operations", "posts", "months")
"""Units of which whole numbers are precise enough to be read out."""

Card = FigureCard | ClaimCard
Cells = Mapping[str, str | Callable[[Row], str]]
"""What each column of a table shows: a column of the row, or text made from it."""


@dataclass(frozen=True)
class Section:
    """One part of a card: a title, lines, and a table; ``is_trace`` if it is for those who follow every step."""

    title: str
    lines: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    is_trace: bool = False


def title_of(card: Card) -> str:
    """The name of what the card is about."""
    return card.figure if isinstance(card, FigureCard) else f"Claim {card.claim['claim_id']}"


def sections(card: Card) -> tuple[Section, ...]:
    """The parts of a card that are not empty, in the order in which people ask."""
    found = _of_figure(card) if isinstance(card, FigureCard) else _of_claim(card)
    return tuple(section for section in found if section.lines or section.rows)


def json_value(value: object) -> object:
    """A value of a cell in JSON: decimals as numbers, dates as text."""
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def figure_value(card: FigureCard) -> str:
    """Value, unit, price basis and range on one line."""
    words = [stated(card.value, card.unit)]
    if card.price_basis:
        words.append(f"({card.price_basis}{f', prices of {card.base_fy}' if card.base_fy else ''})")
    if card.low is not None and card.low != card.high:
        is_year = card.unit == FINANCIAL_YEAR_START
        ends = stated([card.low, card.high], card.unit) if is_year else f"{plain(card.low)} to {plain(card.high)}"
        words.append(f"range {ends}")
    return " ".join(filter(None, words))


def written_value(card: FigureCard) -> str:
    """The figure as people write it, with its range; one that is no amount is as in the table."""
    if not isinstance(card.value, int | float | Decimal) or card.unit not in WRITTEN_UNITS:
        return figure_value(card)
    text = amount(float(card.value), card.unit)
    if card.low is not None and card.low != card.high and card.value not in (card.low, card.high):
        kind = "80% range" if card.is_of_draws else "range"
        text += f", {kind} {amount(float(card.low), card.unit)} to {amount(float(card.high), card.unit)}"
    return text + (f", {card.price_basis}" if card.price_basis else "")


_SEEDS = {name: name for name in ("file", "publisher", "title", "licence")}
_DOCUMENTS = {
    "grade": "evidence_grade",
    "document": "source_id",
    "publisher": "publisher",
    "title": "title",
    "published": lambda source: plain(source["published_on"]) if source["published_on"] else "",
    "address or file": lambda source: source["url"] or source["document"] or "",
    "licence": "licence",
}
_ASSUMPTIONS = {
    "assumption": "assumption_id",
    "quality": "quality",
    "what is taken for granted": "statement",
    "review by": lambda row: plain(row["review_by"]),
}
_CHECKS = {
    "check": "check_name",
    "rule": "title",
    "severity": "severity",
    "state": lambda row: "passes" if row["passed"] else "finds rows",
}
_AGAINST = {"claim": "claim_id", "in our words": "summary", "document": "source_id", "grade": "claim_grade"}


def _of_figure(card: FigureCard) -> Iterable[Section]:
    known = f", known from {card.known_from}" if card.known_from else ""
    yield Section(
        "What it is",
        (
            figure_value(card),
            card.meaning,
            *filter(None, [card.sentence]),
            f"In {card.table}: {card.table_meaning}",
            ", ".join(f"{name} {plain(value)}" for name, value in card.key.items()),
            f"As of version {card.version}{known}.",
            *card.as_of,
        ),
    )
    yield Section("What it does not support", card.cautions)
    yield Section("How sure", tuple(_confidence(card)))
    if card.formula is None:
        yield Section("How it is worked out", ("Read from the seed unchanged.",))
    else:
        formula = tuple(card.formula.expression.split("\n"))
        yield Section(f"How it is worked out ({card.formula.file})", formula, is_trace=True)
    yield Section("Input rows", tuple(line for one in card.inputs for line in _input_lines(one)), is_trace=True)
    yield replace(_table("Seeds", card.seeds, _SEEDS), is_trace=True)
    yield _table("Documents", card.sources, _DOCUMENTS)
    cells = {"claim": "claim_id", "value": "value", "in our words": "summary", "grade": "claim_grade"}
    cells["place in the document"] = _place
    yield _table("Claims that state it in those documents", card.claims, cells, _others(card.other_claims))
    yield Section("Contradictions", tuple(map(in_words, card.contradictions)))
    yield replace(_table("Assumptions", card.assumptions, _ASSUMPTIONS), is_trace=True)
    yield replace(_table("Checks on the table", card.checks, _CHECKS), is_trace=True)


def _of_claim(card: ClaimCard) -> Iterable[Section]:
    claim = card.claim
    yield Section(
        "What is claimed, in our words",
        (
            claim["summary"],
            f"{claim['measure_id']}, {claim['scope_id']}: {card.value}; period: {claim['period'] or 'none'}; "
            f"price basis: {claim['price_basis'].replace('_', ' ')}.",
            _said_by(claim),
            f"Known from {claim['known_from']}; as of version {card.version}.",
            *card.as_of,
            *filter(None, [claim["note"]]),
        ),
    )
    yield Section(f"Rating: {card.rating.name} ({card.rating.value} of {BEST})", (card.rating.reason,))
    yield Section("What it does not support", card.cautions)
    yield _table("Claims of a better grade that give another value", card.against, _AGAINST)
    yield Section("Contradictions", tuple(map(in_words, card.contradictions)))
    yield Section("How it was resolved", tuple(map(_row_line, card.resolution)))
    origins = "1 independent origin" if card.origins == 1 else f"{card.origins} independent origins"
    repeats = [f"The same text says it in {', '.join(card.repeats)}: they share one rating."]
    yield Section(
        "Other claims",
        (
            f"The claims of this measure and scope have {origins}.",
            *(repeats if card.repeats else ()),
            *_others(card.beside),
        ),
    )
    where = (_place(located(claim)), f"Confidence {claim['confidence']}; fidelity {claim['fidelity']}.")
    yield _table("Place in the document", [card.source], _DOCUMENTS, where)


def _table(title: str, rows: Iterable[Row], cells: Cells, lines: tuple[str, ...] = ()) -> Section:
    texts = tuple(tuple(cell(row) if callable(cell) else row[cell] for cell in cells.values()) for row in rows)
    return Section(title, lines, tuple(cells), texts)


def _said_by(claim: Row) -> str:
    said = f"{claim['claimant']} ({claim['attribution'].replace('_', ' ')})"
    if is_own_reading(claim):
        return "Read or worked out by the project; the document does not state it."
    if claim["fidelity"] == "garbled":
        return f"The document puts it down to {said}, in a garbled passage."
    return f"Said by {said}."


def _confidence(card: FigureCard) -> Iterable[str]:
    if card.confidence:
        yield f"The row says {card.confidence}."
    if card.weakest_confidence:
        yield f"The weakest of the rows behind it is {card.weakest_confidence}."
    if card.confidence or card.weakest_confidence:
        yield "F found, F(d) arithmetic on found, K background knowledge, E estimate."


def _input_lines(one: Input) -> Iterable[str]:
    columns = ", ".join(one.columns) if len(one.columns) <= SHOWN_ROWS else f"{len(one.columns)} columns"
    count = "1 row" if one.matching == 1 else f"{one.matching} rows"
    is_wide = one.table in PARAMETER_TABLES and "parameter_id" in one.fits and not one.is_named_by_row
    if one.matching > 1 and is_wide:
        count += ", all that the code names: not each of them need be behind this figure"
    yield f"{one.steps}. {one.table}: {columns}; {count}"
    if len(one.columns) <= SHOWN_ROWS:
        for row in one.rows:
            yield f"     {_row_line(row)}"
        if one.matching > len(one.rows):
            yield f"     and {one.matching - len(one.rows)} more"


def _row_line(row: Row) -> str:
    return ", ".join(f"{name} {plain(value)}" for name, value in row.items() if value is not None)


def _place(claim: Row) -> str:
    if claim["characters"] is None:
        return f"{claim['source_id']}, no held copy"
    start, end = claim["characters"]
    return f"{claim['document']}, characters {start} to {end}, sha256 {claim['document_sha256']}"


def _others(claims: tuple[str, ...]) -> tuple[str, ...]:
    return (f"Other claims of the same measures: {', '.join(claims)}.",) if claims else ()
