"""Charts of the programme: cost, saving and posts over time, with ranges, and what they rest on."""

from datetime import date

import polars as pl

from nhs_assets.outputs.charts.canvas import Canvas
from nhs_assets.outputs.charts.drawing import Drawing, titled
from nhs_assets.outputs.charts.forms import Column, Line, Range, Series, by_month, columns, key, ranges
from nhs_assets.outputs.charts.words import count, floats, gbp_bn, gbp_m, number, span, with_unit
from nhs_assets.outputs.sentences import month_name

SHOWN_ASSUMPTIONS = 12
LAST_MONTH = date(2031, 3, 1)
"""Where lines end: later months only repeat the rate of saving."""


ENDS = ("", "_p10", "_p90")
"""Of a column's name: the best estimate and both ends of its range."""


def payback(rows: pl.DataFrame) -> Drawing:
    """The running sum of saving less cost, against two things that could have been done instead."""
    rows = floats(rows)
    paid = rows.filter(pl.col("over_refilled_gbp_m") < 0)["month"].max()
    later = rows.filter(pl.col("month") > paid)["month"].min() if paid else None
    is_paid_at_last = rows["over_attrition_gbp_m"][-1] > 0
    neutral = "Whether it pays back depends on the alternative"
    title = neutral
    if later is not None and not is_paid_at_last:
        title = f"Paid back in {later.year}, unless leavers would not be replaced"
    subtitle = "Saving less cost since April 2025, £bn, cash, department's budget, best estimate and 80% range"
    courses = {
        "over_refilled": "Over posts that would have been refilled",
        "over_attrition": "Over not replacing people who leave",
    }
    said = [
        f"{name}: "
        + ", ".join(
            _ranged(*(gbp_m(row[f"{course}{end}_gbp_m"]) for end in ENDS)) + f" in {month_name(row['month'])}"
            for row in rows.filter(_marches(2027, 2028, 2031)).iter_rows(named=True)
        )
        for course, name in courses.items()
    ]

    def paint(canvas: Canvas, y: float) -> float:
        shown = rows.filter(pl.col("month") <= LAST_MONTH)
        lines = [
            Line(courses["over_refilled"], "blue", _points(shown, "over_refilled", "gbp_m"), date(2029, 6, 1), -24),
            Line(courses["over_attrition"], "plum", _points(shown, "over_attrition", "gbp_m"), date(2031, 3, 1), -14),
        ]
        return by_month(canvas, y, lines, gbp_bn)

    return Drawing(titled(title, neutral), subtitle, f"{subtitle}. {'. '.join(said)}.", paint)


def running_sum(years: pl.DataFrame, scenario: str) -> Drawing:
    """Running sums by year, £m, of ``best_estimate`` and ``scenario``, the scenario of that name."""
    years = floats(years)
    subtitle = "Saving less cost since April 2025 by financial year, £bn, cash, department's budget"
    names = {"best_estimate": ("Best estimate", "teal"), "scenario": ("This scenario", "blue")}
    said = "; ".join(
        f"{row['fy']} " + ", ".join(f"{name.lower()} {gbp_m(row[which])}" for which, (name, _) in names.items())
        for row in years.iter_rows(named=True)
    )

    def paint(canvas: Canvas, y: float) -> float:
        series = [
            Series(name, ink, [Column(row["fy"][2:], row[which]) for row in years.iter_rows(named=True)])
            for which, (name, ink) in names.items()
        ]
        return columns(canvas, y, series, gbp_bn)

    return Drawing(titled(scenario, "This scenario beside the best estimate"), subtitle, f"{subtitle}. {said}.", paint)


def cost_and_saving(rows: pl.DataFrame) -> Drawing:
    """Cost and saving by financial year."""
    rows = floats(rows)
    last_cost = rows.filter(pl.col("cost_gbp_m") > 0.5)["fy"].max()
    title = f"Cost ends in {last_cost}; the saving lasts"
    subtitle = (
        "Cost of exits as recognised and saving of posts by financial year, £m, cash, best estimate and 80% range"
    )
    names = {"cost": ("Cost of exits, £m", "plum"), "saving": ("Saving of posts, £m", "blue")}
    said = "; ".join(
        f"{row['fy']} "
        + ", ".join(f"{name} {_ranged(*(gbp_m(row[f'{name}{end}_gbp_m']) for end in ENDS))}" for name in names)
        for row in rows.iter_rows(named=True)
    )

    def paint(canvas: Canvas, y: float) -> float:
        def column(row: dict, name: str) -> Column:
            year = row["fy"][2:] if canvas.is_narrow else row["fy"]
            return Column(year, *(row[f"{name}{end}_gbp_m"] for end in ENDS))

        series = [
            Series(label, ink, [column(row, name) for row in rows.iter_rows(named=True)])
            for name, (label, ink) in names.items()
        ]
        return columns(canvas, y, series, count, 260)

    return Drawing(title, subtitle, f"{subtitle}. {said}.", paint)


def posts_gone(rows: pl.DataFrame) -> Drawing:
    """Posts gone with the programme and by attrition alone."""
    rows = floats(rows)
    last = rows.row(-1, named=True)
    is_sooner_not_more = abs(last["with_paid_exits_posts"] - last["without_posts"]) < 1
    neutral = "Posts gone with paid exits and without"
    title = "Paying people to leave closes posts sooner, not more" if is_sooner_not_more else neutral
    subtitle = "Posts gone in boards, NHS England and the department, best estimate and 80% range"
    courses = {"with_paid_exits": "With paid exits", "without": "Without: leavers not replaced"}
    said = [
        f"{name}: "
        + ", ".join(
            _ranged(*(count(row[f"{course}{end}_posts"]) for end in ENDS)) + f" in {month_name(row['month'])}"
            for row in rows.filter(_marches(2027, 2028, 2030)).iter_rows(named=True)
        )
        + "."
        for course, name in courses.items()
    ]

    def paint(canvas: Canvas, y: float) -> float:
        shown = rows.filter(pl.col("month") <= LAST_MONTH)
        lines = [
            Line(courses["with_paid_exits"], "blue", _points(shown, "with_paid_exits", "posts"), date(2027, 3, 1), -30),
            Line(courses["without"], "plum", _points(shown, "without", "posts"), date(2027, 5, 1), 52, "start", "7 4"),
        ]
        return by_month(canvas, y, lines, count)

    return Drawing(title, subtitle, f"{subtitle}. {' '.join(said)}", paint)


QUANTITIES = {
    "cost_all": "Cost of all paid exits",
    "saving_all": "Saving in 2028-29",
    "saving_icb_at_half": "Saving of boards if half go",
    "saving_nhse_at_half": "Saving of NHS England if half go",
    "payback": "Months to payback",
}
"""Label of each quantity that officials state and the model estimates."""


def as_stated(rows: pl.DataFrame) -> Drawing:
    """What officials state against the best estimate, each quantity on its own scale."""
    rows = floats(rows)
    saving = rows.row(by_predicate=pl.col("quantity") == "saving_all", named=True)
    neutral = "What officials state against the best estimate"
    title = titled(
        f"{gbp_m(saving['stated_low'])} saved in 2028-29: reached in {saving['share_within'] * 100:.0f}% of draws",
        neutral,
    )
    subtitle = (
        "Stated by officials and estimated given all evidence with its 80% range, like for like, each on its own scale"
    )
    shown, said = [], []
    for row in rows.sort(pl.col("quantity").replace_strict({name: at for at, name in enumerate(QUANTITIES)})).iter_rows(
        named=True
    ):
        unit, best = row["unit"], row["best_estimate"]
        ends = [end for end in (row["stated_low"], row["stated_high"]) if end is not None]
        stated = span(ends[0], ends[-1], unit) if ends[0] < ends[-1] else with_unit(ends[0], unit)
        if len(ends) == 1:
            stated += " or more" if row["stated_low"] is not None else " at most"
        every = [*ends, best, row["p10"], row["p90"]]
        bars = [(ends[0], ends[-1], "teal", 16)] if len(set(ends)) == 2 else []
        marks = [] if bars else [(ends[0], "teal", "stroke")]
        bars.append((row["p10"], row["p90"], "blue", 4))
        label = QUANTITIES[row["quantity"]]
        estimate = f"{with_unit(best, unit)} ({span(row['p10'], row['p90'], unit)})"
        shown.append(
            Range(
                label,
                f"stated {stated}, estimate {with_unit(best, unit)}",
                bars,
                [*marks, (best, "blue", "dot")],
                _around(every),
            )
        )
        said.append(f"{label}: stated {stated}, estimate {estimate}")

    def paint(canvas: Canvas, y: float) -> float:
        y = key(
            canvas, y, [("bar", "teal", "stated by officials"), ("dot", "blue", "best estimate, line for 80% range")]
        )
        return ranges(canvas, y, shown, height=46, labels=0.32, texts=0.3)

    return Drawing(title, subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


def tornado(rows: pl.DataFrame) -> Drawing:
    """How the value moves with one assumption at each end of its range."""
    rows = floats(rows).head(SHOWN_ASSUMPTIONS)
    best = rows["value_at_best_estimate_gbp_m"][0]
    ends = [*rows["value_at_low_gbp_m"], *rows["value_at_high_gbp_m"]]
    kept = "If posts were refilled, no assumption turns the value negative"
    title = kept if min(ends) > 0 < best else "What moves the value most"
    subtitle = (
        f"Net present value over posts refilled, £bn, with one assumption at each end of its 80% range; best estimate "
        f"{gbp_m(best)}, the {len(rows)} widest"
    )
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        low, high = row["value_at_low_gbp_m"], row["value_at_high_gbp_m"]
        label = f"{row['label'] or row['parameter_id']}"
        bars = [(min(best, low), max(best, low), "orange", 16), (min(best, high), max(best, high), "blue", 16)]
        text = span(row["low"], row["high"], row["unit"])
        shown.append(Range(label, text, bars))
        said.append(f"{label}: {gbp_m(low)} at the low end, {gbp_m(high)} at the high end")

    def paint(canvas: Canvas, y: float) -> float:
        y = key(canvas, y, [("bar", "orange", "at the low end of its range"), ("bar", "blue", "at the high end")])
        return ranges(canvas, y, shown, lambda value: gbp_bn(value, 1), [best], height=38, labels=0.4, texts=0.2)

    return Drawing(title, subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


def prior_to_posterior(rows: pl.DataFrame) -> Drawing:
    """Assumptions before and after the evidence, each on its own scale."""
    rows = floats(rows).head(SHOWN_ASSUMPTIONS)
    narrowed = rows.filter(pl.col("spread_left") < 0.5).height
    neutral = "What the evidence says about each assumption"
    title = f"Evidence halves the spread of {narrowed} assumptions" if narrowed > 1 else neutral
    subtitle = (
        f"80% range and median before and after the evidence, the {len(rows)} assumptions that it tells most about"
    )
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        ends = [row[f"{state}_p{quantile}"] for state in ("prior", "posterior") for quantile in (10, 90)]
        bars = [(ends[0], ends[1], "teal", 16), (ends[2], ends[3], "blue", 6)]
        marks = [(row["prior_p50"], "ink", "stroke"), (row["posterior_p50"], "blue", "dot")]
        label, unit = row["label"] or row["parameter_id"], row["unit"]
        before, after = with_unit(row["prior_p50"], unit), with_unit(row["posterior_p50"], unit)
        shown.append(Range(label, f"{before} → {after}", bars, marks, _around(ends)))
        said.append(f"{label}: {before} before, {after} after, {row['spread_left'] * 100:.0f}% of the spread left")

    def paint(canvas: Canvas, y: float) -> float:
        y = key(
            canvas,
            y,
            [
                ("bar", "teal", "before, stroke for its median"),
                ("dot", "blue", "after the evidence, line for 80% range"),
            ],
        )
        return ranges(canvas, y, shown, height=40, labels=0.42, texts=0.24)

    return Drawing(titled(title, neutral), subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


OUTPUTS = {
    "cost_gbp_m": "cost",
    "cost_per_exit_gbp": "cost of an exit",
    "rehired_share": "share employed again",
}
"""What was predicted of earlier cases."""


def back_tests(rows: pl.DataFrame) -> Drawing:
    """What the model predicts of earlier cases without them, and what happened; misses first."""
    rows = floats(rows)
    missed = rows.filter(~pl.col("is_covered")).height
    title = f"{len(rows) - missed} of {len(rows)} past results lie in their predicted range"
    subtitle = (
        "80% range predicted without the case, and what happened or was budgeted, each on its own scale, misses first"
    )
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        name, unit = OUTPUTS[row["output"]], row["unit"]
        low, high, actual = row["predicted_p10"], row["predicted_p90"], row["actual_value"]
        label = f"{row['label']}: {name}"
        verdict = "inside" if row["is_covered"] else f"predicted {row['direction'].replace('_', ' ')}"
        marks = [(row["predicted_p50"], "teal", "stroke"), (actual, "blue" if row["is_covered"] else "plum", "diamond")]
        text = f"{with_unit(actual, unit)}, {verdict}"
        shown.append(Range(label, text, [(low, high, "teal", 6)], marks, _around([0, low, high, actual])))
        said.append(f"{label}: {with_unit(actual, unit)} against {span(low, high, unit)}, {verdict}")

    def paint(canvas: Canvas, y: float) -> float:
        entries = [
            ("line", "teal", "predicted, 80% range"),
            ("diamond", "blue", "happened, inside"),
            ("diamond", "plum", "outside"),
        ]
        return ranges(canvas, key(canvas, y, entries), shown, height=50, labels=0.42, texts=0.24)

    return Drawing(title, subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


def boards(rows: pl.DataFrame) -> Drawing:
    """Boards by the cost of exits over a year's allowance, with the range of their place."""
    rows = floats(rows)
    # A place that no draw moves is no surer than the imputed figures that it rests on.
    measured = rows.filter(pl.col("headcount_kind") != "imputed").height
    title = "Boards ranked by exposure" if measured else "No board's place is sure: no headcount is measured"
    subtitle = "Place by cost of exits over a year's running-cost allowance, 80% range of the place, best estimate"
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        is_stated = row["running_cost_kind"] == "stated"
        name = row["name"].removeprefix("NHS ").removesuffix(" ICB")
        cost = f"{row['exit_cost_over_running_cost_pct']:.0f}%"
        low, high = row["exposure_rank_p10"], row["exposure_rank_p90"]
        bars = [(low, high, "blue" if is_stated else "teal", 4)]
        marks = [(row["exposure_rank"], "blue" if is_stated else "teal", "dot" if is_stated else "ring")]
        shown.append(Range(name, cost, bars, marks))
        kind = "allowance stated" if is_stated else "all imputed"
        said.append(f"{name} {row['exposure_rank']} ({low} to {high}), {cost}, {kind}")

    def paint(canvas: Canvas, y: float) -> float:
        entries = [("dot", "blue", "allowance stated, the rest imputed"), ("ring", "teal", "all imputed")]
        y = key(canvas, y, entries)
        return ranges(canvas, y, shown, lambda value: number(value), height=25, labels=0.46, texts=0.08)

    return Drawing(title, subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


def _points(rows: pl.DataFrame, course: str, unit: str) -> list[tuple[date, float, float, float]]:
    return list(rows.select("month", *(f"{course}{end}_{unit}" for end in ENDS)).iter_rows())


def _ranged(value: str, low: str, high: str) -> str:
    return f"{value} ({low} to {high})"


def _marches(*years: int) -> pl.Expr:
    return pl.col("month").is_in([date(year, 3, 1) for year in years])


def _around(values: list[float]) -> tuple[float, float]:
    """A scale that holds these values, with some room."""
    room = 0.04 * ((max(values) - min(values)) or 1)
    return min(values) - room, max(values) + room
