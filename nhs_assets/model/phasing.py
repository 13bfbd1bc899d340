"""When posts go, from which organisation, and who answers for them that month."""

import polars as pl

from nhs_assets.model.organisations import bookings, organisation_months, target_organisations
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.tables import as_table


def exits_by_origin(
    baseline: pl.DataFrame,
    organisations: pl.DataFrame,
    waves: pl.DataFrame,
    parameters: ParameterSet,
    spine: pl.DataFrame,
) -> pl.DataFrame:
    """Posts removed by organisation, wave and month of leaving, spread evenly by day over each wave.

    Args:
        baseline: rows of ``workforce.baseline``.
        organisations: rows of ``workforce.organisation``.
        waves: rows of ``savings.exit_wave``.
        parameters: dated parameters; ``paid_exit_share`` is used.
        spine: months of the appraisal.

    Returns:
        One row per origin, wave and month in which the wave runs: ``origin_ods_code`` (whose posts they are),
        ``body``, ``wave_id``, ``month``, ``recognised_month`` (when their cost is recognised), ``ods_code`` (books
        them in ``month``), ``share_of_target``, ``posts_removed``, ``paid_exits``, ``unpaid_leavers``.

    Raises:
        ValueError: if an organisation in the count has no baseline headcount, if more posts go than it has, or if a
            wave leaves or is recognised outside the spine.
    """
    posts_removed = pl.col("posts_removed_target") * pl.col("share_of_target")
    exits = (
        target_posts(baseline, organisations)
        .join(_shares_by_month(waves, spine), how="cross")
        .with_columns(posts_removed=posts_removed)
        .with_columns(paid_exits=pl.col("posts_removed") * parameters.value("paid_exit_share"))
        .with_columns(unpaid_leavers=pl.col("posts_removed") - pl.col("paid_exits"))
        .join(bookings(organisations, spine), on=["origin_ods_code", "month"])
        .sort("origin_ods_code", "month", "wave_id")
    )
    _refuse_more_exits_than_staff(exits)
    return exits.select(
        "origin_ods_code",
        "body",
        "wave_id",
        "month",
        "recognised_month",
        "ods_code",
        "share_of_target",
        "posts_removed",
        "paid_exits",
        "unpaid_leavers",
    )


def target_posts(baseline: pl.DataFrame, organisations: pl.DataFrame) -> pl.DataFrame:
    """Staff and posts to go of each organisation in the count.

    Returns:
        ``origin_ods_code``, ``body``, ``headcount``, ``posts_removed_target``.

    Raises:
        ValueError: if one of them has no baseline headcount.
    """
    staffed = (
        target_organisations(organisations)
        .select("ods_code", "body")
        .join(baseline.select("ods_code", "headcount", "posts_removed_target"), on="ods_code", how="left")
        .rename({"ods_code": "origin_ods_code"})
    )
    unknown = staffed.filter(pl.col("headcount").is_null() | pl.col("posts_removed_target").is_null())
    if not unknown.is_empty():
        raise ValueError(f"no baseline headcount or posts for {', '.join(unknown['origin_ods_code'])}")
    return staffed


def removed_posts(exits: pl.DataFrame, spine: pl.DataFrame) -> pl.DataFrame:
    """Running total of posts removed of each origin: ``removed_before`` and ``removed_after`` every month."""
    monthly = exits.group_by("origin_ods_code", "month", maintain_order=True).agg(pl.col("posts_removed").sum())
    return (
        exits.select("origin_ods_code", "body")
        .unique()
        .join(spine.select("month"), how="cross")
        .join(monthly, on=["origin_ods_code", "month"], how="left")
        .sort("origin_ods_code", "month")
        .with_columns(pl.col("posts_removed").fill_null(0))
        .with_columns(removed_after=pl.col("posts_removed").cum_sum().over("origin_ods_code"))
        .select(
            "origin_ods_code",
            "body",
            "month",
            "removed_after",
            removed_before=pl.col("removed_after").shift(1, fill_value=0).over("origin_ods_code"),
        )
    )


def headcount_month(
    baseline: pl.DataFrame,
    exits: pl.DataFrame,
    organisations: pl.DataFrame,
    spine: pl.DataFrame,
    scenario_id: str,
) -> pl.DataFrame:
    """``savings.headcount_month``: opening, exits, transfers and closing of every organisation and month.

    What an organisation holds when it transfers moves as the month of transfer opens; its receiver books that
    month's exits. Nobody joins: recruitment is closed.

    Args:
        baseline: rows of ``workforce.baseline``.
        exits: from :func:`exits_by_origin`.
        organisations: rows of ``workforce.organisation``.
        spine: months of the appraisal.
        scenario_id: the scenario the exits are of.
    """
    # A clip, because a body that loses every post would otherwise end on the dust of floating-point subtraction.
    remaining = (pl.col("headcount") - pl.col("removed_before")).clip(lower_bound=0)
    held = (
        removed_posts(exits, spine)
        .join(target_posts(baseline, organisations), on="origin_ods_code")
        .join(bookings(organisations, spine), on=["origin_ods_code", "month"])
        .sort("origin_ods_code", "month")
        .with_columns(remaining=remaining)
    )
    moved = held.filter(pl.col("opening_ods_code") != pl.col("ods_code"))
    opening = _total(held, "opening_ods_code", pl.col("remaining").alias("opening_posts"))
    left = _total(exits, "ods_code", pl.col("paid_exits", "unpaid_leavers"))
    moved_out = _total(moved, "opening_ods_code", pl.col("remaining").alias("transfers_out"))
    moved_in = _total(moved, "ods_code", pl.col("remaining").alias("transfers_in"))
    months = organisation_months(organisations, spine)
    for flow in (opening, left, moved_out, moved_in):
        months = months.join(flow, on=["ods_code", "month"], how="left")
    kept = pl.col("opening_posts") - pl.col("paid_exits") - pl.col("unpaid_leavers") - pl.col("transfers_out")
    closing = kept + pl.col("transfers_in") + pl.col("joiners")
    return as_table(
        months.with_columns(scenario_id=pl.lit(scenario_id), joiners=pl.lit(0.0))
        .with_columns(
            pl.col("opening_posts", "paid_exits", "unpaid_leavers", "transfers_out", "transfers_in").fill_null(0)
        )
        .with_columns(closing_posts=closing.clip(lower_bound=0)),
        "savings.headcount_month",
    )


def _shares_by_month(waves: pl.DataFrame, spine: pl.DataFrame) -> pl.DataFrame:
    """Each wave's share of all posts by month of leaving, with the month in which the cost is recognised."""
    first, last = pl.col("first_leaving_on"), pl.col("last_leaving_on")
    wave_days = (last - first).dt.total_days() + 1
    month_first = pl.max_horizontal(first, "month")
    month_last = pl.min_horizontal(last, pl.col("month").dt.month_end())
    lead = pl.format("-{}mo", "recognition_lead_months")
    shares = (
        waves.join(spine.select("month"), how="cross")
        .with_columns(
            days=(month_last - month_first).dt.total_days() + 1,
            recognised_month=pl.col("month").dt.offset_by(lead),
        )
        .filter(pl.col("days") > 0)
    )
    covered = shares.group_by("wave_id").agg(pl.col("days").sum(), pl.col("recognised_month").min())
    inside = (pl.col("days") == wave_days) & (pl.col("recognised_month") >= spine["month"].min())
    outside = waves.join(covered, on="wave_id", how="left").filter(~inside.fill_null(False))
    if not outside.is_empty():
        raise ValueError(
            f"waves {', '.join(outside['wave_id'])} leave or are recognised outside "
            f"{spine['month'].min()} to {spine['month'].max()}"
        )
    return shares.select(
        "wave_id",
        "month",
        "recognised_month",
        share_of_target=pl.col("share_of_target") * pl.col("days") / wave_days,
    )


def _refuse_more_exits_than_staff(exits: pl.DataFrame) -> None:
    removed = pl.col("posts_removed").sum()
    staffed = pl.col("headcount").first()
    # Shares of the waves may add up to a hair above one; a hundredth of a post is no post.
    totals = exits.group_by("origin_ods_code", maintain_order=True).agg(excess=(removed - staffed).round(2))
    beyond = totals.filter(pl.col("excess") > 0)
    if not beyond.is_empty():
        raise ValueError(f"more posts go than there are staff in {', '.join(beyond['origin_ods_code'])}")


def _total(flows: pl.DataFrame, booked_to: str, posts: pl.Expr) -> pl.DataFrame:
    return flows.group_by(pl.col(booked_to).alias("ods_code"), "month", maintain_order=True).agg(posts.sum())
