"""The card of a claim: what is claimed in our words, where it stands, what speaks against it, and a rating by rule."""

from collections.abc import Sequence
from dataclasses import dataclass

from nhs_assets.outputs.addresses import Address
from nhs_assets.outputs.explained import Explained, Row
from nhs_assets.outputs.figure_card import claim_value, find_row

WORST, BEST = 1, 5
_OFFICIAL = ("A", "B")


@dataclass(frozen=True)
class Rating:
    """How far a claim stands, from 1 to 5: a number, its name and why."""

    value: int
    name: str
    reason: str


@dataclass(frozen=True)
class ClaimCard:
    """A claim as a review.

    Attributes:
        claim: its row of ``evidence.claim``.
        value: qualifier, figure and unit.
        source: its row of ``evidence.source``.
        origins: independent origins behind all claims of its measure.
        against: claims of the same measure and scope, from documents of a better grade, with another value.
        beside: identifiers of the other claims of the same measure.
        contradictions: rows of ``evidence.contradiction`` it is part of, where there is that table.
        resolution: what became of it at each vintage at which its measure was resolved, earliest first, where it was.
        rating: by the rule in the method page.
        cautions: what it does not support.
    """

    claim: Row
    value: str
    source: Row
    origins: int
    against: tuple[Row, ...]
    beside: tuple[str, ...]
    contradictions: tuple[Row, ...]
    resolution: tuple[Row, ...]
    rating: Rating
    cautions: tuple[str, ...]
    version: str
    published_at: str


def claim_card(explained: Explained, address: Address) -> ClaimCard:
    """The card of one claim.

    Raises:
        NoSuchFigure: if there is no such claim, with those nearest to it.
    """
    claim = find_row(explained, address)
    peers = explained.rows(
        "SELECT * FROM evidence.claim WHERE measure_id = $measure_id AND claim_id <> $claim_id ORDER BY claim_id",
        {"measure_id": claim["measure_id"], "claim_id": claim["claim_id"]},
    )
    against = tuple(peer for peer in peers if _speaks_against(claim, peer))
    contradictions = tuple(explained.contradictions([claim["claim_id"]]))
    resolution = tuple(sorted(explained.resolutions(claim["claim_id"]), key=lambda row: row["known_from"]))
    (measure,) = explained.rows(
        "SELECT independent_origins FROM evidence.measure WHERE measure_id = $measure_id",
        {"measure_id": claim["measure_id"]},
    )
    return ClaimCard(
        claim=claim,
        value=claim_value(claim),
        source=explained.sources[claim["source_id"]],
        origins=measure["independent_origins"],
        against=against,
        beside=tuple(peer["claim_id"] for peer in peers if peer not in against),
        contradictions=contradictions,
        resolution=resolution,
        rating=rating(claim, against, contradictions, resolution[-1] if resolution else None),
        cautions=tuple(explained.cautions("evidence.claim", "value_central", {claim["measure_id"]})),
        version=explained.version,
        published_at=explained.published_at,
    )


def rating(claim: Row, against: Sequence[Row], contradictions: Sequence[Row], settled: Row | None) -> Rating:
    """How far a claim stands: the first of these that fits.

    Args:
        claim: its row of ``evidence.claim``.
        against: claims from better documents with another value.
        contradictions: recorded contradictions it is part of.
        settled: its row at the last vintage at which its measure was resolved, where it was; then this decides, since a
            claim that is believed may well be contradicted by one that is not.
    """
    if claim["fidelity"] == "garbled" or (settled is not None and settled["reason"] == "garbled"):
        return Rating(1, "Garbled", "The passage was garbled in transmission; what it says first-hand is not certain.")
    if settled is not None and not settled["is_used"]:
        why = settled["reason"].replace("_", " ")
        return Rating(2, "Set aside", f"It was set aside when the claims of its measure were resolved: {why}.")
    if settled is not None and settled["reason"] == "scenario":
        return Rating(3, "Unsettled", "The claims of its measure could not be resolved; it is run as a scenario.")
    if settled is None and (contradictions or against):
        named = ", ".join(peer["claim_id"] for peer in against)
        better = f"Documents of a better grade give another value ({named})." if against else ""
        recorded = "Contradictions with other claims are recorded." if contradictions else ""
        return Rating(3, "Disputed", f"{recorded} {better}".strip())
    if claim["evidence_grade"] in _OFFICIAL:
        return Rating(5, "Holds", "An official document states it, and nothing held rules it out.")
    return Rating(4, "Stands", "Nothing held rules it out; the document that states it is not official.")


def _speaks_against(claim: Row, peer: Row) -> bool:
    """Whether a claim of a better grade about the same scope and years leaves no value that fits both."""
    if peer["scope_id"] != claim["scope_id"] or peer["evidence_grade"] >= claim["evidence_grade"]:
        return False
    years = ("period_from_fy", "period_to_fy")
    if any(claim[name] and peer[name] and claim[name] != peer[name] for name in years):
        return False
    if claim["value_date"] is not None or peer["value_date"] is not None:
        return claim["value_date"] != peer["value_date"] and "exact" == claim["qualifier"] == peer["qualifier"]
    (low, high), (peer_low, peer_high) = _interval(claim), _interval(peer)
    return high < peer_low or peer_high < low


def _interval(claim: Row) -> tuple[float, float]:
    """Values the claim leaves open: "up to" has no low end, "more than" and "at least" no high end."""
    stated = [claim[name] for name in ("value_low", "value_central", "value_high") if claim[name] is not None]
    low = float("-inf") if claim["qualifier"] == "up_to" else min(stated)
    high = float("inf") if claim["qualifier"] in ("more_than", "at_least", "vague") else max(stated)
    return low, high
