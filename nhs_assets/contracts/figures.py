"""The stable name of every figure, such as ``settlement.plan/sr_2025_06/2028-29/dhsc_rdel/amount_gbp_m``.

A figure keeps its id for as long as its table, key and column keep theirs, so an id can be cited and looked up again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote, unquote

from nhs_assets.contracts.registry import Contract, contract

EVERY = "*"
"""In place of a key value: summed over, or true of every row."""

_UNQUOTED = "-_.~ *:()&,+"


@dataclass(frozen=True)
class Figure:
    """A figure's id taken apart: the contract of its table, its key values as text, its column."""

    contract: Contract
    key_values: tuple[str, ...]
    column: str


def figure_id(contract: Contract, key_values: Sequence[object], column: str) -> str:
    """The id of one cell: ``<schema>.<table>/<key values joined by />/<column>``, slashes in values escaped.

    Raises:
        ValueError: if there are more or fewer key values than key columns.
    """
    if len(key_values) != len(contract.primary_key):
        raise ValueError(f"{contract.name} has the key {', '.join(contract.primary_key)}; found {list(key_values)}")
    texts = (str(value).lower() if isinstance(value, bool) else str(value) for value in key_values)
    return "/".join([contract.name, *(quote(text, safe=_UNQUOTED) for text in texts), column])


def parse_figure_id(figure: str) -> Figure:
    """Takes an id apart.

    Raises:
        ValueError: if it names no table or column there is, or has another number of key values than the table.
    """
    table, *key_values, column = figure.split("/") if "/" in figure else (figure, "")
    try:
        described = contract(table)
    except KeyError as error:
        raise ValueError(error.args[0]) from None
    if len(key_values) != len(described.primary_key):
        raise ValueError(
            f"{figure} is not a figure: {table} needs {len(described.primary_key)} key values "
            f"({', '.join(described.primary_key)}) and then a column"
        )
    if column not in (*described.column_names, EVERY):
        raise ValueError(f"{table} has no column {column!r}; there are: {', '.join(described.column_names)}")
    return Figure(described, tuple(map(unquote, key_values)), column)
