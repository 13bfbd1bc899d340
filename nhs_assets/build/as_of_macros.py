"""What a table says as of a day: the rows known by then, and of rows that supersede one another the last.

One SELECT for each table, worked out from its contract. It serves as the body of the published macros, and as the
body of the views that a query about one day reads.
"""

from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, Contract
from nhs_assets.ground.quoting import identifier

KNOWN_FROM = "known_from"
VINTAGE = "evidence.vintage"
SOURCE = "evidence.source"
OWN_DAYS = ("decided_on", "corrected_on", "made_on")
"""Days on which the project itself judged, corrected or took for granted what a row of a seed says."""
PARAMETER = "day"
DAY = f"CAST({PARAMETER} AS DATE)"
"""The argument of a macro. Cast, since DuckDB before 1.4 knows no types of arguments."""


def has_as_of(contract: Contract) -> bool:
    """Whether the table has an answer as of a day: every product table has."""
    return contract.schema in PRODUCT_SCHEMAS and KNOWN_FROM in contract.column_names


def macro_name(contract: Contract) -> str:
    """The macro with a table's rows as of a day; it stands in no schema of ours, so that it is called without one.

    No two product tables have one name, or the second macro could not be made.
    """
    return identifier(f"as_of_{contract.table}")


def as_of_select(contract: Contract, day: str = DAY, catalog: str = "") -> str:
    """The rows of a product table as of a day, as one SELECT with the table's own columns.

    A row counts once it is known. Where the key names the vintage a row is of, the row of the last vintage that
    covers the rest of the key stands for all; an older one stands where the newer says nothing. A column that
    follows from other rows is worked out again from those known by then.

    Args:
        contract: the table.
        day: SQL expression of the day.
        catalog: prefix of table names, such as ``snapshot.``.
    """
    select = _columns_as_of(contract, day, catalog)
    known = f"WHERE t.{KNOWN_FROM} <= {day}"
    knowledge = [column.name for column in contract.columns if column.is_key and column.is_knowledge]
    if not knowledge:
        return f"{select} {known}"
    joins = " ".join(
        f"LEFT JOIN {catalog}{VINTAGE} AS v{place} ON v{place}.vintage_id = t.{identifier(name)}"
        for place, name in enumerate(knowledge)
    )
    rest = ", ".join(f"t.{identifier(name)}" for name in contract.primary_key if name not in knowledge)
    # By the day of the vintage: rows of several vintages may rest on one later input and share its day.
    latest = ", ".join(
        [
            *(f"v{place}.{KNOWN_FROM} DESC NULLS LAST" for place in range(len(knowledge))),
            *(f"t.{identifier(name)} DESC" for name in knowledge),
        ]
    )
    return f"{select} {joins} {known} QUALIFY row_number() OVER (PARTITION BY {rest} ORDER BY {latest}) = 1"


def seed_as_of_select(contract: Contract, day: str, catalog: str = "") -> str | None:
    """The rows of a seed known by a day; nothing for a seed whose rows have no day.

    A row of a seed is known from its own day where it has one, else from the last of the days of the vintages and
    the document that it names and of that on which the project judged it. Columns written with hindsight are empty.

    Args:
        contract: a table of ``raw``.
        day: SQL expression of the day.
        catalog: prefix of table names.
    """
    names = [column.name for column in contract.columns]
    select = _columns_as_of(contract, day, catalog)
    if KNOWN_FROM in names:
        return f"{select} WHERE t.{KNOWN_FROM} <= {day}"
    named = [(VINTAGE, "vintage_id", column.name) for column in contract.columns if column.names_vintage]
    named += [(SOURCE, "source_id", "source_id")] if "source_id" in names else []
    if not named:
        return None
    known = [
        f"EXISTS (SELECT 1 FROM {catalog}{table} AS k WHERE k.{key} = t.{identifier(name)} AND k.{KNOWN_FROM} <= {day})"
        for table, key, name in named
    ]
    known += [f"t.{identifier(name)} <= {day}" for name in OWN_DAYS if name in names]
    return f"{select} WHERE {' AND '.join(known)}"


def first_known_select(contract: Contract, catalog: str = "") -> str:
    """The first day from which any row of a table with such days was known; empty where it holds no row."""
    return f"SELECT min(t.{KNOWN_FROM}) AS first_known FROM {catalog}{_name(contract)} AS t"


def _columns_as_of(contract: Contract, day: str, catalog: str) -> str:
    """The table's own columns, those that follow from other rows worked out again."""
    replaced = ", ".join(
        f"CAST({column.as_of.format(day=day, catalog=catalog)} AS {column.duckdb_type}) AS {identifier(column.name)}"
        for column in contract.columns
        if column.as_of
    )
    columns = f"t.* REPLACE ({replaced})" if replaced else "t.*"
    return f"SELECT {columns} FROM {catalog}{_name(contract)} AS t"


def _name(contract: Contract) -> str:
    return f"{identifier(contract.schema)}.{identifier(contract.table)}"
