"""Classifies a dropped forecast: a vintage known from a certain day, which never changes another one's rows."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.cells import table_problems
from nhs_assets.sources.inbox.classification import Classification, CurrentTables, note_for, refused
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.publishers import ReadFile
from nhs_assets.store.inbox import Verdict

PLAN = "raw.settlement_plan"
TREASURY = "raw.treasury_deflator"
_LIMIT = ["line_id", "fy"]
"""A limit is named by its line and year, such as ``dhsc_cdel 2026-27``."""
_AMOUNT = pl.col("amount_gbp_m").cast(pl.Float64)
SAME_YEARS = ("raw.gdp_deflator",)
"""Tables in which each vintage must have the years of all earlier ones."""


def classify_forecast(name: str, read: ReadFile, sha256: str, note: Note, current: CurrentTables) -> Classification:
    """The classification of a forecast: a new vintage, or part of one."""
    (table,) = read.tables
    month, day = read.covers.first, note.date_published
    found = Classification.of(read)
    same = _same_vintage(read.tables[table], table, current)
    if same:
        return found.held(f"The vintage {same} has the same figures.")
    if day is None:
        return found.waits(_without_day(name, month))
    vintage = note.vintage_id or f"obr_{month:%Y_%m}"
    if day.replace(day=1) != month and note.vintage_id is None:
        return found.waits(
            f"is of {month:%B %Y}, and {note_for(name)} says that it was published on {day}. "
            "Correct the day, or name the vintage too: vintage_id: NAME"
        )
    own = [rec for rec in current.records if rec.vintage_id == vintage and rec.verdict is Verdict.ACCEPTED]
    exists = vintage in current.vintages or any(record.raw_table == table for record in own)
    if exists or (own and (vintage in current.published or own[0].date_published != day)):
        return found.waits(
            f"would change the vintage {vintage}, but published figures are immutable. Make it a vintage of its own: "
            f"in {note_for(name)} give vintage_id, and as date_published the day from which these figures were known"
        )
    same_day = sorted(other for other, known_from in current.days.items() if known_from == day and other != vintage)
    if same_day:
        return found.waits(
            f"has the day of the vintage {same_day[0]}, and no two vintages become known on one day. "
            f"Correct date_published in {note_for(name)}"
        )
    source_id = _source_id(read, sha256)
    frame = read.completed(table, vintage_id=vintage, source_id=source_id, confidence="F")
    if table == PLAN:
        frame = _with_step_reasons(frame, current, note.step_reasons)
        steps = _unexplained_steps(frame, current, day)
        if steps:
            return found.waits(
                f"moves {', '.join(steps)} by more than {current.step_limit_pct:g}%. Compare it with the published "
                f"table; if the change is real, explain it in {note_for(name)}, for each: "
                f"step_reasons: {{{steps[0]}: REASON}}"
            )
        after = _unexplained_after(frame, current, day)
        if after:
            moved = "; ".join(f"{later}: {', '.join(limits)}" for later, limits in after.items())
            return found.waits(
                f"comes before a vintage that would move by more than {current.step_limit_pct:g}% against it without a "
                f"reason ({moved}). Compare the two. If both are right, the later one needs step_reasons: withdraw its "
                "file (nhs-assets inbox withdraw), and drop the same file again with them before the next refresh"
            )
    # Prices in the years of earlier vintages that a vintage of the deflator lacks could not be computed.
    missing = sorted(set(current.rows(table)["fy"]) - set(frame["fy"])) if table in SAME_YEARS else []
    rule, remedy = "is missing a year that earlier vintages have", "Get the workbook with all its years."
    wrong = [Problem(name, rule, remedy, value=fy) for fy in missing] or table_problems(name, contract(table), frame)
    if wrong:
        return refused(name, wrong, read=read)
    return replace(
        found,
        verdict=Verdict.ACCEPTED,
        message=f"The vintage {vintage}, known from {day}.",
        frame=frame,
        source_id=source_id,
        vintage_id=vintage,
        declares_vintage=not own,
        problems=read.set_aside,
    )


def classify_treasury(name: str, read: ReadFile, sha256: str, note: Note, current: CurrentTables) -> Classification:
    """The classification of the Treasury's deflators: immutable figures of a day of publication.

    The day replaces a vintage: the Treasury may publish on a day of the OBR's. Nothing is deflated with its figures.
    """
    month, day = read.covers.first, note.date_published
    found = Classification.of(read)
    rows, published = read.tables[TREASURY], current.rows(TREASURY)
    for known in published["published_on"].unique().sort():
        if published.filter(published_on=known).select(rows.columns).sort("fy").equals(rows.sort("fy")):
            return found.held(f"The Treasury's deflators of {known} have the same figures.")
    if day is None:
        return found.waits(_without_day(name, month))
    # A release of the end of a month may come out early in the next.
    if day.replace(day=1) not in (month, (month + timedelta(days=31)).replace(day=1)):
        return found.waits(
            f"is of {month:%B %Y}, and {note_for(name)} says that it was published on {day}. Correct the day: it is in "
            "that month or the next"
        )
    if len(published.filter(published_on=day)):
        return found.waits(
            f"would change what the Treasury published on {day}, but published figures are immutable. In "
            f"{note_for(name)} give as date_published the day from which these figures were known"
        )
    source_id = _source_id(read, sha256)
    frame = read.completed(TREASURY, published_on=day, source_id=source_id, confidence="F").with_columns(
        confidence=pl.when("is_forecast").then(pl.lit("F(d)")).otherwise("confidence")
    )
    message = f"The Treasury's deflators of {day}, for comparison with the OBR's."
    return replace(
        found, verdict=Verdict.ACCEPTED, message=message, frame=frame, source_id=source_id, problems=read.set_aside
    )


def _source_id(read: ReadFile, sha256: str) -> str:
    return f"{read.kind}_{read.covers.first:%Y_%m}_{sha256[:8]}"


def _without_day(name: str, month: date) -> str:
    return (
        f"is of {month:%B %Y}, but does not say on which day it was published. Put {note_for(name)} beside it with the "
        f"line: date_published: {month:%Y-%m}-DD"
    )


def _same_vintage(rows: pl.DataFrame, table: str, current: CurrentTables) -> str | None:
    """A vintage with all years of a forecast and the same figures."""
    held = current.rows(table)
    key = [name for name in contract(table).primary_key if name != "vintage_id"]
    figures = [name for name in rows.columns if name not in ("locator", "status", "rounding_gbp_m", *key)]
    for vintage in held["vintage_id"].unique().sort():
        of_vintage = held.filter(vintage_id=vintage)
        both = rows.join(of_vintage, on=key, how="inner", suffix="_held")
        same = both.filter(pl.all_horizontal(pl.col(name) == pl.col(f"{name}_held") for name in figures))
        if len(both) and len(same) == len(both) == min(len(rows), len(of_vintage)):
            return vintage
    return None


def _with_step_reasons(frame: pl.DataFrame, current: CurrentTables, given: Mapping[str, str]) -> pl.DataFrame:
    """Limits with the reasons of their steps: as given by limit, or else from the last vintage with one."""
    known = _by_vintage(current).drop_nulls("step_reason").unique(_LIMIT, keep="last", maintain_order=True)
    reasons = dict(known.select(pl.concat_str(_LIMIT, separator=" "), "step_reason").iter_rows()) | dict(given)
    limit = pl.concat_str(_LIMIT, separator=" ")
    return frame.with_columns(step_reason=limit.replace_strict(reasons, default=None, return_dtype=pl.String))


def _unexplained_steps(frame: pl.DataFrame, current: CurrentTables, known_from: date) -> list[str]:
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


def _unexplained_after(frame: pl.DataFrame, current: CurrentTables, known_from: date) -> dict[str, list[str]]:
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


def _is_step(before: str, current: CurrentTables) -> pl.Expr:
    return (_AMOUNT / pl.col(before) - 1).abs().fill_null(0.0) * 100 > current.step_limit_pct


def _by_vintage(current: CurrentTables) -> pl.DataFrame:
    """Every limit with the day of its vintage, the earliest first."""
    days = pl.DataFrame(
        list(current.days.items()), schema={"vintage_id": pl.String, "known_from": pl.Date}, orient="row"
    )
    return current.rows(PLAN).join(days, on="vintage_id").sort("known_from", *_LIMIT)
