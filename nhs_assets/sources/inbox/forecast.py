"""Classifies a dropped forecast: a vintage known from a certain day, which never changes another one's rows."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.inbox.classification import Classification, note_for, read_as, refused, table_problems
from nhs_assets.sources.inbox.current_tables import CurrentTables
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.steps import PLAN, unexplained_after, unexplained_steps, with_step_reasons
from nhs_assets.sources.publishers import ReadFile
from nhs_assets.store.inbox import Verdict

TREASURY = "raw.treasury_deflator"
SAME_YEARS = ("raw.gdp_deflator",)
"""Tables in which each vintage must have the years of all earlier ones."""


def classify_forecast(name: str, read: ReadFile, sha256: str, note: Note, current: CurrentTables) -> Classification:
    """The classification of a forecast: a new vintage, or part of one."""
    (table,) = read.tables
    month, day = read.covers.first, note.date_published
    found = read_as(read)
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
        frame = with_step_reasons(frame, current, note.step_reasons)
        steps = unexplained_steps(frame, current, day)
        if steps:
            return found.waits(
                f"moves {', '.join(steps)} by more than {current.step_limit_pct:g}%. Compare it with the published "
                f"table; if the change is real, explain it in {note_for(name)}, for each: "
                f"step_reasons: {{{steps[0]}: REASON}}"
            )
        after = unexplained_after(frame, current, day)
        if after:
            moved = "; ".join(f"{later}: {', '.join(limits)}" for later, limits in after.items())
            return found.waits(
                f"comes before a vintage that would move by more than {current.step_limit_pct:g}% against it without a "
                f"reason ({moved}). Compare the two. If both are right, the later one needs step_reasons: withdraw its "
                "file (nhs-assets inbox withdraw), and drop the same file again with them before the next refresh"
            )
    wrong = _missing_years(name, table, frame, current) or table_problems(name, table, frame)
    if wrong:
        return refused(name, wrong, read=read)
    return found.accepted(
        f"The vintage {vintage}, known from {day}.",
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
    found = read_as(read)
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
    return found.accepted(message, frame=frame, source_id=source_id, problems=read.set_aside)


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


def _missing_years(name: str, table: str, frame: pl.DataFrame, current: CurrentTables) -> Sequence[Problem]:
    """The years of earlier vintages that a vintage of the deflator lacks: prices in them could not be computed."""
    missing = sorted(set(current.rows(table)["fy"]) - set(frame["fy"])) if table in SAME_YEARS else []
    rule, remedy = "is missing a year that earlier vintages have", "Get the workbook with all its years."
    return [Problem(name, rule, remedy, value=fy) for fy in missing]
