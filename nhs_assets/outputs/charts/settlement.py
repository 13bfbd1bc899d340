"""Charts of the settlement: what the plans give by year, in cash and in real terms."""

import polars as pl

from nhs_assets.outputs.charts.canvas import Canvas
from nhs_assets.outputs.charts.drawing import Drawing, titled
from nhs_assets.outputs.charts.forms import Column, Series, Step, columns, waterfall
from nhs_assets.outputs.charts.words import MINUS, floats, gbp_bn, gbp_m, signed
from nhs_assets.outputs.sentences import rounded

GAP = 28
"""Between two panels."""


def cash_and_real(rows: pl.DataFrame) -> Drawing:
    """The last plan by year, in cash and in prices of the base year."""
    rows = floats(rows)
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    cash = 100 * (last["cash_gbp_m"] / first["cash_gbp_m"] - 1)
    real = 100 * (last["real_gbp_m"] / first["real_gbp_m"] - 1)
    shown = f"{rounded(cash)}% in cash, {rounded(real)}% in real terms"
    title = f"Health spending grows {shown}" if 0 < real < cash else "Health spending in cash and in real terms"
    subtitle = (
        f"Day-to-day limit of the health department in England, £bn, {first['fy']} to {last['fy']}, plan of "
        f"{last['plan']}, without surcharge transfers"
    )
    base = f"In {last['base_fy']} prices"
    said = "; ".join(
        f"{row['fy']} {gbp_bn(row['cash_gbp_m'])} in cash and {gbp_bn(row['real_gbp_m'])} {base[0].lower()}{base[1:]}"
        for row in rows.iter_rows(named=True)
    )

    def paint(canvas: Canvas, y: float) -> float:
        def of(name: str) -> list[Column]:
            return [Column(row["fy"], row[name]) for row in rows.iter_rows(named=True)]

        def write(amount: float) -> str:
            return gbp_bn(amount, 0 if canvas.is_narrow else 1).removesuffix("bn")

        series = [Series("In cash, £bn", "blue", of("cash_gbp_m")), Series(f"{base}, £bn", "teal", of("real_gbp_m"))]
        return columns(canvas, y, series, write)

    return Drawing(titled(title, "Health spending in cash and in real terms"), subtitle, f"{subtitle}. {said}.", paint)


def by_vintage(rows: pl.DataFrame) -> Drawing:
    """How later plans differ from the first, by year, in cash and in prices of the base year."""
    rows = floats(rows)
    plans = rows.unique("plan", keep="first", maintain_order=True)["plan"].to_list()
    first, later = plans[0], plans[1:][-3:]
    end = rows["fy"].max()
    at_end = rows.filter(pl.col("fy") == end, pl.col("plan").is_in(later))["cash_difference_gbp_m"]
    in_between = rows.filter(pl.col("fy") < end, pl.col("plan").is_in(later))["cash_difference_gbp_m"]
    is_early = len(at_end) > 0 and max(at_end) < 0 < sum(in_between)
    title = f"Later plans give more early and less in {end}" if is_early else "How later plans differ from the first"
    subtitle = (
        f"Day-to-day limit by plan less that of the {first}, £m, without surcharge transfers, in cash and in "
        f"{rows['base_fy'][0]} prices"
    )
    panels = {"cash": "In cash", "real": f"In {rows['base_fy'][0]} prices"}
    said = [
        f"{plan}, {name[0].lower()}{name[1:]}: "
        + ", ".join(
            f"{row['fy']} {signed(gbp_m(row[f'{basis}_difference_gbp_m']))}"
            for row in rows.filter(plan=plan).iter_rows(named=True)
        )
        for plan in later
        for basis, name in panels.items()
    ]

    def paint(canvas: Canvas, y: float) -> float:
        inks = dict(zip(later, ("blue", "plum", "teal"), strict=False))
        reach = [0.0, *rows["cash_difference_gbp_m"], *rows["real_difference_gbp_m"]]
        for number, (basis, name) in enumerate(panels.items()):
            canvas.text(0, y + 14, name, bold=True)
            series = [
                Series(
                    plan if number == 0 else "",
                    inks[plan],
                    [
                        Column(row["fy"], row[f"{basis}_difference_gbp_m"])
                        for row in rows.filter(plan=plan).iter_rows(named=True)
                    ],
                )
                for plan in later
            ]
            y = columns(canvas, y + 22, series, _plain_signed, 190, reach) + (GAP if number == 0 else 0)
        return y

    return Drawing(
        titled(title, "How later plans differ from the first"), subtitle, f"{subtitle}. {'; '.join(said)}.", paint
    )


INPUTS = {
    "base_year": "The first year is higher",
    "end_year": "The last year is lower",
    "transfers": "Transfers for the surcharge left out",
    "deflator": "Another deflator",
}
"""Inputs of growth, each as the label of its step; the first two where they lower growth."""

_NEUTRAL = {"base_year": "The first year", "end_year": "The last year"}


def growth_explained(rows: pl.DataFrame) -> Drawing:
    """What moved average real growth between the first and the last plan."""
    rows = floats(rows)
    first = rows.row(0, named=True)
    steps = [
        Step(
            _NEUTRAL.get(row["input"], INPUTS[row["input"]])
            if row["contribution_points"] >= 0
            else INPUTS[row["input"]],
            row["contribution_points"],
        )
        for row in sorted(rows.iter_rows(named=True), key=lambda row: row["contribution_points"])
    ]
    old, new = first["old_growth_pct"], first["new_growth_pct"]
    title = (
        "Why real growth moved"
        if rounded(old, 2) == rounded(new, 2)
        else (f"Real growth {'falls' if new < old else 'rises'} from {rounded(old, 2)}% to {rounded(new, 2)}%")
    )
    subtitle = (
        f"Average real growth a year of day-to-day health spending to 2028-29: from {first['plan_from']} to "
        f"{first['plan_to']}, percentage points by cause, each rounded"
    )
    parts = ", ".join(f"{step.label[0].lower()}{step.label[1:]} {_points(step.value)}" for step in steps)
    said = f"{rounded(old, 2)}%; {parts}; {rounded(new, 2)}%. Remainder {rounded(abs(first['remainder_points']), 2)}."

    def paint(canvas: Canvas, y: float) -> float:
        levels = [Step(first["plan_from"], old, True), *steps, Step(first["plan_to"], new, True)]
        return waterfall(canvas, y, levels, lambda value: f"{rounded(value, 2)}%", _points)

    return Drawing(title, subtitle, f"{subtitle}. {said}", paint)


def _points(value: float) -> str:
    return signed(f"{MINUS if rounded(value, 2) < 0 else ''}{abs(rounded(value, 2))}")


def _plain_signed(amount: float) -> str:
    return signed(gbp_m(amount)).replace("£", "").removesuffix("m")
