"""Checks that contracts declare: each rule compiled into the SELECT of the rows that break it.

The SQL consists of names of contracts and of values in rules, both quoted.
"""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path
from typing import NamedTuple

from nhs_assets.build.select import Select
from nhs_assets.contracts import rules
from nhs_assets.contracts.registry import Contract, contract, contracts
from nhs_assets.contracts.rules import Each, Other, Rule, Value, Values, Where
from nhs_assets.ground.quoting import identifier, literal

TOLERANCE = "1e-6"


class Reference(Rule):
    """A column that refers to another table."""

    def __init__(self, column: str, other: str) -> None:
        self.column = column
        self.table, _, self.key = other.rpartition(".")
        # Other rows may refer to a quarantined row.
        severity = "warn" if contract(self.table).declared(rules.IndependentRows) else "error"
        super().__init__(identity="M1", severity=severity)


class Compiled(NamedTuple):
    """The check of a rule; the rule may state another name, title or remedy."""

    name: str
    title: str
    remedy: str
    select: str


@dataclass(frozen=True)
class _Rows:
    """A table under an alias, as its cells are written in SQL."""

    described: Contract
    alias: str = "t"

    def cell(self, column: str) -> str:
        if column not in self.described.column_names:
            raise KeyError(f"{self.described.name} has no column {column}, which a rule names")
        return f"{self.alias}.{identifier(column)}"

    def cells(self, columns: Iterable[str]) -> list[str]:
        return [self.cell(column) for column in dict.fromkeys(columns)]

    def key_and(self, *columns: str) -> list[str]:
        return self.cells([*self.described.primary_key, *columns])

    def same(self, other: "_Rows", pairs: Mapping[str, str]) -> str:
        """The condition that columns of the other table equal those here."""
        return " AND ".join(f"{other.cell(there)} = {self.cell(here)}" for here, there in pairs.items())

    def matching(self, where: Where) -> list[str]:
        found = []
        for column, wanted in where.items():
            cell = self.cell(column)
            if isinstance(wanted, Other):
                found.append(f"{cell} IS DISTINCT FROM {_value(wanted.than)}")
            elif isinstance(wanted, tuple):
                found.append(f"{cell} IN ({', '.join(map(_value, wanted))})")
            else:
                found.append(f"{cell} IS NULL" if wanted is None else f"{cell} = {_value(wanted)}")
        return found

    def select(self, columns: Iterable[str], where: Iterable[str] = (), join: str = "") -> str:
        joined = f"\n{join}" if join else ""
        return _select(columns, f"FROM {self.described.name} AS {self.alias}{joined}", where)

    def left_join(self, on: str) -> str:
        return f"LEFT JOIN {self.described.name} AS {self.alias} ON {on}"


def declared_rules(described: Contract) -> tuple[Rule, ...]:
    """What a contract declares: references of its own columns, then its rules.

    A table that extends another has its rows, so references of inherited columns are checked in the other.
    """
    tables = {found.model: found for found in contracts().values()}
    inherited = {name for base in described.model.__bases__ if base in tables for name in tables[base].column_names}
    references = [
        Reference(column.name, column.references)
        for column in described.columns
        if column.references and column.name not in inherited
    ]
    return (*references, *described.declared(Rule))


def declared_select(described: Contract, rule: Rule) -> tuple[str, Select]:
    """The name of a rule's check, and its SELECT with the header of a written check."""
    compiled, words = compile_rule(rule, _Rows(described)), rule.words
    header = {
        "table": described.name,
        "identity": words.identity,
        "severity": words.severity,
        "title": words.title or compiled.title,
        "remedy": words.remedy or compiled.remedy,
    }
    lines = [f"-- {key}: {value}" for key, value in header.items() if value]
    text = "\n".join([*lines, compiled.select]) + "\n"
    return words.name or compiled.name, Select(Path(inspect.getfile(described.model)), text)


@singledispatch
def compile_rule(rule: Rule, t: _Rows) -> Compiled:
    """The check of a rule on a table."""
    raise TypeError(f"{type(rule).__name__} on {t.described.name} has no SELECT")


@compile_rule.register
def _(rule: Reference, t: _Rows) -> Compiled:
    o = _Rows(contract(rule.table), "o")
    return Compiled(
        f"{t.described.table}_{rule.column.removesuffix('_id')}_is_known",
        f"Every {rule.column} in {t.described.name} exists in {rule.table}.",
        f"Correct {rule.column}, or add the missing row to {rule.table}.",
        t.select(
            t.key_and(rule.column),
            [f"{t.cell(rule.column)} IS NOT NULL", f"{o.cell(rule.key)} IS NULL"],
            o.left_join(t.same(o, {rule.column: rule.key})),
        ),
    )


@compile_rule.register
def _(rule: rules.CompleteOver, t: _Rows) -> Compiled:
    joined, columns, on = [], [], []
    for place, factor in enumerate(rule.factors):
        joined.append(f"({_factor(factor, rule.same if place == 0 else {}, t.described)}) AS f{place}")
        for here in [factor.column] if isinstance(factor, Values) else factor.columns:
            columns.append(f"f{place}.{identifier(here)}")
            on.append(f"{t.cell(here)} = f{place}.{identifier(here)}")
    breaks = [f"{t.cell(t.described.primary_key[0])} IS NULL"]
    for here in rule.same:
        columns += [f"f0.{_expected(here)}", f"{t.cell(here)} AS {_actual(here)}"]
        breaks.append(f"{t.cell(here)} IS DISTINCT FROM f0.{_expected(here)}")
    same = f" with the same {_listed(rule.same)}" if rule.same else ""
    join = t.left_join(" AND ".join([*on, *t.matching(rule.having)]))
    return Compiled(
        f"{t.described.table}_is_complete",
        f"Every {' with every '.join(map(_in_words, rule.factors))} has a row in {t.described.name}{same}.",
        f"Find where the row is lost or changed on the way to {t.described.name}.",
        _select(columns, f"FROM {' CROSS JOIN '.join(joined)}\n{join}", [" OR ".join(breaks)]),
    )


@compile_rule.register
def _(rule: rules.AgreesWith, t: _Rows) -> Compiled:
    o = _Rows(contract(rule.table), "o")
    columns = t.key_and(*rule.on)
    breaks = [f"{o.cell(there)} IS NULL" for there in rule.on.values()]
    for pairs, operator in ((rule.same, "IS DISTINCT FROM"), (rule.not_before, "<")):
        for here, there in pairs.items():
            breaks.append(f"{t.cell(here)} {operator} {o.cell(there)}")
            columns += [f"{o.cell(there)} AS {_expected(here)}", f"{t.cell(here)} AS {_actual(here)}"]
    agreed = f" with the same {_listed(rule.same)}" if rule.same else ""
    agreed += "".join(f", and not with a later {there}" for there in rule.not_before.values())
    given = [f"{t.cell(here)} IS NOT NULL" for here in rule.on]
    return Compiled(
        f"{t.described.table}_agrees_with_{o.described.table}",
        f"Every {_listed(rule.on)} in {t.described.name} exists in {rule.table}{agreed}.",
        f"Correct the row, or that of {rule.table}.",
        t.select(columns, [*t.matching(rule.where), *given, " OR ".join(breaks)], o.left_join(t.same(o, rule.on))),
    )


@compile_rule.register
def _(rule: rules.Ordered, t: _Rows) -> Compiled:
    cells = t.cells(rule.columns)
    # Every pair, since an empty cell may stand between two others.
    pairs = [f"{low} > {high}" for place, low in enumerate(cells) for high in cells[place + 1 :]]
    return Compiled(
        f"{t.described.table}_{rule.columns[0]}_to_{rule.columns[-1]}_is_ordered",
        f"{_listed(rule.columns)} of {t.described.name} are in this order.",
        f"One of the columns is not of the same row of figures; work {t.described.name} out again.",
        t.select(t.key_and(*rule.columns), [" OR ".join(pairs)]),
    )


@compile_rule.register
def _(rule: rules.SumsToOne, t: _Rows) -> Compiled:
    s = _Rows(t.described, "s")
    within = s.cells(rule.within)
    exempt = " AND ".join(s.matching(rule.at_most)) or "FALSE"
    total = f"sum({s.cell(rule.column)}) AS total"
    sums = s.select([*within, total, f"max(CASE WHEN {exempt} THEN 1 ELSE 0 END) AS is_exempt"])
    sums += f" GROUP BY {', '.join(within)}" if within else ""
    on = " AND ".join(f"{t.cell(column)} = g.{identifier(column)}" for column in rule.within) or "TRUE"
    of_each = f" for each {_listed(rule.within)}" if within else ""
    return Compiled(
        f"{t.described.table}_{rule.column}_sums_to_one",
        f"{rule.column} of {t.described.name} sums to one{of_each}.",
        "Correct the shares, or add the missing row.",
        # Every row of the group is listed, since any may be wrong; the sum of no rows is empty.
        _select(
            [*t.key_and(rule.column), "1 AS expected_total", "g.total AS actual_total"],
            f"FROM ({sums}) AS g\n{t.left_join(on)}",
            [f"g.total IS NULL OR g.total > 1 + {TOLERANCE} OR (g.total < 1 - {TOLERANCE} AND g.is_exempt = 0)"],
        ),
    )


@compile_rule.register
def _(rule: rules.SameSums, t: _Rows) -> Compiled:
    other = _Rows(contract(rule.table), "o")
    sums = []
    for rows in (t, other):
        within = rows.cells(rule.within)
        summed = rows.select([*within, *(f"sum({rows.cell(name)}) AS {identifier(name)}" for name in rule.columns)])
        sums.append(f"({summed} GROUP BY {', '.join(within)}) AS {rows.alias}")
    columns = [f"coalesce({t.cell(name)}, {other.cell(name)}) AS {identifier(name)}" for name in rule.within]
    breaks = []
    for name in rule.columns:
        here, there = t.cell(name), other.cell(name)
        columns += [f"{there} AS {_expected(name)}", f"{here} AS {_actual(name)}"]
        # Twice the difference, so that one pound in money held in millions is found.
        breaks.append(f"coalesce(abs({here} - {there}) * 2 > {TOLERANCE}, ({here} IS NULL) <> ({there} IS NULL))")
    on = t.same(other, {name: name for name in rule.within})
    return Compiled(
        f"{t.described.table}_keeps_its_sums",
        f"{_listed(rule.columns)} of {t.described.name} sum to those of {rule.table} for each {_listed(rule.within)}.",
        f"Something is counted twice or not at all on the way from {rule.table}; look at what it is shared by.",
        _select(columns, f"FROM {sums[0]}\nFULL OUTER JOIN {sums[1]} ON {on}", [" OR ".join(breaks)]),
    )


@compile_rule.register
def _(rule: rules.Unique, t: _Rows) -> Compiled:
    columns = t.cells(rule.columns)
    rows = t.select([*columns, "count(*) AS actual_rows"], t.matching(rule.where))
    return Compiled(
        f"{t.described.table}_{'_and_'.join(rule.columns)}_is_unique",
        f"No two rows of {t.described.name} have the same {_listed(rule.columns)}.",
        "Correct one of the rows, or merge them.",
        f"{rows}\nGROUP BY {', '.join(columns)}\nHAVING count(*) > 1",
    )


@compile_rule.register
def _(rule: rules.Periods, t: _Rows) -> Compiled:
    o = _Rows(t.described, "o")
    start, end, later = t.cell(rule.start), t.cell(rule.end), o.cell(rule.start)
    same = t.same(o, {column: column for column in rule.within})
    return Compiled(
        f"{t.described.table}_periods_do_not_overlap",
        f"No two rows of one {_listed(rule.within)} in {t.described.name} hold on the same day.",
        "Close the earlier row before the later one opens.",
        t.select(
            [*t.cells([*rule.within, rule.start, rule.end]), f"{later} AS overlapping_from"],
            [f"{later} IS NOT NULL OR {end} < {start}"],
            o.left_join(f"{same} AND {later} > {start} AND ({end} IS NULL OR {end} >= {later})"),
        ),
    )


@compile_rule.register
def _(rule: rules.EveryMonth, t: _Rows) -> Compiled:
    within, month = t.cells(rule.within), t.cell(rule.month)
    span = t.select([f"date_diff('month', min({month}), max({month})) + 1 AS months"])
    counted = ["s.months AS actual_span", "count(*) AS actual_months", "max(p.value) * 12 AS expected_months"]
    months = t.select([*within, *counted], join=f"CROSS JOIN ({span}) AS s\n{_left_join_parameter(rule.years)}")
    differs = "count(*) <> s.months OR coalesce(count(*) <> max(p.value) * 12, TRUE)"
    return Compiled(
        f"{t.described.table}_has_every_month",
        f"Every {_listed(rule.within)} in {t.described.name} has each month of {rule.years}.",
        "Months were lost on the way; look at the tables it is made from.",
        f"{months}\nGROUP BY {', '.join([*within, 's.months'])}\nHAVING {differs}",
    )


@compile_rule.register
def _(rule: rules.Plausible, t: _Rows) -> Compiled:
    joins, measure = _measure(rule, t)
    m = _Rows(contract("raw.measure"), "m")
    low, high = m.cell("plausible_low"), m.cell("plausible_high")
    units = {column.name: column.unit for column in t.described.columns}
    breaks = [f"{m.cell('measure_id')} IS NULL"]
    for column in rule.columns:
        breaks += [f"{t.cell(column)} < {low}", f"{t.cell(column)} > {high}"]
        if not units[column].startswith("as the "):
            breaks.append(f"{m.cell('unit')} <> {literal(units[column])}")
    columns = [*t.key_and(), f"{measure} AS measure_id", f"{low} AS expected_low", f"{high} AS expected_high"]
    return Compiled(
        f"{t.described.table}_is_plausible",
        f"{_listed(rule.columns)} of {t.described.name} lie in the plausible range of the measure.",
        "Look for a misplaced zero or a wrong unit; widen the range of the measure only with a reason.",
        t.select(
            [*columns, *(f"{t.cell(column)} AS {_actual(column)}" for column in rule.columns)],
            [" OR ".join(dict.fromkeys(breaks))],
            "\n".join([*joins, m.left_join(f"{m.cell('measure_id')} = {measure}")]),
        ),
    )


def _measure(rule: rules.Plausible, t: _Rows) -> tuple[list[str], str]:
    """The joins that lead to the measure of a row, and its cell."""
    if rule.measures:
        rows = [f"SELECT {literal(key)} AS named, {literal(name)} AS measure" for key, name in rule.measures.items()]
        return [f"INNER JOIN ({' UNION ALL '.join(rows)}) AS k ON k.named = {t.cell(rule.measure)}"], "k.measure"
    table, _, column = rule.measure.rpartition(".")
    if not table:
        return [], t.cell(column)
    k = _Rows(contract(table), "k")
    return [k.left_join(t.same(k, {key: key for key in t.described.primary_key}))], k.cell(column)


@compile_rule.register
def _(rule: rules.NotAfterToday, t: _Rows) -> Compiled:
    return Compiled(
        f"{t.described.table}_is_not_of_the_future",
        f"No {rule.column} in {t.described.name} lies after today.",
        f"Correct {rule.column}; add what is still to come once it has happened.",
        t.select([*t.key_and(rule.column), "$today AS expected_at_most"], [f"{t.cell(rule.column)} > $today"]),
    )


@compile_rule.register
def _(rule: rules.NotOverdue, t: _Rows) -> Compiled:
    return Compiled(
        f"{t.described.table}_review_is_due",
        f"No {rule.column} in {t.described.name} has passed.",
        f"Review it; then change it, or set a later {rule.column}.",
        t.select(t.key_and(rule.column), [*t.matching(rule.where), f"{t.cell(rule.column)} < $today"]),
    )


@compile_rule.register
def _(rule: rules.Close, t: _Rows) -> Compiled:
    cell = t.cell(rule.column)
    breaks = ["p.value IS NULL", f"abs({cell}) > p.value", *([] if rule.may_be_empty else [f"{cell} IS NULL"])]
    columns = [*t.key_and(rule.column), "p.value AS tolerance"]
    return Compiled(
        f"{t.described.table}_is_close",
        f"{rule.column} of {t.described.name} is no more than {rule.tolerance}.",
        "Compare both figures with their sources.",
        t.select(columns, [" OR ".join(breaks)], _left_join_parameter(rule.tolerance)),
    )


@compile_rule.register
def _(rule: rules.ServesItsFiles, t: _Rows) -> Compiled:
    source_id, i = t.cell("source_id"), _Rows(contract("raw.inbox_file"), "i")
    counted = t.select([f"{source_id} AS source_id", "count(*) AS served"]) + f" GROUP BY {source_id}"
    columns = i.cells(["file", "inbox_status", "source_id", "serving_rows"])
    listed = i.select(columns, i.matching({"raw_table": t.described.name}))
    breaks = ["f.serving_rows <> coalesce(c.served, 0)", *([] if rule.has_seed else ["f.file IS NULL"])]
    return Compiled(
        f"{t.described.table}_serves_its_files",
        f"{t.described.name} holds the rows that each file from the inbox should provide, and no others of it.",
        "Look at its folder in the archive; if its rows stop the refresh, run: nhs-assets inbox withdraw.",
        _select(
            ["f.file", "f.inbox_status", "c.source_id", "f.serving_rows AS expected_rows", "c.served AS actual_rows"],
            f"FROM ({listed}) AS f\nFULL JOIN ({counted}) AS c ON c.source_id = f.source_id",
            [" OR ".join(breaks)],
        ),
    )


def _select(columns: Iterable[str], from_: str, where: Iterable[str]) -> str:
    conditions = " AND ".join(f"({condition})" for condition in where)
    return f"SELECT {', '.join(columns)}\n{from_}" + (f"\nWHERE {conditions}" if conditions else "")


def _left_join_parameter(name: str) -> str:
    return f"LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = {literal(name)} AND p.is_current"


def _expected(column: str) -> str:
    return identifier(f"expected_{column}")


def _actual(column: str) -> str:
    return identifier(f"actual_{column}")


def _factor(factor: Each | Values, same: Mapping[str, str], described: Contract) -> str:
    if isinstance(factor, Values):
        stated = factor.values or described.model.columns()[factor.column].metadata["values"]
        return " UNION ALL ".join(f"SELECT {_value(value)} AS {identifier(factor.column)}" for value in stated)
    s = _Rows(contract(factor.table), "s")
    columns = [f"{s.cell(there)} AS {identifier(here)}" for here, there in factor.columns.items()]
    columns += [f"{s.cell(there)} AS {_expected(here)}" for here, there in same.items()]
    return s.select([f"DISTINCT {', '.join(columns)}"], s.matching(factor.where))


def _in_words(factor: Each | Values) -> str:
    if isinstance(factor, Values):
        return f"{factor.column} ({', '.join(map(str, factor.values))})" if factor.values else factor.column
    return f"{_listed(factor.columns.values())} of {factor.table}"


def _value(value: Value) -> str:
    if isinstance(value, str):
        return literal(value)
    return "NULL" if value is None else str(value).upper()


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
