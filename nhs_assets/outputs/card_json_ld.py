"""Cards as JSON-LD in the words of schema.org: a figure as an observation in a data set, a claim as a ClaimReview."""

import re
from datetime import date
from decimal import Decimal
from functools import partial
from urllib.parse import quote

from nhs_assets.outputs.card_text import Card, figure_value
from nhs_assets.outputs.claim_card import BEST, WORST, ClaimCard, is_own_reading
from nhs_assets.outputs.contradictions import in_words, other_side
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.figure_card import FigureCard, plain

CONTEXT = "https://schema.org"
AUTHOR = {"@type": "Organization", "name": "nhs_assets"}
NAME = "urn:nhs-assets"
_PERSON = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+(,|$)")


def json_ld(card: Card) -> dict[str, object]:
    """The card as one JSON-LD object."""
    return _figure(card) if isinstance(card, FigureCard) else _claim_review(card)


def _figure(card: FigureCard) -> dict[str, object]:
    found = {
        "@context": CONTEXT,
        "@type": ["Dataset", "Observation"],
        "@id": _name("figure", card.figure),
        "identifier": card.figure,
        "name": f"{card.column} of {card.table}: {', '.join(plain(value) for value in card.key.values())}",
        "description": f"{card.meaning} {figure_value(card)}. {card.table_meaning}",
        "version": card.version,
        "disambiguatingDescription": " ".join(card.as_of) or None,
        "datePublished": card.published_at[:10],
        "temporalCoverage": card.key.get("fy"),
        "creator": AUTHOR,
        "isPartOf": {"@type": "Dataset", "name": card.table, "description": card.table_meaning},
        "value": _number(card.value),
        "minValue": _number(card.low),
        "maxValue": _number(card.high),
        "unitText": card.unit,
        "variableMeasured": {
            "@type": "StatisticalVariable",
            "name": card.column,
            "description": card.meaning,
            "measurementQualifier": _basis(card),
        },
        "measurementTechnique": card.formula.expression if card.formula else "As it stands in the seed.",
        "isBasedOn": [_seed(seed) for seed in card.seeds],
        "citation": [_source(source) for source in card.sources],
        "usageInfo": " ".join(card.cautions) or None,
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value}
            for name, value in (
                ("confidence", card.confidence),
                ("weakest confidence of the inputs", card.weakest_confidence),
                ("known from", card.known_from.isoformat() if card.known_from else None),
                ("claims", ", ".join(claim.claim_id for claim in card.claims) or None),
                ("checks that find rows", ", ".join(row["check_name"] for row in card.checks if not row["passed"])),
            )
            if value
        ],
    }
    return _without_empty(found)


def _claim_review(card: ClaimCard) -> dict[str, object]:
    claim, source = card.claim, card.source
    identifier = _name("claim", claim["claim_id"])
    published = source["published_on"] or claim["known_from"]
    appearance = {
        "@type": "CreativeWork",
        "name": source["document"] or source["title"],
        "url": source["url"],
        "publisher": {"@type": "Organization", "name": source["publisher"]},
        "datePublished": published.isoformat(),
    }
    found = {
        "@context": CONTEXT,
        "@type": "ClaimReview",
        "@id": identifier,
        "url": identifier,
        "identifier": claim["claim_id"],
        "claimReviewed": claim["summary"],
        "author": AUTHOR,
        "datePublished": card.published_at[:10],
        "version": card.version,
        "disambiguatingDescription": " ".join(card.as_of) or None,
        "itemReviewed": {
            "@type": "Claim",
            "identifier": claim["claim_id"],
            "name": claim["summary"],
            "author": _author(card),
            "datePublished": claim["known_from"].isoformat(),
            "isBasedOn" if is_own_reading(claim) else "appearance": appearance,
        },
        "reviewRating": {
            "@type": "Rating",
            "ratingValue": card.rating.value,
            "worstRating": WORST,
            "bestRating": BEST,
            "alternateName": card.rating.name,
            "ratingExplanation": card.rating.reason,
        },
        "reviewBody": " ".join(
            [card.rating.reason, *map(partial(_contradiction, card), card.contradictions), *card.cautions]
        ),
        "citation": [
            {"@type": "Claim", "identifier": claim_id, "name": summary}
            for claim_id, summary in sorted(
                {row["claim_id"]: row["summary"] for row in (*card.against, *card.other_sides.values())}.items()
            )
        ],
    }
    return _without_empty(found)


def _author(card: ClaimCard) -> dict[str, object]:
    """Who says it: the project where it is our reading, the document where the passage is garbled, else the claimant.

    A claimant is a person where the document names one by first and last name; else an organisation.
    """
    claim = card.claim
    if is_own_reading(claim):
        return AUTHOR
    if claim["fidelity"] == "garbled":
        return {"@type": "Organization", "name": card.source["publisher"]}
    is_person = claim["attribution"] in ("named", "official_answer") and _PERSON.match(claim["claimant"])
    return {"@type": "Person" if is_person else "Organization", "name": claim["claimant"]}


def _contradiction(card: ClaimCard, row: Row) -> str:
    """A contradiction in words, unless the rating gives it, with what the claim on the other side says."""
    other = other_side(row, card.claim["claim_id"])
    working = "" if in_words(row) in card.rating.reason else f"{in_words(row)} "
    return f"{working}{other} in our words: {card.other_sides[other]['summary']}"


def _seed(seed: Row) -> dict[str, object]:
    return {
        "@type": "Dataset",
        "name": seed["title"],
        "description": seed["description"],
        "identifier": f"{seed['file']} sha256:{seed['sha256']}",
        "publisher": {"@type": "Organization", "name": seed["publisher"]},
        "license": seed["licence"],
        "url": seed["url"],
    }


def _source(source: Row) -> dict[str, object]:
    return {
        "@type": "CreativeWork",
        "identifier": source["source_id"],
        "name": source["title"],
        "publisher": {"@type": "Organization", "name": source["publisher"]},
        "datePublished": source["published_on"].isoformat() if source["published_on"] else None,
        "url": source["url"],
        "license": source["licence"],
        "creativeWorkStatus": f"evidence grade {source['evidence_grade']}",
    }


def _basis(card: FigureCard) -> str | None:
    if card.price_basis is None:
        return None
    return f"{card.price_basis} prices" + (f" of {card.base_fy}" if card.base_fy else "")


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value


def _name(kind: str, identifier: str) -> str:
    return f"{NAME}:{kind}:{quote(identifier, safe='/.')}"


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_empty(part) for name, part in value.items() if part not in (None, [], "")}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value
