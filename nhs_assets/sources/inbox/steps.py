"""Steps that need a reason: of limits between years and vintages, and of all staff between months.

``frame`` has the rows of ``raw.settlement_plan`` of one vintage, which is known from the day ``known_from``. A limit is
named by its line and year, such as ``dhsc_cdel 2026-27``.
"""

from collections.abc import Mapping
from datetime import date

import polars as pl

from nhs_assets.sources.inbox.current_tables import CurrentTables

PLAN = "raw.settlement_plan"
_LIMIT = ["line_id", "fy"]
_AMOUNT = pl.col("amount_gbp_m").cast(pl.Float64)


def with_step_reasons(frame: pl.DataFrame, current: CurrentTables, given: Mapping[str, str]) -> pl.DataFrame:
    """Limits with the reasons of their steps: as given by limit, or else from the last vintage with one."""
    known = _by_vintage(current).drop_nulls("step_reason").unique(_LIMIT, keep="last", maintain_order=True)
    reasons = dict(known.select(pl.concat_str(_LIMIT, separator=" "), "step_reason").iter_rows()) | dict(given)
    limit = pl.concat_str(_LIMIT, separator=" ")
    return frame.with_columns(step_reason=limit.replace_strict(reasons, default=None, return_dtype=pl.String))


def unexplained_steps(frame: pl.DataFrame, current: CurrentTables, known_from: date) -> list[str]:
    """Limits that differ from the year or the vintage before by more than the allowed share, without a reason."""
    earlier = _by_vintage(current).filter(pl.col("known_from") < known_from)
    last = earlier.unique(_LIMIT, keep="last", maintain_order=True).select(*_LIMIT, vintage_before=_AMOUNT)
    steps = (
        frame.sort(_LIMIT)
        .join(last, on=_LIMIT, how="left", maintain_order="left")
        .with_columns(year_before=_AMOUNT.shift(1).over("line_id", order_by="fy"))
        .filter(
            pl.col("step_reason").is_null()
            & pl.any_horizontal(_is_step(before, current) for before in ("year_before", "vintage_before"))
        )
    )
    return [f"{line} {fy}" for line, fy in steps.select(_LIMIT).iter_rows()]


def unexplained_after(frame: pl.DataFrame, current: CurrentTables, known_from: date) -> dict[str, list[str]]:
    """By vintage, limits of later ones that differ from these by more than the allowed share, without a reason."""
    later = _by_vintage(current).filter(pl.col("known_from") > known_from)
    steps = (
        later.unique(_LIMIT, keep="first", maintain_order=True)
        .join(frame.select(*_LIMIT, vintage_before=_AMOUNT), on=_LIMIT)
        .filter(pl.col("step_reason").is_null() & _is_step("vintage_before", current))
        .sort("known_from", *_LIMIT)
    )
    found: dict[str, list[str]] = {}
    for vintage, line, fy in steps.select("vintage_id", *_LIMIT).iter_rows():
        found.setdefault(vintage, []).append(f"{line} {fy}")
    return found


def unexplained_staff_steps(frame: pl.DataFrame, rest: pl.DataFrame, limit_pct: float) -> dict[str, float]:
    """Months in which all bodies together differ from the month before by more than the allowed share, in per cent.

    A file with every figure too large by the same share breaks no rule of its own; only its neighbours show it. Both
    frames have staff by body and month, ``rest`` the other rows of the table. A month is named ``staff 2025-04``; the
    first month is compared with the next.
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


def _is_step(before: str, current: CurrentTables) -> pl.Expr:
    return (_AMOUNT / pl.col(before) - 1).abs().fill_null(0.0) * 100 > current.step_limit_pct


def _all_staff(rows: pl.DataFrame) -> pl.DataFrame:
    """Full-time equivalents by body: the printed total if there is one, or else the sum."""
    if "total" in rows.get_column("staff_group", default=pl.Series(dtype=pl.String)):
        rows = rows.filter(staff_group="total")
    return rows.group_by("ods_code", maintain_order=True).agg(pl.col("fte").sum())


def _by_vintage(current: CurrentTables) -> pl.DataFrame:
    """Every limit with the day of its vintage, the earliest first."""
    days = pl.DataFrame(
        list(current.days.items()), schema={"vintage_id": pl.String, "known_from": pl.Date}, orient="row"
    )
    return current.rows(PLAN).join(days, on="vintage_id").sort("known_from", *_LIMIT)
