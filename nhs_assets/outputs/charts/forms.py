"""The forms that charts share: columns by year, lines by month, ranges by row, and steps that add up."""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from nhs_assets.outputs.charts.canvas import SIZE, SMALL, Canvas, width_of, wrapped

EDGE = 1.5
"""How far the edge of paper reaches that keeps two bars apart."""

LINE = SMALL * 1.3
"""From one line of a label to the next."""

Scale = Callable[[float], float]
Write = Callable[[float], str]


def linear(low: float, high: float, start: float, end: float) -> Scale:
    """From values to places."""
    span = (high - low) or 1
    return lambda value: start + (value - low) / span * (end - start)


def ticks(low: float, high: float, most: int = 6) -> list[float]:
    """Round values between two ends."""
    least = (high - low) / most or 1
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= least * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [step * number for number in range(first, last + 1)]


@dataclass(frozen=True)
class Column:
    """The column of one category: its value with the range it may have."""

    category: str
    value: float
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True)
class Series:
    """Columns of one name and ink."""

    name: str
    ink: str
    columns: Sequence[Column]


def columns(
    canvas: Canvas, y: float, series: Sequence[Series], write: Write, height: float = 230, limits: Sequence = ()
) -> float:
    """Columns side by side for each category, each with its value; the first line names the series.

    Args:
        canvas: where to draw.
        y: from where downwards.
        series: at most three, with the same categories.
        write: a value as its label.
        height: of the plot.
        limits: values that the scale must reach, so that panels side by side compare.
    """
    y = _names(canvas, y, [(one.name, one.ink) for one in series]) + 14
    categories = [column.category for column in series[0].columns]
    values = [0.0, *limits]
    for column in (column for one in series for column in one.columns):
        values += [end for end in (column.value, column.low, column.high) if end is not None]
    top, bottom = y + 34, y + height
    if min(values) < 0:
        bottom -= 24
    scale = linear(min(values), max(values), bottom, top)
    slot = canvas.width / len(categories)
    wide = min(54, slot * 0.82 / len(series))
    size = SIZE if wide > 44 else SMALL
    for place, category in enumerate(categories):
        middle = slot * (place + 0.5)
        for number, one in enumerate(series):
            column = one.columns[place]
            left = middle + (number - len(series) / 2) * wide
            canvas.rect(left + 1, scale(0), wide - 2, scale(column.value) - scale(0), one.ink)
            ends = [column.value]
            if column.low is not None and column.high is not None and column.low < column.high:
                ends += [column.low, column.high]
                center = left + wide / 2
                canvas.line(center, scale(column.low), center, scale(column.high), "paper", 5)
                canvas.line(center, scale(column.low), center, scale(column.high), "ink", 2)
            is_below = column.value < 0
            at = scale(min(ends)) + 17 if is_below else scale(max(*ends, 0)) - 8
            canvas.text(left + wide / 2, at, write(column.value), "middle", size=size, bold=len(series) == 1)
        canvas.text(middle, y + height + 20, category, "middle", ink="quiet")
    canvas.line(0, scale(0), canvas.width, scale(0), "ink")
    return y + height + 26


@dataclass(frozen=True)
class Line:
    """A line by month with its band; the label stands at the month ``named_at``, so far below the line."""

    name: str
    ink: str
    points: Sequence[tuple[date, float, float | None, float | None]]
    named_at: date
    below: float
    anchor: str = "end"
    dash: str = ""


def by_month(canvas: Canvas, y: float, lines: Sequence[Line], write: Write, height: float = 330) -> float:
    """Lines with bands over months, with a label on each line and a year on each April."""
    every = [end for line in lines for _, *ends in line.points for end in ends if end is not None]
    low, high = min(0.0, *every), max(0.0, *every)
    at = ticks(low, high)
    left = max(width_of(write(tick), SMALL) for tick in at) + 8
    days = [day for day, *_ in lines[0].points]
    across = linear(_month(days[0]), _month(days[-1]), left, canvas.width - 6)
    up = linear(low, high, y + height, y + 10)
    for tick in at:
        canvas.line(left, up(tick), canvas.width, up(tick), "ink" if tick == 0 else "grid")
        canvas.text(left - 8, up(tick) + 4, write(tick), "end", "quiet", SMALL)
    years = [day for day in days if day.month == 1]
    for number, day in enumerate(years):
        place = across(_month(day))
        canvas.line(place, y + height, place, y + height + 5, "quiet")
        if not canvas.is_narrow or number % 2 == 0:
            canvas.text(place, y + height + 20, str(day.year), "middle", "quiet", SMALL)
    for line in lines:
        band = [(day, *ends) for day, _, *ends in line.points if None not in ends]
        there = [(across(_month(day)), up(end)) for day, _, end in band]
        back = [(across(_month(day)), up(end)) for day, end, _ in reversed(band)]
        if band:
            canvas.area(there + back, line.ink)
    for line in lines:
        canvas.path([(across(_month(day)), up(value)) for day, value, *_ in line.points], line.ink, dash=line.dash)
    for line in lines:
        (value,) = (value for day, value, *_ in line.points if day == line.named_at)
        label = wrapped(line.name, canvas.width * 0.52, bold=True)
        top = up(value) + (line.below if line.below > 0 else line.below - SIZE * 1.3 * (len(label) - 1))
        canvas.lines(across(_month(line.named_at)), top, label, anchor=line.anchor, ink=line.ink, bold=True, on="paper")
    return y + height + 28


@dataclass(frozen=True)
class Range:
    """One row: bars from low to high with an ink and thickness, marks at values, and what stands beside them."""

    label: str
    text: str = ""
    bars: Sequence[tuple[float, float, str, float]] = ()
    marks: Sequence[tuple[float, str, str]] = ()
    scale: tuple[float, float] | None = None


def ranges(
    canvas: Canvas,
    y: float,
    rows: Sequence[Range],
    write: Write | None = None,
    lines: Iterable[float] = (),
    reach: Iterable[float] = (),
    height: float = 36,
    labels: float = 0.4,
    texts: float = 0.22,
) -> float:
    """A row for each range, on one scale with an axis, or each on its own.

    Args:
        canvas: where to draw.
        y: from where downwards.
        rows: what to draw; a row with a scale of its own is drawn on that.
        write: a tick of the common axis; None if rows have scales of their own.
        lines: values of the common scale at which an upright line stands.
        reach: values that the common scale must hold.
        height: of a row on a page; on a phone the label stands above its row.
        labels: share of the width for labels.
        texts: share of the width for the texts at the end.
    """
    narrow = canvas.is_narrow
    left, right = (4, canvas.width - 4) if narrow else (canvas.width * labels, canvas.width * (1 - texts) - 12)
    every = [end for row in rows for bar in row.bars for end in bar[:2]]
    every += [value for row in rows for value, *_ in row.marks] + [*lines, *reach]
    pad = (max(every) - min(every)) * 0.02
    common = linear(min(every) - pad, max(every) + pad, left, right)
    above = [_above(canvas, row) if narrow else [] for row in rows]
    heights = [
        len(texts_above) * LINE + 32 if narrow else max(height, _lines_beside(canvas, row, left, texts) * LINE + 9)
        for row, texts_above in zip(rows, above, strict=True)
    ]
    bottom = y + sum(heights)
    if write is not None:
        for tick in ticks(min(every), max(every), 4 if narrow else 6):
            canvas.line(common(tick), y, common(tick), bottom, "grid")
            canvas.text(common(tick), bottom + 18, write(tick), "middle", "quiet", SMALL)
    for value in lines:
        canvas.line(common(value), y, common(value), bottom, "ink", 1, "4 3")
    top = y
    for row, texts_above, tall in zip(rows, above, heights, strict=True):
        scale = linear(*row.scale, left + 6, right - 6) if row.scale else common
        middle = top + tall - 20 if narrow else top + tall / 2
        if row.scale:
            canvas.line(left, middle, right, middle, "grid")
        for low, high, ink, thick in row.bars:
            start, wide = scale(low), max(scale(high) - scale(low), 2)
            if thick < row.bars[0][-1]:  # an edge of paper keeps a bar apart from the one it lies on
                canvas.rect(start - EDGE, middle - thick / 2 - EDGE, wide + 2 * EDGE, thick + 2 * EDGE, "paper")
            canvas.rect(start, middle - thick / 2, wide, thick, ink)
        for value, ink, shape in row.marks:
            _mark(canvas, scale(value), middle, ink, shape)
        for number, (left_text, right_text) in enumerate(texts_above):
            baseline = top + SMALL * (1 + 1.3 * number)
            canvas.text(0, baseline, left_text, size=SMALL, bold=left_text != row.text, on="paper")
            if right_text:
                canvas.text(canvas.width, baseline, right_text, "end", size=SMALL, on="paper")
        if not narrow:
            _beside(canvas, middle, row, left, texts)
        top += tall
    return bottom + (26 if write is not None else 4)


def _above(canvas: Canvas, row: Range) -> list[tuple[str, str]]:
    """The lines above a row on a phone: its label, and its text at the end of it or below."""
    label = wrapped(row.label, canvas.width, SMALL, bold=True)
    if len(label) == 1 and width_of(label[0], SMALL, bold=True) + width_of(row.text, SMALL) + 12 < canvas.width:
        return [(label[0], row.text)]
    return [(line, "") for line in [*label, *([row.text] if row.text else [])]]


def _lines_beside(canvas: Canvas, row: Range, left: float, texts: float) -> int:
    """The lines that the label or the text of a row takes beside it, whichever takes more."""
    return max(len(wrapped(row.label, left - 16, SMALL)), len(wrapped(row.text, canvas.width * texts, SMALL)))


def _beside(canvas: Canvas, middle: float, row: Range, left: float, texts: float) -> None:
    """The label of a row before it, and its text behind it."""
    label = wrapped(row.label, left - 16, SMALL)
    text = wrapped(row.text, canvas.width * texts, SMALL)
    canvas.lines(0, middle + 4 - (len(label) - 1) * SMALL * 0.65, label, size=SMALL)
    start = canvas.width * (1 - texts)
    canvas.lines(start, middle + 4 - (len(text) - 1) * SMALL * 0.65, text, size=SMALL)


def _mark(canvas: Canvas, x: float, y: float, ink: str, shape: str) -> None:
    match shape:
        case "dot":
            canvas.dot(x, y, ink)
        case "ring":
            canvas.dot(x, y, ink, hollow=True)
        case "diamond":
            canvas.diamond(x, y, ink)
        case "stroke":
            canvas.line(x, y - 9, x, y + 9, ink, 3)


def key(canvas: Canvas, y: float, entries: Sequence[tuple[str, str, str]]) -> float:
    """What bars and marks mean, in a line: shape (bar, line, dot, ring, diamond, stroke), ink, meaning."""
    x, row = 0.0, y + 10
    for shape, ink, meaning in entries:
        needed = 26 + width_of(meaning, SMALL) + 18
        if x and x + needed > canvas.width + 18:
            x, row = 0.0, row + 22
        if shape in ("bar", "line"):
            thick = 12 if shape == "bar" else 4
            canvas.rect(x, row - thick / 2, 20, thick, ink)
        else:
            _mark(canvas, x + 10, row, ink, shape)
        canvas.text(x + 27, row + 4, meaning, size=SMALL)
        x += needed
    return row + 22


@dataclass(frozen=True)
class Step:
    """A step of a waterfall: what adds so much, or a level that is reached."""

    label: str
    value: float
    is_level: bool = False


def waterfall(
    canvas: Canvas, y: float, steps: Sequence[Step], write: Write, signed: Write, height: float = 36
) -> float:
    """Levels as dots and the steps between them as bars, from the top down; no bar begins at a cut-off axis."""
    narrow = canvas.is_narrow
    left = 0 if narrow else canvas.width * 0.36
    ends: list[tuple[float, float]] = []
    for step in steps:
        start = step.value if step.is_level else ends[-1][1]
        ends.append((start, step.value if step.is_level else start + step.value))
    every = [end for pair in ends for end in pair]
    scale = linear(min(every), max(every), left + 10, canvas.width - 76)
    tall = height + 14 if narrow else height
    for number, (step, (start, end)) in enumerate(zip(steps, ends, strict=True)):
        middle = y + (tall - 16 if narrow else tall / 2)
        if number + 1 < len(steps):
            canvas.line(scale(end), middle, scale(end), middle + tall, "quiet", 1, "2 2")
        if step.is_level:
            canvas.dot(scale(end), middle, "blue", 7)
        else:
            canvas.rect(
                scale(start), middle - 9, (scale(end) - scale(start)) or 1, 18, "teal" if step.value >= 0 else "plum"
            )
        text = write(step.value) if step.is_level else signed(step.value)
        canvas.text(max(scale(start), scale(end)) + 12, middle + 5, text, bold=True, on="paper")
        if narrow:
            canvas.text(0, middle - 15, step.label, size=SMALL, on="paper")
        else:
            label = wrapped(step.label, left - 16, SMALL)
            canvas.lines(0, middle + 4 - (len(label) - 1) * SMALL * 0.65, label, size=SMALL)
        y += tall
    return y + 6


def _names(canvas: Canvas, y: float, names: Sequence[tuple[str, str]]) -> float:
    """The names of series, each with its ink, unless there is none to name."""
    named = [("bar", ink, name) for name, ink in names if name]
    return key(canvas, y, named) if named else y - 14


def _month(day: date) -> int:
    return day.year * 12 + day.month
