"""The stable name of every figure, such as ``settlement.plan/sr_2025_06/2028-29/dhsc_rdel/amount_gbp_m``.

A figure keeps its id for as long as its table, key and column keep theirs, so an id can be cited and looked up again.
"""

from collections.abc import Sequence
from urllib.parse import quote

from nhs_assets.contracts.registry import Contract

EVERY = "*"
"""In place of a key value: summed over, or true of every row."""

_UNQUOTED = "-_.~ *:()&,+"


def figure_id(contract: Contract, key_values: Sequence[object], column: str) -> str:
    """The id of one cell: ``<schema>.<table>/<key values joined by />/<column>``, slashes in values escaped.

    Raises:
        ValueError: if there are more or fewer key values than key columns.
    """
    if len(key_values) != len(contract.primary_key):
        raise ValueError(f"{contract.name} has the key {', '.join(contract.primary_key)}; found {list(key_values)}")
    texts = (str(value).lower() if isinstance(value, bool) else str(value) for value in key_values)
    return "/".join([contract.name, *(quote(text, safe=_UNQUOTED) for text in texts), column])
