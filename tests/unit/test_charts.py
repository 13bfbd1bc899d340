"""Charts show their rows, and say in words what they show."""

import xml.etree.ElementTree as ET

import polars as pl
import pytest

from nhs_assets.outputs import charts

pytestmark = pytest.mark.unit

INSTRUMENT = pl.DataFrame(
    [
        ("press_overspend", "2025-26", 900.0, 900.0, 900.0),
        ("press_overspend", "2026-27", -900.0, -900.0, -900.0),
        ("official_reprofile", "2025-26", 300.4, 400.4, 500.4),
        ("official_reprofile", "2026-27", -0.4, -0.4, -0.4),
    ],
    schema=["interpretation", "fy", "low_gbp_m", "delta_gbp_m", "high_gbp_m"],
    orient="row",
)
SVG = "{http://www.w3.org/2000/svg}"


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def test_amounts_stand_in_the_drawing_and_in_its_words() -> None:
    drawing = charts.money_moved(INSTRUMENT)
    root = ET.fromstring(drawing.svg())
    texts = {element.text for element in root.iter(f"{SVG}text")}
    assert {"+£900m", "−£900m", "+£400m", "£0"} <= texts
    assert "2025-26 +£400m, 2026-27 £0." in drawing.description
    assert (root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text) == (drawing.title, drawing.description)


def test_the_same_rows_in_another_order_give_the_same_drawing() -> None:
    assert charts.money_moved(INSTRUMENT.reverse()).svg() == charts.money_moved(INSTRUMENT).svg()


def test_a_title_has_at_most_ten_words() -> None:
    assert len(charts.money_moved(INSTRUMENT).title.split()) <= 10


def test_colours_can_be_told_from_the_paper() -> None:
    assert min(contrast(colour, charts.PAPER) for colour in (charts.BLUE, charts.PLUM)) >= 3
    assert min(contrast(colour, charts.PAPER) for colour in (charts.INK, charts.QUIET)) >= 4.5
