"""``raw.parameter_value``: the dated numbers of ``seeds/parameters``."""

import dataframely as dy
import polars as pl

from nhs_assets.contracts import columns as c
from nhs_assets.contracts import known
from nhs_assets.contracts.rules import Revised


# Amounts of the deal in £m are what a document states, so they are known from its day; the rest is method.
@known.method(about=known.document(where=("unit", "£m")))
@Revised(split_by="parameter_id", policy="known", by="parameter_id")
class ParameterValue(dy.Schema):
    """Dated policy and model numbers from ``seeds/parameters``, each value with its own reference and range."""

    parameter_id = c.identifier("Identifier of the parameter.", key=True)
    valid_from = c.day("First day on which the value applies.", key=True)
    label = c.text("What the parameter is.")
    unit = c.text("Unit of the value.")
    value = c.number(
        "The value before any evidence; empty if a range is stated, which has no middle.",
        "as the parameter",
        nullable=True,
    )
    low = c.number("Low end of the range; equal to the value where it is exact.", "as the parameter")
    high = c.number("High end of the range; equal to the value where it is exact.", "as the parameter")
    confidence = c.confidence()
    source_id = c.source("The document that states the value.")
    reference = c.text("Where in the document, or how the value was worked out.")
    review_by = c.day("Day by which someone should look at it again.")
    file = c.text("The parameter file it was read from.")

    low_value_high_in_order = c.rule(c.in_order("low", "value", "high"))
    range_without_value_is_in_order = c.rule(pl.col("value").is_not_null() | (pl.col("low") < pl.col("high")))
    range_without_value_is_stated = c.rule(pl.col("value").is_not_null() | (pl.col("confidence") == "F"))

    no_part_exceeds_the_whole = c.rule(
        pl.col("high") <= pl.col("unit").replace_strict({"share": 1.0, "%": 100.0}, default=None)
    )
    range_is_no_wider_than_value = c.rule(c.range_is_no_wider_than_value())

    @dy.rule()
    def range_of_zero_stays_below_the_whole(cls) -> pl.Expr:
        """A share below one, money no more than the programme costs."""
        programme = pl.col("high").filter(pl.col("parameter_id") == "stated_programme_cost_gbp_m").max()
        share_fits = (pl.col("unit") != "share") | (pl.col("high") < 1)
        money_fits = (pl.col("unit") != "£m") | (pl.col("high") <= programme).fill_null(True)
        return (pl.col("value") != 0) | (share_fits & money_fits)
