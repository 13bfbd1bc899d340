"""What readers see of a table. Database, Parquet, CSV and workbook are all made from what stands here, and only that.

A rule that keeps rows or whole tables from readers belongs into this module and nowhere else.
"""

import shutil
from collections.abc import Iterable
from pathlib import Path

from nhs_assets.contracts.registry import Contract


def shown_tables(described: Iterable[Contract]) -> tuple[Contract, ...]:
    """Those of the tables that readers see: all of them."""
    return tuple(described)


def write_shown(described: Contract, frozen: Path, target: Path) -> None:
    """Writes what readers see of a table: its rows as they stand.

    Args:
        described: the table.
        frozen: its Parquet file as the gate saw it.
        target: the Parquet file that is published.
    """
    # Copied, not linked: whoever writes into a working table by hand must not reach what is published.
    shutil.copyfile(frozen, target)
