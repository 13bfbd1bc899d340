"""Corruptions of the rules that contracts declare: each is worked out from the rule, so a new rule brings its own."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import singledispatch

import polars as pl

from nhs_assets.build.checks import declared_check
from nhs_assets.build.declared import Reference, declared_rules
from nhs_assets.contracts.registry import Contract, contract, contracts
from nhs_assets.contracts.rules import (
    AgreesWith,
    Close,
    CompleteOver,
    Each,
    EveryMonth,
    NotAfterToday,
    NotOverdue,
    Ordered,
    Other,
    Periods,
    Plausible,
    Rule,
    SameSums,
    ServesItsFiles,
    SumsToOne,
    Unique,
    Where,
)
from tests.integration.corruptions import Corruption, Tables, audit, drop, received

STRANGERS = ("not_held", "X999", "ZZZ", "0" * 64)
"""Names of nothing, in the forms that contracts ask for."""
MADE_UP = received.ROWS | {"audit.attribution": audit.filled("audit.attribution", audit.PART)}
"""Rows of the tables that a refresh leaves empty."""


def corruptions() -> dict[str, dict[str, Corruption]]:
    """The corruptions of every declared check, by its name."""
    return {
        declared_check(described, rule).name: corruptions_of(rule, described)
        for described in contracts().values()
        for rule in declared_rules(described)
    }


@singledispatch
def corruptions_of(rule: Rule, described: Contract) -> dict[str, Corruption]:
    """What breaks a rule; nothing for a kind of rule that is not known here, which fails the test."""
    return {}


@corruptions_of.register
def _(rule: Reference, described: Contract) -> dict[str, Corruption]:
    def refer(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = _filled(tables, described)
        return {
            described.name: _set(
                frame, _first(frame, {rule.column: Other(None)}), rule.column, _stranger(rule.column, described)
            )
        }

    return {"refers to nothing": refer}


@corruptions_of.register
def _(rule: CompleteOver, described: Contract) -> dict[str, Corruption]:
    def lose(tables: Tables) -> dict[str, pl.DataFrame]:
        changed = _sources_filled(rule, tables)
        frame = changed.get(described.name, tables[described.name])
        return changed | {described.name: frame.remove(_first_combination(rule, tables | changed, described))}

    def alter(column: str) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            here = _first_combination(rule, tables, described)
            return {
                described.name: _set(
                    frame, here, column, _other_value(frame.filter(here)[column][0], column, described)
                )
            }

        return corrupt

    return {"row missing": lose} | {f"another {column}": alter(column) for column in rule.same}


@corruptions_of.register
def _(rule: AgreesWith, described: Contract) -> dict[str, Corruption]:
    given = dict(rule.where) | {here: Other(None) for here in rule.on}

    def lose(tables: Tables) -> dict[str, pl.DataFrame]:
        (row,) = tables[described.name].filter(_matching(given)).head(1).iter_rows(named=True)
        partner = pl.all_horizontal(pl.col(there) == row[here] for here, there in rule.on.items())
        return {rule.table: tables[rule.table].remove(partner)}

    def alter(column: str) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            here = _first(frame, given | {column: Other(None)})
            return {
                described.name: _set(
                    frame, here, column, _other_value(frame.filter(here)[column][0], column, described)
                )
            }

        return corrupt

    def bring_forward(column: str) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            return {described.name: _set(frame, _first(frame, given), column, date(1999, 1, 1))}

        return corrupt

    return (
        {"no partner": lose}
        | {f"another {column}": alter(column) for column in rule.same}
        | {f"{column} too early": bring_forward(column) for column in rule.not_before}
    )


@corruptions_of.register
def _(rule: Ordered, described: Contract) -> dict[str, Corruption]:
    def swap(low: str, high: str) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            here = _nth(frame, pl.col(low) < pl.col(high))
            swapped = [
                pl.when(here).then(pl.col(other)).otherwise(pl.col(column)).cast(frame.schema[column]).alias(column)
                for column, other in ((low, high), (high, low))
            ]
            return {described.name: frame.with_columns(swapped)}

        return corrupt

    pairs = zip(rule.columns, rule.columns[1:], strict=False)
    return {f"{low} and {high} swapped": swap(low, high) for low, high in pairs}


@corruptions_of.register
def _(rule: SumsToOne, described: Contract) -> dict[str, Corruption]:
    def spoil(value: pl.Expr, exempt: bool) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            counted = (
                frame.filter(_matching(rule.at_most) if exempt else ~_matching(rule.at_most)) if rule.at_most else frame
            )
            size = pl.len().over(rule.within) if rule.within else pl.len()
            (row,) = counted.filter(size > 1).head(1).iter_rows(named=True)
            here = _matching({column: row[column] for column in rule.within})
            return {described.name: _set(frame, here, rule.column, value)}

        return corrupt

    found = {"half of it": spoil(pl.col(rule.column) / 2, False), "all of it twice": spoil(pl.lit(1.0), False)}
    return found | ({"all of it twice where some may be left": spoil(pl.lit(1.0), True)} if rule.at_most else {})


@corruptions_of.register
def _(rule: SameSums, described: Contract) -> dict[str, Corruption]:
    def raise_one(column: str) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            return {
                described.name: _set(frame, _first(frame, {column: Other(None)}), column, _a_little_more(frame, column))
            }

        return corrupt

    def lose_group(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[described.name]
        held = frame.row(0, named=True)
        return {described.name: frame.remove(_matching({column: held[column] for column in rule.within}))}

    return {f"{column} raised": raise_one(column) for column in rule.columns} | {"group lost": lose_group}


@corruptions_of.register
def _(rule: Unique, described: Contract) -> dict[str, Corruption]:
    def repeat(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[described.name]
        copied = frame.filter(_first(frame, rule.where))
        key = next(column for column in described.primary_key if column not in rule.columns)
        other = _other_value(copied[key][0], key, described)
        return {described.name: pl.concat([frame, _set(copied, pl.lit(True), key, other)])}

    return {"twice": repeat}


@corruptions_of.register
def _(rule: Periods, described: Contract) -> dict[str, Corruption]:
    later = pl.col(rule.start) + timedelta(days=1)

    def overlap(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[described.name]
        return {described.name: pl.concat([frame, _set(frame.head(1), pl.lit(True), rule.start, later)])}

    def turn_round(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[described.name]
        return {described.name: _set(frame, _first(frame, {}), rule.end, pl.col(rule.start) - timedelta(days=1))}

    return {"two rows on one day": overlap, "ends before it starts": turn_round}


@corruptions_of.register
def _(rule: EveryMonth, described: Contract) -> dict[str, Corruption]:
    def of_all(tables: Tables) -> dict[str, pl.DataFrame]:
        return {described.name: tables[described.name].filter(pl.col(rule.month) < pl.col(rule.month).max())}

    return {
        "month of one missing": lambda tables: {described.name: tables[described.name][1:]},
        "last month of all missing": of_all,
        "no number of years": _without_parameter(rule.years),
    }


@corruptions_of.register
def _(rule: Plausible, described: Contract) -> dict[str, Corruption]:
    counted = {rule.measure: tuple(rule.measures)} if rule.measures else {}
    units = {column.name: column.unit for column in described.columns}

    def move(column: str, factor: float) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            frame = tables[described.name]
            here = _nth(frame, _matching(counted) & (pl.col(column) > 0))
            # With all that is in the same unit, so that low, central and high stay in order.
            moved = frame.with_columns(
                pl.when(here).then(pl.col(other) * factor).otherwise(pl.col(other)).cast(frame.schema[other])
                for other in frame.columns
                if units[other] == units[column]
            )
            return {described.name: moved}

        return corrupt

    return {
        f"{column} {words}": move(column, factor)
        for column in rule.columns
        for words, factor in (("a hundred times too high", 100.0), ("a hundred times too low", 0.01))
    }


@corruptions_of.register
def _(rule: NotAfterToday, described: Contract) -> dict[str, Corruption]:
    return {"years ahead": _with_day(described, rule.column, {}, date(2999, 1, 1))}


@corruptions_of.register
def _(rule: NotOverdue, described: Contract) -> dict[str, Corruption]:
    return {"long past": _with_day(described, rule.column, rule.where, date(2001, 1, 1))}


@corruptions_of.register
def _(rule: Close, described: Contract) -> dict[str, Corruption]:
    def differ(value: float | None) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            return {described.name: _set(_filled(tables, described), pl.lit(True), rule.column, value)}

        return corrupt

    found = {"far above": differ(1e6), "far below": differ(-1e6), "no tolerance": _without_parameter(rule.tolerance)}
    if not rule.may_be_empty:
        found["nothing to compare"] = differ(None)
    return {name: _on_filled(described, corruption) for name, corruption in found.items()}


@corruptions_of.register
def _(rule: ServesItsFiles, described: Contract) -> dict[str, Corruption]:
    def list_file(status: str, serving: int) -> Corruption:
        def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
            source_id = _filled(tables, described)["source_id"][0]
            return received.in_inbox(described.name, status, serving, source_id, rows=serving + 1)(tables)

        return _on_filled(described, corrupt)

    def without_file(tables: Tables) -> dict[str, pl.DataFrame]:
        return {described.name: _filled(tables, described)}

    found = {"not all there": list_file("accepted", 10**6), "superseded and still there": list_file("superseded", 0)}
    return found if rule.has_seed else found | {"of no file": without_file}


def _on_filled(described: Contract, corruption: Corruption) -> Corruption:
    """The corruption of a table that has a made-up row where a refresh leaves it empty."""

    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        filled = {described.name: _filled(tables, described)}
        return filled | corruption({**tables, **filled})

    return corrupt


def _with_day(described: Contract, column: str, where: Where, day: date) -> Corruption:
    def corrupt(tables: Tables) -> dict[str, pl.DataFrame]:
        frame = tables[described.name]
        return {described.name: _set(frame, _first(frame, where), column, day)}

    return corrupt


def _without_parameter(name: str) -> Corruption:
    return drop("evidence.parameter_value", {"parameter_id": name})


def _filled(tables: Tables, described: Contract) -> pl.DataFrame:
    """The table, with a made-up row where a refresh leaves it empty."""
    frame = tables[described.name]
    return MADE_UP[described.name](tables)[described.name] if frame.is_empty() else frame


def _sources_filled(rule: CompleteOver, tables: Tables) -> dict[str, pl.DataFrame]:
    """Tables of the factors that a refresh leaves empty, with a made-up row each."""
    names = {factor.table for factor in rule.factors if isinstance(factor, Each) and tables[factor.table].is_empty()}
    return {name: _filled(tables, contract(name)) for name in names}


def _first_combination(rule: CompleteOver, tables: Tables, described: Contract) -> pl.Expr:
    """The rows of the first combination of the factors."""
    held: dict[str, object] = {}
    # A row that one of the factors is taken from itself would be missed nowhere.
    own = [factor.where for factor in rule.factors if isinstance(factor, Each) and factor.table == described.name]
    taken_from = {column: value for where in own for column, value in where.items()}
    for factor in rule.factors:
        if isinstance(factor, Each):
            free = {there: Other(taken_from[here]) for here, there in factor.columns.items() if here in taken_from}
            rows = tables[factor.table].filter(_matching(factor.where), _matching(free))
            (row,) = rows.head(1).iter_rows(named=True)
            held |= {here: row[there] for here, there in factor.columns.items()}
        else:
            held[factor.column] = (factor.values or described.model.columns()[factor.column].metadata["values"])[0]
    return _matching(held)


def _matching(where: Where | Mapping[str, object]) -> pl.Expr:
    found = [pl.lit(True)]
    for column, wanted in where.items():
        if isinstance(wanted, Other):
            found.append(pl.col(column).ne_missing(pl.lit(wanted.than)))
        elif isinstance(wanted, tuple):
            found.append(pl.col(column).is_in(wanted))
        else:
            found.append(pl.col(column).eq_missing(pl.lit(wanted)))
    return pl.all_horizontal(found)


def _first(frame: pl.DataFrame, where: Where) -> pl.Expr:
    """The first row that matches, or the first of all where none does."""
    return _nth(frame, _matching(where))


def _nth(frame: pl.DataFrame, condition: pl.Expr) -> pl.Expr:
    places = frame.select(condition.fill_null(False).arg_true()).to_series()
    return pl.int_range(pl.len()) == (places[0] if len(places) else 0)


def _set(frame: pl.DataFrame, where: pl.Expr, column: str, value: object) -> pl.DataFrame:
    new = value if isinstance(value, pl.Expr) else pl.lit(value)
    return frame.with_columns(
        pl.when(where).then(new).otherwise(pl.col(column)).cast(frame.schema[column]).alias(column)
    )


def _a_little_more(frame: pl.DataFrame, column: str) -> pl.Expr:
    """One more of what is counted whole; else a millionth, which is a pound where money is held in millions."""
    return pl.col(column) + (1 if frame.schema[column].is_integer() else pl.lit(1e-6).cast(frame.schema[column]))


def _stranger(column: str, described: Contract) -> str:
    pattern = described.model.columns()[column].regex
    return next(name for name in STRANGERS if re.search(pattern, name))


def _other_value(value: object, column: str, described: Contract) -> object:
    """Another value that the contract allows."""
    declared = described.model.columns()[column]
    if isinstance(value, bool):
        return not value
    if isinstance(value, date):
        return value + timedelta(days=1)
    if isinstance(value, str):
        allowed = (declared.metadata or {}).get("values")
        if allowed:
            return next(word for word in allowed if word != value)
        return _stranger(column, described) if getattr(declared, "regex", None) else f"not {value}"
    return pl.col(column) + 1
