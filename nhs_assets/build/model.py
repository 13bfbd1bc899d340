"""Assets made by a function of the model: frames in, one frame out."""

import hashlib
import inspect
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import polars as pl

import nhs_assets.model
from nhs_assets.build.lineage import WHOLE_TABLE, Lineage
from nhs_assets.build.model_source import behind
from nhs_assets.build.recipe import Recipe, Tables
from nhs_assets.build.select import Derivation
from nhs_assets.contracts.registry import Contract, contract
from nhs_assets.settings import Settings


def model_recipe(table: str, compute: Callable[..., pl.DataFrame], reads: Mapping[str, str]) -> Recipe:
    """How a function makes a table.

    Args:
        table: name of the table.
        compute: takes one frame for each name in ``reads`` and returns the table's rows.
        reads: table by argument name of ``compute``.
    """
    described = contract(table)

    def make(settings: Settings, workspace: Tables, target: Path) -> None:
        frames = {argument: workspace.read(name) for argument, name in reads.items()}
        compute(**frames).select(described.column_names).sort(described.primary_key).write_parquet(target)

    return Recipe(
        contract=described,
        reads=tuple(sorted(reads.values())),
        make=make,
        code_version=hashlib.sha256(f"{model_source()}{compute.__name__}{described.version}".encode()).hexdigest(),
        kinds={"polars", "python"},
        source=Path(inspect.getsourcefile(compute) or "").resolve(),
        lineage=lambda _: _lineage(described, compute, reads),
        constants=lambda: behind(compute.__name__).constants,
    )


def _lineage(described: Contract, compute: Callable[..., pl.DataFrame], reads: Mapping[str, str]) -> Lineage:
    """Every column from every table read, as a whole: arithmetic on frames does not say which column made which."""
    sources = tuple((table, WHOLE_TABLE) for table in sorted(reads.values()))
    purpose = behind(compute.__name__).purpose.removeprefix(f"``{described.name}``: ")
    formula = f"Function {compute.__name__} of the model: {purpose}"
    return {column: Derivation(sources, formula) for column in described.column_names}


@lru_cache(maxsize=1)
def model_source() -> str:
    """The text of every module of the model."""
    # Any module of the model may be behind a table, so all of them decide whether it can be taken over.
    folder = Path(nhs_assets.model.__file__).parent
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
