"""Charts of published tables, as SVG.

To add a chart, write a function from the rows of one table to a :class:`Drawing` and name it in ``CHARTS``.
``nhs-assets docs`` writes each chart to ``docs/charts/``, and a test compares those files with the tables.
"""

from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import altair as alt
import polars as pl
import vl_convert

BLUE, PLUM = "#12436D", "#801650"
"""From the palette of UK government statistics; each has a contrast of more than 3:1 against white."""

INK, QUIET, PAPER = "#0B0C0C", "#505A5F", "#FFFFFF"
"""Text and lines, secondary text, background."""

FONT = "Helvetica, Arial, sans-serif"


@dataclass(frozen=True)
class Drawing:
    """A chart with its message and, for readers who cannot see it, a description with the figures."""

    chart: alt.TopLevelMixin
    title: str
    description: str

    def svg(self) -> str:
        """The chart as SVG with a ``title`` and a ``desc``; the same rows give the same text."""
        root, _, body = vl_convert.vegalite_to_svg(self.chart.to_dict()).partition(">")
        text = f'<title id="title">{escape(self.title)}</title><desc id="desc">{escape(self.description)}</desc>'
        return f'{root} role="img" aria-labelledby="title desc">{text}{body}\n'


@dataclass(frozen=True)
class Chart:
    """A SELECT over the published tables, and the function that draws its rows."""

    query: str
    draw: Callable[[pl.DataFrame], Drawing]


READINGS = {
    "press_overspend": ("Press, November 2025", "Amount and year are from one report", PLUM),
    "official_reprofile": ("Officials, December 2025", "The split by year is an estimate; lines show its range", BLUE),
}
"""Heading, note and colour of each reading of the deal."""


def money_moved(instrument: pl.DataFrame) -> Drawing:
    """What each reading of the deal adds to and takes from each year's budget, from ``overspend.instrument``."""
    rows = instrument.with_columns(pl.col("low_gbp_m", "delta_gbp_m", "high_gbp_m").cast(pl.Float64)).sort("fy")
    rows = rows.with_columns(
        label=pl.Series([_signed_gbp_m(amount) for amount in rows["delta_gbp_m"]]),
        above=pl.max_horizontal("high_gbp_m", pl.lit(0.0)),
        below=pl.min_horizontal("low_gbp_m", pl.lit(0.0)),
    )
    limit = 1.25 * max(rows["above"].max(), -rows["below"].min())
    panels, described = [], []
    for reading, (heading, note, colour) in READINGS.items():
        panel = rows.filter(pl.col("interpretation") == reading)
        panels.append(_moved(panel, heading, note, colour, limit))
        amounts = ", ".join(f"{row['fy']} {row['label']}" for row in panel.iter_rows(named=True))
        described.append(f"{heading}: {amounts}.")
    title = "No new money: what comes early is taken back later"
    subtitle = "Change to the day-to-day budget for health in England, by financial year, cash"
    chart = alt.hconcat(*panels, spacing=28).properties(
        title=alt.Title(title, subtitle=subtitle, fontSize=20, subtitleFontSize=14, offset=18)
    )
    return Drawing(_framed(chart, "overspend.instrument"), title, f"{subtitle}. {' '.join(described)}")


COURSES = {
    "posts_with": ("With paid exits", BLUE),
    "posts_without": ("Without: leavers not replaced", PLUM),
}
"""Label and colour of each course of posts."""


def posts_gone(counterfactual: pl.DataFrame) -> Drawing:
    """Posts gone with the programme and by attrition alone, from ``savings.counterfactual``."""
    rows = counterfactual.filter(pl.col("quantity").is_in(list(COURSES)), counterfactual="attrition").sort("month")
    names = pl.col("quantity").replace_strict({name: label for name, (label, _) in COURSES.items()})
    rows = rows.with_columns(course=names, month=pl.col("month").cast(pl.String))
    labels, colours = zip(*COURSES.values(), strict=True)
    colour = alt.Color("course:N", scale=alt.Scale(domain=labels, range=colours), legend=None)
    months = alt.X("month:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", domainColor=INK))
    base = alt.Chart(rows).encode(x=months, color=colour)
    thousands = alt.Axis(format=",d", domain=False, ticks=False, grid=True, gridColor="#E3E6E8")
    band = base.mark_area(opacity=0.2).encode(y=alt.Y("p10:Q", title=None, axis=thousands), y2="p90:Q")
    line = base.mark_line(strokeWidth=3).encode(y="principal:Q")
    ends = rows.filter(pl.col("month") == "2027-03-01")
    named = [
        alt.Chart(ends)
        .transform_filter(f"datum.quantity == '{name}'")
        .mark_text(align=align, dx=dx, fontSize=14, fontWeight="bold")
        .encode(x="month:T", y="principal:Q", text="course:N", color=colour)
        for name, align, dx in (("posts_with", "right", -14), ("posts_without", "left", 14))
    ]
    title = "Paying people to leave closes posts sooner, not more"
    subtitle = "Posts gone in boards, NHS England and the department, best estimate and 80% range"
    said = []
    for name, (label, _) in COURSES.items():
        at = {row["month"]: row for row in rows.filter(quantity=name).iter_rows(named=True)}
        shown = [at[f"{year}-03-01"] for year in (2027, 2028, 2030)]
        posts = ", ".join(
            f"{row['principal']:,.0f} ({row['p10']:,.0f} to {row['p90']:,.0f}) in March {row['month'][:4]}"
            for row in shown
        )
        said.append(f"{label}: {posts}.")
    chart = alt.layer(band, line, *named).properties(
        width=640, height=320, title=alt.Title(title, subtitle=subtitle, fontSize=20, subtitleFontSize=14, offset=18)
    )
    return Drawing(_framed(chart, "savings.counterfactual"), title, f"{subtitle}. {' '.join(said)}")


def _moved(panel: pl.DataFrame, heading: str, note: str, colour: str, limit: float) -> alt.LayerChart:
    """One reading: a bar for each year with its amount, and a line for its range."""
    years = alt.X("fy:N", title=None, axis=alt.Axis(labelAngle=0, domain=False, ticks=False, labelPadding=8))
    base = alt.Chart(panel).encode(x=years)
    bars = base.mark_bar(color=colour, size=46).encode(
        y=alt.Y("delta_gbp_m:Q", axis=None, scale=alt.Scale(domain=[-limit, limit], nice=False))
    )
    zero = alt.Chart(panel).mark_rule(color=INK).encode(y=alt.datum(0))
    ranges = base.transform_filter("datum.low_gbp_m < datum.high_gbp_m").encode(y="low_gbp_m:Q", y2="high_gbp_m:Q")
    edge, line = (ranges.mark_rule(color=colour, strokeWidth=width) for colour, width in ((PAPER, 5), (INK, 2)))
    text = {"color": INK, "fontSize": 14, "fontWeight": "bold"}
    over = base.transform_filter("datum.delta_gbp_m >= 0").mark_text(dy=-11, **text).encode(y="above:Q", text="label")
    under = base.transform_filter("datum.delta_gbp_m < 0").mark_text(dy=13, **text).encode(y="below:Q", text="label")
    title = alt.Title(heading, subtitle=note, color=colour, fontSize=15, subtitleFontSize=13, offset=6)
    return alt.layer(bars, edge, zero, line, over, under).properties(width=330, height=250, title=title)


def _framed(chart: alt.HConcatChart | alt.LayerChart, table: str) -> alt.VConcatChart:
    """The chart with its source below it, in the house style."""
    source = alt.Title(
        f"Source: nhs_assets, table {table}", orient="bottom", fontSize=12, fontWeight="normal", color=QUIET, offset=12
    )
    return (
        alt.vconcat(chart)
        .properties(title=source)
        .configure(font=FONT, background=PAPER, padding=16)
        .configure_title(anchor="start", color=INK, subtitleColor=QUIET)
        .configure_view(stroke=None)
        .configure_axis(labelFontSize=13, labelColor=INK, grid=False)
    )


def _signed_gbp_m(amount: float) -> str:
    rounded = round(amount)
    return "£0" if rounded == 0 else f"{'+' if rounded > 0 else '−'}£{abs(rounded):,}m"


CHARTS = {
    "money_moved": Chart("SELECT * FROM overspend.instrument", money_moved),
    "posts_gone": Chart("SELECT * FROM savings.counterfactual", posts_gone),
}
"""Charts by the name of their file in ``docs/charts``."""
