"""Questions in ``docs/questions``, each one SELECT on the published file with the question in its header."""

import difflib
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from nhs_assets.outputs.answers import AnswerError, answer_sentence
from nhs_assets.outputs.sentences import sentence
from nhs_assets.settings import PROJECT_ROOT

QUESTIONS_DIR = PROJECT_ROOT / "docs" / "questions"
_FILE_NAME = re.compile(r"(\d\d)_([a-z0-9_]+)\.sql")
_HEADER = re.compile(r"^-- (question|answer|no rows|how to read|in words): (.*)$", re.MULTILINE)


@dataclass(frozen=True)
class Question:
    """One question.

    Attributes:
        answer: template of the sentence that answers it.
        no_rows: the sentence if there are no rows.
        in_words: the table whose sentences are added to the answer, or the column that names rows by table and key and
            gets their sentences instead.
    """

    number: int
    name: str
    question: str
    answer: str
    how_to_read: str
    sql: str
    no_rows: str | None = None
    in_words: str | None = None

    def sentence(self, answer: pl.DataFrame) -> str:
        """The sentence that answers it; AnswerError if the template does not fit the rows."""
        try:
            return answer_sentence(self.answer, self.no_rows, answer)
        except AnswerError as error:
            raise AnswerError(f"question {self.number}: the line '-- answer' does not fit the rows: {error}") from error

    def with_sentences(self, answer: pl.DataFrame, of_row: Callable[[str], str | None]) -> pl.DataFrame:
        """The answer with the sentences that the question asks for; ``of_row`` gives that of a row by table and key."""
        if self.in_words is None:
            return answer
        if self.in_words in answer.columns:
            sentences = {row: of_row(row) for row in answer[self.in_words].drop_nulls().unique()}
            return answer.with_columns(pl.col(self.in_words).replace_strict(sentences))
        words = [sentence(self.in_words, row) for row in answer.iter_rows(named=True)]
        return answer.with_columns(in_words=pl.Series(words, dtype=pl.String))


def find_questions(folder: Path = QUESTIONS_DIR) -> tuple[Question, ...]:
    """Every question of a folder, by number; ValueError for a file with a wrong name, header or number."""
    found = tuple(_read(path) for path in sorted(folder.glob("*.sql")))
    numbers = [question.number for question in found]
    if len(set(numbers)) < len(numbers):
        raise ValueError(f"two questions in {folder} share a number: {numbers}")
    return found


def find_question(wanted: str, folder: Path = QUESTIONS_DIR) -> Question:
    """The question of a number or name; LookupError if there is none, with those nearest to it."""
    questions = find_questions(folder)
    for found in questions:
        if wanted in (str(found.number), f"{found.number:02d}", found.name, f"{found.number:02d}_{found.name}"):
            return found
    near = difflib.get_close_matches(wanted, [question.name for question in questions], cutoff=0.4)
    hint = f"Did you mean {', '.join(near)}?" if near else "nhs-assets question lists those there are."
    raise LookupError(f"there is no question {wanted}. {hint}")


def _read(path: Path) -> Question:
    named = _FILE_NAME.fullmatch(path.name)
    if named is None:
        raise ValueError(f"{path}: a question's file is called NN_short_name.sql")
    text = path.read_text(encoding="utf-8")
    header: dict[str, str] = {}
    for name, line in _HEADER.findall(text):  # an answer may take several lines
        header[name] = f"{header[name]}\n{line.strip()}" if name in header else line.strip()
    if missing := [name for name in ("question", "answer", "how to read") if name not in header]:
        raise ValueError(f"{path}: the header needs a line '-- {missing[0]}: ...'")
    return Question(
        number=int(named[1]),
        name=named[2],
        question=header["question"],
        answer=header["answer"],
        how_to_read=header["how to read"],
        sql=text,
        no_rows=header.get("no rows"),
        in_words=header.get("in words"),
    )
