"""What becomes of a dropped forecast: known from a day that is certain, and never another one's rows."""

from dataclasses import replace
from datetime import date, timedelta

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.inbox.held import Held
from nhs_assets.sources.inbox.judgement import Judgement, broken, refused
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.steps import PLAN, unexplained_after, unexplained_steps, with_step_reasons
from nhs_assets.sources.publishers import ReadFile
from nhs_assets.store.inbox import NOTE_ENDING, Verdict

TREASURY = "raw.treasury_deflator"
SAME_YEARS = ("raw.gdp_deflator",)
"""Tables of which each vintage must have the years of all before it."""


def judge_forecast(name: str, read: ReadFile, sha256: str, note: Note, held: Held) -> Judgement:
    """Of a forecast: a vintage of its own, known from a day that is certain, and never another one's rows."""
    (table,) = read.tables
    month = read.covers.first
    judged = Judgement(None, "", read.kind, read, raw_table=table)
    tidy = read.tables[table]
    same = _same_vintage(tidy, table, held)
    if same:
        return replace(judged, verdict=Verdict.HELD, message=f"The vintage {same} has the same figures.")
    note_name = f"{name}{NOTE_ENDING}"
    if note.date_published is None:
        return _waits_for_its_day(judged, month, note_name)
    vintage = note.vintage_id or f"obr_{month:%Y_%m}"
    if note.date_published.replace(day=1) != month and note.vintage_id is None:
        return replace(
            judged,
            message=f"is of {month:%B %Y}, and {note_name} says that it was published on {note.date_published}. "
            "Correct the day, or name the vintage too: vintage_id: NAME",
        )
    own = [one for one in held.records if one.vintage_id == vintage and one.verdict is Verdict.ACCEPTED]
    taken = [one for one in own if one.raw_table == table] or vintage in held.vintages
    if taken or (own and (vintage in held.published or own[0].date_published != note.date_published)):
        return replace(
            judged,
            message=f"would change the vintage {vintage}, and what was published is kept. Make it a vintage of its "
            f"own: in {note_name} give vintage_id, and as date_published the day from which these figures were known",
        )
    same_day = sorted(other for other, day in held.days.items() if day == note.date_published and other != vintage)
    if same_day:
        return replace(
            judged,
            message=f"has the day of the vintage {same_day[0]}, and no two vintages become known on one day. "
            f"Correct date_published in {note_name}",
        )
    source_id = f"{read.kind}_{month:%Y_%m}_{sha256[:8]}"
    frame = read.completed(table, vintage_id=vintage, source_id=source_id, confidence="F")
    if table == PLAN:
        frame = with_step_reasons(frame, held, note.step_reasons)
        steps = unexplained_steps(frame, held, note.date_published)
        if steps:
            return replace(
                judged,
                message=f"moves {', '.join(steps)} by more than {held.step_limit_pct:g}%. Compare it with the "
                f"published table; if it is so, say why in {note_name}, for each: step_reasons: {{{steps[0]}: REASON}}",
            )
        after = unexplained_after(frame, held, note.date_published)
        if after:
            moved = "; ".join(f"{vintage}: {', '.join(one)}" for vintage, one in after.items())
            return replace(
                judged,
                message=f"comes before a vintage that would move by more than {held.step_limit_pct:g}% against it "
                f"without a reason ({moved}). Compare the two. If both are so, the later one needs step_reasons: "
                "withdraw its file (nhs-assets inbox withdraw), and drop the same file again with them before the next "
                "refresh",
            )
    wrong = _lacking(name, table, frame, held) or broken(name, table, frame)
    if wrong:
        return refused(name, wrong, (), read)
    return replace(
        judged,
        verdict=Verdict.ACCEPTED,
        message=f"The vintage {vintage}, known from {note.date_published}.",
        frame=frame,
        source_id=source_id,
        vintage_id=vintage,
        declares_vintage=not own,
        problems=read.set_aside,
    )


def judge_treasury(name: str, read: ReadFile, sha256: str, note: Note, held: Held) -> Judgement:
    """Of the Treasury's deflators: a publication of a day, whose figures stay as they are.

    Its day stands for a vintage: the Treasury may publish on a day of the OBR's, and its figures deflate nothing.
    """
    month = read.covers.first
    judged = Judgement(None, "", read.kind, read, raw_table=TREASURY)
    tidy = read.tables[TREASURY]
    published = held.rows(TREASURY)
    for day in published["published_on"].unique().sort():
        if published.filter(published_on=day).select(tidy.columns).sort("fy").equals(tidy.sort("fy")):
            message = f"The Treasury's deflators of {day} have the same figures."
            return replace(judged, verdict=Verdict.HELD, message=message)
    note_name = f"{name}{NOTE_ENDING}"
    day = note.date_published
    if day is None:
        return _waits_for_its_day(judged, month, note_name)
    # A release of the end of a month may come out early in the next.
    if day.replace(day=1) not in (month, (month + timedelta(days=31)).replace(day=1)):
        return replace(
            judged,
            message=f"is of {month:%B %Y}, and {note_name} says that it was published on {day}. Correct the day: it "
            "lies in that month or in the next",
        )
    if len(published.filter(published_on=day)):
        return replace(
            judged,
            message=f"would change what the Treasury published on {day}, and what was published is kept. In "
            f"{note_name} give as date_published the day from which these figures were known",
        )
    source_id = f"{read.kind}_{month:%Y_%m}_{sha256[:8]}"
    frame = read.completed(TREASURY, published_on=day, source_id=source_id, confidence="F").with_columns(
        confidence=pl.when("is_forecast").then(pl.lit("F(d)")).otherwise("confidence")
    )
    return replace(
        judged,
        verdict=Verdict.ACCEPTED,
        message=f"The Treasury's deflators of {day}, to be compared with those of the OBR.",
        frame=frame,
        source_id=source_id,
        problems=read.set_aside,
    )


def _waits_for_its_day(judged: Judgement, month: date, note_name: str) -> Judgement:
    return replace(
        judged,
        message=f"is of {month:%B %Y}, and on which day it was published it does not say. Put {note_name} beside "
        f"it with the line: date_published: {month:%Y-%m}-DD",
    )


def _same_vintage(tidy: pl.DataFrame, table: str, held: Held) -> str | None:
    """A vintage with the figures of a forecast, whose years it has all."""
    rows = held.rows(table)
    key = [name for name in contract(table).primary_key if name != "vintage_id"]
    figures = [name for name in tidy.columns if name not in ("locator", "status", "rounding_gbp_m", *key)]
    for vintage in rows["vintage_id"].unique().sort():
        of_vintage = rows.filter(vintage_id=vintage)
        both = tidy.join(of_vintage, on=key, how="inner", suffix="_held")
        alike = both.filter(pl.all_horizontal(pl.col(name) == pl.col(f"{name}_held") for name in figures))
        if len(both) and len(alike) == len(both) == min(len(tidy), len(of_vintage)):
            return vintage
    return None


def _lacking(name: str, table: str, frame: pl.DataFrame, held: Held) -> list[Problem]:
    """The years of the vintages held that a vintage of the deflator lacks: what is in prices of them would stop."""
    lacking = sorted(set(held.rows(table)["fy"]) - set(frame["fy"])) if table in SAME_YEARS else []
    remedy = "Get the workbook with all its years."
    return [Problem(name, "lacks a year that earlier vintages have", remedy, value=fy) for fy in lacking]
