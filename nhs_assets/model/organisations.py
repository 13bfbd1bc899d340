"""Which organisations lose posts."""

import polars as pl

TARGET_BODIES = ("icb", "nhse", "dhsc")
"""Kinds of body that the official count of posts covers."""


def target_organisations(organisation: pl.DataFrame) -> pl.DataFrame:
    """The organisations in the staff count that the official count of posts covers, by code.

    A successor of a board is not among them before the staff statistics count it.

    Raises:
        ValueError: if a transfer lacks its date or receiver, or goes to a body outside the count or one that itself
            transfers: its posts would then be counted nowhere, or by the wrong body.
    """
    targets = organisation.filter("in_post_target", "is_counted").sort("ods_code")
    receivers = targets.filter(pl.col("transfers_on").is_null())["ods_code"]
    half_stated = pl.col("receiving_ods_code").is_null() != pl.col("transfers_on").is_null()
    astray = pl.col("receiving_ods_code").is_not_null() & ~pl.col("receiving_ods_code").is_in(receivers.implode())
    refused = targets.filter(half_stated | astray)
    if not refused.is_empty():
        raise ValueError(
            f"posts of {', '.join(refused['ods_code'])} cannot be followed: a transfer needs a date and a receiver "
            "that is in the count of posts and stays"
        )
    return targets
