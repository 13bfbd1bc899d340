"""Converts text cells to typed frames; each problem names its line and column."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import dataframely as dy
import polars as pl

from nhs_assets.contracts.registry import Contract
from nhs_assets.ground.problems import Problem
from nhs_assets.ground.yaml_files import cell_text

LINE = "source_line"

_DAYS = (date(1900, 1, 1), date.max)
"""An earlier day is a typing error, and so is the year 0000."""

_TEXT_RULES = {
    r"[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}]": (
        "contains an invisible character",
        "Retype the text: it was pasted with control characters.",
    ),
    r"\x{FFFD}": ("contains a character lost in another encoding", "Retype the character."),
    r"^\s|\s$": ("begins or ends with a space", "Remove the space: two words that look the same would differ."),
    r"^[=@]|^[+-](?:[^0-9]|[0-9.,]+[^0-9.,%\s])": (
        "begins like a spreadsheet formula",
        "Put a word first: spreadsheets evaluate what begins with =, +, - or @.",
    ),
}
"""Polars patterns that no text may match, with rule and remedy."""
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
    "offsets_stand_together": "Give both offsets, or neither if no copy is held.",
    "period_is_ordered": "Write the first year of the period first.",
    "range_is_ordered": "Write the low end, the central value and the high end in that order.",
    "table_and_column_are_immutable": "Name a table and a column that docs/tables.md calls immutable.",
    "says_something_else": "Write what was published and what replaces it.",
    "regex": "Write the code or identifier in the form the contract requires.",
}


def typed(
    file: str, contract: Contract, lines: Sequence[int | str], text: pl.DataFrame
) -> tuple[pl.DataFrame, list[Problem]]:
    """Converts a frame of text, one String column for each column of the contract, and applies the contract's rules.

    Returns:
        The rows sorted by key, and the problems, placed by ``lines``; no rows if a cell does not read as its dtype.
    """
    problems: list[Problem] = []
    cast: dict[str, pl.Series] = {}
    texts = [name for name, dtype in contract.polars_schema().items() if isinstance(dtype, pl.String)]
    # Few columns break any rule of text, so one pass looks at all of them.
    odd = text.select(pl.col(texts).str.contains(_ANY_TEXT_RULE).any())
    for name, dtype in contract.polars_schema().items():
        column, bad = _cast(text[name], dtype)
        cast[name] = column
        rule = _READS_AS.get(type(dtype), f"must be a number with at most {getattr(dtype, 'scale', 0)} decimals")
        places = [(index, rule, "Correct the cell.") for index in bad]
        if name in odd.columns and odd[name].item():
            places += [
                (index, *rule_and_remedy)
                for pattern, rule_and_remedy in _TEXT_RULES.items()
                for index in text[name].str.contains(pattern).fill_null(False).arg_true()
            ]
        problems += [
            Problem(file, rule, remedy, lines[index], name, text[name][index]) for index, rule, remedy in places
        ]
    if problems:
        return pl.DataFrame(schema=contract.polars_schema()), problems
    frame = pl.DataFrame(cast)
    broken = [] if contract.model.is_valid(frame) else broken_rules(file, contract, lines, frame)
    return frame.sort(contract.primary_key), broken


def typed_rows(
    file: str, contract: Contract, rows: Sequence[tuple[str, Mapping[str, object]]]
) -> tuple[pl.DataFrame, list[Problem]]:
    """Converts values of a YAML file as :func:`typed` does text; ``rows`` are pairs of a place and values by column."""
    names = contract.column_names
    cells = [{name: cell_text(row.get(name)) for name in names} for _, row in rows]
    text = pl.DataFrame(cells, schema=dict.fromkeys(names, pl.String))
    return typed(file, contract, [place for place, _ in rows], text)


def _cast(text: pl.Series, dtype: pl.DataType) -> tuple[pl.Series, list[int]]:
    """The column in its dtype, and the indexes of cells that do not parse."""
    if isinstance(dtype, pl.String):
        return text, []
    if isinstance(dtype, pl.Boolean):
        result = text.replace_strict({"true": True, "false": False}, default=None, return_dtype=pl.Boolean)
    elif isinstance(dtype, pl.Date):
        well_formed = text.str.contains(r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$")
        days = text.str.to_date("%Y-%m-%d", strict=False)
        result = pl.select(pl.when(well_formed & days.is_between(*_DAYS)).then(days)).to_series()
    else:
        # Polars silently rounds surplus digits of a decimal, which would change a figure.
        whole, decimals = (dtype.precision - dtype.scale, dtype.scale) if isinstance(dtype, pl.Decimal) else (15, 17)
        fraction = rf"(\.[0-9]{{1,{decimals}}})?"
        if isinstance(dtype, pl.Int64):
            whole, fraction = 18, ""
        well_formed = text.str.contains(rf"^-?[0-9]{{1,{whole}}}{fraction}$")
        result = pl.select(pl.when(well_formed).then(text)).to_series().cast(dtype, strict=False)
    bad = (result.is_null() & text.is_not_null()).arg_true().to_list()
    return result.alias(text.name), bad


def broken_rules(file: str, contract: Contract, lines: Sequence[int | str], frame: pl.DataFrame) -> list[Problem]:
    """A problem for each row and rule that the rows break."""
    # The line becomes a column, so that a failure keeps its place.
    numbered = type(contract.model.__name__, (contract.model,), {LINE: dy.String(nullable=True)})
    labelled = frame.with_columns(pl.Series(LINE, [str(line) for line in lines], dtype=pl.String))
    _, failure = numbered.filter(labelled)
    details = failure.details()
    rules = [name for name in details.columns if name not in frame.columns and name != LINE]
    key = contract.primary_key
    found = []
    for row in details.iter_rows(named=True):
        line = row[LINE]
        for rule in rules:
            if row[rule] != "invalid":
                continue
            column, _, condition = rule.rpartition("|")
            condition = condition.removeprefix("check__")
            of = ", ".join(f"{name} {row[name]}" for name in key if name != column)
            found.append(
                Problem(
                    file,
                    f"breaks the rule '{condition.replace('_', ' ')}'" + (f" for {of}" if of else ""),
                    _REMEDIES.get(condition, "Compare the figure with its source and correct it."),
                    int(line) if line.isdigit() else line,
                    column or None,
                    None if not column or row[column] is None else str(row[column]),
                )
            )
    return found


def table_problems(file: str, contract: Contract, frame: pl.DataFrame) -> list[Problem]:
    """The rules that rows of a publisher's file break, each row named by its key."""
    frame = frame.select(contract.column_names).sort(contract.primary_key)
    if contract.model.is_valid(frame):
        return []
    rows = [row_name(key) for key in frame.select(contract.primary_key).iter_rows()]
    remedy = "Compare the file with earlier ones; a unit or a column may have changed."
    return [replace(problem, remedy=remedy) for problem in broken_rules(file, contract, rows, frame)]


def row_name(key: Sequence[object]) -> str:
    """A row as problems name it, by the values of its key."""
    return "row " + ", ".join(map(str, key))
