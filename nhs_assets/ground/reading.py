"""Cells as people read them."""

from datetime import date


def plain(value: object) -> str:
    """At most six decimals, no trailing zeros, ISO dates."""
    if value is None:
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | date):
        return str(value)
    return f"{float(value):.6f}".rstrip("0").rstrip(".") if float(value) != int(value) else f"{int(value)}"
