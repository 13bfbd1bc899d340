"""Text that was decoded twice is refused in every text input, by line and column."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhs_assets.ground.problems import BadInputError
from nhs_assets.sources.csv_text import numbered_rows
from nhs_assets.sources.input_files import load
from nhs_assets.sources.mojibake import decoded_twice

pytestmark = pytest.mark.unit

TYPED = st.text(st.sampled_from("£€’“”–éèüçñ×÷½°…🙂Áí"), min_size=1)


@given(before=st.text(st.characters(max_codepoint=127)), typed=TYPED)
def test_what_becomes_utf8_when_written_back_is_found(before: str, typed: str) -> None:
    twice = "".join(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in typed.encode())
    assert decoded_twice(before + twice)


WORDS = ["£5m", "café", "fine’s", "“ok”", "2½", "20°", "−5", "naïve", "–", "Zürich…", "£", "×", "Île-de-France", "°C"]


@given(typed=st.lists(st.sampled_from(WORDS)))
def test_what_people_type_is_left_alone(typed: list[str]) -> None:
    assert decoded_twice(" ".join(typed)) is None


def test_a_cell_is_named_by_line_and_column() -> None:
    with pytest.raises(BadInputError) as refused:
        list(numbered_rows("a.csv", "key,note\n1,fine\n2,costs Â£5 and itâ€™s late\n"))
    (problem,) = refused.value.problems
    assert (problem.row, problem.column) == (3, "note")
    assert "'Â£' for '£'" in problem.rule


def test_a_line_of_yaml_is_named(tmp_path: Path) -> None:
    file = tmp_path / "a.yml"
    file.write_text("label: one\nreference: cafÃ©\n", encoding="utf-8")
    with pytest.raises(BadInputError, match=r"a\.yml, line 2: holds 'Ã©' for 'é'"):
        load(file, "a.yml")
