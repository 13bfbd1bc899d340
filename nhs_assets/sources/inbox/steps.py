"""Steps that need a reason: of limits, whose tables are not published without one, and of all staff in a month."""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nhs_assets.sources.inbox.held import Held

PLAN = "raw.settlement_plan"


def with_step_reasons(frame: pl.DataFrame, held: Held, told: Mapping[str, str]) -> pl.DataFrame:
    """Limits with the reasons of their steps: as a note tells, else as the last vintage with one gives for the year.

    Args:
        frame: rows of ``raw.settlement_plan`` of one vintage.
        held: what the tables have.
        told: reasons by line and year.
    """
    before = _by_vintage(held).drop_nulls("step_reason").unique(["line_id", "fy"], keep="last", maintain_order=True)
    name = pl.concat_str("line_id", "fy", separator=" ")
    carried = frame.drop("step_reason").join(
        before.select("line_id", "fy", "step_reason"), on=["line_id", "fy"], how="left"
    )
    reason = (
        pl.coalesce(name.replace_strict(told, default=None, return_dtype=pl.String), "step_reason") if told else None
    )
    return (carried if reason is None else carried.with_columns(step_reason=reason)).select(frame.columns)


def unexplained_steps(frame: pl.DataFrame, held: Held, known_from: date) -> list[str]:
    """Limits that differ from the year or the vintage before by more than the allowed share, and give no reason.

    Args:
        frame: rows of ``raw.settlement_plan`` of one vintage, with their reasons.
        held: what the tables have.
        known_from: the day of the vintage.

    Returns:
        Their line and year, such as ``dhsc_cdel 2026-27``.
    """
    earlier = _by_vintage(held).filter(pl.col("known_from") < known_from)
    last = earlier.unique(["line_id", "fy"], keep="last", maintain_order=True)
    amount = pl.col("amount_gbp_m").cast(pl.Float64)
    steps = (
        frame.sort("line_id", "fy")
        .join(
            last.select("line_id", "fy", vintage_before=amount), on=["line_id", "fy"], how="left", maintain_order="left"
        )
        .with_columns(year_before=amount.shift(1).over("line_id", order_by="fy"))
        .filter(
            pl.col("step_reason").is_null()
            & pl.any_horizontal(
                (amount / pl.col(before) - 1).abs().fill_null(0.0) * 100 > held.step_limit_pct
                for before in ("year_before", "vintage_before")
            )
        )
    )
    return [f"{line} {fy}" for line, fy in steps.select("line_id", "fy").iter_rows()]


def unexplained_after(frame: pl.DataFrame, held: Held, known_from: date) -> dict[str, list[str]]:
    """Limits of later vintages that differ from these by more than the allowed share, and give no reason.

    Args:
        frame: rows of ``raw.settlement_plan`` of one vintage.
        held: what the tables have.
        known_from: the day of the vintage.

    Returns:
        Their line and year, such as ``dhsc_cdel 2026-27``, by the vintage that they are of.
    """
    later = _by_vintage(held).filter(pl.col("known_from") > known_from)
    amount = pl.col("amount_gbp_m").cast(pl.Float64)
    steps = (
        later.unique(["line_id", "fy"], keep="first", maintain_order=True)
        .join(frame.select("line_id", "fy", vintage_before=amount), on=["line_id", "fy"])
        .filter(
            pl.col("step_reason").is_null()
            & ((amount / pl.col("vintage_before") - 1).abs() * 100 > held.step_limit_pct)
        )
        .sort("known_from", "line_id", "fy")
    )
    found: dict[str, list[str]] = {}
    for vintage, line, fy in steps.select("vintage_id", "line_id", "fy").iter_rows():
        found.setdefault(vintage, []).append(f"{line} {fy}")
    return found


def unexplained_staff_steps(frame: pl.DataFrame, rest: pl.DataFrame, limit_pct: float) -> dict[str, float]:
    """Months in which all bodies together differ from the month before by more than the allowed share.

    A file whose every figure is too large by the same share holds all its own rules; its neighbours tell.

    Args:
        frame: rows of a table of staff by body and month.
        rest: the other rows of that table.
        limit_pct: the allowed share.

    Returns:
        The step in per cent by month, such as ``staff 2025-04``; the first month there is is held against the next.
    """
    months = {month: rows for (month,), rows in pl.concat([rest, frame]).group_by("month", maintain_order=True)}
    in_order = sorted(months)
    found: dict[str, float] = {}
    for month in sorted(frame["month"].unique()):
        place = in_order.index(month)
        neighbours = in_order[place - 1 : place] or in_order[1:2]
        if not neighbours:
            continue
        own, other = _all_staff(months[month]), _all_staff(months[neighbours[0]])
        both = own.join(other, on="ods_code", suffix="_other").sum()
        step = (both["fte"].item() / both["fte_other"].item() - 1) * 100 if both["fte_other"].item() else 0.0
        if abs(step) > limit_pct:
            found[f"staff {month:%Y-%m}"] = step
    return found


def _all_staff(rows: pl.DataFrame) -> pl.DataFrame:
    """Full-time equivalents by body: the printed total where there is one, else the sum."""
    if "total" in rows.get_column("staff_group", default=pl.Series(dtype=pl.String)):
        rows = rows.filter(staff_group="total")
    return rows.group_by("ods_code", maintain_order=True).agg(pl.col("fte").sum())


def _by_vintage(held: Held) -> pl.DataFrame:
    """Every limit with the day of its vintage, the earliest first."""
    days = pl.DataFrame(list(held.days.items()), schema={"vintage_id": pl.String, "known_from": pl.Date}, orient="row")
    return held.rows(PLAN).join(days, on="vintage_id").sort("known_from", "line_id", "fy")
