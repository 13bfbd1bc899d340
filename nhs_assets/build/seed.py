"""Assets of ``raw``: seeds and parameters, typed and ranged, otherwise as they stand in the files."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import polars as pl

from nhs_assets.build import inbox
from nhs_assets.build.model import model_source
from nhs_assets.build.recipe import Recipe
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.contracts.staff_list import PEOPLE
from nhs_assets.ground import files, yaml_files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInput
from nhs_assets.model import programme
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.suppression import Disclosure
from nhs_assets.settings import Settings
from nhs_assets.sources import (
    cells,
    claims,
    input_files,
    parameters,
    scenarios,
    seed_cells,
    seed_changes,
    seed_files,
    seeds,
    staff_list,
    vintages,
)
from nhs_assets.store.staging import Workspace

_MODULES = (
    cells,
    claims,
    input_files,
    parameters,
    scenarios,
    seed_cells,
    seed_changes,
    seed_files,
    seeds,
    staff_list,
    vintages,
    yaml_files,
)
_READER = "".join(Path(module.__file__).read_text(encoding="utf-8") for module in _MODULES)


def seed_recipe(described: Contract, source: Path, clock: Clock) -> Recipe:
    """How the files of a seed make its table. Origins are inputs too: a file no longer vouched for is read again.

    Args:
        described: a table of ``raw``.
        source: its first file.
        clock: tells the day, after which no claim may be dated.
    """
    rules = seeds.ROWS_STAND_ALONE.get(described.name)
    beside = tuple(rules.beside) if rules else ()
    from_inbox = (seed_files.RECEIVED,) if described.name in inbox.TAKE_ROWS else ()

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        accepted = workspace.working_path(described.name)
        previous = pl.read_parquet(accepted) if accepted.exists() else None
        context = seeds.RowContext({table: workspace.read(table) for table in beside}, clock.today()) if rules else None
        found = seed_files.find_seeds(settings.seeds_dir)
        if from_inbox:
            found += inbox.seeds_as_listed(settings, workspace.read(seed_files.RECEIVED))
        seeds.read_table(described, found, previous, context).write_parquet(target)

    def outside_inputs(settings: Settings) -> Mapping[str, str]:
        found = seed_files.find_seeds(settings.seeds_dir)
        inputs = _checksums(settings, seed_files.files_behind(described, found))
        for seed in found if rules else ():
            inputs |= seeds.of_the_day(seed, clock.today()) if seed.contract == described else {}
        return inputs

    return Recipe(
        contract=described,
        reads=(*beside, *from_inbox),
        make=make,
        code_version=_version(described.version),
        kinds={"csv", "polars"},
        source=source.resolve(),
        outside_inputs=outside_inputs,
    )


def staff_list_recipe(seeds_dir: Path) -> Recipe:
    """How the people of the staff lists become counts, none where there are no lists; no table holds a person.

    The counts stand in ``raw``, so that whatever is made from published tables is made from what was published.
    """
    described = contract(staff_list.TABLE)
    parameters_and_pay = (parameters.PARAMETERS, "raw.pay_point")

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        beside = [workspace.read(table) for table in parameters_and_pay]
        people = seeds.read_table(PEOPLE, seed_files.find_seeds(settings.seeds_dir))
        problems = staff_list.too_few(people, Disclosure.from_parameters(ParameterSet(beside[0])).threshold)
        if problems:
            raise BadInput(problems)
        programme.staff_list(people, *beside).write_parquet(target)

    def outside_inputs(settings: Settings) -> Mapping[str, str]:
        return _checksums(settings, seed_files.files_behind(PEOPLE, seed_files.find_seeds(settings.seeds_dir)))

    return Recipe(
        contract=described,
        reads=parameters_and_pay,
        make=make,
        code_version=_version(described.version + PEOPLE.version + model_source()),
        kinds={"csv", "polars"},
        source=(seeds_dir / staff_list.FOLDER).resolve(),
        outside_inputs=outside_inputs,
    )


def raw_recipes(seeds_dir: Path, clock: Clock) -> list[Recipe]:
    """How every table of ``raw`` is made.

    Args:
        seeds_dir: the seeds.
        clock: tells the time.

    Raises:
        BadInput: as :func:`nhs_assets.sources.seed_files.find_seeds` does.
    """
    own = [seed for seed in seed_files.find_seeds(seeds_dir) if seed.vintage_id is None and not seed.is_staff_list]
    of_seeds = [seed_recipe(seed.contract, seed.path, clock) for seed in own]
    parameters_and_scenarios = (parameter_recipe(seeds_dir), *scenario_recipes(seeds_dir))
    return [inbox.received_recipe(clock), *of_seeds, staff_list_recipe(seeds_dir), *parameters_and_scenarios]


def parameter_recipe(seeds_dir: Path) -> Recipe:
    """How the parameter files make their table."""
    described = contract(parameters.PARAMETERS)

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        parameters.read_parameters(settings.seeds_dir).write_parquet(target)

    def outside_inputs(settings: Settings) -> Mapping[str, str]:
        return _checksums(settings, parameters.parameter_files(settings.seeds_dir))

    return Recipe(
        contract=described,
        reads=(),
        make=make,
        code_version=_version(described.version),
        kinds={"yaml", "polars"},
        source=(seeds_dir / "parameters").resolve(),
        outside_inputs=outside_inputs,
    )


def scenario_recipes(seeds_dir: Path) -> list[Recipe]:
    """How the scenario files make their two tables."""
    return [_scenario_recipe(table, seeds_dir) for table in (scenarios.SCENARIOS, scenarios.OVERRIDES)]


def _scenario_recipe(table: str, seeds_dir: Path) -> Recipe:
    described = contract(table)

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        beside = {name: workspace.read(name) for name in scenarios.BESIDE}
        paths = scenarios.scenario_files(settings.seeds_dir)
        names = [path.relative_to(settings.seeds_dir).as_posix() for path in paths]
        scenarios.read_scenarios(paths, names, beside)[table].write_parquet(target)

    def outside_inputs(settings: Settings) -> Mapping[str, str]:
        return _checksums(settings, scenarios.scenario_files(settings.seeds_dir))

    return Recipe(
        contract=described,
        reads=scenarios.BESIDE,
        make=make,
        code_version=_version(described.version),
        kinds={"yaml", "polars"},
        source=(seeds_dir / "scenarios").resolve(),
        outside_inputs=outside_inputs,
    )


def _checksums(settings: Settings, paths: Iterable[Path]) -> dict[str, str]:
    """Checksums of files by their name within the project."""
    return {f"seeds/{path.relative_to(settings.seeds_dir).as_posix()}": files.sha256(path) for path in paths}


def _version(contract_version: str) -> str:
    return hashlib.sha256(f"{_READER}{contract_version}{pl.__version__}".encode()).hexdigest()
