"""The list of files that came through the inbox, which a refresh ingests first of all."""

import logging
from pathlib import Path

import polars as pl

from nhs_assets.build.recipe import Recipe
from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInputError
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox import received_files
from nhs_assets.sources.inbox.ingestion import ingest
from nhs_assets.sources.inbox.received_files import TAKE_ROWS
from nhs_assets.sources.seed_files import RECEIVED, Seed
from nhs_assets.store import inbox
from nhs_assets.store.staging import Workspace

notices = logging.getLogger("nhs_assets.notices")

__all__ = ["TAKE_ROWS", "received_recipe", "refused_rows", "seeds_as_listed"]


def received_recipe(clock: Clock) -> Recipe:
    """How the list is made: the files in the inbox are ingested, then every record is read.

    Args:
        clock: tells when each file is ingested.
    """
    described = contract(RECEIVED)

    def prepare(settings: Settings) -> None:
        try:
            ingest(settings, clock)
        except BadInputError as refused:  # its own table reports the seed; the files wait until it is fixed
            inbox.write_log(settings.data_dir, f"the inbox is blocked: {refused.problems[0]}", clock)
            notices.warning("the inbox is blocked: %s", refused.problems[0])

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        received_files.ledger(inbox.records(settings.data_dir)).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        return {
            f"{record.folder}/{inbox.RECORD}": files.sha256(settings.data_dir / record.folder / inbox.RECORD)
            for record in inbox.records(settings.data_dir)
        }

    modules = (*sorted(Path(received_files.__file__).parent.glob("*.py")), Path(inbox.__file__))
    code = "".join(path.read_text(encoding="utf-8") for path in modules)
    return Recipe(
        contract=described,
        reads=(),
        make=make,
        code_version=files.sha256_of(f"{code}{described.version}{pl.__version__}".encode()),
        kinds={"file", "polars"},
        source=Path(__file__).resolve(),
        outside_inputs=outside_inputs,
        prepare=prepare,
    )


def seeds_as_listed(settings: Settings, rows: pl.DataFrame) -> tuple[Seed, ...]:
    """The files of rows behind a list, rows of ``raw.inbox_file``; files ingested later are for the next run."""
    return received_files.received_seeds(settings.data_dir, _listed(settings, rows))


def refused_rows(settings: Settings, rows: pl.DataFrame) -> list[dict[str, object]]:
    """Rows of ``audit.quarantine`` for the problems of the files in a list, one for each place and rule."""
    found: dict[tuple, dict[str, object]] = {}
    for record in _listed(settings, rows):
        for problem in record.problems:
            row = {
                "file": record.file,
                "row": problem.row if isinstance(problem.row, int) else 0,
                "column_name": problem.column or "row",
                "broken_rule": problem.rule,
                "row_key": problem.row if isinstance(problem.row, str) else None,
                "found": problem.value or None,
                "remedy": problem.remedy,
            }
            found.setdefault((record.file, row["row"], row["column_name"], row["broken_rule"]), row)
    return list(found.values())


def _listed(settings: Settings, rows: pl.DataFrame) -> tuple[inbox.Record, ...]:
    return received_files.listed(inbox.records(settings.data_dir), rows)
