"""The rows behind a figure: the lineage of its column walked to the seeds, and the rows that share its key."""

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
    """Rows of one table behind a figure.

    Attributes:
        columns: its columns behind the figure.
        steps: how many steps back the table is.
        matching: how many rows share the figure's key.
        rows: the first of them, with key and columns.
        fits: which rows those are.
        is_named_by_row: whether the figure's own row names them, so that all of them are behind it.
    """

    table: str
    columns: tuple[str, ...]
    steps: int
    matching: int
    rows: tuple[Row, ...]
    fits: Filter
    is_named_by_row: bool = False


def trace(explained: Explained, table: str, column: str, row: Row) -> tuple[Input, ...]:
    """Every table behind a figure of a row, nearest first."""
    used = {table: {column}}
    known = {table: {name: (value,) for name, value in row.items()}}
    readers: dict[str, list[str]] = {}
    inputs = []
    steps = {table: 0}
    farthest, order = _steps(explained, table, column), list(contracts())
    for source in sorted(farthest, key=lambda name: (farthest[name], order.index(name))):
        if source not in used:
            continue  # It is only behind other rows than those found on the way.
        if source != table:
            bounds = [_bound(explained, reader, known[reader], source) for reader in dict.fromkeys(readers[source])]
            fits = _fitting(explained, source, bounds)
            if not fits and any(bounds) and all(set(bound) <= set(contract(source).traced.keys) for bound in bounds):
                continue  # An outer join that found nothing.
            known[source] = _values(explained, source, fits)
            named = source in PARAMETER_TABLES and set(fits.get("parameter_id", ())) == _named_parameters(known[table])
            columns = tuple(sorted(used[source]))
            key = [name for name in contract(source).primary_key if name in explained.columns[source]]
            chosen = dict.fromkeys([*key, *columns])
            rows = explained.rows(*lookup.fitting(source, fits, chosen, order=key, limit=SHOWN_ROWS))
            matching = _count(explained, source, fits)
            inputs.append(Input(source, columns, steps[source], matching, tuple(rows), fits, named))
        for name in sorted(used[source]):
            for behind, column_behind in explained.sources_of((source, name), known[source]):
                if behind in explained.columns:
                    whole = explained.columns[behind] if column_behind == WHOLE_TABLE else (column_behind,)
                    used.setdefault(behind, set()).update(whole)
                    readers.setdefault(behind, []).append(source)
                    steps[behind] = max(steps.get(behind, 0), steps[source] + 1)
    return tuple(sorted(inputs, key=lambda found: found.steps))


def distinct(explained: Explained, table: str, columns: Iterable[str], fits: Filter) -> list[Row]:
    """Distinct values of columns over the rows that fit."""
    return explained.rows(*lookup.fitting(table, fits, columns, distinct=True))


def _steps(explained: Explained, table: str, column: str) -> dict[str, int]:
    """The longest way from a figure to each table behind it, so that a table comes after all that read it."""
    reads: dict[str, set[str]] = {}
    waiting, seen = [(table, column)], set()
    while waiting:
        name, read = waiting.pop()
        for each in explained.columns.get(name, ()) if read == WHOLE_TABLE else (read,):
            if (name, each) not in seen:
                seen.add((name, each))
                behind = explained.lineage.get((name, each), ())
                reads.setdefault(name, set()).update(source for source, _ in behind if source in explained.columns)
                waiting += behind
    steps, pending = {table: 0}, [table]
    while pending:
        reader = pending.pop()
        for source in reads.get(reader, ()):
            if steps.get(source, -1) < steps[reader] + 1:
                steps[source] = steps[reader] + 1
                pending.append(source)
    return steps


def _bound(explained: Explained, reader: str, values: Mapping[str, tuple[object, ...]], source: str) -> Filter:
    """What the rows of a reader say about the key of the rows they were worked out from."""
    if source in PARAMETER_TABLES:
        parameters = sorted(_named_parameters(values)) or explained.parameters.get(reader)
        if parameters:
            return {"parameter_id": tuple(parameters)}
    bound: dict[str, tuple[object, ...]] = {}
    units = {column.name: column.unit for column in contract(reader).columns}
    traced = contract(source).traced
    usable = [name for name in values if name != traced.not_by]
    for key in contract(source).columns:
        is_about = key.is_about and (source, key.name) in explained.sources_of((reader, key.name), values)
        if not key.is_key and not is_about:
            continue
        names = [
            name
            for name in usable
            if units.get(name) == key.unit and (source, key.name) in explained.sources_of((reader, name), values)
        ]
        names = names or [name for name in (key.name, traced.keys.get(key.name)) if name in values][:1]
        if key.unit == "financial year":
            if names and key.name != "base_fy":
                # A year is compared with the base year it is measured in, so both rows count.
                names = sorted({*names, *(name for name in values if units.get(name) == key.unit)})
        elif not names:
            names = [name for name in usable if name.endswith(f"_{key.name}") and units.get(name) in _LINKING_UNITS]
        found = tuple(dict.fromkeys(value for name in names for value in values[name] if value is not None))
        if found:
            bound[key.name] = found
    return bound


def _fitting(explained: Explained, source: str, bounds: list[Filter]) -> Filter:
    """The rows of a table that any of its readers used, by the columns that all of them bound.

    If no row fits, one column is left out, then all: a reader may rename what it reads.
    """
    columns = set.intersection(*map(set, bounds)) if bounds else set()
    fits = {
        column: tuple(dict.fromkeys(value for bound in bounds for value in bound[column])) for column in sorted(columns)
    }
    candidates = [fits, *({name: fits[name] for name in fits if name != left_out} for left_out in fits)]
    return next((candidate for candidate in candidates if _count(explained, source, candidate)), {})


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
    return {name: tuple(sorted({*(values or ())} - {None}, key=str)) for name, values in row.items()}


def _named_parameters(values: Mapping[str, tuple[object, ...]]) -> set[object]:
    """Parameters that rows name in columns of their own, such as ``cost_parameter_id``."""
    return {value for name, found in values.items() if name.endswith("_parameter_id") for value in found} - {None}


def _count(explained: Explained, table: str, fits: Filter) -> int:
    return explained.rows(*lookup.counting(table, fits))[0]["rows"]
