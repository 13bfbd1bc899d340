"""Text that a spreadsheet would run as a formula, made plain."""

import polars as pl

STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Text that begins with one of these may be taken for a formula; the last four are their full-width forms."""

MARK = "'"
"""Put before such text: a spreadsheet then shows it as it stands."""


def without_formulas(frame: pl.DataFrame) -> pl.DataFrame:
    """The same rows with a mark before each text that begins like a formula; numbers stay numbers.

    Args:
        frame: any frame.
    """
    text = [pl.col(name) for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(one.str.slice(0, 1).is_in(STARTS)).then(MARK + one).otherwise(one).name.keep() for one in text
    )
