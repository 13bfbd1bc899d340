"""Cards as sections of plain text and tables: what the terminal, the page and the data file all show."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, is_dataclass
from datetime import date
from decimal import Decimal

from nhs_assets.outputs.claim_card import BEST, ClaimCard, is_own_reading
from nhs_assets.outputs.contradictions import in_words
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.figure_card import FINANCIAL_YEAR_START, FigureCard, claim_of, plain, stated
from nhs_assets.outputs.trace import PARAMETER_TABLES, SHOWN_ROWS, Input

Card = FigureCard | ClaimCard


@dataclass(frozen=True)
class Section:
    """One part of a card: a heading, then lines, then rows of a table."""

    title: str
    lines: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


def title_of(card: Card) -> str:
    """The name of what the card is about."""
    return card.figure if isinstance(card, FigureCard) else f"Claim {card.claim['claim_id']}"


def sections(card: Card) -> tuple[Section, ...]:
    """The parts of a card that have anything to say, in the order in which people ask."""
    found = _of_figure(card) if isinstance(card, FigureCard) else _of_claim(card)
    return tuple(section for section in found if section.lines or section.rows)


def as_data(card: Card) -> dict[str, object]:
    """The card as plain data: texts, numbers, lists and objects, days as text."""
    return _plain_data(card)


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


def _of_figure(card: FigureCard) -> Iterable[Section]:
    known = f", known from {card.known_from.isoformat()}" if card.known_from else ""
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
    yield Section("How sure", tuple(_how_sure(card)))
    if card.formula is None:
        yield Section("How it is worked out", ("It stands as its seed has it.",))
    else:
        yield Section(f"How it is worked out ({card.formula.file})", tuple(card.formula.expression.split("\n")))
    yield Section("From which rows", tuple(line for one in card.inputs for line in _input_lines(one)))
    yield Section(
        "Seeds",
        (),
        ("file", "publisher", "title", "licence"),
        tuple((seed["file"], seed["publisher"], seed["title"], seed["licence"]) for seed in card.seeds),
    )
    yield Section("Documents", (), *_documents(card.sources))
    yield Section(
        "Claims that state such a figure in those documents",
        tuple(_others(card.other_claims)),
        ("claim", "value", "in our words", "grade", "where it stands"),
        tuple((one.claim_id, one.value, one.summary, one.claim_grade, _place(one)) for one in card.claims),
    )
    yield _contradictions(card.contradictions)
    yield Section(
        "Assumptions",
        (),
        ("assumption", "quality", "what is taken for granted", "review by"),
        tuple(
            (row["assumption_id"], row["quality"], row["statement"], plain(row["review_by"]))
            for row in card.assumptions
        ),
    )
    yield _checks(card.checks)


def _of_claim(card: ClaimCard) -> Iterable[Section]:
    claim = card.claim
    yield Section(
        "What is claimed, in our words",
        (
            claim["summary"],
            f"{claim['measure_id']}, {claim['scope_id']}: {card.value}; period: {claim['period'] or 'none'}; "
            f"price basis: {claim['price_basis'].replace('_', ' ')}.",
            _said_by(claim),
            f"Known from {claim['known_from'].isoformat()}; as of version {card.version}.",
            *card.as_of,
            *filter(None, [claim["note"]]),
        ),
    )
    yield Section(f"How far it stands: {card.rating.name} ({card.rating.value} of {BEST})", (card.rating.reason,))
    yield Section("What it does not support", card.cautions)
    yield Section(
        "Claims of a better grade that give another value",
        (),
        ("claim", "in our words", "document", "grade"),
        tuple((row["claim_id"], row["summary"], row["source_id"], row["claim_grade"]) for row in card.against),
    )
    yield _contradictions(card.contradictions)
    yield Section("What became of it", tuple(_row_line(row) for row in card.resolution))
    yield Section(
        "Who else speaks of it",
        (
            f"{_counted(card.origins, 'independent origin')} behind the claims of this measure and scope.",
            *_repeats(card.repeats),
            *_others(card.beside),
        ),
    )
    yield Section(
        "Where it stands",
        (_place(claim_of(claim)), f"Confidence {claim['confidence']}; fidelity {claim['fidelity']}."),
        *_documents((card.source,)),
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what} stands" if count == 1 else f"{count} {what}s stand"


def _said_by(claim: Row) -> str:
    said = f"{claim['claimant']} ({claim['attribution'].replace('_', ' ')})"
    if is_own_reading(claim):
        return "Read or worked out by the project; the document does not state it."
    if claim["fidelity"] == "garbled":
        return f"The document puts it down to {said}, in a garbled passage."
    return f"Said by {said}."


def _how_sure(card: FigureCard) -> Iterable[str]:
    if card.confidence:
        yield f"The row says {card.confidence}."
    if card.weakest_confidence:
        yield f"The weakest of the rows behind it is {card.weakest_confidence}."
    if card.confidence or card.weakest_confidence:
        yield "F found, F(d) arithmetic on found, K background knowledge, E estimate."


def _input_lines(one: Input) -> Iterable[str]:
    named = ", ".join(one.columns) if len(one.columns) <= SHOWN_ROWS else f"{len(one.columns)} columns"
    count = "1 row" if one.matching == 1 else f"{one.matching} rows"
    is_wide = one.table in PARAMETER_TABLES and "parameter_id" in one.fits and not one.is_named_by_row
    if one.matching > 1 and is_wide:
        count += ", all that the code names: not each of them need be behind this figure"
    yield f"{one.steps}. {one.table}: {named}; {count}"
    if len(one.columns) <= SHOWN_ROWS:
        for row in one.rows:
            yield f"     {_row_line(row)}"
        if one.matching > len(one.rows):
            yield f"     and {one.matching - len(one.rows)} more"


def _row_line(row: Row) -> str:
    return ", ".join(f"{name} {plain(value)}" for name, value in row.items() if value is not None)


def _documents(sources: Iterable[Row]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    header = ("grade", "document", "publisher", "title", "published", "address or file", "licence")
    return header, tuple(
        (
            source["evidence_grade"],
            source["source_id"],
            source["publisher"],
            source["title"],
            plain(source["published_on"]) if source["published_on"] else "",
            source["url"] or source["document"] or "",
            source["licence"],
        )
        for source in sources
    )


def _place(claim: object) -> str:
    if claim.characters is None:
        return f"{claim.source_id}, no held copy"
    start, end = claim.characters
    return f"{claim.document}, characters {start} to {end}, sha256 {claim.document_sha256}"


def _others(claims: Iterable[str]) -> Iterable[str]:
    named = ", ".join(claims)
    if named:
        yield f"Other claims of the same measures: {named}."


def _repeats(claims: Iterable[str]) -> Iterable[str]:
    named = ", ".join(claims)
    if named:
        yield f"The same text says it in {named}: one rating stands for all."


def _contradictions(rows: Iterable[Row]) -> Section:
    return Section("Contradictions", tuple(map(in_words, rows)))


def _checks(checks: Iterable[Row]) -> Section:
    return Section(
        "Checks that guard the table",
        (),
        ("check", "what it holds", "severity", "state"),
        tuple(
            (row["check_name"], row["title"], row["severity"], "holds" if row["passed"] else "finds rows")
            for row in checks
        ),
    )


def _plain_data(value: object) -> object:
    if is_dataclass(value):
        return {name: _plain_data(part) for name, part in asdict(value).items()}
    if isinstance(value, dict):
        return {str(name): _plain_data(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain_data(part) for part in value]
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
