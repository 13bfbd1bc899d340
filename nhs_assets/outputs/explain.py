"""Opens the published file and gives what was asked about: the card of a figure or claim, or the figures there are."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nhs_assets.outputs.addresses import parse_address
from nhs_assets.outputs.as_of import Past
from nhs_assets.outputs.card_text import Card
from nhs_assets.outputs.claim_card import claim_card
from nhs_assets.outputs.explained import Explained, Row
from nhs_assets.outputs.figure_card import figure_card, figures, find_row, row_in_words
from nhs_assets.store.snapshot import MANIFEST, database_path, open_published, open_snapshot


@contextmanager
def explained_snapshot(data_dir: Path, past: Past | None = None) -> Iterator[Explained]:
    """What the shown version says about its own figures, or about those as of a day.

    Args:
        data_dir: the data folder.
        past: the tables as of a day; without them, those of today.

    Raises:
        NothingPublishedError: if there is none.
    """
    manifest = json.loads((database_path(data_dir).parent / MANIFEST).read_text(encoding="utf-8"))
    version, published_at = manifest["version"], manifest["published_at"]
    with open_snapshot(data_dir) as published:
        if past is None:
            yield Explained(published, version, published_at, published)
            return
        with open_published(past.database) as connection:
            yield Explained(connection, version, published_at, published, past.notes)


def explain(data_dir: Path, text: str, limit: int, past: Past | None = None) -> Card | list[Row]:
    """The card of a figure or claim; for a table or a row, the figures there, so that one can be chosen.

    Args:
        data_dir: the data folder.
        text: a figure, a claim such as ``C043``, a table, or a table and some of its key.
        limit: how many figures to list at most.
        past: the tables as of a day; without them, those of today.

    Raises:
        UnknownFigureError: if nothing of that name is there, with what is nearest.
        NothingPublishedError: if there is no snapshot.
    """
    with explained_snapshot(data_dir, past) as explained:
        return answer(explained, text, limit)


def in_words(data_dir: Path, text: str, past: Past | None = None) -> str | None:
    """What a row says, in words, by its table and key: ``evidence.contradiction/C043/O020/scope``.

    Args:
        data_dir: the data folder.
        text: the table and the key.
        past: the tables as of a day; without them, those of today.

    Raises:
        UnknownFigureError: if there is no such row, with what is nearest.
        NothingPublishedError: if there is no snapshot.
    """
    with explained_snapshot(data_dir, past) as explained:
        address = parse_address(text)
        return row_in_words(explained, address.contract.name, find_row(explained, address))


def answer(explained: Explained, text: str, limit: int) -> Card | list[Row]:
    """The same from a snapshot that is open.

    Raises:
        UnknownFigureError: if nothing of that name is there, with what is nearest.
    """
    address = parse_address(text)
    if address.is_claim:
        return claim_card(explained, address)
    return figure_card(explained, address) if address.column else figures(explained, address, limit)
