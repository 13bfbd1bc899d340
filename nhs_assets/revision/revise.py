"""Figures added, changed and withdrawn between two sides, each with its cause."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl

from nhs_assets.build.compare import Sides, two_sides
from nhs_assets.build.derivation import parameters_named
from nhs_assets.build.rebuild import Rebuild
from nhs_assets.build.recipe import Recipe
from nhs_assets.build.select import WHOLE_TABLE
from nhs_assets.contracts.audit import MIXED
from nhs_assets.contracts.figures import EVERY, figure_id
from nhs_assets.contracts.registry import Contract, contracts
from nhs_assets.contracts.rules import Revised
from nhs_assets.revision.attribute import CODE, DEFINITIONS, REST, Part
from nhs_assets.revision.inputs import SPLIT_BY, VINTAGE, Input
from nhs_assets.revision.sides import CONCLUSION, Side, compared_tables
from nhs_assets.settings import Settings

CORRECTION = "raw.correction"
CORRECTED = ("raw_table", "row_key", "column_name", "corrected_on")
PARAMETER = "raw.parameter_value"
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

_UNNAMED = re.compile(r" and \d+ more$")


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


@dataclass
class _Causes:
    """What the changed inputs do to product tables: which of them a figure goes back to, and why they changed.

    Attributes:
        rebuild: knows what each table and column is made from.
        changed: cause by the name of each raw input that differs, filled in order of travel.
        code: tables whose code differs.
        vintages: vintages that one side alone knows.
        parts: what each input explains of the conclusions' moves.
    """

    rebuild: Rebuild
    changed: dict[str, str]
    code: set[str]
    vintages: set[str]
    parts: Sequence[Part]
    _behind: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    def of_table(self, table: Contract) -> dict[str, str]:
        """Changed inputs that a table as a whole goes back to; the changed code where there is none."""
        reads = _read_by(table, self.rebuild)
        behind, makers = self.rebuild.raw_behind(reads), _makers(table, self.rebuild)
        inputs = [name for name in self.changed if name.partition("/")[0] in behind]
        used = [
            name for name in inputs if not name.startswith(f"{PARAMETER}/") or _uses(makers, name.partition("/")[2])
        ]
        found = {name: self.changed[name] for name in used or inputs}
        made_anew = sorted(self.code & ({table.name} | {one.contract.name for one in makers}))
        return found or dict.fromkeys(made_anew or ["code"], "code_change")

    def of_row(self, table: Contract, row: Mapping, whole: Mapping[str, str]) -> dict[str, str]:
        """Of the changed inputs behind a table, those that one of its figures goes back to.

        A row about a parameter goes back to that; a conclusion to what explains its move; a row that came or went with
        a vintage to what its vintage stands in; any other figure to what its column is worked out from.
        """
        key = dict(zip(table.primary_key, _key(table, row), strict=True))
        own = Input(PARAMETER, key.get("parameter_id")).name
        if own in self.changed:
            return {own: self.changed[own]}
        if table.name == CONCLUSION:
            return self._explaining(*key.values(), whole) or dict(whole)
        with_vintage = [name for name, value in key.items() if "vintage" in name and value in self.vintages]
        columns = with_vintage if row["kind"] != "changed" and with_vintage else [row["column_name"]]
        behind = set().union(*(self._raw_of(table.name, column) for column in columns))
        return {name: cause for name, cause in whole.items() if name.partition("/")[0] in behind} or dict(whole)

    def _explaining(self, conclusion_id: str, figure: str, whole: Mapping[str, str]) -> dict[str, str]:
        parts = [one for one in self.parts if (one.conclusion_id, one.figure) == (conclusion_id, figure)]
        found: dict[str, str] = {}
        for part in sorted(parts, key=lambda one: -abs(one.contribution)):
            if part.contribution:
                found |= self._of_part(part.input, whole)
        return found

    def _of_part(self, name: str, whole: Mapping[str, str]) -> dict[str, str]:
        if name == CODE:
            return {CODE: "code_change"} if whole.keys() & self.changed.keys() else dict(whole)
        if name == DEFINITIONS:
            return {DEFINITIONS: "definition_change"}
        group, table = name.removesuffix(f"/{REST}"), name.partition("/")[0]
        found = {one: why for one, why in whole.items() if one == group or one.startswith(f"{group}/")}
        # Not every table is told part by part: the rows of claims do not name their measure in their key.
        return found or ({name: whole[table]} if table in whole else dict(whole))

    def _raw_of(self, table: str, column: str) -> set[str]:
        """Raw tables that a column is worked out from."""
        if table not in self.rebuild.recipes:
            return {table}
        if (table, column) not in self._behind:
            recipe = self.rebuild.recipes[table]
            derivation = recipe.lineage(self.rebuild.settings).get(column)
            sources = derivation.sources if derivation else [(name, WHOLE_TABLE) for name in recipe.reads]
            self._behind[table, column] = set().union(
                *(
                    self.rebuild.raw_behind([name]) if one == WHOLE_TABLE else self._raw_of(name, one)
                    for name, one in sources
                )
            )
        return self._behind[table, column]


def revise(
    settings: Settings, rebuild: Rebuild, old: Side, new: Side, most_rows: int, parts: Sequence[Part] = ()
) -> list[Revision]:
    """Every figure that differs, by table in order of travel.

    Args:
        settings: limits of DuckDB.
        rebuild: knows what each table is made from.
        old: the side before.
        new: the side after.
        most_rows: rows above which a long table is compared by its totals.
        parts: what each input explains of the conclusions' moves: their causes.
    """
    found: list[Revision] = []
    vintages = _held(old, VINTAGE, "vintage_id") ^ _held(new, VINTAGE, "vintage_id")
    causes = _Causes(rebuild, {}, _code_changes(rebuild.recipes, old, new), vintages, parts)
    changed = causes.changed
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
                whole = causes.of_table(table)
                found += [_revision(table, row, *_told(causes.of_row(table, row, whole))) for row in rows]
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
    (revised,) = table.declared(Revised) or (Revised(),)
    if _is_corrected(table, row, old, new):
        cause = "correction"
    elif row["kind"] == "changed":
        cause = "definition_change" if row["column_name"] in revised.defining else "data_revision"
    else:
        without = old if row["kind"] == "added" else new
        is_known = by_name.get(revised.by) in _held(without, table.name, revised.by) if revised.by else False
        is_policy = revised.policy in ("always", "known" if is_known else "new")
        cause = "policy_change" if is_policy else "data_revision"
    return _revision(table, row, cause, Input(table.name, part).name)


def _is_corrected(table: Contract, row: Mapping, old: Side, new: Side) -> bool:
    """Whether a row of ``raw.correction`` that one side alone has names the cell, or the whole row."""
    key, columns = "/".join(_key(table, row)), {row["column_name"], EVERY}
    recorded = _corrections(old) ^ _corrections(new)
    return any((table.name, key) == (name, one) and column in columns for name, one, column, _ in recorded)


def _corrections(side: Side) -> set[tuple]:
    return set(side.raw[CORRECTION].select(CORRECTED).rows()) if CORRECTION in side.raw else set()


def _held(side: Side, table: str, column: str) -> set[str]:
    return set(side.raw[table][column]) if table in side.raw else set()


def _told(found: Mapping[str, str]) -> tuple[str, str]:
    """One cause for all inputs, or that they are mixed; and the inputs."""
    causes = set(found.values())
    return (causes.pop() if len(causes) == 1 else MIXED), named(list(found))


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


def named_together(texts: Iterable[str]) -> str:
    """What several texts of ``named`` name, each name once; names that those left out stay left out."""
    texts = list(texts)
    shown = [name for text in texts for name in _UNNAMED.sub("", text).split(", ")]
    together = named(list(dict.fromkeys(shown)))
    hides = any(_UNNAMED.search(text) for text in texts)
    return f"{together} and more" if hides and not _UNNAMED.search(together) else together


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
