"""Quotes names and texts for SQL; apart from the parser of SELECTs, so that a query starts without it."""

from pathlib import Path


def identifier(name: str) -> str:
    """A name, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Path | str) -> str:
    """A path or text, quoted for SQL."""
    return "'" + str(value).replace("'", "''") + "'"
