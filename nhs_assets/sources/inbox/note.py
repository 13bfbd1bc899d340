"""Notes: what a person says of a dropped file that the file does not say itself."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path

import yaml

from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.sources.publishers.headings import financial_year

_IDENTIFIER = re.compile(r"[a-z0-9][a-z0-9_]*")
_LARGEST = 100_000
_YEARS_OFF = 5
"""Years before and after today within which figures are dropped in: beyond them a digit is wrong."""


@dataclass(frozen=True)
class Note:
    """What a note may say, each key only if it is needed.

    Attributes:
        date_published: day on which the file was published.
        publisher: who published it.
        title: what it is.
        url: where it stands.
        licence: licence of its figures.
        vintage_id: the vintage that a forecast is, where it is not the one of its month.
        label: what to call that vintage.
        event: what happened that day.
        financial_year: the year that the figures are for, where the file does not say it.
        replaces_seed: whether its rows take the place of those of a seed.
        step_reasons: why a limit, or all staff, move by more than the allowed share, by line and year or by month:
            ``dhsc_cdel 2026-27`` or ``staff 2025-04``.
    """

    date_published: date | None = None
    publisher: str | None = None
    title: str | None = None
    url: str | None = None
    licence: str | None = None
    vintage_id: str | None = None
    label: str | None = None
    event: str | None = None
    financial_year: str | None = None
    replaces_seed: bool = False
    step_reasons: Mapping[str, str] = field(default_factory=dict)


def read_note(path: Path, today: date) -> Note:
    """The note in a file.

    Raises:
        BadInput: if it is not a list of the keys that a note may have, each with a value of its kind.
    """
    name, keys = path.name, [one.name for one in fields(Note)]
    try:
        found = (read_yaml(path) or {}) if path.stat().st_size <= _LARGEST else None
    except (yaml.YAMLError, ValueError):
        remedy = "Write lines such as date_published: 2026-11-25."
        raise BadInput([Problem(name, "is not YAML in UTF-8", remedy)]) from None
    if not isinstance(found, dict):
        raise BadInput([Problem(name, "has no keys", f"It may have: {', '.join(keys)}.")])
    problems = [
        Problem(name, "has a key that no note has", f"It may have: {', '.join(keys)}.", value=str(key))
        for key in found
        if key not in keys
    ]
    for key, value in found.items():
        wrong = _wrong(key, value, today) if key in keys else None
        if wrong:
            problems.append(Problem(name, wrong, "Correct it.", column=key, value=str(value)))
    if problems:
        raise BadInput(problems)
    return Note(**found)


def _wrong(key: str, value: object, today: date) -> str | None:
    if key == "date_published":
        if type(value) is not date:
            return "must be a day written YYYY-MM-DD"
        return "is after today" if value > today else None
    if key == "replaces_seed":
        return None if isinstance(value, bool) else "must be true or false"
    if key == "step_reasons":
        texts = [*value, *value.values()] if isinstance(value, dict) else [None]
        return None if all(isinstance(text, str) and text.strip() for text in texts) else "must be lines of text by key"
    if not isinstance(value, str) or not value.strip():
        return "must be text"
    if key == "financial_year":
        return _wrong_year(value, today)
    if key == "vintage_id" and not _IDENTIFIER.fullmatch(value):
        return "must be in small letters, digits and _"
    return None


def _wrong_year(value: str, today: date) -> str | None:
    if financial_year(value) != value:
        return "must be a financial year written 2025-26"
    return f"is more than {_YEARS_OFF} years from today" if abs(int(value[:4]) - today.year) > _YEARS_OFF else None
