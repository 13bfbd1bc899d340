"""How much of each conclusion's move each changed input explains, by drawing the conclusion from mixed inputs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from nhs_assets.build.conclusions import Conclusion, Values, conclude, values_of
from nhs_assets.build.rebuild import Rebuild, RebuildError
from nhs_assets.contracts.registry import contract
from nhs_assets.model.attribution import apportion, shapley, stored
from nhs_assets.revision.inputs import VINTAGE, Changes, Input, Raw

CODE = "code"
REST = "other parts"
OTHER = "other inputs"
DEFINITIONS = "code and definitions"
"""What a move is put down to where the raw tables of the two sides have other columns, so that they cannot be mixed."""

TOGETHER = "every change together"
"""Where a figure has no value once only some inputs have changed, its move cannot be split."""


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
class Between:
    """Draws conclusions from inputs between two sets of raw tables, with today's code, each once.

    Attributes:
        rebuild: makes the tables that a conclusion needs.
        old: raw tables before.
        new: the same tables after.
    """

    rebuild: Rebuild
    old: Raw
    new: Raw
    _changes: dict[str, Changes] = field(default_factory=dict, init=False)
    _drawn: dict[tuple[str, frozenset[Input]], Values] = field(default_factory=dict, init=False)
    _drawn_from: dict[tuple[str, frozenset[Path]], Values] = field(default_factory=dict, init=False)
    _kept: dict[tuple[str, frozenset[Input]], Path] = field(default_factory=dict, init=False)

    def inputs(self, conclusion: Conclusion) -> tuple[Input, ...]:
        """Changed inputs that the conclusion goes back to."""
        return self._behind(conclusion).inputs

    def know(self, conclusion: Conclusion, chosen: frozenset[Input], values: Values) -> None:
        """Takes values that are known already, so that they need not be drawn."""
        own = {key: value for key, value in values.items() if key[0] == conclusion.conclusion_id}
        self._drawn[conclusion.conclusion_id, chosen] = own

    def values(self, conclusion: Conclusion, chosen: frozenset[Input]) -> Values:
        """The conclusion when the chosen inputs have changed and the others have not.

        Raises:
            RebuildError: if these inputs do not go together.
        """
        key = conclusion.conclusion_id, chosen
        if key not in self._drawn:
            changes = self._behind(conclusion)
            raw = {table: self._keep(changes, table, chosen) for table in changes.old}
            tables = self.rebuild.tables(raw, conclusion.select.tables)
            # Files are named by their bytes, so the same files say the same, whatever they were made from.
            read = conclusion.conclusion_id, frozenset(tables.values())
            if read not in self._drawn_from:
                self._drawn_from[read] = values_of(conclude(self.rebuild.settings, [conclusion], tables))
            self._drawn[key] = self._drawn_from[read]
        return self._drawn[key]

    def _behind(self, conclusion: Conclusion) -> Changes:
        name = conclusion.conclusion_id
        if name not in self._changes:
            tables = sorted(self.rebuild.raw_behind(conclusion.select.tables))
            self._changes[name] = Changes(*({table: raw[table] for table in tables} for raw in (self.old, self.new)))
        return self._changes[name]

    def _keep(self, changes: Changes, table: str, chosen: frozenset[Input]) -> Path:
        """File of a raw table of a mix. Which vintages it lists, the inputs of the conclusion decide together."""
        if table == VINTAGE:
            return self.rebuild.keep(contract(table), changes.mixed(table, chosen))
        key = table, frozenset(one for one in chosen if one.table == table)
        if key not in self._kept:
            self._kept[key] = self.rebuild.keep(contract(table), changes.mixed(*key))
        return self._kept[key]


def attribute(
    between: Between, conclusion: Conclusion, old: Values, new: Values, most: int, on_step: Callable[[], None]
) -> list[Part]:
    """The parts of every figure of a conclusion that moved; for each figure they sum to its move exactly.

    What moves although no input differs is the code's part. A figure that has a value on one side only has no parts.

    Args:
        between: the inputs before, after and in between.
        conclusion: what is concluded.
        old: its values before, with the code of then.
        new: its values after, with the code of then.
        most: inputs told apart; what the rest explain is one part.
        on_step: called before each mix of inputs is looked at.
    """
    moved = [figure for figure in _figures(conclusion, old, new) if stored(old[figure]) != stored(new[figure])]
    if not moved:
        return []
    relevant = between.inputs(conclusion)
    try:
        groups = _groups(between, conclusion, relevant, moved, most, on_step)
    except (RebuildError, KeyError, TypeError):
        groups = None
    return [
        Part(*figure, name, contribution, stored(old[figure]), stored(new[figure]))
        for figure in moved
        for name, contribution in _parts(between, conclusion, groups, figure, old, new, on_step).items()
        if contribution
    ]


def _figures(conclusion: Conclusion, old: Values, new: Values) -> list[tuple[str, str]]:
    """Figures of a conclusion with a value on both sides."""
    return [
        figure
        for figure, value in new.items()
        if figure[0] == conclusion.conclusion_id and value is not None and old.get(figure) is not None
    ]


def _groups(
    between: Between,
    conclusion: Conclusion,
    relevant: Sequence[Input],
    moved: Sequence[tuple[str, str]],
    most: int,
    on_step: Callable[[], None],
) -> dict[str, frozenset[Input]]:
    """The inputs that are told apart, by name. Beyond the most, those of a table that do least alone are one group."""
    if len(relevant) <= most:
        return {one.name: frozenset([one]) for one in relevant}
    everything = frozenset(relevant)

    def size(group: frozenset[Input]) -> float:
        """How far a group moves a figure, taken alone and taken last."""
        on_step()
        pairs = ((frozenset(), group), (everything - group, everything))
        values = [(between.values(conclusion, first), between.values(conclusion, second)) for first, second in pairs]
        return max(
            sum(abs(after[figure] - before[figure]) for before, after in values) / (abs(values[0][0][figure]) or 1.0)
            for figure in moved
        )

    tables = {table: frozenset(one for one in relevant if one.table == table) for table in {i.table for i in relevant}}
    table_sizes = {table: size(parts) for table, parts in sorted(tables.items())}
    working = sorted((table for table in tables if table_sizes[table] > 0), key=lambda table: -table_sizes[table])[
        :most
    ]
    sizes = {one: size(frozenset([one])) for table in working for one in sorted(tables[table], key=_name)}
    largest = sorted((one for one in sizes if sizes[one] > 0), key=lambda one: (-sizes[one], one.name))
    for count in range(len(largest), -1, -1):
        groups = _by_name(largest[:count], {table: tables[table] for table in sorted(working)})
        if len(groups) <= most:
            break
    groups[OTHER] = everything.difference(*(tables[table] for table in working))
    return {name: group for name, group in groups.items() if group}


def _by_name(alone: Sequence[Input], tables: Mapping[str, frozenset[Input]]) -> dict[str, frozenset[Input]]:
    """Some inputs each by itself, and what is left of each table as one group."""
    groups = {one.name: frozenset([one]) for one in sorted(alone, key=_name)}
    for table, parts in tables.items():
        groups[f"{table}/{REST}" if parts & frozenset(alone) else table] = parts.difference(alone)
    return {name: group for name, group in groups.items() if group}


def _name(one: Input) -> str:
    return one.name


def _parts(
    between: Between,
    conclusion: Conclusion,
    groups: Mapping[str, frozenset[Input]] | None,
    figure: tuple[str, str],
    old: Values,
    new: Values,
    on_step: Callable[[], None],
) -> dict[str, Decimal]:
    whole = stored(new[figure]) - stored(old[figure])
    if groups is None:
        return {TOGETHER: whole}

    def value(chosen: frozenset[str]) -> Decimal:
        on_step()
        inputs = frozenset(one for name in chosen for one in groups[name])
        return stored(between.values(conclusion, inputs)[figure])

    try:
        parts = apportion(shapley(list(groups), value))
    except (RebuildError, KeyError, TypeError):
        return {TOGETHER: whole}
    return parts | {CODE: whole - sum(parts.values(), Decimal(0))}
