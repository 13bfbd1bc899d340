"""What becomes of a dropped statistic: a period is whole or is not taken, and the newest file of a period counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import polars as pl

from nhs_assets.ground.clock import day_of
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.inbox.held import Held
from nhs_assets.sources.inbox.judgement import Judgement, broken, refused
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.received import PERIOD, age, newest
from nhs_assets.sources.inbox.steps import unexplained_staff_steps
from nhs_assets.sources.publishers import Coverage, ReadFile
from nhs_assets.sources.publishers.bodies import bodies_on
from nhs_assets.store.inbox import NOTE_ENDING, Record, Verdict

POPULATION = "raw.board_population"
CONFIDENCE = {
    "raw.staff_month": "F(d)",
    "raw.staff_group_month": "F",
    "raw.staff_grade_month": "F(d)",
    POPULATION: "F(d)",
}
"""What is worked out or summed from what is printed is arithmetic; staff by group is as printed."""

SHOWN_BODIES = 5


def judge_periods(name: str, read: ReadFile, sha256: str, note: Note, held: Held) -> Judgement:
    """Of a statistic by month or year: what it serves, and whose place it takes."""
    (table,) = read.tables
    if read.covers is not None and read.covers.last >= held.today.replace(day=1):
        problem = Problem(name, f"is of {read.covers.last:%B %Y}, which has not ended", "Check its dates.")
        return refused(name, (problem,), (), read)
    outside: dict[str, str] = {}
    if table == POPULATION:
        same = _year_with_the_same_figures(read.tables[table], held)
        if same or note.financial_year is None:
            return _without_its_year(name, read, same)
        read = replace(read, covers=_year(note.financial_year))
        outside = {"fy": note.financial_year}
    lacking = _lacking(name, read.tables[table], held) if "month" in read.tables[table] else {}
    kept = read.tables[table]
    if lacking:
        kept = kept.filter(~pl.col("month").is_in(list(lacking)))
    if kept.is_empty():
        return refused(name, read.set_aside or tuple(lacking.values()), (), read)
    column = PERIOD[table]
    last = kept["month"].max().strftime("%Y_%m") if "month" in kept else outside[column].replace("-", "_")
    source_id = f"{read.kind}_{last}_{sha256[:8]}"
    taken = replace(read, tables={table: kept})
    frame = taken.completed(table, **outside, source_id=source_id, confidence=CONFIDENCE[table])
    judged = _held_against(name, taken, frame, source_id, note, held)
    left_out = f" Left out, since bodies are missing: {spoken(str(month) for month in lacking)}." if lacking else ""
    if judged.verdict is not Verdict.ACCEPTED:
        return judged
    problems = (*read.set_aside, *lacking.values())
    return replace(judged, message=f"{judged.message}{left_out}", problems=problems)


def _held_against(
    name: str,
    read: ReadFile,
    frame: pl.DataFrame,
    source_id: str,
    note: Note,
    held: Held,
) -> Judgement:
    """The judgement on whole periods, held against what the table has of them."""
    (table,) = read.tables
    column = PERIOD[table]
    judged = Judgement(None, "", read.kind, read, raw_table=table)
    if column == "month" and note.date_published is not None and note.date_published <= read.covers.last:
        return replace(
            judged,
            message=f"is of {read.covers.last:%B %Y}, and {name}{NOTE_ENDING} says that it was published on "
            f"{note.date_published}. Correct the day: it lies after that month",
        )
    now = by_period(held.rows(table), column)
    of_file = by_period(frame, column)
    same = {period for period, rows in of_file.items() if period in now and _same(now[period], rows)}
    serving = newest(held.records, table)
    replaced = {period for period in set(serving) & set(of_file) if serving[period].replaces_seed}
    of_seed = set(by_period(held.seeds[table], column)) & set(of_file) - replaced
    if same == set(of_file):
        whose = ["The seed"] if same - set(serving) else []
        whose += sorted({serving[period].name for period in same if period in serving})
        message = f"{' and '.join(whose)} {'has' if len(whose) == 1 else 'have'} the same figures for {spoken(same)}."
        return replace(judged, verdict=Verdict.HELD, message=message)
    if of_seed - same and not note.replaces_seed:
        return replace(
            judged,
            message=f"has other figures for {spoken(of_seed - same)} than the seed, which a person has vouched for. To "
            f"let them take its place, put {name}{NOTE_ENDING} beside it with the line: replaces_seed: true",
        )
    taken = sorted(set(of_file) if note.replaces_seed else set(of_file) - of_seed)
    frame = frame.filter(pl.col(column).cast(pl.String).is_in(taken))
    rest = held.rows(table).filter(~pl.col(column).cast(pl.String).is_in(taken))
    wrong = broken(name, table, pl.concat([rest, frame]))
    if wrong:
        return refused(name, wrong, (), read)
    steps = unexplained_staff_steps(frame, rest, held.staff_step_limit_pct) if column == "month" else {}
    untold = [step for step in steps if step not in note.step_reasons]
    if untold:
        how = ", ".join(f"{step} ({steps[step]:+.0f}%)" for step in untold)
        return replace(
            judged,
            message="moves all bodies together from the nearest month that is held by more than "
            f"{held.staff_step_limit_pct:g}%: {how}. Compare it with the published table; if it is so, say why in "
            f"{name}{NOTE_ENDING}, for each: step_reasons: {{{untold[0]}: REASON}}",
        )
    return replace(
        judged,
        verdict=Verdict.ACCEPTED,
        message=_place(taken, of_seed, serving, (read.covers.last, *_arrival(note, held))),
        frame=frame,
        source_id=source_id,
        periods={period: len(of_file[period]) for period in taken},
        replaces_seed=note.replaces_seed or bool(replaced),
    )


def by_period(frame: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
    """Rows by period, as text, the earliest first."""
    return {str(period): rows for (period,), rows in frame.sort(column).group_by(column, maintain_order=True)}


def spoken(periods: Iterable[str]) -> str:
    """Periods as people say them: a month, months from one to another, or a financial year."""
    in_order = sorted(periods)
    if len(in_order[0]) < len("2025-01-01"):
        return ", ".join(in_order)
    months = [date.fromisoformat(period) for period in in_order]
    count = (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month + 1
    if len(months) > 2 and count == len(months):
        return f"{months[0]:%B %Y} to {months[-1]:%B %Y}"
    return " and ".join(f"{month:%B %Y}" for month in months)


def _lacking(name: str, tidy: pl.DataFrame, held: Held) -> dict[date, Problem]:
    """The months without every body of the programme, each with what is wrong.

    A row may stand alone in the file. In the table it does not: shares and sums need every body of a month.
    """
    found: dict[date, Problem] = {}
    for period, rows in by_period(tidy, "month").items():
        month = date.fromisoformat(period)
        lacking = sorted(set(bodies_on(held.organisations, month)) - set(rows["ods_code"]))
        if lacking:
            more = f" and {len(lacking) - SHOWN_BODIES} more" if len(lacking) > SHOWN_BODIES else ""
            rule = f"lacks {', '.join(lacking[:SHOWN_BODIES])}{more}, so that no row of {month:%B %Y} is taken"
            remedy = "Get the file again from the publisher."
            found[month] = Problem(name, rule, remedy, f"month {month:%Y-%m}")
    return found


def _arrival(note: Note, held: Held) -> tuple[date, datetime, int]:
    """The day of a file's publication, or of its coming, its moment and its place among the files taken in."""
    day = note.date_published or day_of(held.arrived)
    return day, held.arrived, max((one.number for one in held.records), default=0) + 1


def _place(
    taken: Sequence[str], of_seed: set[str], serving: Mapping[str, Record], own_age: tuple[date, date, datetime, int]
) -> str:
    """Whose place the periods of a file take, and which of them a newer file has already."""
    first = [period for period in taken if period not in serving and period not in of_seed]
    vouched = [period for period in taken if period not in serving and period in of_seed]
    met: dict[tuple[str, bool], list[str]] = {}
    for period in taken:
        if period in serving:
            met.setdefault((serving[period].name, own_age > age(serving[period])), []).append(period)
    said = [f"The first file of {spoken(first)}."] if first else []
    said += [f"Takes the place of the seed for {spoken(vouched)}, as its note says."] if vouched else []
    for (name, is_newer), periods in met.items():
        of = "" if len(periods) == len(taken) else f" for {spoken(periods)}"
        said.append(f"Takes the place of {name}{of}." if is_newer else f"Gives way to {name}, which is newer{of}.")
    return " ".join(said)


def _year_with_the_same_figures(tidy: pl.DataFrame, held: Held) -> str | None:
    """The year of which the table has these populations already, whatever year the file is for."""
    for year, rows in by_period(held.rows(POPULATION), "fy").items():
        if rows.select(tidy.columns).sort("ods_code").equals(tidy.sort("ods_code")):
            return year
    return None


def _without_its_year(name: str, read: ReadFile, same: str | None) -> Judgement:
    judged = Judgement(None, "", read.kind, read, raw_table=POPULATION)
    if same:
        return replace(judged, verdict=Verdict.HELD, message=f"The allocation of {same} has the same figures.")
    return replace(
        judged,
        message=f"does not say for which year it is. Put {name}{NOTE_ENDING} beside it with the line: "
        "financial_year: 2025-26 (the year of the allocation)",
    )


def _year(fy: str) -> Coverage:
    start = int(fy[:4])
    return Coverage(date(start, 4, 1), date(start + 1, 3, 1))


def _same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    """Whether two sets of rows have the same figures, whatever document they name."""
    columns = [name for name in left.columns if name not in ("source_id", "confidence")]
    return left.select(columns).sort(columns).equals(right.select(columns).sort(columns))
