"""Charts of the deal: what is moved and taken back, what has no funding, and what is left to buy."""

import polars as pl

from nhs_assets.outputs.charts.canvas import Canvas, wrapped
from nhs_assets.outputs.charts.drawing import Drawing, titled
from nhs_assets.outputs.charts.forms import Column, Range, Series, columns, key, ranges
from nhs_assets.outputs.charts.words import count, floats, gbp_bn, gbp_m, signed

READINGS = {
    "press_overspend": ("Press, November 2025", "Amount and year are from one report", "plum"),
    "official_reprofile": (
        "Officials, December 2025",
        "Years are an estimate; lines show its range",
        "blue",
    ),
}
"""Heading, note and ink of each reading of the deal."""

GAP = 28


def money_moved(rows: pl.DataFrame) -> Drawing:
    """What each reading of the deal adds to and takes from each year's budget."""
    rows = floats(rows).sort("fy")
    title = "No new money: what comes early is taken back later"
    subtitle = "Change to the day-to-day budget for health in England, by financial year, cash"
    said = []
    for reading, (heading, _, _) in READINGS.items():
        panel = rows.filter(interpretation=reading)
        amounts = ", ".join(f"{row['fy']} {signed(gbp_m(row['delta_gbp_m']))}" for row in panel.iter_rows(named=True))
        said.append(f"{heading}: {amounts}.")

    def paint(canvas: Canvas, y: float) -> float:
        reach = [*rows["low_gbp_m"], *rows["high_gbp_m"]]
        panels = [
            (heading, note, ink, [_column(row) for row in rows.filter(interpretation=reading).iter_rows(named=True)])
            for reading, (heading, note, ink) in READINGS.items()
        ]
        if canvas.is_narrow:
            for heading, note, ink, shown in panels:
                y = _panel(canvas, y, heading, note, Series("", ink, shown), reach) + GAP
            return y - GAP
        half = Canvas((canvas.width - GAP) / 2)
        for place, (heading, note, ink, shown) in enumerate(panels):
            half.shapes.clear()
            bottom = _panel(half, y, heading, note, Series("", ink, shown), reach)
            canvas.shapes.append(
                f'<g transform="translate({place * (half.width + GAP):g} 0)">{"".join(half.shapes)}</g>'
            )
        return bottom

    balances = (
        floats(rows).group_by("interpretation", maintain_order=True).agg(pl.col("delta_gbp_m").sum())["delta_gbp_m"]
    )
    if max(abs(balance) for balance in balances) > 0.5:
        title = "What each reading of the deal moves between years"
    return Drawing(title, subtitle, f"{subtitle}. {' '.join(said)}", paint)


def _panel(canvas: Canvas, y: float, heading: str, note: str, series: Series, reach: list[float]) -> float:
    canvas.text(0, y + 14, heading, ink=series.ink, bold=True, size=15)
    y = canvas.lines(0, y + 34, wrapped(note, canvas.width, 13), ink="quiet", size=13)
    return columns(canvas, y, [series], lambda amount: signed(gbp_m(amount)), 240, reach)


def _column(row: dict) -> Column:
    return Column(row["fy"], row["delta_gbp_m"], row["low_gbp_m"], row["high_gbp_m"])


BILLIONS = {
    "cost": ("Programme cost", "paid once, to people who leave"),
    "financing": ("Financing", "moved between years and given back"),
    "saving": ("Annual saving", "every year, once posts are gone"),
}
"""Name and nature of each of the three amounts."""


def three_billions(rows: pl.DataFrame) -> Drawing:
    """The three amounts of about £1bn side by side, which nothing adds up."""
    rows = floats(rows)
    title = "Three different “£1bn”, which are never added together"
    subtitle = "What officials state and the best estimate with its 80% range, £m, cash"
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        name, nature = BILLIONS[row["billion"]]
        low, high, best = row["stated_low_gbp_m"], row["stated_high_gbp_m"], row["best_estimate_gbp_m"]
        stated = gbp_m(low) if low == high else f"{gbp_m(low)} to {gbp_m(high)}"
        bars, marks = [(low, high, "teal", 16)], []
        estimate = ""
        if best is not None:
            bars.append((row["p10_gbp_m"], row["p90_gbp_m"], "blue", 4))
            marks.append((best, "blue", "dot"))
            estimate = f"; best estimate {gbp_m(best)} ({gbp_m(row['p10_gbp_m'])} to {gbp_m(row['p90_gbp_m'])})"
        if low == high:
            bars, marks = bars[1:], [*marks, (low, "teal", "stroke")]
        shown.append(Range(f"{name}: {nature}", f"stated {stated}", bars, marks))
        said.append(f"{name}, {nature}: stated {stated}{estimate}")

    def paint(canvas: Canvas, y: float) -> float:
        entries = [("bar", "teal", "stated by officials"), ("dot", "blue", "best estimate, line for 80% range")]
        y = key(canvas, y, entries)
        return ranges(canvas, y, shown, gbp_bn, reach=[0], height=52, labels=0.34, texts=0.24)

    return Drawing(title, subtitle, f"{subtitle}. {'; '.join(said)}.", paint)


PAIRINGS = {
    "official_cost_against_reprofile": "Officials' cost against the money they moved",
    "modelled_cost_against_reprofile": "Best estimate of cost against the money moved",
    "press_cost_against_reprofile": "Press's cost against the money moved",
    "press_cost_against_press_overspend": "Press's cost against the press's overspend",
}


def funding_gap(rows: pl.DataFrame) -> Drawing:
    """Cost and money of each pairing, and the gap between them."""
    rows = floats(rows)
    official = rows.row(by_predicate=pl.col("reading_id") == "official_cost_against_reprofile", named=True)
    gap = f"{gbp_m(official['gap_low_gbp_m'])} to {gbp_m(official['gap_high_gbp_m'])}"
    title = f"{gap} of the cost has no stated funding"
    subtitle = "Cost of the programme and the money agreed for it, by pairing, £m, cash"
    shown, said = [], []
    for row in rows.iter_rows(named=True):
        low, high, money = row["cost_low_gbp_m"], row["cost_high_gbp_m"], row["financed_gbp_m"]
        gap_low, gap_high = gbp_m(row["gap_low_gbp_m"]), gbp_m(row["gap_high_gbp_m"])
        text = (
            "no gap" if row["gap_high_gbp_m"] == 0 else gap_low if gap_low == gap_high else f"{gap_low} to {gap_high}"
        )
        bars = [(money, high, "orange", 6)] if high > money else []
        bars += [(low, high, "blue", 16)] if low < high else []
        marks = [(money, "plum", "stroke")] + ([(low, "blue", "dot")] if low == high else [])
        shown.append(Range(PAIRINGS[row["reading_id"]], text, bars, marks))
        said.append(f"{PAIRINGS[row['reading_id']]}: {text}")

    def paint(canvas: Canvas, y: float) -> float:
        entries = [
            ("dot", "blue", "cost, bar for its range"),
            ("stroke", "plum", "money agreed"),
            ("line", "orange", "gap"),
        ]
        return ranges(canvas, key(canvas, y, entries), shown, gbp_bn, height=46, labels=0.36, texts=0.2)

    return Drawing(
        titled(title, "Part of the cost has no stated funding"), subtitle, f"{subtitle}. {'; '.join(said)}.", paint
    )


def operations_bought(rows: pl.DataFrame) -> Drawing:
    """Operations that a year's saving buys, before and after exits and what is taken back."""
    rows = floats(rows)
    last = rows.row(-1, named=True)
    net, gross = last["operations_net"], last["operations_gross"]
    neutral = "What the saving buys before and after recoup"
    share = 100 * net / gross if gross else 0
    title = f"After recoup {last['fy']} keeps {share:.0f}% of the operations" if 0 < net < gross else neutral
    subtitle = (
        "Hip and knee operations a year at the reported ratio, thousands, best estimate, recoup as agreed; lines show "
        "the 80% range of what is left"
    )
    said = "; ".join(
        f"{row['fy']} {_hundreds(row['operations_gross'])} before and {_hundreds(row['operations_net'])} "
        f"({_hundreds(row['operations_net_p10'])} to {_hundreds(row['operations_net_p90'])}) after"
        for row in rows.iter_rows(named=True)
    )

    def paint(canvas: Canvas, y: float) -> float:
        left = [f"operations_net{end}" for end in ("", "_p10", "_p90")]
        series = [
            Series(
                name, ink, [Column(row["fy"], *(row[of] / 1000 for of in shown)) for row in rows.iter_rows(named=True)]
            )
            for name, ink, shown in (
                ("Bought by the saving, thousands", "teal", ["operations_gross"]),
                ("After exits and what is taken back", "blue", left),
            )
        ]
        return columns(canvas, y, series, count, 260)

    return Drawing(titled(title, neutral), subtitle, f"{subtitle}. {said}.", paint)


def _hundreds(number: float) -> str:
    """Operations are an equivalence: hundreds say all there is to say."""
    return count(round(number / 100) * 100)
