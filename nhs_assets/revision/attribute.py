"""How much of each conclusion's move each changed input explains, by drawing the conclusion from mixed inputs."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path

from nhs_assets.build.as_of import Raw
from nhs_assets.build.conclusions import Conclusion, Values, conclude
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.contracts.known import VINTAGE
from nhs_assets.contracts.registry import contract
from nhs_assets.ground.problems import RebuildError
from nhs_assets.model.attribution import apportion, shapley, stored
from nhs_assets.revision.inputs import Changes, Input

CODE = "code"
REST = "other parts"
OTHER = "other inputs"
DEFINITIONS = "code and definitions"
"""What no input explains, where raw tables of then have other columns, or today's code cannot read them."""

TOGETHER = "every change together"
"""The cause of a move that cannot be split: the figure has no value once only some inputs have changed."""

NO_VALUE = (RebuildError, KeyError, TypeError)
"""Raised where a mix of inputs gives a figure no value."""


@dataclass(frozen=True)
class Part:
    """What one input explains of the move of one figure, exact to the last digit stored."""

    conclusion_id: str
    figure: str
    input: str
    contribution: Decimal
    old_value: Decimal
    new_value: Decimal


@dataclass
class Mixes:
    """Draws conclusions from mixes of the raw tables before and after, with today's code, each once.

    Attributes:
        on_step: called before each mix is looked at.
    """

    rebuild: Rebuild
    old: Raw
    new: Raw
    on_step: Callable[[], None]
    _changes: dict[str, Changes] = field(default_factory=dict, init=False)
    _drawn: dict[tuple[str, frozenset[Input]], Values] = field(default_factory=dict, init=False)
    _drawn_from: dict[tuple[str, frozenset[Path]], Values] = field(default_factory=dict, init=False)
    _files: dict[tuple[str, frozenset[Input]], Path] = field(default_factory=dict, init=False)

    def inputs(self, conclusion: Conclusion) -> tuple[Input, ...]:
        """Changed inputs behind the conclusion."""
        return self._behind(conclusion).inputs

    def know(self, conclusion: Conclusion, chosen: frozenset[Input], values: Values) -> None:
        """Takes values that are known already, so that they need not be drawn."""
        own = {key: value for key, value in values.items() if key[0] == conclusion.conclusion_id}
        self._drawn[conclusion.conclusion_id, chosen] = own

    def values(self, conclusion: Conclusion, chosen: frozenset[Input]) -> Values:
        """The conclusion when only the chosen inputs have changed; RebuildError if they do not go together."""
        self.on_step()
        key = conclusion.conclusion_id, chosen
        if key not in self._drawn:
            changes = self._behind(conclusion)
            raw = {table: self._file(changes, table, chosen) for table in changes.old}
            tables = self.rebuild.tables(raw, conclusion.select.tables)
            # Files are named by their bytes: the same files give the same values, whatever they were made from.
            read = conclusion.conclusion_id, frozenset(tables.values())
            if read not in self._drawn_from:
                self._drawn_from[read] = conclude(self.rebuild.settings, [conclusion], tables)
            self._drawn[key] = self._drawn_from[read]
        return self._drawn[key]

    def _behind(self, conclusion: Conclusion) -> Changes:
        name = conclusion.conclusion_id
        if name not in self._changes:
            tables = sorted(self.rebuild.raw_behind(conclusion.select.tables))
            self._changes[name] = Changes(*({table: raw[table] for table in tables} for raw in (self.old, self.new)))
        return self._changes[name]

    def _file(self, changes: Changes, table: str, chosen: frozenset[Input]) -> Path:
        """File of a raw table of a mix. All inputs of the conclusion decide which vintages are listed."""
        if table == VINTAGE:
            return self.rebuild.keep(contract(table), changes.mixed(table, chosen))
        key = table, frozenset(changed for changed in chosen if changed.table == table)
        if key not in self._files:
            self._files[key] = self.rebuild.keep(contract(table), changes.mixed(*key))
        return self._files[key]


def attribute(
    mixes: Mixes, conclusion: Conclusion, old: Values, new: Values, most: int, rest: str = CODE
) -> list[Part]:
    """The parts of every figure of a conclusion that moved; for each figure they sum to its move exactly.

    A figure that has a value in one state only has no parts.

    Args:
        mixes: the inputs before, after and in between.
        conclusion: what is concluded.
        old, new: its values before and after, by the code of their time.
        most: how many inputs are named; the others are one part.
        rest: name of the part that no input explains.
    """
    moves = {
        figure: stored(value) - stored(old[figure])
        for figure, value in new.items()
        if figure[0] == conclusion.conclusion_id and value is not None and old.get(figure) is not None
    }
    moved = [figure for figure, move in moves.items() if move]

    @cache
    def groups(held: frozenset[Input]) -> dict[str, frozenset[Input]]:
        return _groups(mixes, conclusion, held, moved, most)

    @cache
    def unreadable() -> frozenset[Input]:
        return _unreadable(mixes, conclusion)

    def parts(figure: tuple[str, str]) -> dict[str, Decimal]:
        for held_back, name in ((frozenset, rest), (unreadable, DEFINITIONS)):
            with suppress(*NO_VALUE):
                held = held_back()
                if held and not groups(held):
                    break
                return _parts(mixes, conclusion, held, groups(held), figure, moves[figure], name)
        return {TOGETHER: moves[figure]}

    return [
        Part(*figure, name, contribution, stored(old[figure]), stored(new[figure]))
        for figure in moved
        for name, contribution in parts(figure).items()
        if contribution
    ]


def _unreadable(mixes: Mixes, conclusion: Conclusion) -> frozenset[Input]:
    """Inputs that today's code cannot take as they were: taken back table by table, these give no value."""
    readable = everything = frozenset(mixes.inputs(conclusion))
    for table in sorted({changed.table for changed in everything}):
        without = frozenset(changed for changed in readable if changed.table != table)
        with suppress(*NO_VALUE):
            mixes.values(conclusion, without)
            readable = without
    return readable


def _groups(
    mixes: Mixes, conclusion: Conclusion, held: frozenset[Input], moved: Sequence[tuple[str, str]], most: int
) -> dict[str, frozenset[Input]]:
    """The inputs by the name of their part; beyond ``most``, those of a table that do least alone are one group.

    Those held have changed in every mix and are in no part.
    """
    everything = frozenset(mixes.inputs(conclusion)) - held
    if len(everything) <= most:
        return {changed.name: frozenset([changed]) for changed in mixes.inputs(conclusion) if changed in everything}

    def size(group: frozenset[Input]) -> float:
        """How far a group moves a figure, taken alone and taken last."""
        pairs = ((frozenset(), group), (everything - group, everything))
        values = [tuple(mixes.values(conclusion, chosen | held) for chosen in pair) for pair in pairs]
        return max(
            sum(abs(after[figure] - before[figure]) for before, after in values) / (abs(values[0][0][figure]) or 1.0)
            for figure in moved
        )

    tables = {
        table: frozenset(changed for changed in everything if changed.table == table)
        for table in sorted({changed.table for changed in everything})
    }
    table_sizes = {table: size(parts) for table, parts in tables.items()}
    largest_tables = sorted(filter(table_sizes.get, tables), key=lambda table: -table_sizes[table])[:most]
    sizes = {
        changed: size(frozenset([changed]))
        for table in largest_tables
        for changed in sorted(tables[table], key=lambda part: part.name)
    }
    largest = sorted(filter(sizes.get, sizes), key=lambda changed: (-sizes[changed], changed.name))
    for count in range(len(largest), -1, -1):
        groups = _by_name(largest[:count], {table: tables[table] for table in sorted(largest_tables)})
        if len(groups) <= most:
            break
    groups[OTHER] = everything.difference(*(tables[table] for table in largest_tables))
    return {name: group for name, group in groups.items() if group}


def _by_name(alone: Sequence[Input], tables: Mapping[str, frozenset[Input]]) -> dict[str, frozenset[Input]]:
    """Some inputs each by itself, and the rest of each table as one group."""
    groups = {changed.name: frozenset([changed]) for changed in sorted(alone, key=lambda part: part.name)}
    for table, parts in tables.items():
        groups[f"{table}/{REST}" if parts & frozenset(alone) else table] = parts.difference(alone)
    return {name: group for name, group in groups.items() if group}


def _parts(
    mixes: Mixes,
    conclusion: Conclusion,
    held: frozenset[Input],
    groups: Mapping[str, frozenset[Input]],
    figure: tuple[str, str],
    move: Decimal,
    rest: str,
) -> dict[str, Decimal]:
    def value(chosen: frozenset[str]) -> Decimal:
        inputs = held.union(*(groups[name] for name in chosen))
        return stored(mixes.values(conclusion, inputs)[figure])

    parts = apportion(shapley(list(groups), value))
    return parts | {rest: move - sum(parts.values(), Decimal(0))}
