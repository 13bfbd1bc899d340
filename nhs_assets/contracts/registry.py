"""Finds every contract and says what the rest of the house needs to know about it.

A contract class ``PlanChange`` in the module ``settlement`` describes the table ``settlement.plan_change``: the name
is worked out here and written nowhere else.
"""

import hashlib
import importlib
import inspect
import pkgutil
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from types import ModuleType
from typing import TypeVar

import dataframely as dy
import polars as pl

from nhs_assets.contracts.known import VINTAGE, Known
from nhs_assets.contracts.rules import Declaration, Immutable, Traced, declarations_of

SCHEMAS = ("raw", "evidence", "settlement", "workforce", "savings", "overspend", "audit")
"""Order of travel: a table reads only its own schema and the schemas to its left."""

PRODUCT_SCHEMAS = ("evidence", "settlement", "workforce", "savings", "overspend")
"""Schemas that analysts query; ``raw`` and ``audit`` are published beside them."""

Declared = TypeVar("Declared", bound=Declaration)

_TOP_LEVEL = re.compile(r"^[@\w]", re.MULTILINE)
"""Where something else than the body of a class begins: another class, its decorators, or a function."""


@dataclass(frozen=True)
class Column:
    """One column: its DuckDB type, unit, meaning and whether it may be empty."""

    name: str
    duckdb_type: str
    unit: str
    description: str
    nullable: bool
    is_key: bool
    references: str | None = None
    """The column that holds all its values, as ``schema.table.column``."""
    is_about: bool = False
    """Whether it names the quantity that the figures of the row are of."""

    @property
    def names_vintage(self) -> bool:
        """Whether it holds a vintage."""
        return self.references == f"{VINTAGE}.vintage_id"


@dataclass(frozen=True)
class Contract:
    """One table: its name and everything that follows from its dataframely schema."""

    schema: str
    table: str
    model: type[dy.Schema]

    @property
    def name(self) -> str:
        """Name as written in SQL: ``settlement.plan``."""
        return f"{self.schema}.{self.table}"

    @property
    def description(self) -> str:
        """First paragraph of the contract's docstring, on one line."""
        return " ".join((inspect.getdoc(self.model) or "").split("\n\n")[0].split())

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        """Columns in the order they are published in: keys as declared, then the rest as declared."""
        return tuple(
            Column(
                name,
                duckdb_type(column.dtype),
                column.metadata["unit"],
                column.description,
                nullable=column.nullable and not column.primary_key,
                is_key=column.primary_key,
                references=column.metadata.get("references"),
                is_about=column.metadata.get("about", False),
            )
            for name, column in self.model.columns().items()
        )

    @property
    def column_names(self) -> tuple[str, ...]:
        """Names of the columns, in order."""
        return tuple(column.name for column in self.columns)

    @cached_property
    def primary_key(self) -> tuple[str, ...]:
        """Names of the key columns, in order; rows are sorted by them."""
        return tuple(self.model.primary_key())

    @property
    def known(self) -> Known:
        """From which day its rows are known, as contracts of ``raw`` declare; a TypeError for others."""
        for found in self.declared(Known):
            return found
        raise TypeError(f"{self.name} does not declare from when on its rows are known: see contracts/known.py")

    def declared(self, kind: type[Declared]) -> tuple[Declared, ...]:
        """What it declares of a kind, in the order in which it is written."""
        return tuple(found for found in declarations_of(self.model) if isinstance(found, kind))

    @property
    def traced(self) -> Traced:
        """How the rows behind a figure are found in it."""
        return next(iter(self.declared(Traced)), Traced())

    @cached_property
    def immutable_columns(self) -> tuple[str, ...]:
        """Columns that change only with a recorded correction once they are published; none of most tables."""
        apart = {name for rule in self.declared(Immutable) for name in (*self.primary_key, *rule.apart_from)}
        return tuple(name for name in self.column_names if apart and name not in apart)

    @cached_property
    def version(self) -> str:
        """Hash of all that decides whether a frame is accepted: the columns, and the text of the rules of a row."""
        bases = [base for base in self.model.__mro__ if base.__module__.startswith("nhs_assets.")]
        limits = [
            str(getattr(column, limit, None))
            for column in self.model.columns().values()
            for limit in ("regex", "min", "max")
        ]
        parts = [*map(_class_text, bases), *map(str, self.columns), *limits]
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()

    def polars_schema(self) -> pl.Schema:
        """Polars dtypes by column."""
        return pl.Schema({name: column.dtype for name, column in self.model.columns().items()})


def duckdb_type(dtype: pl.DataType) -> str:
    """Name of the DuckDB type that holds a Polars dtype without loss; a TypeError if no column may have that dtype."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision},{dtype.scale})"
    names = {pl.String: "VARCHAR", pl.Int64: "BIGINT", pl.Float64: "DOUBLE", pl.Boolean: "BOOLEAN", pl.Date: "DATE"}
    try:
        return names[type(dtype)]
    except KeyError:
        raise TypeError(f"no DuckDB type is agreed for {dtype}") from None


@lru_cache(maxsize=1)
def contracts() -> dict[str, Contract]:
    """Every contract by table name, in order of travel and then of declaration."""
    return {contract.name: contract for schema in SCHEMAS for contract in contracts_of(schema)}


def contracts_of(schema: str) -> list[Contract]:
    """The contracts of a schema, in order of declaration; ``as_of`` is the one that is not published with the rest."""
    return [
        Contract(schema=schema, table=_snake_case(model.__name__), model=model)
        for module in _modules(schema)
        for model in vars(module).values()
        if inspect.isclass(model) and issubclass(model, dy.Schema) and model.__module__ == module.__name__
    ]


def _modules(schema: str) -> list[ModuleType]:
    """The module that describes a schema, or the modules of its package."""
    described = importlib.import_module(f"nhs_assets.contracts.{schema}")
    inside = [module.name for module in pkgutil.iter_modules(getattr(described, "__path__", []))]
    return [importlib.import_module(f"{described.__name__}.{name}") for name in inside] or [described]


def declared_by(kind: type[Declared]) -> dict[str, Declared]:
    """The tables whose contract makes a declaration that is made once, by name."""
    return {name: found for name, described in contracts().items() for found in described.declared(kind)}


def contract(name: str) -> Contract:
    """The contract of a table; a KeyError with the names that are described, if it is not one of them."""
    try:
        return contracts()[name]
    except KeyError:
        raise KeyError(f"no contract describes {name}; there are: {', '.join(contracts())}") from None


@lru_cache(maxsize=32)
def _module_text(module: str) -> str:
    return Path(importlib.import_module(module).__file__).read_text(encoding="utf-8")


def _class_text(model: type) -> str:
    # inspect.getsource parses the whole module for each class, which took a quarter of the time to load.
    text = _module_text(model.__module__)
    start = text.index(f"\nclass {model.__name__}(")
    end = _TOP_LEVEL.search(text, start + 1)
    return text[start : end.start() if end else None]


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
