"""What publishing costs, what a refresh without changes costs, and how soon a published file answers."""

import json
import sys
import tempfile
from pathlib import Path

from bench.refresh import forget_tables, refresh_into
from bench.results import Comparison, Figure
from bench.timing import ROOT, Run, Times, alternate, cold, todays_figures
from nhs_assets.store.snapshot import database_path

REPEAT = 5
READS = 15
PUBLISHING_BELOW = 0.20
OPENING_BELOW = 1.2
UNCHANGED_BELOW = 0.5
QUESTION = "SELECT reading_id, gap_gbp_m FROM overspend.funding_gap ORDER BY reading_id"
READER = """
import sys, time
import duckdb
started = time.perf_counter()
rows = duckdb.connect(sys.argv[1], read_only=True).sql(sys.argv[2]).fetchall()
open(sys.argv[3], "w").write(str(time.perf_counter() - started))
assert len(rows) > 1
"""
TIMED_REFRESH = """
import json, sys, time
import nhs_assets.build.publish as store
whole, found, target = store.publish, [], sys.argv[1]
def timed(*arguments, **named):
    started = time.perf_counter()
    done = whole(*arguments, **named)
    found.append(time.perf_counter() - started)
    return done
store.publish = timed
import nhs_assets.cli.build as build
leave = build._leave
def tell(code):
    open(target, "w").write(json.dumps(found))
    leave(code)
build._leave = tell
from nhs_assets.cli import main
sys.argv = ["nhs-assets", "refresh"]
main()
"""


def compare(repeat: int = REPEAT) -> Comparison:
    """Times refreshes and readers in cold processes."""
    with tempfile.TemporaryDirectory(prefix="nhs_assets_bench_") as name:
        folder = Path(name)
        data_dir, told = folder / "data", folder / "told.json"
        publishing: list[float] = []

        def full() -> Run:
            forget_tables(data_dir)
            run = _timed(data_dir, told)
            publishing.append(json.loads(told.read_text(encoding="utf-8"))[0] / run.wall)
            return run

        times = alternate({"full": full, "unchanged": lambda: refresh_into(data_dir)}, repeat)
        plain = folder / "plain.duckdb"
        _plain_copy(database_path(data_dir), plain)
        name_of_published = data_dir / "published" / "nhs_assets.duckdb"
        times |= alternate(
            {"published": lambda: _read(name_of_published, told), "plain": lambda: _read(plain, told)},
            max(repeat, READS),
        )
    share = Times(tuple(publishing[1:])).median  # the first run is untimed
    opening = times["published"].median / times["plain"].median
    unchanged = times["unchanged"].median / times["full"].median
    return Comparison(
        name="publication",
        title=f"publishing, a refresh without changes, and the first answer, cold processes, {repeat} runs each",
        lines=(
            f"refresh from nothing                {times['full']}",
            f"refresh with nothing changed        {times['unchanged']}",
            f"first answer of the published file  {times['published']}",
            f"the same of a plain DuckDB file     {times['plain']}",
        ),
        figures=(
            Figure("publishing, share of the refresh", share, "", PUBLISHING_BELOW),
            Figure("opening and first answer, ratio to a plain file", opening, "", OPENING_BELOW),
            Figure("nothing changed, ratio to a refresh from nothing", unchanged, "", UNCHANGED_BELOW),
        ),
        notes=(
            "publishing holds: freezing, every check again, comparison, database, exports, checksums, disk, the flip",
            "the plain file holds the same tables in DuckDB's own newest format, without keys, comments or macros",
            "readers are new processes; starting Python and importing duckdb is in neither time",
        ),
        record={
            "repeat": repeat,
            "publishing_shares": publishing[1:],
            "opening_ratio": opening,
            "unchanged_ratio": unchanged,
            **{name: one.as_record() for name, one in times.items()},
        },
    )


def _timed(data_dir: Path, told: Path) -> Run:
    return cold([sys.executable, "-c", TIMED_REFRESH, told], todays_figures(data_dir), cwd=ROOT)


def _read(database: Path, told: Path) -> Run:
    """Seconds from opening to the answer, without starting Python and importing DuckDB."""
    run = cold([sys.executable, "-c", READER, database, QUESTION, told], {})
    return Run(float(told.read_text(encoding="utf-8")), run.processor)


def _plain_copy(published: Path, target: Path) -> None:
    """The tables as anyone would copy them."""
    import duckdb

    with duckdb.connect(str(target)) as connection:
        connection.execute(f"ATTACH '{published}' AS published (READ_ONLY)")
        tables = connection.sql(
            "SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'published'"
        ).fetchall()
        for schema, table in tables:
            connection.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
            connection.execute(f"CREATE TABLE {schema}.{table} AS SELECT * FROM published.{schema}.{table}")
