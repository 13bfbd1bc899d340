"""Which rows a figure goes back to: the lineage of its column walked to the seeds, and the rows that share its key."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nhs_assets.build import lookup
from nhs_assets.build.lookup import Filter
from nhs_assets.build.select import WHOLE_TABLE
from nhs_assets.contracts.registry import contract, contracts
from nhs_assets.outputs.explained import Explained, Row

SHOWN_ROWS = 5
PARAMETERS = "evidence.parameter_value"
PARAMETER_TABLES = (PARAMETERS, "raw.parameter_value")
_LINKING_UNITS = ("identifier", "code", "category", "financial year")


@dataclass(frozen=True)
class Input:
    """Rows of one table that a figure is worked out from.

    Attributes:
        table: the table.
        columns: columns of it that the figure goes back to.
        steps: how many tables stand between, the table itself included.
        matching: how many rows share the figure's key.
        rows: the first of them, with the key and those columns.
        fits: which rows those are.
        is_named_by_row: whether the figure's own row names them, so that each of them is behind it.
    """

    table: str
    columns: tuple[str, ...]
    steps: int
    matching: int
    rows: tuple[Row, ...]
    fits: Filter
    is_named_by_row: bool = False


def trace(explained: Explained, table: str, column: str, row: Row) -> tuple[Input, ...]:
    """Every table behind a figure, nearest first.

    Args:
        explained: the snapshot.
        table: the figure's table.
        column: its column.
        row: its whole row.
    """
    used = {table: {column}}
    known = {table: {name: (value,) for name, value in row.items()}}
    readers: dict[str, list[str]] = {}
    inputs = []
    steps = {table: 0}
    farthest = _steps(explained, table, column)
    for source in sorted(farthest, key=lambda name: (farthest[name], list(contracts()).index(name))):
        if source not in used:
            continue  # It stands only behind other rows than those found on the way.
        if source != table:
            bounds = [_bound(explained, reader, known[reader], source) for reader in dict.fromkeys(readers[source])]
            fits = _fitting(explained, source, bounds)
            if not fits and any(bounds) and all(set(bound) <= set(contract(source).traced.keys) for bound in bounds):
                continue  # An outer join that found nothing.
            known[source] = _values(explained, source, fits)
            named = source in PARAMETER_TABLES and set(fits.get("parameter_id", ())) == _named_parameters(known[table])
            inputs.append(_input(explained, source, tuple(sorted(used[source])), steps[source], fits, named))
        for name in sorted(used[source]):
            for behind, column_behind in explained.sources_of((source, name), known[source]):
                if behind in explained.columns:
                    whole = explained.columns[behind] if column_behind == WHOLE_TABLE else (column_behind,)
                    used.setdefault(behind, set()).update(whole)
                    readers.setdefault(behind, []).append(source)
                    steps[behind] = max(steps.get(behind, 0), steps[source] + 1)
    return tuple(sorted(inputs, key=lambda one: one.steps))


def distinct(explained: Explained, table: str, columns: Iterable[str], fits: Filter) -> list[Row]:
    """Distinct values of columns over the rows that fit."""
    return explained.rows(*lookup.fitting(table, fits, columns, distinct=True))


def _steps(explained: Explained, table: str, column: str) -> dict[str, int]:
    """The longest way from a figure to each table behind it: what a table reads always stands after it."""
    reads: dict[str, set[str]] = {}
    wanted, seen = [(table, column)], set()
    while wanted:
        name, one = wanted.pop()
        for each in explained.columns.get(name, ()) if one == WHOLE_TABLE else (one,):
            if (name, each) not in seen:
                seen.add((name, each))
                behind = explained.lineage.get((name, each), ())
                reads.setdefault(name, set()).update(source for source, _ in behind if source in explained.columns)
                wanted += behind
    steps, pending = {table: 0}, [table]
    while pending:
        reader = pending.pop()
        for source in reads.get(reader, ()):
            if steps.get(source, -1) < steps[reader] + 1:
                steps[source] = steps[reader] + 1
                pending.append(source)
    return steps


def _bound(explained: Explained, reader: str, values: Mapping[str, tuple[object, ...]], source: str) -> Filter:
    """What the rows of a reader say about the key of the rows it was worked out from."""
    if source in PARAMETER_TABLES and _named_parameters(values):
        return {"parameter_id": tuple(sorted(_named_parameters(values)))}
    if source in PARAMETER_TABLES and explained.parameters.get(reader):
        return {"parameter_id": explained.parameters[reader]}
    bound: dict[str, tuple[object, ...]] = {}
    units = {column.name: column.unit for column in contract(reader).columns}
    traced = contract(source).traced
    for key in contract(source).columns:
        is_about = key.is_about and (source, key.name) in explained.sources_of((reader, key.name), values)
        if not key.is_key and not is_about:
            continue
        said = [
            name
            for name in values
            if units.get(name) == key.unit
            and name != traced.not_by
            and (source, key.name) in explained.sources_of((reader, name), values)
        ]
        if not said and key.name in values:
            said = [key.name]
        if not said and traced.keys.get(key.name) in values:
            said = [traced.keys[key.name]]
        if not said and key.unit != "financial year":
            said = [
                name
                for name in values
                if name.endswith(f"_{key.name}") and name != traced.not_by and units.get(name) in _LINKING_UNITS
            ]
        elif said and key.unit == "financial year" and key.name != "base_fy":
            # A year is set against the base year it is measured in, so both rows count.
            said = sorted({*said, *(name for name in values if units.get(name) == "financial year")})
        found = tuple(dict.fromkeys(value for name in said for value in values[name] if value is not None))
        if found:
            bound[key.name] = found
    return bound


def _fitting(explained: Explained, source: str, bounds: list[Filter]) -> Filter:
    """The rows of a table that any of its readers used: what all of them say of a column holds, by any of its values.

    Where no row fits, what is said of one column is let go, then of all: a reader may rename what it reads.
    """
    columns = set.intersection(*(set(bound) for bound in bounds)) if bounds else set()
    fits = {
        column: tuple(dict.fromkeys(value for bound in bounds for value in bound[column])) for column in sorted(columns)
    }
    candidates = [fits, *({name: fits[name] for name in fits if name != left} for left in fits)]
    for candidate in candidates:
        if _count(explained, source, candidate):
            return candidate
    return {}


def _values(explained: Explained, table: str, fits: Filter) -> dict[str, tuple[object, ...]]:
    """Values by column, of the columns that may lead on to other tables."""
    units = {column.name: column.unit for column in contract(table).columns}
    columns = [
        column
        for column in explained.columns[table]
        if units.get(column) in (*_LINKING_UNITS, "month", "date") or column in contract(table).primary_key
    ]
    if not columns:
        return {}
    (row,) = explained.rows(*lookup.listing(table, fits, columns))
    return {column: tuple(sorted(filter(_is_given, values or ()), key=str)) for column, values in row.items()}


def _is_given(value: object) -> bool:
    return value is not None


def _named_parameters(values: Mapping[str, tuple[object, ...]]) -> set[object]:
    """Parameters that rows name in columns of their own, such as ``cost_parameter_id``."""
    return {one for name, found in values.items() if name.endswith("_parameter_id") for one in found} - {None}


def _input(
    explained: Explained, table: str, columns: tuple[str, ...], steps: int, fits: Filter, is_named_by_row: bool
) -> Input:
    key = [name for name in contract(table).primary_key if name in explained.columns[table]]
    chosen = dict.fromkeys([*key, *columns])
    rows = explained.rows(*lookup.fitting(table, fits, chosen, order=key, limit=SHOWN_ROWS))
    return Input(table, columns, steps, _count(explained, table, fits), tuple(rows), fits, is_named_by_row)


def _count(explained: Explained, table: str, fits: Filter) -> int:
    return explained.rows(*lookup.counting(table, fits))[0]["rows"]
