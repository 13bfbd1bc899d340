"""The stable name of every figure: ``<schema>.<table>/<key values joined by />/<column>``.

A slash or per cent sign inside a key value is percent-encoded, so that the slashes that are left divide the parts:
``overspend.funding_gap/official_cost_against_reprofile/gap_low_gbp_m``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from nhs_assets.contracts.registry import Contract, contract

KeyValue = str | int | float | bool | date


@dataclass(frozen=True)
class Address:
    """A table, a row of it or one figure of that row, as far as the text says."""

    contract: Contract
    key: tuple[KeyValue, ...] = ()
    column: str | None = None

    @property
    def key_by_column(self) -> dict[str, KeyValue]:
        """The key values by name of their column."""
        return dict(zip(self.contract.primary_key, self.key, strict=False))


def figure_id(contract: Contract, key_values: Sequence[KeyValue], column: str) -> str:
    """The stable name of a figure.

    Args:
        contract: what the table is.
        key_values: the row's key, in the order of the contract's primary key.
        column: the column.

    Raises:
        ValueError: if the key has another number of parts, or the table no such column.
    """
    if len(key_values) != len(contract.primary_key):
        raise ValueError(
            f"the key of {contract.name} is {', '.join(contract.primary_key)}: {list(key_values)} is not one"
        )
    if column not in contract.column_names:
        raise ValueError(f"{contract.name} has no column {column}")
    return "/".join((row_id(contract, key_values), column))


def row_id(contract: Contract, key_values: Sequence[KeyValue]) -> str:
    """The stable name of a row: that of its figures without the column."""
    return "/".join((contract.name, *(_encoded(value) for value in key_values)))


def parse_figure_id(text: str) -> tuple[Contract, dict[str, KeyValue], str]:
    """The table, the key by column and the column that a figure's name says.

    Raises:
        KeyError: if there is no such table.
        ValueError: if it names no figure: a key value is missing or cannot be one, or there is no such column.
    """
    address = parse_address(text)
    if address.column is None:
        raise ValueError(f"{text} names no figure: {_form(address.contract)}")
    return address.contract, address.key_by_column, address.column


def parse_address(text: str) -> Address:
    """The table, and as much of the key and the column as the text says.

    Raises:
        KeyError: if there is no such table.
        ValueError: if a key value cannot be one, there is no such column, or there are too many parts.
    """
    name, *parts = text.strip("/").split("/")
    described = contract(name)
    names = described.primary_key
    if len(parts) > len(names) + 1:
        raise ValueError(f"{text} has too many parts: {_form(described)}. Write a slash inside a value as %2F")
    dtypes = described.polars_schema()
    key = tuple(_decoded(part, name, dtypes[name]) for part, name in zip(parts, names, strict=False))
    column = parts[len(names)] if len(parts) > len(names) else None
    if column is not None and column not in described.column_names:
        raise ValueError(f"{described.name} has no column {column}")
    return Address(described, key, column)


def _form(contract: Contract) -> str:
    key = "/".join(f"<{name}>" for name in contract.primary_key)
    return f"a figure is {contract.name}/{key}/<column>"


def _encoded(value: KeyValue) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = value.isoformat() if isinstance(value, date) else str(value)
    return text.replace("%", "%25").replace("/", "%2F")


def _decoded(part: str, column: str, dtype: pl.DataType) -> KeyValue:
    text = part.replace("%2F", "/").replace("%2f", "/").replace("%25", "%")
    try:
        if dtype == pl.Date:
            return date.fromisoformat(text)
        if dtype == pl.Boolean:
            return {"true": True, "false": False}[text.lower()]
        if dtype.is_integer():
            return int(text)
        return float(text) if dtype.is_float() else text
    except (ValueError, KeyError):
        raise ValueError(f"{text!r} cannot be a value of {column}") from None
