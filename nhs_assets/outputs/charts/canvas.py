"""What charts are drawn on: shapes and text as SVG, in the house's inks.

Every shape carries its colour and the name of its ink, so that a picture stands alone and a page can show it dark.
"""

from collections.abc import Iterable, Sequence
from html import escape

INKS = {
    "blue": "#12436D",
    "teal": "#28A197",
    "plum": "#801650",
    "orange": "#F46A25",
    "ink": "#0B0C0C",
    "quiet": "#505A5F",
    "grid": "#DEE0E2",
    "paper": "#FFFFFF",
}
"""The palette of UK government statistics, and the colours of text, secondary text, lines and background.

Blue and plum may also be text; teal and orange are for shapes alone, since their contrast with white is 3 to 1.
"""

FONT = "Helvetica, Arial, sans-serif"
SIZE, SMALL = 14, 12.5

_WIDTHS = {
    **dict.fromkeys("ijl'|", 0.222),
    **dict.fromkeys(" ft.,:;/!I[]\\", 0.278),
    **dict.fromkeys('r-()`"', 0.333),
    **dict.fromkeys("ckszvxyJ", 0.5),
    **dict.fromkeys("ABEKPSVXY&", 0.667),
    **dict.fromkeys("CDHNRUw", 0.722),
    **dict.fromkeys("GOQ", 0.778),
    **dict.fromkeys("mM%", 0.86),
    **dict.fromkeys("W", 0.944),
}
"""Widths of Helvetica's letters in shares of the font size; the others are as wide as a digit."""

_DIGIT = 0.556

_WIDEST = 1.16
"""How much wider the letters of a reader's font may be, where Helvetica and Arial are missing."""


def width_of(text: str, size: float = SIZE, bold: bool = False) -> float:
    """How wide a text is at most."""
    return sum(_WIDTHS.get(letter, _DIGIT) for letter in text) * size * _WIDEST * (1.14 if bold else 1)


def wrapped(text: str, width: float, size: float = SIZE, bold: bool = False) -> list[str]:
    """The text in lines no wider than that, broken at spaces."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and width_of(longer, size, bold) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


class Canvas:
    """A drawing of a fixed width, to which shapes are added from the top down."""

    def __init__(self, width: float) -> None:
        self.width = width
        self.shapes: list[str] = []

    @property
    def is_narrow(self) -> bool:
        """Whether it is for a phone."""
        return self.width < 500

    def text(
        self,
        x: float,
        y: float,
        text: str,
        anchor: str = "start",
        ink: str = "ink",
        size: float = SIZE,
        bold: bool = False,
        on: str | None = None,
    ) -> None:
        """Text whose baseline is at ``y``; ``on`` is the ink around the letters, for text over lines."""
        weight = ' font-weight="700"' if bold else ""
        around = f' stroke="{INKS[on]}" stroke-width="4" stroke-linejoin="round" paint-order="stroke"' if on else ""
        inks = f"f-{ink}{f' k-{on}' if on else ''}"
        self.shapes.append(
            f'<text class="{inks}" x="{_n(x)}" y="{_n(y)}" font-size="{_n(size)}" text-anchor="{anchor}" '
            f'fill="{INKS[ink]}"{weight}{around}>{escape(text, quote=False)}</text>'
        )

    def lines(self, x: float, y: float, lines: Iterable[str], size: float = SIZE, **style: object) -> float:
        """Lines of text below one another; returns the baseline of the last."""
        for number, line in enumerate(lines):
            y += size * 1.3 if number else 0
            self.text(x, y, line, size=size, **style)
        return y

    def rect(self, x: float, y: float, width: float, height: float, ink: str, opacity: float = 1) -> None:
        """A filled rectangle; negative sizes are turned round."""
        x, width = (x + width, -width) if width < 0 else (x, width)
        y, height = (y + height, -height) if height < 0 else (y, height)
        self.shapes.append(
            f'<rect class="f-{ink}" x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}" '
            f'fill="{INKS[ink]}"{_opacity(opacity)}/>'
        )

    def line(
        self, x1: float, y1: float, x2: float, y2: float, ink: str = "ink", width: float = 1, dash: str = ""
    ) -> None:
        """A straight line."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.shapes.append(
            f'<line class="k-{ink}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}" '
            f'stroke="{INKS[ink]}" stroke-width="{_n(width)}"{dashed}/>'
        )

    def path(self, points: Sequence[tuple[float, float]], ink: str, width: float = 3, dash: str = "") -> None:
        """A line through points."""
        dashed = f' stroke-dasharray="{dash}"' if dash else ""
        self.shapes.append(
            f'<path class="k-{ink}" d="{_along(points)}" fill="none" stroke="{INKS[ink]}" '
            f'stroke-width="{_n(width)}" stroke-linejoin="round"{dashed}/>'
        )

    def area(self, points: Sequence[tuple[float, float]], ink: str, opacity: float = 0.2) -> None:
        """A filled area bounded by points."""
        self.shapes.append(f'<path class="f-{ink}" d="{_along(points)}Z" fill="{INKS[ink]}"{_opacity(opacity)}/>')

    def dot(self, x: float, y: float, ink: str, radius: float = 6, hollow: bool = False) -> None:
        """A dot, or a ring."""
        fill = "paper" if hollow else ink
        self.shapes.append(
            f'<circle class="f-{fill} k-{ink}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}" fill="{INKS[fill]}" '
            f'stroke="{INKS[ink]}" stroke-width="2"/>'
        )

    def diamond(self, x: float, y: float, ink: str, radius: float = 7) -> None:
        """A diamond with an edge of paper, to be told from a dot without its colour."""
        corners = [(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)]
        self.shapes.append(
            f'<path class="f-{ink} k-paper" d="{_along(corners)}Z" fill="{INKS[ink]}" '
            f'stroke="{INKS["paper"]}" stroke-width="1.5"/>'
        )


def _along(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{_n(x)},{_n(y)}" for x, y in points)


def _n(number: float) -> str:
    """A coordinate to a tenth."""
    return f"{round(number, 1):g}"


def _opacity(opacity: float) -> str:
    return "" if opacity == 1 else f' fill-opacity="{_n(opacity)}"'
