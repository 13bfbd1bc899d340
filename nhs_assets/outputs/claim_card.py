"""The card of a claim: what is claimed in our words, its document, what contradicts it, and a rating by rule."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nhs_assets.outputs.addresses import Address
from nhs_assets.outputs.contradictions import in_words, is_caveat, is_weaker, of_reading, other_side, recorded
from nhs_assets.outputs.explained import Explained, Row
from nhs_assets.outputs.figure_card import claim_value, find_row

WORST, BEST = 1, 5
_OFFICIAL = ("A", "B")
_OWN_READING = ("E", "K")


@dataclass(frozen=True)
class Rating:
    """How well a claim stands, from 1 to 5: a number, its name and why."""

    value: int
    name: str
    reason: str


@dataclass(frozen=True)
class ClaimCard:
    """A claim as a review.

    Attributes:
        value: qualifier, figure and unit.
        origins: independent origins of all claims of its measure and scope, without our own readings.
        against: claims of a better grade, about the same measure and scope, that allow no value this one allows.
        beside: identifiers of the other claims of the same measure.
        repeats: identifiers of the other claims of its reading: the same text says the same of the same quantity.
        contradictions: rows of ``evidence.contradiction`` about its reading, with the claim in its place.
        other_sides: rows of ``evidence.claim`` on the other side of those, by identifier.
        resolution: how it was resolved at each vintage, earliest first.
    """

    claim: Row
    value: str
    source: Row
    origins: int
    against: tuple[Row, ...]
    beside: tuple[str, ...]
    repeats: tuple[str, ...]
    contradictions: tuple[Row, ...]
    other_sides: dict[str, Row]
    resolution: tuple[Row, ...]
    rating: Rating
    cautions: tuple[str, ...]
    version: str
    published_at: str
    as_of: tuple[str, ...]


def claim_card(explained: Explained, address: Address) -> ClaimCard:
    """The card of one claim; UnknownFigureError if there is no such claim, with those nearest to it."""
    claim = find_row(explained, address)
    claim_id = claim["claim_id"]
    peers = explained.rows(
        "SELECT * FROM evidence.claim WHERE measure_id = $measure_id AND claim_id <> $claim_id ORDER BY claim_id",
        {"measure_id": claim["measure_id"], "claim_id": claim_id},
    )
    same = [peer for peer in peers if peer["reading_claim_id"] == claim["reading_claim_id"]]
    repeats = [peer["claim_id"] for peer in same]
    reading = [claim_id, *repeats]
    # One reading is weighed once, by the best of the documents that carry it.
    best = {grade: min(row[grade] for row in (claim, *same)) for grade in ("claim_grade", "evidence_grade")}
    weighed = claim | best
    against = tuple(peer for peer in peers if speaks_against(weighed, peer))
    met = [of_reading(row, claim_id, reading) for row in recorded(explained, reading)]
    contradictions = tuple(row for row in met if row is not None)
    named = explained.rows(
        "SELECT * FROM evidence.claim WHERE list_contains($ids, claim_id) ORDER BY claim_id",
        {"ids": [other_side(row, claim_id) for row in contradictions]},
    )
    other_sides = {row["claim_id"]: row for row in named}
    others = {name: row | best if name in reading else row for name, row in other_sides.items()}
    resolution = tuple(explained.resolutions(claim_id))
    scope = [claim, *(peer for peer in peers if peer["scope_id"] == claim["scope_id"])]
    return ClaimCard(
        claim=claim,
        value=claim_value(claim),
        source=explained.sources[claim["source_id"]],
        origins=len({row["origin_group"] for row in scope if not is_own_reading(row)}),
        against=against,
        beside=tuple(peer["claim_id"] for peer in peers if peer not in against),
        repeats=tuple(repeats),
        contradictions=contradictions,
        other_sides=other_sides,
        resolution=resolution,
        rating=rating(weighed, against, contradictions, others, _settled(explained, resolution)),
        cautions=tuple(explained.cautions("evidence.claim", "value_central", {claim["measure_id"]})),
        version=explained.version,
        published_at=explained.published_at,
        as_of=explained.as_of,
    )


def is_own_reading(claim: Row) -> bool:
    """Whether it is the project's reading of one or more documents that do not state it."""
    return claim["confidence"] in _OWN_READING or claim["attribution"] == "project"


def rating(
    claim: Row,
    against: Sequence[Row],
    contradictions: Sequence[Row],
    others: Mapping[str, Row],
    settled: Row | None,
) -> Rating:
    """How well a claim stands: the first of these that applies.

    Args:
        claim: its row of ``evidence.claim``.
        against: claims of a better grade with another value.
        contradictions: recorded contradictions it is part of.
        others: the claims on the other side of those, by identifier.
        settled: its last resolution, with the rule that decided. A claim that is believed may be contradicted by one
            that is not; then only the contradictions of which it is the weaker side count.
    """
    infeasible = [row for row in contradictions if row["infeasible_claim_id"] == claim["claim_id"]]
    caveats = [row for row in contradictions if is_caveat(row)]
    if claim["fidelity"] == "garbled" or (settled is not None and settled["reason"] == "garbled"):
        how = claim["note"] or "What it says first-hand is not certain."
        arithmetic = f" Arithmetic rules its figure out. {_listed(infeasible)}" if infeasible else ""
        return Rating(1, "Garbled", f"The passage is garbled in this text. {how}{arithmetic}")
    if infeasible:
        return Rating(1, "Ruled out", f"Arithmetic rules it out. {_listed(infeasible)}")
    if settled is not None and not settled["is_used"]:
        if settled["rule"] == "own_reading":
            read = _listed(row for row in contradictions if row not in caveats)
            why = f"No document takes it back; the project reads another value from later ones. {read}"
            return Rating(3, "Disputed", why.strip())
        why = settled["reason"].replace("_", " ")
        return Rating(2, "Set aside", f"It was set aside when the claims of its measure were resolved: {why}.")
    if is_own_reading(claim):
        why = "The project's own reading; no document states it, so it is not rated as held."
        return Rating(3, "Not reviewed", why)
    if settled is not None and settled["reason"] == "scenario":
        return Rating(3, "Unsettled", "The claims of its measure could not be resolved; it is run as a scenario.")
    disputed = [
        row
        for row in contradictions
        if (
            row not in caveats if settled is None else is_weaker(claim, others[other_side(row, claim["claim_id"])], row)
        )
    ]
    if disputed or (settled is None and against):
        named = ", ".join(peer["claim_id"] for peer in against)
        better = f"Claims of a better grade give another value ({named})." if against else ""
        why = f"It is contradicted. {_listed(disputed)}" if disputed else ""
        return Rating(3, "Disputed", f"{why} {better}".strip())
    beside = f" Both may be true as they are put: {_listed(caveats)}" if caveats else ""
    if claim["evidence_grade"] in _OFFICIAL:
        return Rating(5, "Holds", f"An official document states it, and nothing held rules it out.{beside}")
    return Rating(4, "Stands", f"Nothing held rules it out; the document that states it is not official.{beside}")


def _listed(contradictions: Iterable[Row]) -> str:
    return " ".join(map(in_words, contradictions))


def _settled(explained: Explained, resolution: Sequence[Row]) -> Row | None:
    """The last of a claim's resolutions, with the rule that decided."""
    if not resolution:
        return None
    last = resolution[-1]
    (found,) = explained.rows(
        "SELECT rule FROM evidence.resolution WHERE measure_id = $measure_id AND scope_id = $scope_id "
        "AND period_id = $period_id AND vintage_id = $vintage_id",
        {name: last[name] for name in ("measure_id", "scope_id", "period_id", "vintage_id")},
    )
    return last | found


def speaks_against(claim: Row, peer: Row) -> bool:
    """Whether a claim of a better grade about the same scope and years leaves no value that fits both."""
    if peer["scope_id"] != claim["scope_id"] or peer["claim_grade"] >= claim["claim_grade"]:
        return False
    years = ("period_from_fy", "period_to_fy")
    if any(claim[name] and peer[name] and claim[name] != peer[name] for name in years):
        return False
    # An empty end is open.
    bounds = ((claim["allows_high"], peer["allows_low"]), (peer["allows_high"], claim["allows_low"]))
    return any(high is not None and low is not None and high < low for high, low in bounds)
