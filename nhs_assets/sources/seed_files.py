"""Which seed files there are, which table each lands in, and what its origin file says of it."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.contracts.staff_list import PEOPLE
from nhs_assets.ground.problems import BadInput, Problem
from nhs_assets.ground.yaml_files import cell_text, read_yaml
from nhs_assets.sources import staff_list
from nhs_assets.sources.input_files import door_problems, strays
from nhs_assets.sources.parameters import PARAMETERS
from nhs_assets.sources.scenarios import OVERRIDES, SCENARIOS
from nhs_assets.sources.vintages import DECLARED, block_problems

ORIGIN_KEYS = (
    "publisher",
    "title",
    "description",
    "date_published",
    "date_accessed",
    "url",
    "licence",
    "rows",
    "sha256",
)


_ORIGIN_WORDS = ("publisher", "title", "description", "licence")
_ORIGIN_DAYS = ("date_published", "date_accessed")
_ADDRESS = re.compile(r"https?://[!-~]+")
_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")
SEEDS = "seeds"
RECEIVED = "raw.inbox_file"
"""The list of files that came through the inbox, which tables that take rows from them read first."""


@dataclass(frozen=True)
class Origin:
    """Where a seed's figures come from, and the checksum that says the file is still the one reviewed."""

    publisher: str
    title: str
    description: str
    date_published: date | None
    date_accessed: date
    url: str | None
    licence: str
    rows: int
    sha256: str | int
    document: dict | None = None
    vintage: dict | None = None


@dataclass(frozen=True)
class Seed:
    """One file of rows and the table it lands in.

    Attributes:
        contract: the table.
        path: where it stands.
        name: its place within ``root``.
        vintage_id: the vintage that all its rows name, where it was added for one.
        root: the folder that it is told of as part of: the seeds, or the archive of the inbox.
        serves: whether its rows are in the table. Those of a superseded file are not, and its document still is.
        replaces: whether its rows take the place of those of a seed, as a person said.
        only: a column and its values, as text, in the rows that the table holds; None where it holds all of them.
    """

    contract: Contract
    path: Path
    name: str
    vintage_id: str | None = None
    root: str = SEEDS
    serves: bool = True
    replaces: bool = False
    only: tuple[str, tuple[str, ...]] | None = None

    @property
    def file(self) -> str:
        """The file as tables and logs name it."""
        return f"{self.root}/{self.name}"

    @property
    def declares(self) -> bool:
        """Whether its origin may add a document and a vintage."""
        return self.vintage_id is not None or self.root != SEEDS

    @property
    def is_staff_list(self) -> bool:
        """Whether part of each row comes from outside the file."""
        return self.contract.name == staff_list.TABLE

    @property
    def file_columns(self) -> tuple[str, ...]:
        """Columns that stand in the file."""
        outside = staff_list.FROM_OUTSIDE if self.is_staff_list else ()
        return tuple(name for name in self.contract.column_names if name not in outside)

    @property
    def origin_path(self) -> Path:
        """The origin file beside it."""
        return self.path.with_suffix(".origin.yml")

    @property
    def origin_name(self) -> str:
        """The origin file as problems name it."""
        return f"{self.name.removesuffix('.csv')}.origin.yml"


def find_seeds(seeds_dir: Path) -> tuple[Seed, ...]:
    """The seed of every contract in ``raw``, in the contracts' order, each followed by what vintages add to it.

    Staff lists come last; there may be none.

    Raises:
        BadInput: if a table has no seed, two seeds, or a file no contract describes, the folder of a vintage holds
            a file whose rows name no vintage, or a file may not be opened or would be passed over.
    """
    additions = sorted(seeds_dir.glob("vintages/*/*.csv"))
    lists = staff_list.staff_list_files(seeds_dir)
    files = sorted(path for path in seeds_dir.glob("*/*.csv") if path not in lists)
    without = (PARAMETERS, SCENARIOS, OVERRIDES, staff_list.TABLE, RECEIVED)
    wanted = {c.table: c for c in contracts().values() if c.schema == "raw" and c.name not in without}
    by_table = {path.stem: path for path in files}
    dated = [table for table, c in wanted.items() if any(column.names_vintage for column in c.columns)]
    problems = [
        Problem(_relative(path, seeds_dir), "no contract describes this file", "Describe it in contracts/raw.py.")
        for path in files
        if path.stem not in wanted
    ]
    problems += [
        Problem(f"{table}.csv", "the seed is missing", f"Put it in a folder of {seeds_dir.name}/.")
        for table in wanted
        if table not in by_table
    ]
    problems += [
        Problem(f"{stem}.csv", "stands in two folders", "Keep one of them.")
        for stem, count in Counter(path.stem for path in files).items()
        if count > 1
    ]
    problems += [
        Problem(_relative(path, seeds_dir), "is no table whose rows name a vintage", f"There are: {', '.join(dated)}.")
        for path in additions
        if path.stem not in dated
    ]
    problems += _door_problems(seeds_dir, (*files, *additions, *lists))
    if problems:
        raise BadInput(problems)
    found = []
    for table, contract in wanted.items():
        found.append(Seed(contract, by_table[table], _relative(by_table[table], seeds_dir)))
        found += [
            Seed(contract, path, _relative(path, seeds_dir), vintage_id=path.parent.name)
            for path in additions
            if path.stem == table
        ]
    found += [Seed(PEOPLE, path, _relative(path, seeds_dir)) for path in lists]
    return tuple(found)


def files_behind(described: Contract, seeds: Sequence[Seed]) -> tuple[Path, ...]:
    """Every file that a table of ``raw`` is read from: its seeds, their origins, and origins that add rows to it."""
    own = [seed for seed in seeds if seed.contract == described]
    declaring = [seed for seed in seeds if seed.declares] if described.name in DECLARED else []
    paths = [path for seed in own for path in (seed.path, seed.origin_path)]
    return tuple(path for path in [*paths, *(seed.origin_path for seed in declaring)] if path.exists())


def read_origin(seed: Seed) -> Origin:
    """The origin file beside a seed.

    Raises:
        BadInput: if it is missing, or its keys are not exactly those an origin has.
    """
    name = seed.origin_name
    if not seed.origin_path.exists():
        raise BadInput([Problem(name, "the origin file is missing", "Say who published the figures, when and where.")])
    found = _origin_yaml(seed.origin_path, name)
    keys = set(found)
    optional = set(DECLARED.values()) if seed.declares else set()
    if not set(ORIGIN_KEYS) <= keys <= set(ORIGIN_KEYS) | optional:
        missing = sorted(set(ORIGIN_KEYS) - keys)
        unknown = sorted(map(str, keys - set(ORIGIN_KEYS) - optional))
        rule = f"has the wrong keys: missing {missing or 'none'}, unknown {unknown or 'none'}"
        raise BadInput([Problem(name, rule, f"An origin has exactly: {', '.join(ORIGIN_KEYS)}.")])
    problems = [*_origin_problems(name, found), *block_problems(name, found)]
    if problems:
        raise BadInput(problems)
    return Origin(**found | {key: _as_day(found[key]) for key in _ORIGIN_DAYS})


def _origin_yaml(path: Path, name: str) -> dict:
    problems = door_problems(path, name)
    try:
        found = None if problems else read_yaml(path)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        rule = f"is not readable YAML: {' '.join(str(error).split())}"
        problems = [Problem(name, rule, "Check the indentation and the quotes.")]
    if problems:
        raise BadInput(problems)
    return found if isinstance(found, dict) else {}


def _origin_problems(name: str, found: dict) -> list[Problem]:
    """Values of an origin that cannot be what their keys say."""
    rows = found["rows"]
    wrong = {
        **{key: "is not text" for key in _ORIGIN_WORDS if not isinstance(found[key], str) or not found[key].strip()},
        **{key: "is not a date written YYYY-MM-DD" for key in _ORIGIN_DAYS if not _is_day(found[key])},
    }
    if found["date_accessed"] is None:
        wrong["date_accessed"] = "is not a date written YYYY-MM-DD"
    url = found["url"]
    if url is not None and not (isinstance(url, str) and _ADDRESS.fullmatch(url)):
        wrong["url"] = "is no address that begins with https:// or http://"
    if not isinstance(rows, int) or isinstance(rows, bool) or rows < 0:
        wrong["rows"] = "is not a number of rows"
    if not isinstance(found["sha256"], str | int) or isinstance(found["sha256"], bool):
        wrong["sha256"] = "is not a checksum"
    texts = [key for key in _ORIGIN_WORDS if key not in wrong]
    wrong |= {key: "holds a character that cannot be seen" for key in texts if _UNSEEN.search(found[key].strip())}
    remedy = "Say who published the figures, what, when and where; seal fills in rows and sha256."
    return [Problem(name, rule, remedy, column=key, value=cell_text(found[key])) for key, rule in wrong.items()]


def _is_day(value: object) -> bool:
    try:
        return value is None or _as_day(value) is not None
    except ValueError:
        return False


def _as_day(value: object) -> date | None:
    """A day of an origin, which may be quoted."""
    return value if value is None or isinstance(value, date) else date.fromisoformat(str(value))


def _door_problems(seeds_dir: Path, files: Sequence[Path]) -> list[Problem]:
    """Files that may not be opened, and files that nobody would open."""
    origins = [path.with_suffix(".origin.yml") for path in files]
    standing = [path for path in (*files, *origins) if path.exists() or path.is_symlink()]
    problems = [one for path in standing for one in door_problems(path, _relative(path, seeds_dir), seeds_dir)]
    folders = [seeds_dir / staff_list.FOLDER, *(one for one in seeds_dir.glob("vintages/*") if one.is_dir())]
    for folder in folders:
        problems += strays(folder, standing, seeds_dir)
    return problems


def _relative(path: Path, seeds_dir: Path) -> str:
    return path.relative_to(seeds_dir).as_posix()
