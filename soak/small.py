"""Publications that take a second: every table, the long ones cut, one small table changed each time.

They freeze, write, export, seal and show as every publication does. Checks, comparison with the version before and
the working out of formulas are left out: they decide what is shown, not how.
"""

import json
import os
import signal
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import polars as pl

from nhs_assets.build.publish import TABLES_OF_PUBLICATION, TABLES_OF_REVIEW, Publication, Report, publish
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.ground import files
from nhs_assets.ground.clock import MACHINE
from nhs_assets.outputs.exports.write import Exports
from nhs_assets.settings import Settings
from nhs_assets.store.running import end
from nhs_assets.store.snapshot import database_path
from nhs_assets.store.staging import TableRecord, Workspace

LONGEST = 600
"""Rows that are kept of a table; no seed has more, and the long tables of the model do."""

FORMATS = "parquet csv"
NO_REPORT = Report("", lambda *_: None)
"""Without the workbook, which takes as long as all the rest of such a publication."""

MARKED = ("raw.caution", "evidence.caution")
"""Tables that carry the number of the publication: a reader must find the same in both."""

STEPS = ("replace", "rename", "fsync", "link", "symlink", "chmod", "utime", "mkdir", "unlink", "rmdir")
"""Calls of the system between which a publication can be killed."""


def lay_out(published: Path, data_dir: Path) -> Settings:
    """A data folder whose working tables are those of a published one, cut to a few rows.

    Args:
        published: a data folder in which something is published.
        data_dir: the new one.
    """
    version = database_path(published).parent
    for name in built():
        described = contract(name)
        frame = pl.read_parquet(version / "parquet" / described.schema / f"{described.table}.parquet")
        _write(data_dir / "working", name, frame.head(LONGEST), "soak", 0)
    return Settings(data_dir=data_dir, export_formats=FORMATS)


def built() -> list[str]:
    """Tables that are there before a publication."""
    return [name for name in contracts() if name not in TABLES_OF_PUBLICATION]


def publish_number(settings: Settings, number: int) -> Publication:
    """Publishes with the number in every row of the marked tables."""
    workspace = Workspace(settings.data_dir, f"soak{os.getpid()}_{number}")
    order = workspace.begin()
    for name in MARKED:
        frame = workspace.read(name).with_columns(statement=pl.lit(f"publication {number}"))
        _write(settings.data_dir / "runs" / workspace.run_id, name, frame, workspace.run_id, order)
    try:
        review, outputs_of = lambda *_: _empty(TABLES_OF_REVIEW), partial(Exports, settings)
        return publish(settings, workspace, (), review, _no_derivations, outputs_of, NO_REPORT, MACHINE)
    finally:
        end(settings.data_dir, workspace.run_id)


def publish_and_die(settings: Settings, number: int, step: int) -> None:
    """Publishes in a process that kills itself before the given call of the system; ends well if there are fewer."""
    done = 0

    def dying(call: Callable) -> Callable:
        def counted(*arguments: object, **named: object) -> object:
            nonlocal done
            done += 1
            if done == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return counted

    for name in STEPS:
        setattr(os, name, dying(getattr(os, name)))
    publish_number(settings, number)
    (settings.data_dir / "steps.txt").write_text(str(done), encoding="utf-8")


def _empty(names: tuple[str, ...]) -> dict[str, pl.DataFrame]:
    return {name: pl.DataFrame(schema=contract(name).polars_schema()) for name in names}


def _no_derivations() -> dict[str, pl.DataFrame]:
    return _empty(("audit.lineage", "audit.formula"))


def _write(folder: Path, name: str, frame: pl.DataFrame, run_id: str, order: int) -> None:
    schema, table = name.split(".")
    target = folder / schema / f"{table}.parquet"
    target.parent.mkdir(parents=True, exist_ok=True)
    with files.replacing(target) as temporary:
        frame.write_parquet(temporary)
    record = TableRecord(name, len(frame), files.sha256(target), "soak", {}, run_id, order)
    files.write_text(target.with_suffix(".json"), json.dumps(asdict(record)))
