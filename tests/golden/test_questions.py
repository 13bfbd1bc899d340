"""Every question in docs/questions gives rows on a snapshot published afresh, and has an expectation of its own."""

import json
import re
from pathlib import Path

import pytest

from nhs_assets.outputs.query import ask
from nhs_assets.outputs.questions import Question, find_question, find_questions
from tests.conftest import Project

pytestmark = pytest.mark.golden

QUESTIONS = find_questions()
EMPTY_AT_FIRST = {4}
"""What changed since the last refresh: a first publication has nothing to be compared with."""

EXPECTATION = re.compile(r"^def test_question_(\d\d)_\w+\(", re.MULTILINE)


def expected_numbers() -> set[int]:
    """Numbers of the questions whose rows some test holds: ``test_question_NN_...`` in ``test_questions*.py``."""
    files = Path(__file__).parent.glob("test_questions*.py")
    return {int(number) for file in files for number in EXPECTATION.findall(file.read_text(encoding="utf-8"))}


@pytest.mark.parametrize("asked", QUESTIONS, ids=lambda one: f"{one.number:02d}_{one.name}")
def test_question_is_worded_answered_and_expected(asked: Question, refreshed: Project) -> None:
    assert asked.question.endswith("?")
    assert asked.how_to_read.endswith(".")
    assert (len(ask(refreshed.settings.data_dir, asked.sql)) == 0) == (asked.number in EMPTY_AT_FIRST)
    assert asked.number in expected_numbers(), f"no test_question_{asked.number:02d}_... says what its rows must be"


def test_every_expectation_is_of_a_question() -> None:
    assert expected_numbers() == {one.number for one in QUESTIONS}


def test_the_command_lists_the_questions_and_asks_one(refreshed: Project) -> None:
    listed = refreshed.run("question").stdout
    assert all(one.name in listed for one in QUESTIONS)
    asked = find_question("27")
    shown = refreshed.run("question", "27", "-f", "csv")
    by_hand = refreshed.run("query", "-f", "csv", asked.sql)
    assert shown.returncode == by_hand.returncode == 0, by_hand.stderr
    assert shown.stdout == by_hand.stdout
    assert asked.how_to_read[:40] in refreshed.run("question", asked.name).stdout


def test_the_command_puts_rows_into_words_where_the_question_asks_for_it(refreshed: Project) -> None:
    rows = json.loads(refreshed.run("question", "7", "-f", "json").stdout)["rows"]
    said = {(row["profile_id"], row["test"]): row["in_words"] for row in rows if "press" in row["interpretation"]}
    assert said["all_2028_29", "real"] == (
        "In 2025-26 prices £1,000.0m is drawn and £944.1m taken back: the service keeps £55.9m."
    )
    gaps = json.loads(refreshed.run("question", "11", "-f", "json").stdout)["rows"]
    assert all("against the" in row["in_words"] and "The cost covers: " in row["in_words"] for row in gaps)


def test_an_unknown_question_names_what_there_is(refreshed: Project) -> None:
    done = refreshed.run("question", "parameters_du")
    assert done.returncode == 1
    assert "parameters_due" in done.stderr


def test_files_that_are_no_question_are_refused(tmp_path: Path) -> None:
    (tmp_path / "01_bare.sql").write_text("SELECT 1 AS one", encoding="utf-8")
    with pytest.raises(ValueError, match="header"):
        find_questions(tmp_path)
    (tmp_path / "01_bare.sql").rename(tmp_path / "bare.sql")
    with pytest.raises(ValueError, match="NN_short_name"):
        find_questions(tmp_path)
