"""Classifies a dropped statistic: a period is ingested whole or not at all, and its newest file counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.rules import FromInbox
from nhs_assets.ground.clock import day_of
from nhs_assets.ground.problems import Problem
from nhs_assets.sources.cells import table_problems
from nhs_assets.sources.inbox.classification import Classification, CurrentTables, note_for, refused
from nhs_assets.sources.inbox.note import Note
from nhs_assets.sources.inbox.received_files import PERIOD, age, newest
from nhs_assets.sources.publishers import Coverage, ReadFile
from nhs_assets.sources.publishers.bodies import bodies_on
from nhs_assets.store.inbox import Record, Verdict

POPULATION = "raw.board_population"

SHOWN_BODIES = 5


def classify_statistic(name: str, read: ReadFile, sha256: str, note: Note, current: CurrentTables) -> Classification:
    """The classification of a statistic by month or year: what it provides, and what it replaces."""
    (table,) = read.tables
    rows = read.tables[table]
    if read.covers is not None and read.covers.last >= current.today.replace(day=1):
        problem = Problem(name, f"is of {read.covers.last:%B %Y}, which has not ended", "Check its dates.")
        return refused(name, (problem,), read=read)
    outside: dict[str, str] = {}
    if table == POPULATION:
        for year, held in by_period(current.rows(table), "fy").items():
            if held.select(rows.columns).sort("ods_code").equals(rows.sort("ods_code")):
                return Classification.of(read).held(f"The allocation of {year} has the same figures.")
        if note.financial_year is None:
            return Classification.of(read).waits(
                f"does not say for which year it is. Put {note_for(name)} beside it with the line: "
                "financial_year: 2025-26 (the year of the allocation)"
            )
        start = int(note.financial_year[:4])
        read = replace(read, covers=Coverage(date(start, 4, 1), date(start + 1, 3, 1)))
        outside = {"fy": note.financial_year}
    incomplete = _incomplete_months(name, rows, current) if "month" in rows else {}
    if incomplete:
        rows = rows.filter(~pl.col("month").is_in(list(incomplete)))
    if rows.is_empty():
        return refused(name, read.set_aside or tuple(incomplete.values()), read=read)
    last = rows["month"].max().strftime("%Y_%m") if "month" in rows else note.financial_year.replace("-", "_")
    source_id = f"{read.kind}_{last}_{sha256[:8]}"
    read = replace(read, tables={table: rows})
    (taken,) = contract(table).declared(FromInbox)
    frame = read.completed(table, **outside, source_id=source_id, confidence=taken.confidence)
    found = _compared(name, read, frame, source_id, note, current)
    if found.verdict is not Verdict.ACCEPTED:
        return found
    months = format_periods(map(str, incomplete)) if incomplete else ""
    left_out = f" Left out, since bodies are missing: {months}." if incomplete else ""
    return replace(found, message=found.message + left_out, problems=(*read.set_aside, *incomplete.values()))


def _compared(
    name: str, read: ReadFile, frame: pl.DataFrame, source_id: str, note: Note, current: CurrentTables
) -> Classification:
    """The classification of whole periods, compared with what the table has of them."""
    (table,) = read.tables
    column = PERIOD[table]
    found = Classification.of(read)
    if column == "month" and note.date_published is not None and note.date_published <= read.covers.last:
        return found.waits(
            f"is of {read.covers.last:%B %Y}, and {note_for(name)} says that it was published on "
            f"{note.date_published}. Correct the day: it is after that month"
        )
    now = by_period(current.rows(table), column)
    of_file = by_period(frame, column)
    same = {period for period, rows in of_file.items() if period in now and _same(now[period], rows)}
    serving = newest(current.records, table)
    replaced = {period for period in set(serving) & set(of_file) if serving[period].replaces_seed}
    of_seed = set(by_period(current.seeds[table], column)) & set(of_file) - replaced
    if same == set(of_file):
        whose = ["The seed"] if same - set(serving) else []
        whose += sorted({serving[period].name for period in same if period in serving})
        has = "has" if len(whose) == 1 else "have"
        return found.held(f"{' and '.join(whose)} {has} the same figures for {format_periods(same)}.")
    if of_seed - same and not note.replaces_seed:
        return found.waits(
            f"has other figures for {format_periods(of_seed - same)} than the seed, which a person has reviewed. To "
            f"replace them, put {note_for(name)} beside it with the line: replaces_seed: true"
        )
    used = sorted(set(of_file) if note.replaces_seed else set(of_file) - of_seed)
    frame = frame.filter(pl.col(column).cast(pl.String).is_in(used))
    rest = current.rows(table).filter(~pl.col(column).cast(pl.String).is_in(used))
    wrong = table_problems(name, contract(table), pl.concat([rest, frame]))
    if wrong:
        return refused(name, wrong, read=read)
    steps = _unexplained_staff_steps(frame, rest, current.staff_step_limit_pct) if column == "month" else {}
    unexplained = [step for step in steps if step not in note.step_reasons]
    if unexplained:
        listed = ", ".join(f"{step} ({steps[step]:+.0f}%)" for step in unexplained)
        return found.waits(
            f"moves all bodies together from the nearest known month by more than {current.staff_step_limit_pct:g}%: "
            f"{listed}. Compare it with the published table; if the change is real, explain it in {note_for(name)}, "
            f"for each: step_reasons: {{{unexplained[0]}: REASON}}"
        )
    arrived = current.arrived
    own_age = (read.covers.last, note.date_published or day_of(arrived), arrived, current.next_number)
    return replace(
        found,
        verdict=Verdict.ACCEPTED,
        message=_place(used, of_seed, serving, own_age),
        frame=frame,
        source_id=source_id,
        periods={period: len(of_file[period]) for period in used},
        replaces_seed=note.replaces_seed or bool(replaced),
    )


def by_period(frame: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
    """Rows by period, as text, the earliest first."""
    return {str(period): rows for (period,), rows in frame.sort(column).group_by(column, maintain_order=True)}


def format_periods(periods: Iterable[str]) -> str:
    """Periods in words: months one by one or as a range, or financial years."""
    in_order = sorted(periods)
    if len(in_order[0]) < len("2025-01-01"):
        return ", ".join(in_order)
    months = [date.fromisoformat(period) for period in in_order]
    count = (months[-1].year - months[0].year) * 12 + months[-1].month - months[0].month + 1
    if len(months) > 2 and count == len(months):
        return f"{months[0]:%B %Y} to {months[-1]:%B %Y}"
    return " and ".join(f"{month:%B %Y}" for month in months)


def _incomplete_months(name: str, rows: pl.DataFrame, current: CurrentTables) -> dict[date, Problem]:
    """The months without every body of the programme, each with its problem.

    Rows are independent in the file but not in the table: shares and sums need every body of a month.
    """
    found: dict[date, Problem] = {}
    for (month,), of_month in rows.sort("month").group_by("month", maintain_order=True):
        missing = sorted(set(bodies_on(current.organisations, month)) - set(of_month["ods_code"]))
        if missing:
            more = f" and {len(missing) - SHOWN_BODIES} more" if len(missing) > SHOWN_BODIES else ""
            rule = f"is missing {', '.join(missing[:SHOWN_BODIES])}{more}, so no row of {month:%B %Y} is used"
            found[month] = Problem(name, rule, "Get the file again from the publisher.", f"month {month:%Y-%m}")
    return found


def _place(
    used: Sequence[str], of_seed: set[str], serving: Mapping[str, Record], own_age: tuple[date, date, datetime, int]
) -> str:
    """What the periods of a file replace, and which of them a newer file has already."""
    first = [period for period in used if period not in serving and period not in of_seed]
    reviewed = [period for period in used if period not in serving and period in of_seed]
    met: dict[tuple[str, bool], list[str]] = {}
    for period in used:
        if period in serving:
            met.setdefault((serving[period].name, own_age > age(serving[period])), []).append(period)
    said = [f"The first file of {format_periods(first)}."] if first else []
    said += [f"Replaces the seed for {format_periods(reviewed)}, as its note says."] if reviewed else []
    for (name, is_newer), periods in met.items():
        of = "" if len(periods) == len(used) else f" for {format_periods(periods)}"
        said.append(f"Replaces {name}{of}." if is_newer else f"Superseded by {name}, which is newer{of}.")
    return " ".join(said)


def _same(left: pl.DataFrame, right: pl.DataFrame) -> bool:
    """Whether two sets of rows have the same figures, whatever document they name."""
    columns = [name for name in left.columns if name not in ("source_id", "confidence")]
    return left.select(columns).sort(columns).equals(right.select(columns).sort(columns))


def _unexplained_staff_steps(frame: pl.DataFrame, rest: pl.DataFrame, limit_pct: float) -> dict[str, float]:
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


def _all_staff(rows: pl.DataFrame) -> pl.DataFrame:
    """Full-time equivalents by body: the printed total if there is one, or else the sum."""
    if "total" in rows.get_column("staff_group", default=pl.Series(dtype=pl.String)):
        rows = rows.filter(staff_group="total")
    return rows.group_by("ods_code", maintain_order=True).agg(pl.col("fte").sum())
