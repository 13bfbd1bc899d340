"""The tables as of a day, and what a reader must know of them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from nhs_assets.build.as_of_files import file_as_of
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import database_path, open_published

ONLY_TODAY = (
    "As of a day there are raw, evidence, settlement, workforce, savings and overspend tables and audit.conclusion. "
    "Ranges over draws, and what audit says of a publication, are there for today alone: ask without --as-of"
)


@dataclass(frozen=True)
class Past:
    """A database with the tables as of a day.

    Attributes:
        database: the file.
        notes: which vintage answers, what is today's in it, and whether a deflator is borrowed.
    """

    database: Path
    notes: tuple[str, ...]


def find_past(settings: Settings, day: date) -> Past:
    """The tables as of a day; built in a second or two where it lies between the vintages.

    Args:
        settings: the data folder and the limits.
        day: the day; what became known that day counts.

    Raises:
        NothingPublishedError: if there is no snapshot.
        NothingKnownError: if the day lies before the first vintage.
    """
    database = file_as_of(settings, database_path(settings.data_dir).parent, day)
    with open_published(database) as connection:
        (row,) = connection.sql(
            "SELECT vintage_id, label, known_from, method, borrowed_deflator_vintage_id FROM as_of.state"
        ).fetchall()
    vintage_id, label, known_from, method, borrowed = row
    notes = [f"as of {day}: what was known since {known_from}; last vintage {vintage_id} ({label}). {method}"]
    if borrowed is not None:
        notes.append(f"no deflator was known by then: that of {borrowed} is borrowed")
    return Past(database, tuple(notes))
