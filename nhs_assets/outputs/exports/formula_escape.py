"""Escapes text that a spreadsheet would run as a formula."""

import polars as pl

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""First characters of formulas; the last four are full-width forms."""

ESCAPE = "'"
"""Prefix with which a spreadsheet shows the text literally."""


def escape_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """Prefixes each text that begins like a formula; other columns are unchanged."""
    text = [pl.col(name) for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(cell.str.slice(0, 1).is_in(FORMULA_STARTS)).then(ESCAPE + cell).otherwise(cell).name.keep()
        for cell in text
    )
