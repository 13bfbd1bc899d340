"""Names and texts of ours as SQL writes them; what a question rests on starts without the parser of SELECTs."""

from pathlib import Path


def identifier(name: str) -> str:
    """A name of ours, quoted for SQL."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: Path | str) -> str:
    """A path or text of ours, quoted for SQL."""
    return "'" + str(value).replace("'", "''") + "'"
