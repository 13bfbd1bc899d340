"""The seed files: the table each belongs to, and its origin file."""

import os
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator

from nhs_assets.contracts.registry import Contract, contracts, declared_by
from nhs_assets.contracts.rules import FromOrigins
from nhs_assets.contracts.staff_list import PEOPLE
from nhs_assets.ground.problems import BadInputError, Problem
from nhs_assets.sources import staff_list
from nhs_assets.sources.input_files import (
    Entry,
    Plain,
    access_problems,
    copy_problems,
    load,
    must,
    unexpected_files,
    validated,
)
from nhs_assets.sources.parameters import PARAMETERS
from nhs_assets.sources.scenarios import OVERRIDES, SCENARIOS

_ADDRESS = re.compile(r"https?://[!-~]+")
_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufffd]")
SEEDS = "seeds"
DECLARED = {table: rule.block for table, rule in declared_by(FromOrigins).items()}
"""The tables that origin files add rows to, and the block that makes the row."""
RECEIVED = "raw.inbox_file"
"""The list of files that came through the inbox, read first by tables with rows from them."""


def _day(value: object) -> date:
    """A day, which may be quoted in YAML."""
    try:
        return value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("must be a date written YYYY-MM-DD") from None


def _is_address(value: object) -> bool:
    return value is None or (isinstance(value, str) and _ADDRESS.fullmatch(value) is not None)


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_Text = Annotated[
    Any,
    must("must be text", lambda value: isinstance(value, str) and value.strip()),
    must("contains an invisible character", lambda value: not _INVISIBLE.search(value.strip())),
]


class Document(Entry):
    """The document that the rows of a vintage's file are in."""

    source_id: Plain
    kind: Plain
    evidence_grade: Plain


class Vintage(Entry):
    """What happened on the day of a vintage."""

    label: Plain
    event: Plain
    known_from: Plain


class Origin(Entry):
    """Where a seed's figures come from, and the checksum of the file as it was reviewed."""

    publisher: _Text
    title: _Text
    description: _Text
    date_published: Annotated[Any, AfterValidator(lambda value: None if value is None else _day(value))]
    date_accessed: Annotated[Any, AfterValidator(_day)]
    url: Annotated[Any, must("must be an address that begins with https:// or http://", _is_address)]
    licence: _Text
    rows: Annotated[Any, must("must be a number of rows", lambda value: _is_whole(value) and value >= 0)]
    sha256: Annotated[Any, must("must be a checksum", lambda value: isinstance(value, str) or _is_whole(value))]


class DeclaringOrigin(Origin):
    """An origin that may add a document and a vintage."""

    document: Document | None = None
    vintage: Vintage | None = None


@dataclass(frozen=True)
class Seed:
    """One file of rows of a table, by its name within ``root``: the seeds, or the archive of the inbox."""

    contract: Contract
    path: Path
    name: str
    vintage_id: str | None = None
    """The vintage that all its rows name, if it was added for one."""
    root: str = SEEDS
    serves: bool = True
    """Whether its rows are in the table. Those of a superseded file are not; its document still is."""
    replaces: bool = False
    """Whether its rows replace those of a seed, as its note says."""
    only: tuple[str, tuple[str, ...]] | None = None
    """A column and its values, as text, in the rows that the table uses; None if it uses all."""

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
        """Columns in the file."""
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
    """The seed of every contract in ``raw``, in the contracts' order, each followed by the files of its vintages.

    Staff lists come last; there may be none. Refused: a table without one seed, a file that no contract describes, that
    must not be opened or would be ignored, and in the folder of a vintage one whose rows name no vintage.
    """

    def relative(path: Path) -> str:
        return path.relative_to(seeds_dir).as_posix()

    additions = sorted(seeds_dir.glob("vintages/*/*.csv"))
    lists = sorted((seeds_dir / staff_list.FOLDER).glob("*.csv"))
    files = sorted(path for path in seeds_dir.glob("*/*.csv") if path not in lists)
    without = (PARAMETERS, SCENARIOS, OVERRIDES, staff_list.TABLE, RECEIVED)
    wanted = {c.table: c for c in contracts().values() if c.schema == "raw" and c.name not in without}
    by_table = {path.stem: path for path in files}
    dated = [table for table, c in wanted.items() if any(column.names_vintage for column in c.columns)]
    counts = Counter(path.stem for path in files)
    copies = copy_problems([*files, *additions, *lists], seeds_dir)
    unknown = sorted({relative(path) for path in files if path.stem not in wanted} - {copy.file for copy in copies})
    missing = [f"{table}.csv" for table in wanted if table not in by_table]
    repeated = [f"{stem}.csv" for stem, count in counts.items() if count > 1]
    undated = [relative(path) for path in additions if path.stem not in dated]
    problems = [
        *copies,
        *(Problem(name, "no contract describes this file", "Describe it in contracts/raw/.") for name in unknown),
        *(Problem(name, "the seed is missing", f"Put it in a folder of {seeds_dir.name}/.") for name in missing),
        *(Problem(name, "is in two folders", "Keep one.") for name in repeated),
        *(Problem(name, "is no table whose rows name a vintage", f"Use: {', '.join(dated)}.") for name in undated),
    ]
    inputs = (*files, *additions, *lists)
    found = [path for path in (*inputs, *(path.with_suffix(".origin.yml") for path in inputs)) if os.path.lexists(path)]
    for path in found:
        problems += access_problems(path, relative(path), seeds_dir)
    for folder in (seeds_dir / staff_list.FOLDER, *seeds_dir.glob("vintages/*/")):
        problems += unexpected_files(folder, found, seeds_dir)
    if problems:
        raise BadInputError(problems)
    seeds = []
    for table, contract in wanted.items():
        seeds.append(Seed(contract, by_table[table], relative(by_table[table])))
        seeds += [Seed(contract, path, relative(path), path.parent.name) for path in additions if path.stem == table]
    return (*seeds, *(Seed(PEOPLE, path, relative(path)) for path in lists))


def files_behind(described: Contract, seeds: Sequence[Seed]) -> tuple[Path, ...]:
    """Every file that a table of ``raw`` is read from: its seeds, their origins, and origins that add rows to it."""
    paths = [path for seed in seeds if seed.contract == described for path in (seed.path, seed.origin_path)]
    if described.name in DECLARED:
        paths += [seed.origin_path for seed in seeds if seed.declares]
    return tuple(path for path in paths if path.exists())


def read_origin(seed: Seed) -> Origin | DeclaringOrigin:
    """The origin file beside a seed."""
    name = seed.origin_name
    if not seed.origin_path.exists():
        raise BadInputError(
            [Problem(name, "the origin file is missing", "Say who published the figures, when and where.")]
        )
    if problems := access_problems(seed.origin_path, name):
        raise BadInputError(problems)
    remedy = "Say who published the figures, what, when and where; seal fills in rows and sha256."
    origin = validated(DeclaringOrigin if seed.declares else Origin, load(seed.origin_path, name), name, remedy)
    if seed.declares and origin.vintage and not origin.document:
        raise BadInputError([Problem(name, "a vintage needs its document", "Add the block 'document'.")])
    return origin
