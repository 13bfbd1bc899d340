"""SELECTs that find rows by value: names come from contracts and are quoted, values are always parameters."""

from collections.abc import Iterable, Mapping, Sequence

from nhs_assets.ground.quoting import identifier

Values = dict[str, object]
Filter = Mapping[str, Sequence[object]]
"""Values by column; a row matches if each of these columns has one of its values."""


def fitting(
    table: str,
    fits: Filter,
    columns: Iterable[str] = (),
    *,
    distinct: bool = False,
    order: Iterable[str] = (),
    limit: int | None = None,
) -> tuple[str, Values]:
    """The rows that match, by default with all columns; distinct rows are sorted by all columns by default."""
    chosen = ", ".join(map(identifier, columns)) or "*"
    by = ", ".join(map(identifier, order)) or ("ALL" if distinct else "")
    text = f"SELECT {'DISTINCT ' if distinct else ''}{chosen} FROM {_table(table)}{_where(fits)}"
    text += f" ORDER BY {by}" if by else ""
    text += " LIMIT $row_limit" if limit is not None else ""
    return text, _values(fits) | ({} if limit is None else {"row_limit": limit})


def counting(table: str, fits: Filter) -> tuple[str, Values]:
    """The number of rows that match, as ``rows``."""
    return f"SELECT count(*) AS rows FROM {_table(table)}{_where(fits)}", _values(fits)


def listing(table: str, fits: Filter, columns: Iterable[str]) -> tuple[str, Values]:
    """One row with the distinct values of each column over the rows that match, as lists."""
    # list(DISTINCT ...) of several columns takes twenty times as long on a small table.
    lists = ", ".join(f"list_distinct(list({identifier(column)})) AS {identifier(column)}" for column in columns)
    return f"SELECT {lists} FROM {_table(table)}{_where(fits)}", _values(fits)


def nearest(table: str, key: Mapping[str, object], columns: Sequence[str], limit: int) -> tuple[str, Values]:
    """The rows that share most values with a key."""
    values = {f"value_{place}": value for place, value in enumerate(key.values())}
    score = " + ".join(
        f"CAST({identifier(name)} = ${value} AS INTEGER)" for name, value in zip(key, values, strict=True)
    )
    chosen = ", ".join(map(identifier, columns))
    return (
        f"SELECT {chosen} FROM {_table(table)} ORDER BY {score} DESC, {chosen} LIMIT $row_limit",
        {**values, "row_limit": limit},
    )


def naming(table: str, columns: Iterable[str], values: Sequence[str]) -> tuple[str, Values]:
    """The rows in which any of these columns has any of these texts."""
    anywhere = " OR ".join(f"list_contains($texts, CAST({identifier(column)} AS VARCHAR))" for column in columns)
    return f"SELECT * FROM {_table(table)} WHERE {anywhere} ORDER BY ALL", {"texts": list(values)}


def whole(table: str) -> str:
    """Every row of a table, in order."""
    return f"SELECT * FROM {_table(table)} ORDER BY ALL"


def _table(name: str) -> str:
    schema, _, table = name.partition(".")
    return f"{identifier(schema)}.{identifier(table)}"


def _where(fits: Filter) -> str:
    conditions = [f"list_contains($values_{place}, {identifier(column)})" for place, column in enumerate(fits)]
    return f" WHERE {' AND '.join(conditions)}" if conditions else ""


def _values(fits: Filter) -> Values:
    return {f"values_{place}": list(values) for place, values in enumerate(fits.values())}
