"""The list of files that came through the inbox: taking them in is the first thing that a refresh does."""

import hashlib
import logging
from pathlib import Path

import polars as pl

from nhs_assets.build.recipe import Recipe
from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInput
from nhs_assets.settings import Settings
from nhs_assets.sources.inbox import forecast, judge, judgement, periods, received
from nhs_assets.sources.inbox.received import TAKE_ROWS
from nhs_assets.sources.inbox.take import take_in
from nhs_assets.sources.seed_files import RECEIVED, Seed
from nhs_assets.store import inbox
from nhs_assets.store.staging import Workspace

notices = logging.getLogger("nhs_assets.notices")

__all__ = ["TAKE_ROWS", "received_recipe", "refused_rows", "seeds_as_listed"]


def received_recipe(clock: Clock) -> Recipe:
    """How the list is made: the inbox is emptied, then every record is read.

    Args:
        clock: tells when each file is taken in.
    """
    described = contract(RECEIVED)

    def prepare(settings: Settings) -> None:
        try:
            take_in(settings, clock)
        except BadInput as refused:  # a seed is refused, which its own table says; the files wait until it is mended
            inbox.write_log(settings.data_dir, f"the inbox waits: {refused.problems[0]}", clock)
            notices.warning("the inbox waits: %s", refused.problems[0])

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        received.ledger(inbox.records(settings.data_dir)).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        return {
            f"{record.folder}/{inbox.RECORD}": files.sha256(settings.data_dir / record.folder / inbox.RECORD)
            for record in inbox.records(settings.data_dir)
        }

    modules = (judge, judgement, periods, forecast, received, inbox)
    code = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in modules)
    return Recipe(
        contract=described,
        reads=(),
        make=make,
        code_version=hashlib.sha256(f"{code}{described.version}{pl.__version__}".encode()).hexdigest(),
        kinds={"file", "polars"},
        source=Path(__file__).resolve(),
        outside_inputs=outside_inputs,
        prepare=prepare,
    )


def seeds_as_listed(settings: Settings, rows: pl.DataFrame) -> tuple[Seed, ...]:
    """The files of rows behind a list: files taken in since it was made are for the next run.

    Args:
        settings: where everything is.
        rows: rows of ``raw.inbox_file``.
    """
    return received.received_seeds(settings.data_dir, received.listed(inbox.records(settings.data_dir), rows))


def refused_rows(settings: Settings, rows: pl.DataFrame) -> list[dict[str, object]]:
    """Rows of ``audit.quarantine`` for what is wrong in the files of a list, one for each place and rule."""
    found: dict[tuple, dict[str, object]] = {}
    for file, problem in received.set_aside(received.listed(inbox.records(settings.data_dir), rows)):
        row = {
            "file": file,
            "row": problem.row if isinstance(problem.row, int) else 0,
            "column_name": problem.column or "row",
            "broken_rule": problem.rule,
            "row_key": problem.row if isinstance(problem.row, str) else None,
            "found": problem.value or None,
            "remedy": problem.remedy,
        }
        found.setdefault((file, row["row"], row["column_name"], row["broken_rule"]), row)
    return list(found.values())
