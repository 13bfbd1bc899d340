"""YAML as the project reads it: plain values only, and by the C parser where there is one."""

from datetime import date
from pathlib import Path

import yaml

# The pure Python parser takes thirty times as long, which a refresh with two dozen such files would feel.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def read_yaml(path: Path) -> object:
    """What a YAML file holds.

    Raises:
        yaml.YAMLError: if it is not YAML.
        UnicodeDecodeError: if it is not UTF-8.
    """
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)


def cell_text(cell: object) -> str | None:
    """A value of a YAML file as the text of a cell: YAML reads days as dates, and nothing is an empty cell."""
    if cell is None:
        return None
    return cell.isoformat() if isinstance(cell, date) else str(cell)
