"""Tables made by a function of the model: frames in, one frame out."""

import hashlib
import inspect
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import polars as pl

import nhs_assets.model
from nhs_assets.build.function_trace import function_trace
from nhs_assets.build.lineage import WHOLE_TABLE, Lineage
from nhs_assets.build.recipe import Recipe, Tables
from nhs_assets.build.select import Derivation
from nhs_assets.contracts.registry import SCHEMAS, Contract, contract, contracts
from nhs_assets.settings import Settings


def model_recipe(table: str, compute: Callable[..., pl.DataFrame]) -> Recipe:
    """How a function makes a table.

    Args:
        table: name of the table.
        compute: returns the table's rows. An argument annotated as a frame is named after the table it takes. One
            annotated as a class is made from the tables that the class's own arguments name. Arguments with a default
            keep it.
    """
    described = contract(table)
    reads = tuple(sorted(set(_tables_read(compute))))

    def make(settings: Settings, workspace: Tables, target: Path) -> None:
        _call(compute, workspace).write_parquet(target)

    return Recipe(
        contract=described,
        reads=reads,
        make=make,
        code_version=hashlib.sha256(f"{model_source()}{compute.__name__}{described.version}".encode()).hexdigest(),
        kinds={"polars", "python"},
        source=Path(inspect.getsourcefile(compute) or "").resolve(),
        lineage=lambda _: _lineage(described, compute, reads),
        constants=lambda: function_trace(compute.__name__).constants,
    )


def _inputs(function: Callable) -> dict[str, str | type]:
    """By argument, the table it takes or the class it is made of."""
    arguments = inspect.signature(function).parameters.values()
    return {
        argument.name: _table_named(argument.name) if argument.annotation is pl.DataFrame else argument.annotation
        for argument in arguments
        if argument.default is argument.empty
    }


def _tables_read(function: Callable) -> list[str]:
    return [
        table
        for taken in _inputs(function).values()
        for table in ([taken] if isinstance(taken, str) else _tables_read(taken))
    ]


def _call(function: Callable, tables: Tables) -> object:
    inputs = _inputs(function).items()
    return function(
        **{name: tables.read(taken) if isinstance(taken, str) else _call(taken, tables) for name, taken in inputs}
    )


def _table_named(name: str) -> str:
    """The table of that name; the product's where a seed has the same name.

    Raises:
        KeyError: if there is no such table.
    """
    named = [described for described in contracts().values() if described.table == name]
    if not named:
        raise KeyError(f"no table is called {name}")
    return max(named, key=lambda described: SCHEMAS.index(described.schema)).name


def _lineage(described: Contract, compute: Callable[..., pl.DataFrame], reads: tuple[str, ...]) -> Lineage:
    """Every column from every table read, as a whole: arithmetic on frames does not show which column made which."""
    sources = tuple((table, WHOLE_TABLE) for table in reads)
    purpose = function_trace(compute.__name__).purpose.removeprefix(f"``{described.name}``: ")
    formula = f"Function {compute.__name__} of the model: {purpose}"
    return {column: Derivation(sources, formula) for column in described.column_names}


@lru_cache(maxsize=1)
def model_source() -> str:
    """The text of every module of the model."""
    # Any module of the model may be used for a table, so all of them decide whether it can be reused.
    folder = Path(nhs_assets.model.__file__).parent
    return "".join(path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.py")))
