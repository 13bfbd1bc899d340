"""Some of the published tables, written into a folder of the reader's own."""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from nhs_assets.build.lookup import whole
from nhs_assets.build.relation import rows_of
from nhs_assets.contracts.registry import Contract, contract, contracts
from nhs_assets.outputs.exports.data_package import table_path
from nhs_assets.outputs.exports.formula_escape import escape_formulas
from nhs_assets.outputs.exports.workbook import TablesWorkbook
from nhs_assets.outputs.exports.write import CSV, EXCEL, PARQUET, WORKBOOK
from nhs_assets.outputs.summary import headlines
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import current_version, open_snapshot


def matching(patterns: Sequence[str]) -> list[Contract]:
    """Tables whose name any pattern fits, a star for any part of it, in order of travel.

    Raises:
        LookupError: for a pattern that fits none.
    """
    idle = [pattern for pattern in patterns if not any(fnmatchcase(name, pattern) for name in contracts())]
    if idle:
        raise LookupError(f"no table is called {', '.join(idle)}; nhs-assets tables lists them, * stands for any part")
    return [contract(name) for name in contracts() if any(fnmatchcase(name, pattern) for pattern in patterns)]


def export(settings: Settings, folder: Path, tables: Sequence[Contract], formats: Sequence[str]) -> Iterator[Path]:
    """Writes tables of the current version, and gives each file once it is there.

    The workbook has those that are no longer than the longest sheet allowed.

    Raises:
        NothingPublishedError: if there is no snapshot.
    """
    workbook = TablesWorkbook(folder / WORKBOOK, settings.workbook_rows) if EXCEL in formats else None
    with open_snapshot(settings.data_dir) as snapshot:
        for described in tables:
            frame = rows_of(snapshot, whole(described.name)).cast(dict(described.polars_schema()))
            for kind in (CSV, PARQUET):
                if kind in formats:
                    path = folder / table_path(described, kind)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    write = escape_formulas(frame).write_csv if kind == CSV else frame.write_parquet
                    write(path)
                    yield path
            if workbook is not None:
                workbook.add(described, frame)
        if workbook is not None:
            ((known_on,),) = snapshot.sql("SELECT max(known_from) FROM evidence.vintage").fetchall()
            workbook.close(current_version(settings.data_dir), headlines(snapshot), known_on)
            yield folder / WORKBOOK
