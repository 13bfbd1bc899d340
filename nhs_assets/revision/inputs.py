"""Which inputs differ between two sets of raw tables, and tables in which only some of them have changed."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from nhs_assets.build.as_of import Raw
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import contract, declared_by
from nhs_assets.contracts.rules import Revised

SPLIT_BY = {table: rule.split_by for table, rule in declared_by(Revised).items() if rule.split_by}
"""Tables that hold many inputs, one for each value of this column. Any other table is one input."""

REGISTERS = [table for table, rule in declared_by(Revised).items() if rule.is_register]
"""Tables of which a mix holds all rows of both states."""


@dataclass(frozen=True, order=True)
class Input:
    """A table that differs, or one part of it."""

    table: str
    part: str | None = None

    @property
    def name(self) -> str:
        """``raw.settlement_plan/2025-26``, or ``raw.gdp_deflator``."""
        return self.table if self.part is None else f"{self.table}/{self.part}"


@dataclass(frozen=True)
class Changes:
    """What differs between the raw tables before and after, and mixes of the two."""

    old: Raw
    new: Raw

    @cached_property
    def inputs(self) -> tuple[Input, ...]:
        """Every input that differs, in order.

        A new vintage is part of the rows published in it; the list of vintages is an input of its own only if it
        differs otherwise.
        """
        one_sided = [*self._added.values(), *self._withdrawn.values()] if VINTAGE in self.old else []
        alone = VINTAGE in self.old and (self._common_rows_differ(VINTAGE) or not all(one_sided))
        own = [Input(VINTAGE)] if alone else []
        return tuple(sorted([*self._of_rows, *own], key=lambda changed: (changed.table, changed.part or "")))

    def mixed(self, table: str, chosen: Collection[Input]) -> pl.DataFrame:
        """A raw table in which the chosen inputs have changed and the others have not.

        For the list of vintages all chosen inputs count, for any other table only its own.
        """
        before, after = self.old[table], self.new[table]
        if table == VINTAGE:
            return self._mixed_vintages(chosen)
        if table in SPLIT_BY:
            parts = [changed.part for changed in chosen if changed.table == table]
            is_chosen = pl.col(SPLIT_BY[table]).is_in(parts)
            return pl.concat([before.filter(~is_chosen), after.filter(is_chosen)])
        if table in REGISTERS:
            first, second = (after, before) if Input(table) in chosen else (before, after)
            return pl.concat([first, second.join(first, on=contract(table).primary_key, how="anti")])
        return after if Input(table) in chosen else before

    @cached_property
    def _of_rows(self) -> tuple[Input, ...]:
        """The inputs that differ in more than the list of vintages."""
        found: list[Input] = []
        for table, before in self.old.items():
            differing = _differing(before, self.new[table])
            is_only_listed = table in REGISTERS and not self._common_rows_differ(table)
            if differing.is_empty() or table == VINTAGE or is_only_listed:
                continue
            parts = differing[SPLIT_BY[table]].unique().sort() if table in SPLIT_BY else [None]
            found += [Input(table, part) for part in parts]
        return tuple(found)

    @cached_property
    def _added(self) -> dict[str, set[Input]]:
        """New vintages, each with the inputs whose rows refer to it."""
        return self._only_in(self.new, self.old)

    @cached_property
    def _withdrawn(self) -> dict[str, set[Input]]:
        return self._only_in(self.old, self.new)

    def _only_in(self, first: Raw, second: Raw) -> dict[str, set[Input]]:
        names = first[VINTAGE].join(second[VINTAGE], on="vintage_id", how="anti")["vintage_id"].to_list()
        referred = {changed: _vintages_in(changed, first) for changed in self._of_rows} if names else {}
        return {name: {changed for changed, vintages in referred.items() if name in vintages} for name in names}

    def _common_rows_differ(self, table: str) -> bool:
        """Whether rows with a key that both have differ."""
        before, after, key = self.old[table], self.new[table], contract(table).primary_key
        return not _differing(before.join(after, on=key, how="semi"), after.join(before, on=key, how="semi")).is_empty()

    def _mixed_vintages(self, chosen: Collection[Input]) -> pl.DataFrame:
        alone = Input(VINTAGE) in chosen
        added = [name for name, by in self._added.items() if (by & set(chosen) if by else alone)]
        kept = [name for name, by in self._withdrawn.items() if (by - set(chosen) if by else not alone)]
        common = self.new if alone else self.old
        return pl.concat(
            [
                common[VINTAGE].filter(~pl.col("vintage_id").is_in([*self._added, *self._withdrawn])),
                self.new[VINTAGE].filter(pl.col("vintage_id").is_in(added)),
                self.old[VINTAGE].filter(pl.col("vintage_id").is_in(kept)),
            ]
        )


def in_todays_columns(redefined: pl.DataFrame, today: pl.DataFrame, table: str) -> pl.DataFrame:
    """Rows of a raw table whose columns have changed since, in today's columns.

    What a row did not hold then it holds as it does today, by its key. Without its key today's rows stand for it.
    """
    needed = {*contract(table).primary_key, SPLIT_BY.get(table, contract(table).primary_key[0])}
    if not needed <= set(redefined.columns):
        return today
    since = today.drop(column for column in redefined.columns if column not in contract(table).primary_key)
    return redefined.join(since, on=contract(table).primary_key, how="left").select(today.columns)


def _vintages_in(changed: Input, raw: Raw) -> set[str]:
    """Vintages that the rows of an input refer to, or in which they first count by their own day."""
    rows = raw[changed.table]
    if changed.part is not None:
        rows = rows.filter(pl.col(SPLIT_BY[changed.table]) == changed.part)
    named = {name for column in rows.columns if "vintage" in column for name in rows[column].unique()}
    if "known_from" in rows.columns:
        vintages = raw[VINTAGE].select("vintage_id", "known_from").sort("known_from")
        days = rows.select("known_from").drop_nulls().unique().sort("known_from")
        named |= set(days.join_asof(vintages, on="known_from", strategy="forward")["vintage_id"].drop_nulls())
    return named


def _differing(old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    """Rows that only one of the two holds."""
    new = new.select(old.columns)
    if old.equals(new):  # most tables: far quicker than two joins on every column
        return old.clear()
    one_sided = [a.join(b, on=old.columns, how="anti", nulls_equal=True) for a, b in ((old, new), (new, old))]
    return pl.concat(one_sided)
