"""Notes: what a person says about a dropped file that the file itself does not say."""

import re
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, Field, ValidationInfo

from nhs_assets.sources.input_files import Entry, load, must, validated
from nhs_assets.sources.publishers import ComparedCell
from nhs_assets.sources.publishers.headings import financial_year

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_]*")
_YEARS_OFF = 5
"""Years from today beyond which a financial year is a typing error."""


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _by_key(value: object) -> bool:
    return isinstance(value, dict) and all(map(_is_text, (*value, *value.values())))


def _are_cells(value: object) -> bool:
    keys = {field.name for field in fields(ComparedCell)}
    return isinstance(value, list) and all(
        isinstance(entry, dict) and entry.keys() == keys and all(isinstance(text, str) for text in entry.values())
        for entry in value
    )


def _past(day: date, info: ValidationInfo) -> date:
    if day > info.context:
        raise ValueError("is after today")
    return day


def _near(year: str, info: ValidationInfo) -> str:
    if financial_year(year) != year:
        raise ValueError("must be a financial year written 2025-26")
    if abs(int(year[:4]) - info.context.year) > _YEARS_OFF:
        raise ValueError(f"is more than {_YEARS_OFF} years from today")
    return year


_TEXT = must("must be text", _is_text)


class Note(Entry):
    """What a note may say; every key is optional."""

    date_published: Annotated[
        Any, must("must be a day written YYYY-MM-DD", lambda value: type(value) is date), AfterValidator(_past)
    ] = None
    publisher: Annotated[Any, _TEXT] = None
    title: Annotated[Any, _TEXT] = None
    url: Annotated[Any, _TEXT] = None
    licence: Annotated[Any, _TEXT] = None
    vintage_id: Annotated[Any, _TEXT, must("must be in lower case, digits and _", _IDENTIFIER.fullmatch)] = None
    """The vintage of a forecast, if it is not that of its month; its name and what happened that day."""
    label: Annotated[Any, _TEXT] = None
    event: Annotated[Any, _TEXT] = None
    financial_year: Annotated[Any, _TEXT, AfterValidator(_near)] = None
    """The year of the figures, if the file does not say it."""
    replaces_seed: Annotated[Any, must("must be true or false", lambda value: isinstance(value, bool))] = False
    step_reasons: Annotated[Any, must("must be lines of text by key", _by_key)] = Field(default_factory=dict)
    """Why a limit, or all staff, change by more than the allowed share: ``dhsc_cdel 2026-27``, ``staff 2025-04``."""
    compared_cells: Annotated[
        Any,
        must("must be a list of entries with sheet, cell, value and rule, each a text in quotes", _are_cells),
        AfterValidator(lambda entries: tuple(ComparedCell(**entry) for entry in entries)),
    ] = ()
    """Cells of a workbook that a person compared with the published table, each for the rule that refused it."""


def read_note(path: Path, today: date) -> Note:
    """The note in a file; a BadInputError names each unknown key and each value of the wrong kind."""
    content = load(path, path.name)
    return validated(Note, {} if content is None else content, path.name, "Correct it.", context=today)
