"""Charts of what changed since the version before, and why."""

import polars as pl

from nhs_assets.outputs.charts.canvas import Canvas
from nhs_assets.outputs.charts.drawing import Drawing, titled
from nhs_assets.outputs.charts.forms import Step, waterfall
from nhs_assets.outputs.charts.words import floats, number, signed, with_unit

MOST_STEPS = 8


def conclusions_moved(rows: pl.DataFrame) -> Drawing:
    """The conclusion that moved most since the version before, by input."""
    rows = floats(rows)
    first = rows.row(0, named=True)
    moved = rows.filter(conclusion_id=first["conclusion_id"], figure=first["figure"])
    unit, old, new = first["unit"], first["old_value"], first["new_value"]
    steps = [Step(_called(row["input"]), row["contribution"]) for row in moved.iter_rows(named=True)]
    if len(steps) > MOST_STEPS:
        rest = sum(step.value for step in steps[MOST_STEPS - 1 :])
        steps = [*steps[: MOST_STEPS - 1], Step("other inputs", rest)]
    title = titled(
        f"{first['label']}: {with_unit(old, unit)} → {with_unit(new, unit)}", "The conclusion that moved most"
    )
    subtitle = f"{first['label']}, by input that moved it, since version {first['compared_with']}; unit {unit}"
    parts = ", ".join(f"{step.label} {signed(number(step.value))}" for step in steps)
    said = f"{with_unit(old, unit)}; {parts}; {with_unit(new, unit)}. Remainder {number(abs(first['remainder']))}."

    def paint(canvas: Canvas, y: float) -> float:
        levels = [Step("Version before", old, True), *steps, Step("This version", new, True)]
        return waterfall(canvas, y, levels, lambda value: with_unit(value, unit), lambda value: signed(number(value)))

    return Drawing(title, subtitle, f"{subtitle}. {said}", paint)


def _called(name: str) -> str:
    """An input in words: ``raw.parameter_value/paid_exit_share`` is "paid exit share"."""
    return name.rpartition("/")[2].removeprefix("raw.").replace("_", " ")
