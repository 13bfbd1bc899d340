"""The templates of answers: no figure of their own, and an error where they do not fit the rows."""

import polars as pl
import pytest
from jinja2 import Environment

from nhs_assets.outputs.answers import NOT_KNOWN, AnswerError, answer_sentence
from nhs_assets.outputs.questions import Question, find_questions

pytestmark = pytest.mark.unit

ROWS = pl.DataFrame({"fy": ["2025-26", "2026-27"], "low_gbp_m": [140.4, None], "high_gbp_m": [440.0, 1.0]})


def answered(template: str, rows: pl.DataFrame = ROWS, no_rows: str | None = None) -> str:
    return answer_sentence(template, no_rows, rows)


def printed_texts(template: str) -> list[str]:
    """What a template prints whatever the rows are: its text, and what an expression that is printed writes out."""
    texts, printing = [], False
    for _, kind, value in Environment().lex(template):
        if kind in ("variable_begin", "variable_end"):
            printing = kind == "variable_begin"
        if kind == "data" or (printing and kind == "string"):
            texts.append(value)
    return texts


@pytest.mark.parametrize("asked", find_questions(), ids=lambda asked: f"{asked.number:02d}_{asked.name}")
def test_no_figure_stands_in_a_template(asked: Question) -> None:
    digits = [text for text in printed_texts(asked.answer) if any(char.isdigit() for char in text)]
    assert digits == [], "take it from the rows; add a column to the SELECT if they lack it"


def test_a_figure_in_a_template_is_found_in_text_and_in_expressions() -> None:
    template = "In 2026 {{ 'about 290' if row(fy='2025-26') else 'none' }}"
    assert printed_texts(template) == ["In 2026 ", "'about 290'", "'2025-26'", "'none'"]


def test_rows_are_found_by_their_values_and_written_as_people_say_them() -> None:
    template = "{% set year = row(fy='2025-26') %}{{ year.low_gbp_m|money }} in {{ year.fy }}."
    assert answered(template) == "£140m in 2025-26."
    assert answered("{{ rows|map(attribute='fy')|several }} {{ where(fy='2027-28')|count }}") == "2025-26 and 2026-27 0"


def test_a_range_that_was_not_drawn_is_said_to_be_missing() -> None:
    template = "{% set year = rows[{}] %}{{ ranged(year.low_gbp_m|money, year.high_gbp_m|money) }}"
    assert answered(template.replace("{}", "0")) == "(80% range £140m to £440m)"
    assert answered(template.replace("{}", "1")) == "(no range)"


def test_without_rows_the_answer_says_so() -> None:
    assert answered("{{ rows[0].fy }}", ROWS.clear()) == NOT_KNOWN
    assert answered("{{ rows[0].fy }}", ROWS.clear(), "None.") == "None."


@pytest.mark.parametrize(
    ("template", "told"),
    [
        pytest.param("{{ rows[0].gap }}", "gap", id="no_such_column"),
        pytest.param("{{ row(year='2025-26').fy }}", "no column year", id="no_such_column_to_find_by"),
        pytest.param("{{ row(fy='2027-28').fy }}", "fy", id="no_such_row"),
        pytest.param("{{ rows[1].low_gbp_m|money }}", "empty", id="an_empty_value"),
        pytest.param("{{ rows[0].fy|money }}", "str", id="a_text_as_an_amount"),
        pytest.param("{% if rows %}", "end of template", id="not_a_template"),
    ],
)
def test_a_template_that_does_not_fit_its_rows_is_an_error(template: str, told: str) -> None:
    with pytest.raises(AnswerError, match=told):
        answered(template)
