"""Charts show their rows, and say in words what they show."""

import re
import xml.etree.ElementTree as ET

import polars as pl
import pytest

from nhs_assets.outputs.charts import overspend, revision, savings, settlement
from nhs_assets.outputs.charts.canvas import INKS, SMALL, Canvas, wrapped
from nhs_assets.outputs.charts.drawing import MOST_WORDS, NARROW, WIDE, Drawing, titled
from nhs_assets.outputs.charts.forms import Range, ranges, ticks
from nhs_assets.outputs.charts.registry import CHARTS
from nhs_assets.outputs.charts.words import gbp_bn, gbp_m, signed, span, with_unit
from nhs_assets.settings import PROJECT_ROOT

pytestmark = pytest.mark.unit

MOVED = pl.DataFrame(
    [
        ("press_overspend", "2025-26", 900.0, 900.0, 900.0),
        ("press_overspend", "2026-27", -900.0, -900.0, -900.0),
        ("official_reprofile", "2025-26", 300.4, 400.4, 500.4),
        ("official_reprofile", "2026-27", -400.4, -400.4, -400.4),
    ],
    schema=["interpretation", "fy", "low_gbp_m", "delta_gbp_m", "high_gbp_m"],
    orient="row",
)
STAMP = "Source: nhs_assets, overspend.instrument. Figure money_moved, facts known to 1 May 2026."
SVG = "{http://www.w3.org/2000/svg}"


def contrast(first: str, second: str) -> float:
    """Contrast ratio of two colours, as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        shares = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
        return sum(weight * share for weight, share in zip((0.2126, 0.7152, 0.0722), linear, strict=True))

    dark, light = sorted((luminance(first), luminance(second)))
    return (light + 0.05) / (dark + 0.05)


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ET.fromstring(svg).iter(f"{SVG}text")]


def test_amounts_stand_in_the_drawing_and_in_its_words() -> None:
    drawing = overspend.money_moved(MOVED)
    root = ET.fromstring(drawing.picture(STAMP))
    assert {"+£900m", "−£900m", "+£400m", "−£400m"} <= set(texts(drawing.picture(STAMP)))
    assert "2025-26 +£400m, 2026-27 −£400m." in drawing.description
    assert (root.find(f"{SVG}title").text, root.find(f"{SVG}desc").text) == (drawing.title, drawing.description)


def test_a_picture_says_where_it_is_from() -> None:
    assert STAMP in " ".join(texts(overspend.money_moved(MOVED).picture(STAMP)))


def test_a_page_gets_the_plot_without_its_words() -> None:
    drawing = overspend.money_moved(MOVED)
    root = ET.fromstring(drawing.plot(NARROW))
    assert root.get("aria-label") == drawing.description
    assert drawing.title not in texts(drawing.plot(NARROW))


def test_the_same_rows_in_another_order_give_the_same_drawing() -> None:
    assert overspend.money_moved(MOVED.reverse()).picture(STAMP) == overspend.money_moved(MOVED).picture(STAMP)


def test_a_message_that_the_rows_do_not_bear_out_is_not_printed() -> None:
    kept = MOVED.with_columns(delta_gbp_m=pl.col("delta_gbp_m").abs())
    assert overspend.money_moved(kept).title != overspend.money_moved(MOVED).title
    plans = pl.DataFrame(
        {
            "fy": ["2025-26", "2028-29"],
            "plan": "Plan",
            "cash_gbp_m": [100_000.0, 120_000.0],
            "real_gbp_m": [100_000.0, 90_000.0],
            "base_fy": "2025-26",
        }
    )
    assert settlement.cash_and_real(plans).title == "Health spending in cash and in real terms"


def moved(contributions: dict[str, float]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "conclusion_id": "payback_month",
            "figure": "payback_months",
            "label": "When the programme has paid for itself",
            "unit": "months",
            "input": list(contributions),
            "contribution": list(contributions.values()),
            "old_value": 27.0,
            "new_value": 27.0 + sum(contributions.values()),
            "move": sum(contributions.values()),
            "remainder": 0.0,
            "compared_with": "000001-0123456789ab",
        }
    )


def test_what_moved_a_conclusion_is_called_by_its_name_and_leaves_no_remainder() -> None:
    drawing = revision.conclusions_moved(
        moved({"raw.parameter_value/paid_exit_share": 2.0, "raw.settlement_plan": -1.0})
    )
    assert "27 months; paid exit share +2, settlement plan −1; 28 months. Remainder 0." in drawing.description
    assert {"paid exit share", "settlement plan", "+2", "−1"} <= set(texts(drawing.picture(STAMP)))


def test_a_scenario_stands_beside_the_best_estimate_year_by_year() -> None:
    years = pl.DataFrame({"fy": ["2025-26", "2026-27"], "best_estimate": [-1000.0, 50.0], "scenario": [-1100.0, -40.0]})
    drawing = savings.running_sum(years, "Slower exits")
    assert drawing.title == "Slower exits"
    assert "2026-27 best estimate £50m, this scenario −£40m" in drawing.description
    assert "−£1.1bn" in drawing.plot(NARROW)


def test_many_inputs_are_told_together() -> None:
    drawing = revision.conclusions_moved(moved({f"raw.table_{number}": 1.0 for number in range(20)}))
    assert f"other inputs +{20 - revision.MOST_STEPS + 1}" in drawing.description
    shown = [text for text in texts(drawing.picture(STAMP)) if text.startswith("table ")]
    assert len(shown) == revision.MOST_STEPS - 1


def test_a_title_that_figures_make_too_long_gives_way() -> None:
    assert titled("one " * MOST_WORDS, "neutral") == "one " * MOST_WORDS
    assert titled("one " * (MOST_WORDS + 1), "neutral") == "neutral"


def test_text_from_the_tables_cannot_become_markup() -> None:
    drawing = Drawing("<b>", "&", '"<x>"', lambda canvas, y: canvas.lines(0, y, ["<script>"]))
    for svg in (drawing.picture("<i>"), drawing.plot(NARROW)):
        assert not {element.tag for element in ET.fromstring(svg).iter()} & {f"{SVG}script", f"{SVG}b", f"{SVG}i"}


def test_colours_can_be_told_from_the_paper() -> None:
    assert min(contrast(INKS[ink], INKS["paper"]) for ink in ("blue", "teal", "plum", "orange")) >= 3
    assert min(contrast(INKS[ink], INKS["paper"]) for ink in ("ink", "quiet", "blue", "plum")) >= 4.5


def test_colours_of_the_page_can_be_told_from_its_ground_by_day_and_by_night() -> None:
    css = (PROJECT_ROOT / "nhs_assets/outputs/templates/page.css").read_text(encoding="utf-8")
    for block in re.findall(r":root \{([^}]*)\}", css)[:2]:
        inks = {
            name: colour if len(colour) == 7 else "#ffffff" for name, colour in re.findall(r"--(\w+): (#\w+)", block)
        }
        assert min(contrast(inks[ink], inks["paper"]) for ink in ("ink", "quiet", "link", "blue", "plum")) >= 4.5
        assert min(contrast(inks[ink], inks["ground"]) for ink in ("ink", "quiet", "link")) >= 4.5
        assert contrast(inks["teal"], inks["paper"]) >= 3


def test_every_chart_has_a_select_and_every_select_a_chart() -> None:
    assert {path.stem for path in (PROJECT_ROOT / "sql" / "figures").glob("*.sql")} == CHARTS.keys()


def test_a_bar_on_a_bar_has_an_edge_of_paper() -> None:
    canvas = Canvas(WIDE)
    ranges(canvas, 0, [Range("One", bars=[(0, 10, "teal", 16), (2, 8, "blue", 4)], scale=(0, 10))])
    inks = [re.search(r"f-(\w+)", shape)[1] for shape in canvas.shapes if shape.startswith("<rect")]
    assert inks == ["teal", "paper", "blue"]


def test_a_row_is_as_tall_as_its_label() -> None:
    label, of_labels = "A label " * 30, 0.4
    lines = wrapped(label, WIDE * of_labels - 16, SMALL)
    assert len(lines) > 3
    end = ranges(Canvas(WIDE), 0, [Range(label, bars=[(0, 1, "blue", 4)], scale=(0, 1))], labels=of_labels)
    assert end > len(lines) * SMALL * 1.3


@pytest.mark.parametrize(("low", "high"), [(0, 1), (-7, 12), (0.88, 1.33), (1, 36), (5, 5)])
def test_ticks_lie_between_the_ends_and_are_few(low: float, high: float) -> None:
    found = ticks(low, high, 6)
    assert len(found) <= 7
    assert all(low - 1e-9 <= tick <= high + 1e-9 for tick in found)


def test_numbers_are_printed_as_statistics_print_them() -> None:
    assert [gbp_m(amount) for amount in (1110.6, -0.4, -860)] == ["£1,111m", "£0", "−£860m"]
    assert [gbp_bn(amount) for amount in (0, 1110.6, -860)] == ["£0", "£1.1bn", "−£0.9bn"]
    assert [signed(text) for text in ("£5m", "−£5m", "£0", "0.00")] == ["+£5m", "−£5m", "£0", "0.00"]
    assert span(23, 29, "months") == "23 to 29 months"
    assert [with_unit(0.218, "share"), with_unit(2.2, "% a year"), with_unit(105000, "£ an exit")] == [
        "22%",
        "2.20%",
        "£105,000",
    ]


def test_lines_hold_every_word() -> None:
    text = "Bristol, North Somerset and South Gloucestershire"
    assert " ".join(wrapped(text, 100)) == text
    assert len(wrapped(text, 100)) > 1
