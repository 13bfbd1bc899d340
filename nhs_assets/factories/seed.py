"""Assets of ``raw``: seeds and parameters, typed and ranged, otherwise as they stand in the files."""

import hashlib
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.factories.recipe import Recipe
from nhs_assets.settings import Settings
from nhs_assets.sources import cells, claims, parameters, seed_cells, seed_changes, seed_files, seeds, vintages
from nhs_assets.store import files
from nhs_assets.store.staging import Workspace

_MODULES = (cells, claims, parameters, seed_cells, seed_changes, seed_files, seeds, vintages)
_READER = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in _MODULES)


def seed_recipe(described: Contract, source: Path) -> Recipe:
    """How the files of a seed make its table. Origins are inputs too: a file no longer vouched for is read again.

    Args:
        described: a table of ``raw``.
        source: its first file.
    """
    rules = seeds.ROWS_STAND_ALONE.get(described.name)
    beside = tuple(rules.beside) if rules else ()

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        accepted = workspace.working_path(described.name)
        previous = pl.read_parquet(accepted) if accepted.exists() else None
        others = {table: workspace.read(table) for table in beside}
        found = seed_files.find_seeds(settings.seeds_dir)
        seeds.read_table(described, found, previous, others).write_parquet(target)

    def outside_inputs(settings: Settings) -> Mapping[str, str]:
        found = seed_files.find_seeds(settings.seeds_dir)
        inputs = {
            f"seeds/{path.relative_to(settings.seeds_dir).as_posix()}": files.sha256(path)
            for path in seed_files.files_behind(described, found)
        }
        for seed in found if rules else ():
            inputs |= seeds.of_the_day(seed, date.today()) if seed.contract == described else {}
        return inputs

    return Recipe(
        contract=described,
        reads=beside,
        make=make,
        code_version=_version(described.version),
        kinds={"csv", "polars"},
        source=source.resolve(),
        outside_inputs=outside_inputs,
    )


def parameter_recipe(seeds_dir: Path) -> Recipe:
    """How the parameter files make their table."""
    described = contract(parameters.PARAMETERS)

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        parameters.read_parameters(settings.seeds_dir).write_parquet(target)

    def outside_inputs(settings: Settings) -> Mapping[str, str]:
        return {
            f"seeds/{path.relative_to(settings.seeds_dir).as_posix()}": files.sha256(path)
            for path in parameters.parameter_files(settings.seeds_dir)
        }

    return Recipe(
        contract=described,
        reads=(),
        make=make,
        code_version=_version(described.version),
        kinds={"yaml", "polars"},
        source=(seeds_dir / "parameters").resolve(),
        outside_inputs=outside_inputs,
    )


def _version(contract_version: str) -> str:
    return hashlib.sha256(f"{_READER}{contract_version}{pl.__version__}".encode()).hexdigest()
