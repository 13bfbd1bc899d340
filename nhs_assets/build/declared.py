"""Checks that contracts declare: each rule compiled into the SELECT of the rows that break it.

The SQL is put together from the names of contracts and the values that rules state, both quoted.
"""

import inspect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import singledispatch
from pathlib import Path

from nhs_assets.build.select import Select
from nhs_assets.contracts.registry import Contract, contract, contracts
from nhs_assets.contracts.rules import (
    AgreesWith,
    Close,
    CompleteOver,
    Each,
    EveryMonth,
    IndependentRows,
    NotAfterToday,
    NotOverdue,
    Ordered,
    Other,
    Periods,
    Plausible,
    Rule,
    ServesItsFiles,
    SumsToOne,
    Unique,
    Value,
    Values,
    Where,
)
from nhs_assets.ground.quoting import identifier, literal

TOLERANCE = "1e-6"


class Reference(Rule):
    """A column whose values another table holds."""

    def __init__(self, column: str, other: str) -> None:
        self.column = column
        self.table, _, self.key = other.rpartition(".")
        # A row that was set aside leaves others that refer to it; the quarantine tells why.
        severity = "warn" if contract(self.table).declared(IndependentRows) else "error"
        super().__init__(identity="M1", severity=severity)


@dataclass(frozen=True)
class Compiled:
    """What the check of a rule is called and says, where its contract does not say otherwise, and its SELECT."""

    name: str
    title: str
    remedy: str
    select: str


def declared_rules(described: Contract) -> tuple[Rule, ...]:
    """What a contract declares: references of its own columns, then its rules.

    A table that extends another holds its rows, so the references of the columns it takes over are checked there.
    """
    tables = {found.model: found for found in contracts().values()}
    taken_over = {name for base in described.model.__bases__ if base in tables for name in tables[base].column_names}
    references = [
        Reference(column.name, column.references)
        for column in described.columns
        if column.references and column.name not in taken_over
    ]
    return (*references, *described.declared(Rule))


def declared_select(described: Contract, rule: Rule) -> tuple[str, Select]:
    """The name and the SELECT of the check of a rule, with the header that a written check has.

    Raises:
        KeyError: if a rule names a table or column that does not exist.
    """
    compiled, words = compile_rule(rule, described), rule.words
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
def compile_rule(rule: Rule, described: Contract) -> Compiled:
    """The check of a rule on a table."""
    raise TypeError(f"{type(rule).__name__} on {described.name} has no SELECT")


@compile_rule.register
def _(rule: Reference, described: Contract) -> Compiled:
    other = contract(rule.table)
    return Compiled(
        name=f"{described.table}_{rule.column.removesuffix('_id')}_is_known",
        title=f"Every {rule.column} in {described.name} exists in {rule.table}.",
        remedy=f"Correct {rule.column}, or add the missing row to {rule.table}.",
        select=_select(
            _cells("t", described, [*described.primary_key, rule.column]),
            f"{_from(described, 't')}\nLEFT JOIN {other.name} AS o"
            f" ON {_cell('o', other, rule.key)} = {_cell('t', described, rule.column)}",
            [f"{_cell('t', described, rule.column)} IS NOT NULL", f"{_cell('o', other, rule.key)} IS NULL"],
        ),
    )


@compile_rule.register
def _(rule: CompleteOver, described: Contract) -> Compiled:
    joined, columns, on = [], [], []
    for place, factor in enumerate(rule.factors):
        same = rule.same if place == 0 else {}
        joined.append(f"({_factor(factor, same, described)}) AS f{place}")
        for here in _columns_of(factor):
            columns.append(f"f{place}.{identifier(here)}")
            on.append(f"{_cell('t', described, here)} = f{place}.{identifier(here)}")
    on += _matching("t", described, rule.having)
    differs = [f"{_cell('t', described, here)} IS DISTINCT FROM f0.{_expected(here)}" for here in rule.same]
    for here in rule.same:
        columns += [f"f0.{_expected(here)}", f"{_cell('t', described, here)} AS {_actual(here)}"]
    missing = f"{_cell('t', described, described.primary_key[0])} IS NULL"
    return Compiled(
        name=f"{described.table}_is_complete",
        title=f"Every {' with every '.join(map(_in_words, rule.factors))} has a row in {described.name}"
        + (f" with the same {_listed(rule.same)}." if rule.same else "."),
        remedy=f"Find where the row is lost or changed on the way to {described.name}.",
        select=_select(
            columns,
            f"FROM {' CROSS JOIN '.join(joined)}\nLEFT JOIN {described.name} AS t ON {' AND '.join(on)}",
            [" OR ".join([missing, *differs])],
        ),
    )


@compile_rule.register
def _(rule: AgreesWith, described: Contract) -> Compiled:
    other = contract(rule.table)
    on = [f"{_cell('o', other, there)} = {_cell('t', described, here)}" for here, there in rule.on.items()]
    given = [f"{_cell('t', described, here)} IS NOT NULL" for here in rule.on]
    columns = [*_cells("t", described, [*described.primary_key, *rule.on])]
    breaks = [f"{_cell('o', other, there)} IS NULL" for there in rule.on.values()]
    for pairs, operator in ((rule.same, "IS DISTINCT FROM"), (rule.not_before, "<")):
        for here, there in pairs.items():
            actual, expected = _cell("t", described, here), _cell("o", other, there)
            breaks.append(f"{actual} {operator} {expected}")
            columns += [f"{expected} AS {_expected(here)}", f"{actual} AS {_actual(here)}"]
    held = f" with the same {_listed(rule.same)}" if rule.same else ""
    held += "".join(f", and not with a later {there}" for there in rule.not_before.values())
    return Compiled(
        name=f"{described.table}_agrees_with_{other.table}",
        title=f"Every {_listed(rule.on)} in {described.name} exists in {rule.table}{held}.",
        remedy=f"Correct the row, or that of {rule.table}.",
        select=_select(
            columns,
            f"{_from(described, 't')}\nLEFT JOIN {other.name} AS o ON {' AND '.join(on)}",
            [*_matching("t", described, rule.where), *given, " OR ".join(breaks)],
        ),
    )


@compile_rule.register
def _(rule: Ordered, described: Contract) -> Compiled:
    cells = [_cell("t", described, column) for column in rule.columns]
    # Every pair: an empty cell in between hides nothing.
    pairs = [f"{low} > {high}" for place, low in enumerate(cells) for high in cells[place + 1 :]]
    return Compiled(
        name=f"{described.table}_{rule.columns[0]}_to_{rule.columns[-1]}_is_ordered",
        title=f"{_listed(rule.columns)} of {described.name} are in this order.",
        remedy=f"One of the columns is not of the same row of figures; work {described.name} out again.",
        select=_select(
            _cells("t", described, [*described.primary_key, *rule.columns]), _from(described, "t"), [" OR ".join(pairs)]
        ),
    )


@compile_rule.register
def _(rule: SumsToOne, described: Contract) -> Compiled:
    within = _cells("s", described, rule.within)
    exempt = " AND ".join(_matching("s", described, rule.at_most)) or "FALSE"
    total = f"sum({_cell('s', described, rule.column)})"
    sums = _select(
        [*within, f"{total} AS total", f"max(CASE WHEN {exempt} THEN 1 ELSE 0 END) AS is_exempt"],
        _from(described, "s"),
        [],
    ) + (f" GROUP BY {', '.join(within)}" if within else "")
    on = [f"{_cell('t', described, column)} = g.{identifier(column)}" for column in rule.within]
    return Compiled(
        name=f"{described.table}_{rule.column}_sums_to_one",
        title=f"{rule.column} of {described.name} sums to one"
        + (f" for each {_listed(rule.within)}." if within else "."),
        remedy="Correct the shares, or add the missing row.",
        # Every row of the group is listed, since any of them may be wrong; no row at all sums to nothing.
        select=_select(
            [
                *_cells("t", described, [*described.primary_key, rule.column]),
                "1 AS expected_total",
                "g.total AS actual_total",
            ],
            f"FROM ({sums}) AS g\nLEFT JOIN {described.name} AS t ON {' AND '.join(on) or 'TRUE'}",
            [f"g.total IS NULL OR g.total > 1 + {TOLERANCE} OR (g.total < 1 - {TOLERANCE} AND g.is_exempt = 0)"],
        ),
    )


@compile_rule.register
def _(rule: Unique, described: Contract) -> Compiled:
    columns = _cells("t", described, rule.columns)
    return Compiled(
        name=f"{described.table}_{'_and_'.join(rule.columns)}_is_unique",
        title=f"No two rows of {described.name} have the same {_listed(rule.columns)}.",
        remedy="Correct one of the rows, or merge them.",
        select=_select(
            [*columns, "count(*) AS actual_rows"], _from(described, "t"), _matching("t", described, rule.where)
        )
        + f"\nGROUP BY {', '.join(columns)}\nHAVING count(*) > 1",
    )


@compile_rule.register
def _(rule: Periods, described: Contract) -> Compiled:
    start, end = _cell("t", described, rule.start), _cell("t", described, rule.end)
    later = _cell("o", described, rule.start)
    same = [f"{_cell('o', described, column)} = {_cell('t', described, column)}" for column in rule.within]
    overlaps = " AND ".join([*same, f"{later} > {start}", f"({end} IS NULL OR {end} >= {later})"])
    return Compiled(
        name=f"{described.table}_periods_do_not_overlap",
        title=f"No two rows of one {_listed(rule.within)} in {described.name} hold on the same day.",
        remedy="Close the earlier row before the later one opens.",
        select=_select(
            [*_cells("t", described, [*rule.within, rule.start, rule.end]), f"{later} AS overlapping_from"],
            f"{_from(described, 't')}\nLEFT JOIN {described.name} AS o ON {overlaps}",
            [f"{later} IS NOT NULL OR {end} < {start}"],
        ),
    )


@compile_rule.register
def _(rule: EveryMonth, described: Contract) -> Compiled:
    within, month = _cells("t", described, rule.within), _cell("t", described, rule.month)
    span = f"(SELECT date_diff('month', min({month}), max({month})) + 1 AS months {_from(described, 't')})"
    return Compiled(
        name=f"{described.table}_has_every_month",
        title=f"Every {_listed(rule.within)} in {described.name} has each month of {rule.years}.",
        remedy="Months were lost on the way; look at the tables it is made from.",
        select=_select(
            [*within, "s.months AS actual_span", "count(*) AS actual_months", "max(p.value) * 12 AS expected_months"],
            f"{_from(described, 't')}\nCROSS JOIN {span} AS s\n{_left_join_parameter(rule.years)}",
            [],
        )
        + f"\nGROUP BY {', '.join([*within, 's.months'])}"
        + "\nHAVING count(*) <> s.months OR coalesce(count(*) <> max(p.value) * 12, TRUE)",
    )


@compile_rule.register
def _(rule: Plausible, described: Contract) -> Compiled:
    joins, measure = _measure(rule, described)
    bounds = contract("raw.measure")
    low, high = _cell("m", bounds, "plausible_low"), _cell("m", bounds, "plausible_high")
    units = {column.name: column.unit for column in described.columns}
    breaks = [f"{_cell('m', bounds, 'measure_id')} IS NULL"]
    for column in rule.columns:
        cell = _cell("t", described, column)
        breaks += [f"{cell} < {low}", f"{cell} > {high}"]
        if not units[column].startswith("as the "):
            breaks.append(f"{_cell('m', bounds, 'unit')} <> {literal(units[column])}")
    columns = [f"{low} AS expected_low", f"{high} AS expected_high"]
    columns += [f"{_cell('t', described, column)} AS {_actual(column)}" for column in rule.columns]
    return Compiled(
        name=f"{described.table}_is_plausible",
        title=f"{_listed(rule.columns)} of {described.name} lie in the plausible range of the measure.",
        remedy="Look for a misplaced zero or a wrong unit; widen the range of the measure only with a reason.",
        select=_select(
            [*_cells("t", described, described.primary_key), f"{measure} AS measure_id", *columns],
            "\n".join(
                [
                    _from(described, "t"),
                    *joins,
                    f"LEFT JOIN raw.measure AS m ON {_cell('m', bounds, 'measure_id')} = {measure}",
                ]
            ),
            [" OR ".join(dict.fromkeys(breaks))],
        ),
    )


def _measure(rule: Plausible, described: Contract) -> tuple[list[str], str]:
    """How the measure of a row is found: the tables to join, and its cell."""
    if rule.measures:
        rows = [f"SELECT {literal(key)} AS named, {literal(name)} AS measure" for key, name in rule.measures.items()]
        named = _cell("t", described, rule.measure)
        return [f"INNER JOIN ({' UNION ALL '.join(rows)}) AS k ON k.named = {named}"], "k.measure"
    table, _, column = rule.measure.rpartition(".")
    if not table:
        return [], _cell("t", described, column)
    other = contract(table)
    on = [f"{_cell('k', other, key)} = {_cell('t', described, key)}" for key in described.primary_key]
    return [f"LEFT JOIN {other.name} AS k ON {' AND '.join(on)}"], _cell("k", other, column)


@compile_rule.register
def _(rule: NotAfterToday, described: Contract) -> Compiled:
    cell = _cell("t", described, rule.column)
    return Compiled(
        name=f"{described.table}_is_not_of_the_future",
        title=f"No {rule.column} in {described.name} lies after today.",
        remedy=f"Correct {rule.column}; add what is still to come once it has happened.",
        select=_select(
            [*_cells("t", described, [*described.primary_key, rule.column]), "$today AS expected_at_most"],
            _from(described, "t"),
            [f"{cell} > $today"],
        ),
    )


@compile_rule.register
def _(rule: NotOverdue, described: Contract) -> Compiled:
    return Compiled(
        name=f"{described.table}_review_is_due",
        title=f"No {rule.column} in {described.name} has passed.",
        remedy=f"Review it; then change it, or set a later {rule.column}.",
        select=_select(
            _cells("t", described, [*described.primary_key, rule.column]),
            _from(described, "t"),
            [*_matching("t", described, rule.where), f"{_cell('t', described, rule.column)} < $today"],
        ),
    )


@compile_rule.register
def _(rule: Close, described: Contract) -> Compiled:
    cell = _cell("t", described, rule.column)
    breaks = ["p.value IS NULL", f"abs({cell}) > p.value", *([] if rule.may_be_empty else [f"{cell} IS NULL"])]
    return Compiled(
        name=f"{described.table}_is_close",
        title=f"{rule.column} of {described.name} is no more than {rule.tolerance}.",
        remedy="Compare both figures with their sources.",
        select=_select(
            [*_cells("t", described, [*described.primary_key, rule.column]), "p.value AS tolerance"],
            f"{_from(described, 't')}\n{_left_join_parameter(rule.tolerance)}",
            [" OR ".join(breaks)],
        ),
    )


@compile_rule.register
def _(rule: ServesItsFiles, described: Contract) -> Compiled:
    source_id = _cell("t", described, "source_id")
    counted = f"SELECT {source_id} AS source_id, count(*) AS served {_from(described, 't')} GROUP BY {source_id}"
    files = contract("raw.inbox_file")
    listed = _select(
        _cells("i", files, ["file", "inbox_status", "source_id", "serving_rows"]),
        _from(files, "i"),
        _matching("i", files, {"raw_table": described.name}),
    )
    breaks = ["f.serving_rows <> coalesce(c.served, 0)", *([] if rule.has_seed else ["f.file IS NULL"])]
    return Compiled(
        name=f"{described.table}_serves_its_files",
        title=f"{described.name} holds the rows that each file from the inbox should provide, and no others of it.",
        remedy="Look at its folder in the archive; if its rows stop the refresh, run: nhs-assets inbox withdraw.",
        select=_select(
            ["f.file", "f.inbox_status", "c.source_id", "f.serving_rows AS expected_rows", "c.served AS actual_rows"],
            f"FROM ({listed}) AS f\nFULL JOIN ({counted}) AS c ON c.source_id = f.source_id",
            [" OR ".join(breaks)],
        ),
    )


def _left_join_parameter(name: str) -> str:
    return f"LEFT JOIN evidence.parameter_value AS p ON p.parameter_id = {literal(name)} AND p.is_current"


def _select(columns: Iterable[str], from_: str, where: Iterable[str]) -> str:
    conditions = [f"({condition})" for condition in where]
    return f"SELECT {', '.join(columns)}\n{from_}" + (f"\nWHERE {' AND '.join(conditions)}" if conditions else "")


def _from(described: Contract, alias: str) -> str:
    return f"FROM {described.name} AS {alias}"


def _cell(alias: str, described: Contract, column: str) -> str:
    if column not in described.column_names:
        raise KeyError(f"{described.name} has no column {column}, which a rule names")
    return f"{alias}.{identifier(column)}"


def _cells(alias: str, described: Contract, columns: Iterable[str]) -> list[str]:
    return [_cell(alias, described, column) for column in dict.fromkeys(columns)]


def _expected(column: str) -> str:
    return identifier(f"expected_{column}")


def _actual(column: str) -> str:
    return identifier(f"actual_{column}")


def _factor(factor: Each | Values, same: Mapping[str, str], described: Contract) -> str:
    if isinstance(factor, Values):
        name = identifier(factor.column)
        return " UNION ALL ".join(f"SELECT {_value(one)} AS {name}" for one in _stated(factor, described))
    source = contract(factor.table)
    columns = [f"{_cell('s', source, there)} AS {identifier(here)}" for here, there in factor.columns.items()]
    columns += [f"{_cell('s', source, there)} AS {_expected(here)}" for here, there in same.items()]
    return _select([f"DISTINCT {', '.join(columns)}"], _from(source, "s"), _matching("s", source, factor.where))


def _columns_of(factor: Each | Values) -> tuple[str, ...]:
    return (factor.column,) if isinstance(factor, Values) else tuple(factor.columns)


def _stated(factor: Values, described: Contract) -> tuple[Value, ...]:
    return factor.values or tuple(described.model.columns()[factor.column].metadata["values"])


def _in_words(factor: Each | Values) -> str:
    if isinstance(factor, Values):
        return f"{factor.column} ({', '.join(map(str, factor.values))})" if factor.values else factor.column
    return f"{_listed(factor.columns.values())} of {factor.table}"


def _matching(alias: str, described: Contract, where: Where) -> list[str]:
    found = []
    for column, wanted in where.items():
        cell = _cell(alias, described, column)
        if isinstance(wanted, Other):
            found.append(f"{cell} IS DISTINCT FROM {_value(wanted.than)}")
        elif isinstance(wanted, tuple):
            found.append(f"{cell} IN ({', '.join(map(_value, wanted))})")
        else:
            found.append(f"{cell} IS NULL" if wanted is None else f"{cell} = {_value(wanted)}")
    return found


def _value(value: Value) -> str:
    if isinstance(value, str):
        return literal(value)
    return "NULL" if value is None else str(value).upper()


def _listed(names: Iterable[str]) -> str:
    *most, last = names
    return f"{', '.join(most)} and {last}" if most else last
