"""Addresses that readers type for a figure: a figure's id, the beginning of one, or a claim."""

import difflib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import unquote

import polars as pl

from nhs_assets.contracts.registry import Contract, contract, contracts

CLAIMS = "evidence.claim"
_CLAIM = re.compile(r"(?:claims?/)?([A-Za-z]\d{3})")

KeyValue = str | int | float | bool | date

ALL_TABLES = "No name is close to it; nhs-assets tables lists all."


class UnknownFigureError(LookupError):
    """There is nothing at an address; the message names what is nearest."""


@dataclass(frozen=True)
class Address:
    """A table, a row of it or one figure of that row."""

    contract: Contract
    key: tuple[KeyValue, ...] = ()
    column: str | None = None

    @property
    def key_by_column(self) -> dict[str, KeyValue]:
        """The key values that are given, by column."""
        return dict(zip(self.contract.primary_key, self.key, strict=False))

    @property
    def is_claim(self) -> bool:
        """Whether it is a claim as a whole."""
        return self.contract.name == CLAIMS and len(self.key) == 1 and self.column is None


def parse_address(text: str) -> Address:
    """The address in a text, in which ``C043`` and ``claim/C043`` are claims; UnknownFigureError if there is none."""
    claim = _CLAIM.fullmatch(text.strip())
    if claim is not None:
        return Address(contract(CLAIMS), (claim[1].upper(),))
    name, *parts = text.strip().strip("/").split("/")
    if name not in contracts():
        raise UnknownFigureError(no_table(name))
    described = contract(name)
    names = described.primary_key
    if len(parts) > len(names) + 1:
        form = "/".join([name, *(f"<{column}>" for column in names), "<column>"])
        raise UnknownFigureError(f"{text} has too many parts: a figure is {form}. Write a slash inside a value as %2F")
    dtypes = described.polars_schema()
    key = tuple(_typed(unquote(part), column, dtypes[column]) for part, column in zip(parts, names, strict=False))
    column = parts[len(names)] if len(parts) > len(names) else None
    if column is not None and column not in described.column_names:
        raise UnknownFigureError(f"{name} has no column {column}. {nearest(column, described.column_names)}")
    return Address(described, key, column)


def no_table(name: str) -> str:
    """What is said where no table has a name: the nearest table, column and question, or the tables of its schema."""
    from nhs_assets.outputs.search import suggestions  # which reads every question

    schema, dot, _ = name.partition(".")
    if dot:
        of_schema = [table for table in contracts() if table.startswith(f"{schema}.")]
        listed = f" Tables of {schema}: {', '.join(of_schema)}." if of_schema else ""
        return f"there is no table {name}. {nearest(name, contracts())}{listed}"
    found = suggestions(name)
    return f"there is no table {name}. The nearest:{found}" if found else f"there is no table {name}. {ALL_TABLES}"


def nearest(wanted: str, known: Iterable[str]) -> str:
    """A sentence with the known names nearest to another."""
    near = difflib.get_close_matches(wanted, list(known), n=3, cutoff=0.4)
    return f"Did you mean {' or '.join(near)}?" if near else ALL_TABLES


def _typed(text: str, column: str, dtype: pl.DataType) -> KeyValue:
    try:
        if dtype == pl.Date:
            return date.fromisoformat(text)
        if dtype == pl.Boolean:
            return {"true": True, "false": False}[text.lower()]
        if dtype.is_integer():
            return int(text)
        return float(text) if dtype.is_float() else text
    except (ValueError, KeyError):
        raise UnknownFigureError(f"{text!r} cannot be a value of {column}") from None
