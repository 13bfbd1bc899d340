"""What becomes of a dropped file: read by its content, held against what the tables have, and nothing written."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.problems import BadInput, Problem
from nhs_assets.sources.inbox.held import Held
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.received import MONTHLY, TABLES, serving
from nhs_assets.sources.inbox.steps import PLAN, unexplained_steps, with_step_reasons
from nhs_assets.sources.publishers import Beside, PublisherFile, ReadFile, read_file, recognised
from nhs_assets.sources.publishers.bodies import bodies_on
from nhs_assets.store.inbox import NOTE_ENDING, Verdict

STAFF = "raw.staff_month"
CONFIDENCE = {STAFF: "F(d)", "raw.gdp_deflator": "F", "raw.settlement_plan": "F"}
"""Staff in post is arithmetic on what is printed; the forecasts are as printed."""

SAME_YEARS = ("raw.gdp_deflator",)
"""Tables of which each vintage must have the years of all before it."""

FORMATS = {
    "nhs_sickness_absence": ("NHS England", "NHS Sickness Absence Rates", "statistic", "A"),
    "obr_gdp_deflator": (
        "Office for Budget Responsibility",
        "Economic and Fiscal Outlook, GDP deflator",
        "forecast",
        "A",
    ),
    "obr_departmental_limits": (
        "Office for Budget Responsibility",
        "Economic and Fiscal Outlook, departmental limits",
        "forecast",
        "A",
    ),
}
"""Publisher, title, kind of document and grade of evidence by format, unless a note says otherwise."""
LICENCE = "Open Government Licence v3.0"


@dataclass(frozen=True)
class Judgement:
    """What becomes of a file; a verdict of None means that it waits in the inbox.

    Attributes:
        verdict: what becomes of it.
        message: why, and what to do about it, in a sentence or two.
        format_id: the format that its content has.
        read: the file as it was read.
        frame: the rows that it serves.
        raw_table: their table.
        source_id: the document that they name.
        vintage_id: the vintage that they name.
        declares_vintage: whether the vintage is new.
        problems: what is wrong with the file, or with rows that were set aside.
    """

    verdict: Verdict | None
    message: str
    format_id: str | None = None
    read: ReadFile | None = None
    frame: pl.DataFrame | None = None
    raw_table: str | None = None
    source_id: str | None = None
    vintage_id: str | None = None
    declares_vintage: bool = False
    problems: tuple[Problem, ...] = field(default=())

    @property
    def first_month(self) -> date | None:
        """First month that the file covers."""
        return self.read.covers.first if self.read and self.read.covers else None

    @property
    def last_month(self) -> date | None:
        """Last month that the file covers."""
        return self.read.covers.last if self.read and self.read.covers else None


def judge(name: str, content: bytes, sha256: str, note: Note, held: Held) -> Judgement:
    """What becomes of a file with these bytes.

    Args:
        name: how messages name it.
        content: its bytes.
        sha256: their checksum.
        note: what a person says of it.
        held: what the tables have.
    """
    beside = Beside(held.organisations, name, held.limits)
    try:
        read = read_file(content, beside)
    except BadInput as refused:
        return _refused(name, refused.problems, recognised(content, beside))
    table = next(iter(read.tables))
    if table not in TABLES:
        message = (
            f"is read as {read.kind}, of which no table takes rows yet. Take it out again; nothing else is needed."
        )
        return Judgement(None, message, read.kind, read)
    if table in MONTHLY:
        return _judge_month(name, read, sha256, note, held)
    return _judge_forecast(name, read, sha256, note, held)


def _judge_month(name: str, read: ReadFile, sha256: str, note: Note, held: Held) -> Judgement:
    """Of a month's staff: a month is whole or is not taken, and the newest file of a month counts."""
    month = read.covers.first
    there = bodies_on(held.organisations, month)
    lacking = sorted(set(there) - set(read.tables[STAFF]["ods_code"]))
    if lacking:
        # A row stands alone in the file. In the table it does not: shares of posts need every body of a month.
        problems = read.set_aside or (
            Problem(name, f"lacks {', '.join(lacking)}", "Get the file again from the publisher."),
        )
        return _refused(name, problems, (), read)
    source_id = f"{read.kind}_{month:%Y_%m}_{sha256[:8]}"
    frame = read.completed(STAFF, source_id=source_id, confidence=CONFIDENCE[STAFF])
    judged = Judgement(Verdict.ACCEPTED, "", read.kind, read, frame, STAFF, source_id, problems=read.set_aside)
    of_seed = held.seeds[STAFF].filter(month=month)
    if len(of_seed) and not note.replaces_seed:
        if _same(of_seed, frame, STAFF):
            return replace(judged, verdict=Verdict.HELD, message=f"The seed has the same figures for {month:%B %Y}.")
        return replace(
            judged,
            verdict=None,
            message=f"has other figures for {month:%B %Y} than the seed, which a person has vouched for. To let them "
            f"take its place, put {name}{NOTE_ENDING} beside it with the line: replaces_seed: true",
        )
    before = [one for one in serving(held.records, STAFF) if one.first_month == month]
    for one in before:
        if _same(held.received[one.sha256], frame, STAFF):
            return replace(judged, verdict=Verdict.HELD, message=f"{one.name} has the same figures for {month:%B %Y}.")
    rest = held.rows(STAFF, but_month=month)
    together = pl.concat([rest.join(frame, on=contract(STAFF).primary_key, how="anti"), frame])
    broken = _broken(name, STAFF, together)
    if broken:
        return _refused(name, broken, (), read)
    place = f"Takes the place of {before[0].name}." if before else f"The first file of {month:%B %Y}."
    if len(of_seed):
        place = f"Takes the place of the seed for {month:%B %Y}, as its note says."
    return replace(judged, message=place)


def _judge_forecast(name: str, read: ReadFile, sha256: str, note: Note, held: Held) -> Judgement:
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
        return replace(
            judged,
            message=f"is of {month:%B %Y}, and on which day it was published it does not say. Put {note_name} beside "
            f"it with the line: date_published: {month:%Y-%m}-DD",
        )
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
    frame = read.completed(table, vintage_id=vintage, source_id=source_id, confidence=CONFIDENCE[table])
    if table == PLAN:
        frame = with_step_reasons(frame, held, note.step_reasons)
        steps = unexplained_steps(frame, held, note.date_published)
        if steps:
            return replace(
                judged,
                message=f"moves {', '.join(steps)} by more than {held.step_limit_pct:g}%. Compare it with the "
                f"published table; if it is so, say why in {note_name}, for each: step_reasons: {{{steps[0]}: REASON}}",
            )
    broken = _lacking(name, table, frame, held) or _broken(name, table, frame)
    if broken:
        return _refused(name, broken, (), read)
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


def _refused(
    name: str, problems: Sequence[Problem], formats: Sequence[PublisherFile], read: ReadFile | None = None
) -> Judgement:
    kind = read.kind if read else next((one.kind for one in formats), None)
    first = str(problems[0]).removeprefix(f"{name}: ").removeprefix(f"{name}, ")
    return Judgement(Verdict.REFUSED, first, kind, read, problems=tuple(problems))


def _same(left: pl.DataFrame, right: pl.DataFrame, table: str) -> bool:
    """Whether two sets of rows have the same figures, whatever document they name."""
    columns = [name for name in contract(table).column_names if name not in ("source_id", "confidence", "locator")]
    key = contract(table).primary_key
    return left.select(columns).sort(key).equals(right.select(columns).sort(key))


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


def _broken(name: str, table: str, frame: pl.DataFrame) -> list[Problem]:
    """The rules of the table that its rows would break with those of the file."""
    described = contract(table)
    frame = frame.select(described.column_names).sort(described.primary_key)
    if described.model.is_valid(frame):
        return []
    _, failure = described.model.filter(frame)
    details = failure.details()
    rules = list(failure.counts())
    remedy = "Compare the file with the months before and after; a unit or a column may have changed."
    return [
        Problem(
            name,
            f"would break the rule '{rule.rpartition('|')[2].replace('_', ' ')}' of {table}",
            remedy,
            "row " + ", ".join(str(row[key]) for key in described.primary_key),
        )
        for row in details.iter_rows(named=True)
        for rule in rules
        if row[rule] == "invalid"
    ]
