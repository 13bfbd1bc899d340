"""A chart with its words, drawn wide or narrow, with or without them in the picture."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

from nhs_assets.outputs.charts.canvas import FONT, INKS, SMALL, Canvas, wrapped

WIDE, NARROW = 680, 340
"""Width of the plot on a page and on a phone."""

MARGIN = 20
MOST_WORDS = 10

Paint = Callable[[Canvas, float], float]
"""Draws the plot on a canvas from a place downwards, and returns where it ends."""


@dataclass(frozen=True)
class Drawing:
    """A chart with its message.

    Attributes:
        title: what the figures say, in at most ten words.
        subtitle: what is measured, of whom, when and in which unit.
        description: for readers who cannot see it, with the figures.
        paint: draws the plot.
    """

    title: str
    subtitle: str
    description: str
    paint: Paint

    def plot(self, width: float) -> str:
        """The plot alone, for a page that has the words beside it."""
        canvas = Canvas(width)
        height = self.paint(canvas, 0)
        return _svg(canvas, width, height, f'role="img" aria-label="{escape(self.description)}"', "")

    def picture(self, stamp: str) -> str:
        """The whole picture: title, plot and, below it, where it is from; the same rows give the same text."""
        canvas = Canvas(WIDE)
        y = canvas.lines(0, 20, wrapped(self.title, WIDE, 20, bold=True), size=20, bold=True)
        y = canvas.lines(0, y + 24, wrapped(self.subtitle, WIDE), ink="quiet")
        y = self.paint(canvas, y + 22)
        canvas.line(0, y + 16, WIDE, y + 16, "grid")
        y = canvas.lines(0, y + 36, wrapped(stamp, WIDE, SMALL), ink="quiet", size=SMALL)
        words = f'<title id="title">{escape(self.title)}</title><desc id="desc">{escape(self.description)}</desc>'
        return _svg(canvas, WIDE, y + 4, 'role="img" aria-labelledby="title desc"', words, MARGIN) + "\n"


def titled(title: str, neutral: str) -> str:
    """The title, or one that is always true where the figures make it too long."""
    return title if len(title.split()) <= MOST_WORDS else neutral


def _svg(canvas: Canvas, width: float, height: float, attributes: str, words: str, margin: float = 0) -> str:
    box = f"{-margin:g} {-margin:g} {width + 2 * margin:g} {round(height + 2 * margin):g}"
    size = f'width="{width + 2 * margin:g}" height="{round(height + 2 * margin):g}"' if margin else ""
    paper = f'<rect x="{-margin}" y="{-margin}" width="100%" height="100%" fill="{INKS["paper"]}"/>' if margin else ""
    shapes = "".join(canvas.shapes)
    if margin:  # a picture of its own has no style sheet that would need the names of the inks
        shapes = re.sub(r' class="[^"]*"', "", shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}" {size} {attributes} '
        f'font-family="{FONT}">{words}{paper}{shapes}</svg>'
    )
