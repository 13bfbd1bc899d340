"""The card of a figure or claim, or the figures there are, from the published version."""

from pathlib import Path

from nhs_assets.outputs.addresses import parse_address
from nhs_assets.outputs.cards import Card
from nhs_assets.outputs.claim_card import claim_card
from nhs_assets.outputs.explained import Explained, Row, explained_snapshot
from nhs_assets.outputs.figure_card import figure_card, figures, find_row, row_in_words
from nhs_assets.outputs.query import Past


def explain(data_dir: Path, text: str, limit: int, past: Past | None = None) -> Card | list[Row]:
    """The card of a figure or claim; for a table or the beginning of a key, the first of its figures.

    Raises:
        UnknownFigureError: if there is no such thing, with what is nearest.
        NothingPublishedError: if there is no snapshot.
    """
    with explained_snapshot(data_dir, past) as explained:
        return answer(explained, text, limit)


def in_words(data_dir: Path, text: str, past: Past | None = None) -> str | None:
    """A row as a sentence, by its table and key: ``evidence.contradiction/C043/O020/scope``; errors as above."""
    with explained_snapshot(data_dir, past) as explained:
        address = parse_address(text)
        return row_in_words(explained, address.contract.name, find_row(explained, address))


def answer(explained: Explained, text: str, limit: int) -> Card | list[Row]:
    """The same from a version that is open."""
    address = parse_address(text)
    if address.is_claim:
        return claim_card(explained, address)
    return figure_card(explained, address) if address.column else figures(explained, address, limit)
