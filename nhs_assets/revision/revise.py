"""Figures added, changed and withdrawn between two sides, each with its cause."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from nhs_assets.contracts.audit import CAUSES
from nhs_assets.contracts.figures import EVERY, figure_id
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.engine.compare import Sides, two_sides
from nhs_assets.factories.derivation import parameters_named
from nhs_assets.factories.rebuild import Rebuild
from nhs_assets.factories.recipe import Recipe
from nhs_assets.revision.inputs import SPLIT_BY, Input
from nhs_assets.revision.sides import CONCLUSION, Side, compared_tables
from nhs_assets.settings import Settings

PLAN = "raw.settlement_plan"
PARAMETER = "raw.parameter_value"
DECISIONS = ("raw.plan_change_reason", "raw.recoup_profile")
"""Raw tables whose new rows record what someone decided."""

DEFINING = {"raw.measure": ("unit", "definition", "stock_or_flow", "perspective")}
"""Columns that say what a figure means."""

PLACES_IN_TIME = ("financial year start", "calendar year", "date", "month")
YES_OR_NO = "yes = 1, no = 0"
NOT_MEASURED = (
    *("characters", "rank", "line", "rows", "documents", "claims", "origins", "estimates"),
    *PLACES_IN_TIME,
    YES_OR_NO,
)
"""Units of places in a text, a list or time, of yes and no, and of counts of our records: no change in per cent."""

NAMED_CAUSES, NAMED_PARTS = 4, 2
"""Changed inputs, and parts of one table, that a figure names before it counts them."""


@dataclass(frozen=True)
class Revision:
    """One row of ``audit.revision``; a number that measures nothing has no change in per cent."""

    figure_id: str
    table_name: str
    kind: str
    cause: str
    caused_by: str
    old_value: float | None = None
    new_value: float | None = None
    old_text: str | None = None
    new_text: str | None = None
    is_measured: bool = True

    def row(self, compared_with: str) -> dict:
        """The columns of the table."""
        change = None if self.old_value is None or self.new_value is None else self.new_value - self.old_value
        is_relative = self.is_measured and change is not None and self.old_value
        columns = vars(self) | {
            "change": change,
            "change_pct": change / abs(self.old_value) * 100 if is_relative else None,
            "compared_with": compared_with,
        }
        del columns["is_measured"]
        return columns


def revise(settings: Settings, rebuild: Rebuild, old: Side, new: Side, most_rows: int) -> list[Revision]:
    """Every figure that differs, by table in order of travel.

    Args:
        settings: limits of DuckDB.
        rebuild: knows what each table is made from.
        old: the side before.
        new: the side after.
        most_rows: rows above which a long table is compared by its totals.
    """
    found: list[Revision] = []
    changed: dict[str, str] = {}  # cause by the name of each raw input that differs
    code = _code_changes(rebuild.recipes, old, new)
    with two_sides(settings, old.tables, new.tables) as sides:
        for table in compared_tables():
            own, redefined = _definitions(table, old, new)
            found += own
            if table.name not in old.shapes or (table.name in new.sha256 and _same_bytes(table, old, new)):
                continue
            if not set(table.primary_key) <= set(old.shapes[table.name]) - redefined:
                continue
            rows = list(_differing(sides, table, redefined, old, most_rows))
            if table.schema == "raw":
                revisions = [_of_raw(table, row, old, new) for row in rows]
                changed |= {one.caused_by: one.cause for one in revisions}
                if not revisions and _rows_differ(table, old, new):
                    changed[table.name] = "data_revision"  # nothing but words and days came or went
                found += revisions
            elif rows:
                cause = _of_product(table, rebuild, changed, code)
                found += [_revision(table, row, *_of_own_parameter(table, row, changed, cause)) for row in rows]
    gone = sorted(set(old.shapes) - set(contracts()))
    return found + [
        Revision(f"{name}/{EVERY}/{EVERY}", name, "withdrawn", "definition_change", "contract", old_text="table")
        for name in gone
    ]


def _rows_differ(table: Contract, old: Side, new: Side) -> bool:
    held = {table.name} <= set(old.raw) & set(new.raw)
    return held and not old.raw[table.name].equals(new.raw[table.name])


def _same_bytes(table: Contract, old: Side, new: Side) -> bool:
    return old.sha256.get(table.name) == new.sha256[table.name]


def _definitions(table: Contract, old: Side, new: Side) -> tuple[list[Revision], set[str]]:
    """What a changed contract does to a table: its new, lost and redefined columns."""
    if table.name not in old.shapes:
        every = f"{table.name}/{'/'.join([EVERY] * (len(table.primary_key) + 1))}"
        return [Revision(every, table.name, "added", "definition_change", "contract", new_text="table")], set()
    before, after = old.shapes[table.name], new.shapes[table.name]
    found, redefined = [], set()
    for column in dict.fromkeys([*before, *after]):
        if before.get(column) == after.get(column):
            continue
        redefined.add(column)
        kind = "added" if column not in before else "withdrawn" if column not in after else "changed"
        shapes = [f"{one.duckdb_type}, {one.unit}" if one else None for one in (before.get(column), after.get(column))]
        every = f"{table.name}/{'/'.join([EVERY] * len(table.primary_key))}/{column}"
        found.append(
            Revision(every, table.name, kind, "definition_change", "contract", old_text=shapes[0], new_text=shapes[1])
        )
    return found, redefined


def _differing(sides: Sides, table: Contract, redefined: set[str], old: Side, most_rows: int) -> Iterator[dict]:
    both = [name for name in table.column_names if name in old.shapes[table.name] and name not in redefined]
    yield from sides.revisions(table, both, most_rows).iter_rows(named=True)


def _of_raw(table: Contract, row: Mapping, old: Side, new: Side) -> Revision:
    by_name = dict(zip(table.primary_key, _key(table, row), strict=True))
    part = by_name.get(SPLIT_BY.get(table.name, ""))
    if row["kind"] == "changed":
        cause = "definition_change" if row["column_name"] in DEFINING.get(table.name, ()) else "correction"
    elif row["kind"] == "withdrawn":
        cause = "correction"
    elif table.name == PLAN:
        cause = "data_revision" if by_name["vintage_id"] in _held(old, PLAN, "vintage_id") else "policy_change"
    elif table.name == PARAMETER:
        cause = "policy_change" if part in _held(old, PARAMETER, "parameter_id") else "data_revision"
    else:
        cause = "policy_change" if table.name in DECISIONS else "data_revision"
    return _revision(table, row, cause, Input(table.name, part).name)


def _held(side: Side, table: str, column: str) -> set[str]:
    return set(side.raw[table][column]) if table in side.raw else set()


def _of_product(table: Contract, rebuild: Rebuild, changed: Mapping[str, str], code: set[str]) -> tuple[str, str]:
    """The cause of what differs in a product table: the changed inputs it goes back to, else the changed code."""
    behind = rebuild.raw_behind(_read_by(table, rebuild))
    makers = _makers(table, rebuild)
    inputs = [name for name in changed if name.partition("/")[0] in behind]
    used = [name for name in inputs if not name.startswith(f"{PARAMETER}/") or _uses(makers, name.partition("/")[2])]
    found = {name: changed[name] for name in used or inputs}
    if not found:
        made_anew = sorted(code & ({table.name} | {one.contract.name for one in makers}))
        return "code_change", named(made_anew or ["code"])
    cause = min(found.values(), key=CAUSES.index)
    return cause, named(
        sorted(name for name in found if found[name] == cause) + sorted(name for name in found if found[name] != cause)
    )


def _of_own_parameter(
    table: Contract, row: Mapping, changed: Mapping[str, str], otherwise: tuple[str, str]
) -> tuple[str, str]:
    """The cause of a row that is about one parameter: that parameter, where it changed."""
    own = dict(zip(table.primary_key, _key(table, row), strict=True)).get("parameter_id")
    name = Input(PARAMETER, own).name
    return (changed[name], name) if name in changed else otherwise


def _read_by(table: Contract, rebuild: Rebuild) -> Sequence[str]:
    if table.name in rebuild.recipes:
        return rebuild.recipes[table.name].reads
    # Conclusions are drawn from every schema; the attribution says which input moved which of them.
    return list(rebuild.recipes) if table.name == CONCLUSION else []


def _makers(table: Contract, rebuild: Rebuild) -> list[Recipe]:
    """Recipes of the table and of everything it is made from."""
    return [rebuild.recipes[name] for name in rebuild.tables_behind([table.name, *_read_by(table, rebuild)])]


def _uses(makers: Iterable[Recipe], parameter_id: str) -> bool:
    return any(parameters_named(one.constants(), [parameter_id]) for one in makers)


def _code_changes(recipes: Mapping[str, Recipe], old: Side, new: Side) -> set[str]:
    return {name for name in recipes if name in old.code and old.code[name] != new.code.get(name)}


def named(names: Sequence[str]) -> str:
    """The names in their order; many parts of one table are counted, and so are names beyond the first few."""
    parts = Counter(name.partition("/")[0] for name in names)
    told = list(
        dict.fromkeys(
            name if parts[table] <= NAMED_PARTS else f"{table} ({parts[table]} parts)"
            for name, table in ((name, name.partition("/")[0]) for name in names)
        )
    )
    rest = len(told) - NAMED_CAUSES
    return ", ".join(told[:NAMED_CAUSES]) + (f" and {rest} more" if rest > 0 else "")


def _key(table: Contract, row: Mapping) -> list[str]:
    return [row[f"key_{place}"] for place in range(1, len(table.primary_key) + 1)]


def _revision(table: Contract, row: Mapping, cause: str, caused_by: str) -> Revision:
    return Revision(
        figure_id(table, _key(table, row), row["column_name"]),
        table.name,
        row["kind"],
        cause,
        caused_by,
        row["old_value"],
        row["new_value"],
        row["old_text"],
        row["new_text"],
        is_measured=not {_unit(table, row["column_name"]), row["unit"]} & set(NOT_MEASURED),
    )


def _unit(table: Contract, column: str) -> str | None:
    return next((one.unit for one in table.columns if one.name == column), None)


def as_frame(described: Contract, rows: Iterable[dict]) -> pl.DataFrame:
    """Rows as the table that a contract describes, sorted by its key."""
    return pl.DataFrame(list(rows), schema=described.polars_schema()).sort(described.primary_key)
