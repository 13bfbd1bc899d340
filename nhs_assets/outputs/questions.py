"""Questions kept beside the documents, each one SELECT on the published file with the question in its header."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nhs_assets.outputs.sentences import sentence
from nhs_assets.settings import PROJECT_ROOT

QUESTIONS_DIR = PROJECT_ROOT / "docs" / "questions"
_FILE_NAME = re.compile(r"(\d\d)_([a-z0-9_]+)\.sql")


@dataclass(frozen=True)
class Question:
    """One question: its number, the words of it, how to read the answer, and the SELECT that gives it.

    Attributes:
        in_words: the table whose sentences stand beside the rows of the answer, or the column that names rows by table
            and key and holds their sentences instead, if any.
    """

    number: int
    name: str
    question: str
    how_to_read: str
    sql: str
    in_words: str | None = None

    def with_sentences(self, answer: pl.DataFrame, of_row: Callable[[str], str | None]) -> pl.DataFrame:
        """The answer with the sentences that the question asks for.

        Args:
            answer: the rows that its SELECT gives.
            of_row: the sentence of a row, by its table and key.
        """
        if self.in_words is None:
            return answer
        if self.in_words in answer.columns:
            said = {row: of_row(row) for row in answer[self.in_words].drop_nulls().unique()}
            return answer.with_columns(pl.col(self.in_words).replace_strict(said))
        sentences = [sentence(self.in_words, row) for row in answer.iter_rows(named=True)]
        return answer.with_columns(in_words=pl.Series(sentences, dtype=pl.String))


def find_questions(folder: Path = QUESTIONS_DIR) -> tuple[Question, ...]:
    """Every question of a folder, by number.

    Raises:
        ValueError: if a file is not called ``NN_short_name.sql``, lacks a header line, or shares its number.
    """
    found = tuple(_read(path) for path in sorted(folder.glob("*.sql")))
    numbers = [one.number for one in found]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"two questions in {folder} share a number: {numbers}")
    return found


def find_question(wanted: str, folder: Path = QUESTIONS_DIR) -> Question:
    """The question of a number or name.

    Raises:
        LookupError: if there is none, with those nearest to it.
    """
    questions = find_questions(folder)
    for one in questions:
        if wanted in (str(one.number), f"{one.number:02d}", one.name, f"{one.number:02d}_{one.name}"):
            return one
    near = difflib.get_close_matches(wanted, [one.name for one in questions], cutoff=0.4)
    hint = f"Did you mean {', '.join(near)}?" if near else "nhs-assets question lists those there are."
    raise LookupError(f"there is no question {wanted}. {hint}")


def _read(path: Path) -> Question:
    named = _FILE_NAME.fullmatch(path.name)
    if named is None:
        raise ValueError(f"{path}: a question's file is called NN_short_name.sql")
    text = path.read_text(encoding="utf-8")
    header = dict(
        line.removeprefix("-- ").split(": ", 1)
        for line in text.splitlines()
        if line.startswith(("-- question: ", "-- how to read: ", "-- in words: "))
    )
    if not {"question", "how to read"} <= header.keys():
        raise ValueError(f"{path}: the header needs the lines '-- question: ...' and '-- how to read: ...'")
    return Question(
        int(named[1]), named[2], header["question"].strip(), header["how to read"].strip(), text, header.get("in words")
    )
