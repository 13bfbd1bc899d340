"""Cards as JSON-LD in the words of schema.org, and as a page of HTML with that inside."""

import re
from urllib.parse import quote

from nhs_assets.ground.reading import plain
from nhs_assets.outputs.cards import Card, figure_value, json_value, sections, title_of, written_value
from nhs_assets.outputs.claim_card import BEST, WORST, ClaimCard, is_own_reading
from nhs_assets.outputs.contradictions import in_words, other_side
from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.figure_card import FigureCard
from nhs_assets.outputs.pages import render

Node = dict[str, object]

CONTEXT = "https://schema.org"
AUTHOR = {"@type": "Organization", "name": "nhs_assets"}
_PERSON = re.compile(r"[A-Z][a-z]+ [A-Z][a-z]+(,|$)")


def card_page(card: Card, report: str | None = None) -> str:
    """The card as a page that needs nothing beside it; ``report`` is the way to the page that cites it."""
    is_figure = isinstance(card, FigureCard)
    return render(
        "card.html",
        title=title_of(card),
        heading=", ".join(plain(value).replace("_", " ") for value in card.key.values())
        if is_figure
        else title_of(card),
        lead=written_value(card) if is_figure else None,
        cite=f"{title_of(card)}, version {card.version}",
        data=json_ld(card),
        sections=sections(card),
        report=report,
    )


def json_ld(card: Card) -> Node:
    """The card as one JSON-LD object: a figure as an observation in a data set, a claim as a ClaimReview."""
    return _without_empty(_figure(card) if isinstance(card, FigureCard) else _claim_review(card))


def _figure(card: FigureCard) -> Node:
    basis = f"{card.price_basis} prices" if card.price_basis else None
    properties = {
        "confidence": card.confidence,
        "weakest confidence of the inputs": card.weakest_confidence,
        "known from": json_value(card.known_from),
        "claims": ", ".join(claim["claim_id"] for claim in card.claims),
        "checks that find rows": ", ".join(row["check_name"] for row in card.checks if not row["passed"]),
    }
    return {
        "@context": CONTEXT,
        "@type": ["Dataset", "Observation"],
        "@id": _name("figure", card.figure),
        "identifier": card.figure,
        "name": f"{card.column} of {card.table}: {', '.join(map(plain, card.key.values()))}",
        "description": f"{card.meaning} {figure_value(card)}. {card.table_meaning}",
        "version": card.version,
        "disambiguatingDescription": " ".join(card.as_of),
        "datePublished": card.published_at[:10],
        "temporalCoverage": card.key.get("fy"),
        "creator": AUTHOR,
        "isPartOf": {"@type": "Dataset", "name": card.table, "description": card.table_meaning},
        "value": json_value(card.value),
        "minValue": json_value(card.low),
        "maxValue": json_value(card.high),
        "unitText": card.unit,
        "variableMeasured": {
            "@type": "StatisticalVariable",
            "name": card.column,
            "description": card.meaning,
            "measurementQualifier": f"{basis} of {card.base_fy}" if basis and card.base_fy else basis,
        },
        "measurementTechnique": card.formula.expression if card.formula else "Read from the seed unchanged.",
        "isBasedOn": [
            {
                "@type": "Dataset",
                "name": seed["title"],
                "description": seed["description"],
                "identifier": f"{seed['file']} sha256:{seed['sha256']}",
                "publisher": _organisation(seed["publisher"]),
                "license": seed["licence"],
                "url": seed["url"],
            }
            for seed in card.seeds
        ],
        "citation": [
            {
                "@type": "CreativeWork",
                "identifier": source["source_id"],
                "name": source["title"],
                "publisher": _organisation(source["publisher"]),
                "datePublished": json_value(source["published_on"]),
                "url": source["url"],
                "license": source["licence"],
                "creativeWorkStatus": f"evidence grade {source['evidence_grade']}",
            }
            for source in card.sources
        ],
        "usageInfo": " ".join(card.cautions),
        "additionalProperty": [
            {"@type": "PropertyValue", "name": name, "value": value} for name, value in properties.items() if value
        ],
    }


def _claim_review(card: ClaimCard) -> Node:
    claim, source = card.claim, card.source
    identifier = _name("claim", claim["claim_id"])
    appearance = {
        "@type": "CreativeWork",
        "name": source["document"] or source["title"],
        "url": source["url"],
        "publisher": _organisation(source["publisher"]),
        "datePublished": json_value(source["published_on"] or claim["known_from"]),
    }
    cited = {row["claim_id"]: row["summary"] for row in (*card.against, *card.other_sides.values())}
    return {
        "@context": CONTEXT,
        "@type": "ClaimReview",
        "@id": identifier,
        "url": identifier,
        "identifier": claim["claim_id"],
        "claimReviewed": claim["summary"],
        "author": AUTHOR,
        "datePublished": card.published_at[:10],
        "version": card.version,
        "disambiguatingDescription": " ".join(card.as_of),
        "itemReviewed": {
            "@type": "Claim",
            "identifier": claim["claim_id"],
            "name": claim["summary"],
            "author": _author(card),
            "datePublished": json_value(claim["known_from"]),
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
            [card.rating.reason, *(_contradiction(card, row) for row in card.contradictions), *card.cautions]
        ),
        "citation": [
            {"@type": "Claim", "identifier": claim_id, "name": summary} for claim_id, summary in sorted(cited.items())
        ],
    }


def _author(card: ClaimCard) -> Node:
    """The project for our own readings, the document for garbled passages, else the claimant.

    A claimant is a person if the document names one by first and last name; else an organisation.
    """
    claim = card.claim
    if is_own_reading(claim):
        return AUTHOR
    if claim["fidelity"] == "garbled":
        return _organisation(card.source["publisher"])
    is_person = claim["attribution"] in ("named", "official_answer") and _PERSON.match(claim["claimant"])
    return {"@type": "Person" if is_person else "Organization", "name": claim["claimant"]}


def _organisation(name: object) -> Node:
    return {"@type": "Organization", "name": name}


def _contradiction(card: ClaimCard, row: Row) -> str:
    """A contradiction in words, unless the rating has it, and the claim on the other side."""
    other = other_side(row, card.claim["claim_id"])
    working = "" if in_words(row) in card.rating.reason else f"{in_words(row)} "
    return f"{working}{other} in our words: {card.other_sides[other]['summary']}"


def _name(kind: str, identifier: str) -> str:
    return f"urn:nhs-assets:{kind}:{quote(identifier, safe='/.')}"


def _without_empty(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_empty(part) for name, part in value.items() if part not in (None, [], "")}
    return [_without_empty(part) for part in value] if isinstance(value, list) else value
