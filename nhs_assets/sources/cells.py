"""Text cells to typed frames, with every refusal traced to its line and column."""

import re
from collections.abc import Sequence
from datetime import date

import dataframely as dy
import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.problems import Problem

LINE = "source_line"

_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,17})?")
_INTEGER = re.compile(r"-?[0-9]{1,18}")
_DAYS = (date(1900, 1, 1), date.max)
"""A day before these is a mistyped one, and the year nil is none."""

_TEXT_RULES = {
    r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]": (
        "holds a character that cannot be seen",
        "Type the text anew: it was pasted with control characters.",
    ),
    r"\x{FFFD}": ("holds a character that was lost in another encoding", "Type the character anew."),
    r"^\s|\s$": ("begins or ends with a space", "Take the space out: two words that look the same would differ."),
    r"^[=@]|^[+-](?:[^0-9]|[0-9.,]+[^0-9.,%\s])": (
        "begins as a formula of a spreadsheet does",
        "Put a word first: spreadsheets work out what begins with =, +, - or @.",
    ),
}
"""What no text may hold, in the regular expressions of Polars, with rule and remedy."""
_ANY_TEXT_RULE = "|".join(f"(?:{pattern})" for pattern in _TEXT_RULES)

_READS_AS = {
    pl.Int64: "must be a whole number",
    pl.Float64: "must be a plain decimal number with a point",
    pl.Boolean: "must be true or false",
    pl.Date: "must be a date written YYYY-MM-DD, from 1900 on",
}
_REMEDIES = {
    "primary_key": "Remove or correct the repeated row.",
    "nullability": "Fill the cell.",
    "not_blank": "Fill the cell.",
    "allowed_value": "Use one of the words the contract lists.",
    "offsets_are_ordered": "Count the offsets again: the first character of the passage, then the one after it.",
    "offsets_stand_together": "Give both offsets, or neither where no copy is held.",
    "period_is_ordered": "Write the first year of the period first.",
    "range_is_ordered": "Write the low end, the central value and the high end in that order.",
    "table_and_column_are_kept": "Name a table and a column whose figures are kept, as the data dictionary lists them.",
    "says_something_else": "Write what was published and what takes its place.",
    "regex": "Write the code or identifier in the form the contract asks for.",
}


def typed(
    file: str, contract: Contract, lines: Sequence[int | str], text: pl.DataFrame
) -> tuple[pl.DataFrame, list[Problem]]:
    """Turns a frame of text into the contract's dtypes and applies its rules.

    Args:
        file: name to use in problems.
        contract: what the table must be.
        lines: where each row stands in the file.
        text: one String column for each of the contract's columns.

    Returns:
        The rows sorted by key, and what is wrong with them; no rows where a cell does not read as its dtype.
    """
    problems: list[Problem] = []
    cast: dict[str, pl.Series] = {}
    odd = _odd_columns(contract, text)
    for name, dtype in contract.polars_schema().items():
        column, bad = _cast(text[name], dtype)
        cast[name] = column
        for index in bad:
            rule = _READS_AS.get(type(dtype), f"must be a number with at most {getattr(dtype, 'scale', 0)} decimals")
            problems.append(
                Problem(file, rule, "Correct the cell.", row=lines[index], column=name, value=text[name][index])
            )
        if name in odd:
            problems += _text_problems(file, lines, text[name])
    if problems:
        return pl.DataFrame(schema=contract.polars_schema()), problems
    return _apply_rules(file, contract, lines, pl.DataFrame(cast))


def _odd_columns(contract: Contract, text: pl.DataFrame) -> set[str]:
    """Columns of text that break any of the rules: hardly ever one, so all of them are looked at in one go."""
    names = [name for name, dtype in contract.polars_schema().items() if isinstance(dtype, pl.String)]
    found = text.select(pl.col(names).str.contains(_ANY_TEXT_RULE).any())
    return {name for name in names if found[name].item()}


def _text_problems(file: str, lines: Sequence[int | str], text: pl.Series) -> list[Problem]:
    """Cells that would be read as something else than they look like."""
    return [
        Problem(file, rule, remedy, row=lines[index], column=text.name, value=text[index])
        for pattern, (rule, remedy) in _TEXT_RULES.items()
        for index in text.str.contains(pattern).fill_null(False).arg_true().to_list()
    ]


def _cast(text: pl.Series, dtype: pl.DataType) -> tuple[pl.Series, list[int]]:
    """The column in its dtype, and the indexes of cells that do not read as it."""
    if isinstance(dtype, pl.String):
        return text, []
    if isinstance(dtype, pl.Boolean):
        result = text.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    elif isinstance(dtype, pl.Date):
        well_formed = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        days = text.str.to_date("%Y-%m-%d", strict=False)
        result = pl.select(pl.when(well_formed & days.is_between(*_DAYS)).then(days)).to_series()
    else:
        pattern = _PLAIN_NUMBER
        if isinstance(dtype, pl.Decimal):
            # Polars rounds surplus digits away without a word, which would change a figure.
            pattern = re.compile(rf"-?[0-9]{{1,{dtype.precision - dtype.scale}}}(\.[0-9]{{1,{dtype.scale}}})?")
        elif isinstance(dtype, pl.Int64):
            pattern = _INTEGER
        plain = pl.Series(
            [cell if cell is not None and pattern.fullmatch(cell) else None for cell in text], dtype=pl.String
        )
        result = plain.cast(dtype, strict=False)
    bad = (result.is_null() & text.is_not_null()).arg_true().to_list()
    return result.alias(text.name), bad


def _apply_rules(
    file: str, contract: Contract, lines: Sequence[int | str], frame: pl.DataFrame
) -> tuple[pl.DataFrame, list[Problem]]:
    problems = [] if contract.model.is_valid(frame) else broken_rules(file, contract, lines, frame)
    return frame.sort(contract.primary_key), problems


def broken_rules(file: str, contract: Contract, lines: Sequence[int | str], frame: pl.DataFrame) -> list[Problem]:
    """A problem for each row and rule. The rows carry their lines, so that a failure still knows where it stood."""
    numbered = type(contract.model.__name__, (contract.model,), {LINE: dy.String(nullable=True)})
    labelled = frame.with_columns(pl.Series(LINE, [str(line) for line in lines], dtype=pl.String))
    _, failure = numbered.filter(labelled)
    details = failure.details()
    rules = [name for name in details.columns if name not in frame.columns and name != LINE]
    return [
        _problem(file, contract, row, rule)
        for row in details.iter_rows(named=True)
        for rule in rules
        if row[rule] == "invalid"
    ]


def _problem(file: str, contract: Contract, row: dict, rule: str) -> Problem:
    column, _, condition = rule.rpartition("|")
    condition = condition.removeprefix("check__")
    line = row[LINE]
    key = ", ".join(f"{name} {row[name]}" for name in contract.primary_key if name != column)
    return Problem(
        file=file,
        rule=f"breaks the rule '{condition.replace('_', ' ')}'" + (f" for {key}" if key else ""),
        remedy=_REMEDIES.get(condition, "Compare the figure with its source and correct it."),
        row=int(line) if line.isdigit() else line,
        column=column or None,
        value=None if not column or row[column] is None else str(row[column]),
    )
