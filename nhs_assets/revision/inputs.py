"""Which inputs differ between two sets of raw tables, and tables in between in which only some of them have changed."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from nhs_assets.contracts.registry import contract

Raw = Mapping[str, pl.DataFrame]
"""Raw tables by name."""

SPLIT_BY = {"raw.settlement_plan": "fy", "raw.parameter_value": "parameter_id", "raw.claim": "measure_id"}
"""Tables that hold many inputs: one for each value of this column. Any other table is one input."""

VINTAGE = "raw.vintage"
REGISTERS = ("raw.source", "raw.measure")
"""Lists that other rows refer to. A row only on one side does nothing by itself, so a mix holds all rows of both."""


@dataclass(frozen=True, order=True)
class Input:
    """A part of the raw tables that differs: a table, or one part of it."""

    table: str
    part: str | None = None

    @property
    def name(self) -> str:
        """``raw.settlement_plan/2025-26``, or ``raw.gdp_deflator``."""
        return self.table if self.part is None else f"{self.table}/{self.part}"


def changed_inputs(old: Raw, new: Raw) -> list[Input]:
    """Every input that differs, in order.

    A new vintage counts as part of the rows that were published in it; the list of vintages is an input of its own
    only where it differs otherwise.

    Args:
        old: raw tables before.
        new: the same tables after.
    """
    found: list[Input] = []
    for table in old:
        differing = _differing(old[table], new[table])
        if differing.is_empty() or table == VINTAGE:
            continue
        if table in REGISTERS:
            key = contract(table).primary_key
            both = old[table].join(new[table], on=key, how="semi")
            if _differing(both, new[table].join(old[table], on=key, how="semi")).is_empty():
                continue
        parts = differing[SPLIT_BY[table]].unique().sort() if table in SPLIT_BY else [None]
        found += [Input(table, part) for part in parts]
    if VINTAGE in old and _vintages(old, new, found).alone:
        found.append(Input(VINTAGE))
    return sorted(found, key=lambda one: (one.table, one.part or ""))


def mix(old: Raw, new: Raw, inputs: Sequence[Input], chosen: Collection[Input]) -> dict[str, pl.DataFrame]:
    """The raw tables in which the chosen inputs have changed and the others have not.

    Args:
        old: raw tables before.
        new: the same tables after.
        inputs: all that differ, from ``changed_inputs``.
        chosen: those of them that are taken from ``new``.
    """
    mixed: dict[str, pl.DataFrame] = {}
    for table, before in old.items():
        after = new[table]
        if table == VINTAGE:
            mixed[table] = _mixed_vintages(old, new, inputs, chosen)
        elif table in SPLIT_BY:
            parts = [one.part for one in chosen if one.table == table]
            taken = pl.col(SPLIT_BY[table]).is_in(parts)
            mixed[table] = pl.concat([before.filter(~taken), after.filter(taken)])
        elif table in REGISTERS:
            first, second = (after, before) if Input(table) in chosen else (before, after)
            mixed[table] = pl.concat([first, second.join(first, on=contract(table).primary_key, how="anti")])
        else:
            mixed[table] = after if Input(table) in chosen else before
    return mixed


@dataclass(frozen=True)
class _Vintages:
    """Vintages on one side only, with the inputs whose rows refer to them, and whether the list differs otherwise."""

    added: Mapping[str, set[Input]]
    withdrawn: Mapping[str, set[Input]]
    edited: bool

    @property
    def alone(self) -> bool:
        return self.edited or not all([*self.added.values(), *self.withdrawn.values()])


def _vintages(old: Raw, new: Raw, inputs: Sequence[Input]) -> _Vintages:
    before, after = old[VINTAGE], new[VINTAGE]
    both = before.join(after, on="vintage_id", how="semi")
    edited = not _differing(both, after.join(before, on="vintage_id", how="semi")).is_empty()

    def only(first: pl.DataFrame, second: pl.DataFrame, raw: Raw) -> dict[str, set[Input]]:
        names = first.join(second, on="vintage_id", how="anti")["vintage_id"].to_list()
        return {name: {one for one in inputs if name in _named_by(one, raw)} for name in names}

    return _Vintages(only(after, before, new), only(before, after, old), edited)


def _mixed_vintages(old: Raw, new: Raw, inputs: Sequence[Input], chosen: Collection[Input]) -> pl.DataFrame:
    found = _vintages(old, new, inputs)
    alone = Input(VINTAGE) in chosen
    added = [name for name, by in found.added.items() if (by & set(chosen) if by else alone)]
    kept = [name for name, by in found.withdrawn.items() if (by - set(chosen) if by else not alone)]
    common = new if alone else old
    one_sided = [*found.added, *found.withdrawn]
    return pl.concat(
        [
            common[VINTAGE].filter(~pl.col("vintage_id").is_in(one_sided)),
            new[VINTAGE].filter(pl.col("vintage_id").is_in(added)),
            old[VINTAGE].filter(pl.col("vintage_id").is_in(kept)),
        ]
    )


def _named_by(one: Input, raw: Raw) -> set[str]:
    """Vintages that the rows of an input refer to."""
    if one.table == VINTAGE:
        return set()
    rows = raw[one.table]
    if one.part is not None:
        rows = rows.filter(pl.col(SPLIT_BY[one.table]) == one.part)
    columns = [name for name in rows.columns if "vintage" in name]
    return {name for column in columns for name in rows[column].unique().to_list()}


def _differing(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows of either that the other does not hold."""
    columns = old.columns
    return pl.concat(
        [
            old.join(new, on=columns, how="anti", nulls_equal=True),
            new.select(columns).join(old, on=columns, how="anti", nulls_equal=True),
        ]
    )
