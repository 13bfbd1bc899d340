"""Which inputs differ between two sets of raw tables, and tables in between in which only some of them have changed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from nhs_assets.build.as_of import Raw
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import contract, declared_by
from nhs_assets.contracts.rules import Revised

SPLIT_BY = {table: rule.split_by for table, rule in declared_by(Revised).items() if rule.split_by}
"""Tables that hold many inputs: one for each value of this column. Any other table is one input."""

REGISTERS = [table for table, rule in declared_by(Revised).items() if rule.is_register]
"""Tables of which a mix holds all rows of both sides."""


@dataclass(frozen=True, order=True)
class Input:
    """A part of the raw tables that differs: a table, or one part of it."""

    table: str
    part: str | None = None

    @property
    def name(self) -> str:
        """``raw.settlement_plan/2025-26``, or ``raw.gdp_deflator``."""
        return self.table if self.part is None else f"{self.table}/{self.part}"


@dataclass(frozen=True)
class _Vintages:
    """Vintages on one side only, with the inputs whose rows refer to them, and whether the list differs otherwise."""

    added: Mapping[str, set[Input]]
    withdrawn: Mapping[str, set[Input]]
    edited: bool

    @property
    def alone(self) -> bool:
        return self.edited or not all([*self.added.values(), *self.withdrawn.values()])


@dataclass(frozen=True)
class Changes:
    """What differs between two sets of raw tables, and the tables in between.

    Attributes:
        old: raw tables before.
        new: the same tables after.
    """

    old: Raw
    new: Raw

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Every input that differs, in order.

        A new vintage counts as part of the rows that were published in it; the list of vintages is an input of its
        own only where it differs otherwise.
        """
        alone = [Input(VINTAGE)] if VINTAGE in self.old and self._vintages.alone else []
        return tuple(sorted([*self._of_rows, *alone], key=lambda one: (one.table, one.part or "")))

    def mixed(self, table: str, chosen: Collection[Input]) -> pl.DataFrame:
        """A raw table in which the chosen inputs have changed and the others have not.

        Args:
            table: the raw table. For any but the list of vintages, only the chosen inputs that are parts of it count.
            chosen: inputs that are taken from ``new``.
        """
        before, after = self.old[table], self.new[table]
        if table == VINTAGE:
            return self._mixed_vintages(chosen)
        if table in SPLIT_BY:
            taken = pl.col(SPLIT_BY[table]).is_in([one.part for one in chosen if one.table == table])
            return pl.concat([before.filter(~taken), after.filter(taken)])
        if table in REGISTERS:
            first, second = (after, before) if Input(table) in chosen else (before, after)
            return pl.concat([first, second.join(first, on=contract(table).primary_key, how="anti")])
        return after if Input(table) in chosen else before

    @cached_property
    def _of_rows(self) -> tuple[Input, ...]:
        """The inputs that differ in more than which vintages there are."""
        found: list[Input] = []
        for table, before in self.old.items():
            after = self.new[table]
            differing = _differing(before, after)
            if differing.is_empty() or table == VINTAGE:
                continue
            if table in REGISTERS:
                key = contract(table).primary_key
                both = before.join(after, on=key, how="semi")
                if _differing(both, after.join(before, on=key, how="semi")).is_empty():
                    continue
            parts = differing[SPLIT_BY[table]].unique().sort() if table in SPLIT_BY else [None]
            found += [Input(table, part) for part in parts]
        return tuple(found)

    @cached_property
    def _vintages(self) -> _Vintages:
        before, after = self.old[VINTAGE], self.new[VINTAGE]
        both = before.join(after, on="vintage_id", how="semi")
        edited = not _differing(both, after.join(before, on="vintage_id", how="semi")).is_empty()

        def only(first: pl.DataFrame, second: pl.DataFrame, raw: Raw) -> dict[str, set[Input]]:
            names = first.join(second, on="vintage_id", how="anti")["vintage_id"].to_list()
            named = {one: _named_by(one, raw) for one in self._of_rows} if names else {}
            return {name: {one for one in named if name in named[one]} for name in names}

        return _Vintages(only(after, before, self.new), only(before, after, self.old), edited)

    def _mixed_vintages(self, chosen: Collection[Input]) -> pl.DataFrame:
        found = self._vintages
        alone = Input(VINTAGE) in chosen
        added = [name for name, by in found.added.items() if (by & set(chosen) if by else alone)]
        kept = [name for name, by in found.withdrawn.items() if (by - set(chosen) if by else not alone)]
        common = self.new if alone else self.old
        one_sided = [*found.added, *found.withdrawn]
        return pl.concat(
            [
                common[VINTAGE].filter(~pl.col("vintage_id").is_in(one_sided)),
                self.new[VINTAGE].filter(pl.col("vintage_id").is_in(added)),
                self.old[VINTAGE].filter(pl.col("vintage_id").is_in(kept)),
            ]
        )


def _named_by(one: Input, raw: Raw) -> set[str]:
    """Vintages that the rows of an input refer to, or in which they first count by their own day."""
    rows = raw[one.table]
    if one.part is not None:
        rows = rows.filter(pl.col(SPLIT_BY[one.table]) == one.part)
    columns = [name for name in rows.columns if "vintage" in name]
    named = {name for column in columns for name in rows[column].unique().to_list()}
    if "known_from" in rows.columns:
        vintages = raw[VINTAGE].select("vintage_id", "known_from").sort("known_from")
        days = rows.select("known_from").drop_nulls().unique().sort("known_from")
        named |= set(days.join_asof(vintages, on="known_from", strategy="forward")["vintage_id"].drop_nulls())
    return named


def _differing(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows of either that the other does not hold."""
    columns = old.columns
    ordered = new.select(columns)
    if old.equals(ordered):  # most tables: far quicker than two joins on every column
        return old.clear()
    return pl.concat(
        [
            old.join(ordered, on=columns, how="anti", nulls_equal=True),
            ordered.join(old, on=columns, how="anti", nulls_equal=True),
        ]
    )
