"""Recipes of ``raw``: seeds, files from the inbox, parameters and scenarios, typed and validated."""

import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import polars as pl

from nhs_assets.build.model import model_version
from nhs_assets.build.recipe import Recipe, digest
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.contracts.staff_list import PEOPLE
from nhs_assets.ground import files, yaml_files
from nhs_assets.ground.clock import Clock
from nhs_assets.ground.problems import BadInputError
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.staff_list import staff_counts
from nhs_assets.model.suppression import Disclosure
from nhs_assets.settings import Settings
from nhs_assets.sources import parameters, scenarios, seed_files, seeds, staff_list
from nhs_assets.sources.inbox import received_files
from nhs_assets.sources.inbox.ingestion import ingest
from nhs_assets.store import inbox
from nhs_assets.store.staging import Workspace

_READERS = digest(*sorted(Path(seeds.__file__).parent.glob("*.py")), Path(yaml_files.__file__))
_INBOX = digest(*sorted(Path(received_files.__file__).parent.glob("*.py")), Path(inbox.__file__))

notices = logging.getLogger("nhs_assets.notices")


def raw_recipes(seeds_dir: Path, clock: Clock) -> list[Recipe]:
    """How every table of ``raw`` is made."""
    own = [seed for seed in seed_files.find_seeds(seeds_dir) if seed.vintage_id is None and not seed.is_staff_list]
    return [
        received_recipe(clock),
        *(seed_recipe(seed.contract, seed.path, clock) for seed in own),
        staff_list_recipe(seeds_dir),
        _recipe(
            contract(parameters.PARAMETERS),
            seeds_dir / "parameters",
            lambda settings, _: parameters.read_parameters(settings.seeds_dir),
            lambda settings: parameters.parameter_files(settings.seeds_dir),
            kind="yaml",
        ),
        *(_scenario_recipe(table, seeds_dir) for table in (scenarios.SCENARIOS, scenarios.OVERRIDES)),
    ]


def received_recipe(clock: Clock) -> Recipe:
    """How the list of files from the inbox is made: those waiting are ingested, then every record is read."""
    described = contract(seed_files.RECEIVED)

    def prepare(settings: Settings) -> None:
        try:
            ingest(settings, clock)
        except BadInputError as refused:  # its own table reports the seed; the files wait until it is fixed
            inbox.write_log(settings.data_dir, f"the inbox is blocked: {refused.problems[0]}", clock)
            notices.warning("the inbox is blocked: %s", refused.problems[0])

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        received_files.ledger(inbox.records(settings.data_dir)).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        names = [f"{record.folder}/{inbox.RECORD}" for record in inbox.records(settings.data_dir)]
        return {name: files.sha256(settings.data_dir / name) for name in names}

    return Recipe(
        contract=described,
        reads=(),
        make=make,
        code_version=digest(_INBOX, described.version, pl.__version__, Path(__file__)),
        kinds={"file", "polars"},
        source=Path(__file__).resolve(),
        outside_inputs=outside_inputs,
        prepare=prepare,
    )


def listed_records(settings: Settings, rows: pl.DataFrame) -> tuple[inbox.Record, ...]:
    """The records behind rows of ``raw.inbox_file``; files ingested later are for the next run."""
    return received_files.listed(inbox.records(settings.data_dir), rows)


def seeds_as_listed(settings: Settings, rows: pl.DataFrame) -> tuple[seed_files.Seed, ...]:
    """The files of rows behind rows of ``raw.inbox_file``."""
    return received_files.received_seeds(settings.data_dir, listed_records(settings, rows))


def seed_recipe(described: Contract, source: Path, clock: Clock) -> Recipe:
    """How the files of a seed, of which ``source`` is the first, make its table; their origins are inputs too."""
    rules = seeds.INDEPENDENT_ROWS.get(described.name)
    tables = tuple(rules.INPUT_TABLES) if rules else ()
    from_inbox = (seed_files.RECEIVED,) if described.name in received_files.TAKE_ROWS else ()

    def read(settings: Settings, workspace: Workspace) -> pl.DataFrame:
        accepted = workspace.working_path(described.name)
        previous = pl.read_parquet(accepted) if accepted.exists() else None
        context = seeds.RowContext({table: workspace.read(table) for table in tables}, clock.today()) if rules else None
        found = seed_files.find_seeds(settings.seeds_dir)
        if from_inbox:
            found += seeds_as_listed(settings, workspace.read(seed_files.RECEIVED))
        return seeds.read_table(described, found, previous, context)

    def day(settings: Settings) -> dict[str, str]:
        own = [seed for seed in seed_files.find_seeds(settings.seeds_dir) if rules and seed.contract == described]
        return {key: value for seed in own for key, value in seeds.day_of_use(seed, clock.today()).items()}

    return _recipe(described, source, read, _files_behind(described), (*tables, *from_inbox), other_inputs=day)


def staff_list_recipe(seeds_dir: Path) -> Recipe:
    """How the people of the staff lists, if any, become counts; no table holds a person.

    The counts are in ``raw``, so that whatever is made from published tables is made from published rows.
    """
    reads = (parameters.PARAMETERS, "raw.pay_point", "raw.organisation")

    def count(settings: Settings, workspace: Workspace) -> pl.DataFrame:
        parameter_value, pay_point, organisation = (workspace.read(table) for table in reads)
        rule = Disclosure.from_parameters(ParameterSet(parameter_value))
        people = seeds.read_table(PEOPLE, seed_files.find_seeds(settings.seeds_dir))
        problems = [*staff_list.of_closed(people, organisation), *staff_list.too_few(people, rule.threshold)]
        if problems:
            raise BadInputError(problems)
        return staff_counts(people, pay_point, rule)

    return _recipe(
        contract(staff_list.TABLE),
        seeds_dir / staff_list.FOLDER,
        count,
        _files_behind(PEOPLE),
        reads,
        code=PEOPLE.version + model_version(),
    )


def _scenario_recipe(table: str, seeds_dir: Path) -> Recipe:
    def read(settings: Settings, workspace: Workspace) -> pl.DataFrame:
        tables = {name: workspace.read(name) for name in scenarios.INPUT_TABLES}
        paths = scenarios.scenario_files(settings.seeds_dir)
        names = [path.relative_to(settings.seeds_dir).as_posix() for path in paths]
        return scenarios.read_scenarios(paths, names, tables)[table]

    return _recipe(
        contract(table),
        seeds_dir / "scenarios",
        read,
        lambda settings: scenarios.scenario_files(settings.seeds_dir),
        scenarios.INPUT_TABLES,
        kind="yaml",
    )


def _recipe(
    described: Contract,
    source: Path,
    read: Callable[[Settings, Workspace], pl.DataFrame],
    inputs: Callable[[Settings], Iterable[Path]],
    reads: Sequence[str] = (),
    *,
    kind: str = "csv",
    code: str = "",
    other_inputs: Callable[[Settings], dict[str, str]] = lambda _: {},
) -> Recipe:
    """How rows read from files of the seeds make a table; ``code`` is the version of code besides the readers."""

    def make(settings: Settings, workspace: Workspace, target: Path) -> None:
        read(settings, workspace).write_parquet(target)

    def outside_inputs(settings: Settings) -> dict[str, str]:
        return seed_checksums(settings.seeds_dir, inputs(settings)) | other_inputs(settings)

    return Recipe(
        contract=described,
        reads=reads,
        make=make,
        code_version=digest(_READERS, described.version, code, pl.__version__),
        kinds={kind, "polars"},
        source=source.resolve(),
        outside_inputs=outside_inputs,
    )


def seed_checksums(seeds_dir: Path, paths: Iterable[Path]) -> dict[str, str]:
    """The checksum of each file of the seeds, by its name in records of tables."""
    return {f"seeds/{path.relative_to(seeds_dir).as_posix()}": files.sha256(path) for path in paths}


def _files_behind(described: Contract) -> Callable[[Settings], Iterable[Path]]:
    return lambda settings: seed_files.files_behind(described, seed_files.find_seeds(settings.seeds_dir))
