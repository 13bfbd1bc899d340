"""The query command reads what is published and nothing else, within its limits; secrets and markup go nowhere."""

import dataclasses
import itertools
import json
import logging
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from enum import StrEnum
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nhs_assets import cli
from nhs_assets.build.relation import TooManyRowsError
from nhs_assets.ground.files import sha256
from nhs_assets.outputs.card_json_ld import card_page
from nhs_assets.outputs.explain import explain
from nhs_assets.outputs.query import InvalidQueryError, Limits, TimeLimitError, ask, find_past
from nhs_assets.settings import PROJECT_ROOT
from nhs_assets.settings import settings as project_settings
from nhs_assets.store.snapshot import database_path
from tests.conftest import Project

pytestmark = pytest.mark.golden

SECRET = "hunter2-of-the-environment"

TRICKS = (
    "COPY (SELECT 1) TO '{file}'",
    "COPY settlement.plan FROM '/etc/passwd'",
    "EXPLAIN ANALYZE COPY (SELECT 1) TO '{file}'",
    "EXPLAIN COPY (SELECT 1) TO '{file}'",
    "EXPORT DATABASE '{file}'",
    "IMPORT DATABASE '/etc'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "EXPLAIN ANALYZE LOAD httpfs",
    "ATTACH '{file}' AS other",
    "ATTACH ':memory:' AS other",
    "EXPLAIN ANALYZE ATTACH '{file}' AS other",
    "DETACH nhs_assets",
    "USE memory",
    "CONNECT 'x'",
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('/etc/passwd')",
    "SELECT * FROM read_blob('/etc/passwd')",
    "SELECT * FROM read_json('/etc/passwd')",
    "SELECT * FROM read_parquet('/etc/passwd')",
    "SELECT * FROM sniff_csv('/etc/passwd')",
    "SELECT * FROM parquet_metadata('/etc/passwd')",
    "SELECT * FROM glob('/etc/*')",
    "SELECT * FROM '/etc/passwd'",
    "FROM '/etc/passwd'",
    "FROM 'x.csv'",
    'FROM "x.parquet"',
    "FROM 'https://example.org/x.csv'",
    "SELECT * FROM query('SELECT * FROM read_text(''/etc/passwd'')')",
    "SELECT * FROM query_table('/etc/passwd')",
    "SELECT getenv('{variable}')",
    "SELECT * FROM duckdb_secrets()",
    "SELECT * FROM which_secret('s3://x', 's3')",
    "CREATE SECRET (TYPE s3)",
    "PRAGMA database_list",
    "PRAGMA enable_external_access = true",
    "SET enable_external_access = true",
    "SET GLOBAL memory_limit = '100GB'",
    "RESET lock_configuration",
    "PREPARE x AS SELECT 1",
    "EXECUTE x",
    "SELECT 1; SELECT 2",
    "SELECT 1 /* ; */; DROP TABLE settlement.plan",
    "SELECT 1 -- ;\n; DROP TABLE settlement.plan",
    "/* SELECT */ DROP TABLE settlement.plan",
    "DROP TABLE settlement.plan",
    "DELETE FROM settlement.plan",
    "EXPLAIN ANALYZE DELETE FROM settlement.plan",
    "WITH gone AS (DELETE FROM settlement.plan RETURNING *) SELECT * FROM gone",
    "EXPLAIN ANALYZE INSERT INTO settlement.plan SELECT * FROM settlement.plan",
    "CREATE TEMP TABLE t AS SELECT 1",
    "CREATE OR REPLACE MACRO f() AS 1",
    "CALL enable_logging()",
    "SELECT * FROM enable_logging()",
    "SELECT * FROM enable_profiling()",
    "SELECT * FROM force_checkpoint()",
    "CHECKPOINT",
    "VACUUM",
    "SELECT * FROM a_frame",
    "",
    "--",
)


@pytest.mark.parametrize("day", [None, date(2026, 2, 5)], ids=["now", "as_of"])
@pytest.mark.parametrize("trick", TRICKS)
def test_a_question_reaches_nothing_but_the_snapshot(
    refreshed_with_few_draws: Project, trick: str, day: date | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import polars as pl

    monkeypatch.setenv("TRICK_SECRET", SECRET)
    data_dir = refreshed_with_few_draws.settings.data_dir
    database = database_path(data_dir)
    before = sha256(database)
    a_frame = pl.DataFrame({"secret": [SECRET]})
    sql = trick.format(file=tmp_path / "written", variable="TRICK_SECRET")
    with pytest.raises((InvalidQueryError, duckdb.Error)) as refused:
        ask(data_dir, sql, past=find_past(refreshed_with_few_draws.settings, day) if day else None)
    assert len(a_frame) == 1
    assert SECRET not in str(refused.value)
    assert "root:" not in str(refused.value)
    assert not list(tmp_path.iterdir())
    assert sha256(database) == before
    assert {path.name for path in database.parent.iterdir()} >= {database.name}
    assert not [path for path in database.parent.iterdir() if path.name.endswith((".tmp", ".wal"))]


@pytest.mark.parametrize(
    ("sql", "refusal"),
    [
        ("SELECT count(*) FROM range(1000000000000)", TimeLimitError),
        ("WITH RECURSIVE t AS (SELECT 1 AS a UNION ALL SELECT a + 1 FROM t) SELECT max(a) FROM t", TimeLimitError),
        ("SELECT * FROM range(1000000)", TooManyRowsError),
        ("SELECT range FROM range(100000000) ORDER BY hash(range)", (duckdb.OutOfMemoryException, TimeLimitError)),
    ],
)
def test_a_question_that_would_take_all_is_stopped(
    refreshed_with_few_draws: Project, sql: str, refusal: type[Exception] | tuple
) -> None:
    started = time.monotonic()
    with pytest.raises(refusal):
        ask(refreshed_with_few_draws.settings.data_dir, sql, Limits(seconds=1, rows=100_000))
    assert time.monotonic() - started < 20
    again = ask(refreshed_with_few_draws.settings.data_dir, "SELECT 1 AS one", Limits(seconds=5, rows=1))
    assert again.rows() == [(1,)]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("SELECT count(*) FROM range(1000000000000)", "NHS_ASSETS_QUERY_SECONDS"),
        ("SELECT * FROM range(1000)", "NHS_ASSETS_QUERY_ROWS"),
        ("SELECT repeat('x', 2000000000) AS x", "does not fit into 50MB"),
        ("SELECT list(range) FROM range(9000000)", "does not fit into 50MB"),
    ],
)
def test_the_command_says_which_limit_stopped_it(refreshed_with_few_draws: Project, sql: str, expected: str) -> None:
    limits = {
        "NHS_ASSETS_QUERY_SECONDS": "2",
        "NHS_ASSETS_QUERY_ROWS": "100",
        "NHS_ASSETS_DUCKDB_MEMORY_LIMIT": "50MB",
    }
    done = subprocess.run(
        [sys.executable, "-m", "nhs_assets.cli", "query", "-f", "csv", sql],
        capture_output=True,
        text=True,
        env=refreshed_with_few_draws.environment | limits,
        timeout=120,
        check=False,
    )
    assert done.returncode == 1, done.stdout[:300]
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_values_that_no_column_of_a_frame_holds_are_shown_as_text(refreshed_with_few_draws: Project) -> None:
    rows = ask(refreshed_with_few_draws.settings.data_dir, "SELECT * FROM test_all_types()")
    assert len(rows) == 3


ODD = st.one_of(
    st.text(max_size=40),
    st.text(alphabet=st.characters(min_codepoint=0, max_codepoint=31), min_size=1, max_size=5),
    st.text(alphabet=st.characters(whitelist_categories=["Cs"], whitelist_characters="a"), min_size=1, max_size=3),
    st.sampled_from(
        [
            *("-", "--", "---", "--help=1", "-f", "--format", "--format=", "--format=xml", "-fjson", "--limit=0"),
            *(
                "--limit=-1",
                "--limit=1e9",
                "--limit=99999999999999999999999",
                "--as-of=yesterday",
                "--as-of=0000-00-00",
            ),
            *("--as-of=9999-12-31", "--as-of=0001-01-01", "settlement.plan/*", "settlement.plan/%00/x", "C000", "../x"),
            *(
                "x" * 5_000,
                "[bold]x[/bold]",
                "[/]",
                "%s%n",
                "$(id)",
                "`id`",
                "\u202e",
                "😀",
                "a\nb",
                "nul\0byte",
                "99999",
            ),
            *(
                "settlement",
                ".",
                "/",
                "//",
                "a/b/c/d/e/f",
                "1" * 400,
                "NaN",
                "sr_2025_06",
                "1",
                "0",
                "-1",
                "/etc/passwd",
            ),
        ]
    ),
)
COMMANDS = (
    ("query",),
    ("question",),
    ("explain",),
    ("tables",),
    ("describe",),
    ("seal",),
    ("verify-claims",),
    ("diff",),
    ("scenario",),
    ("scenario", "run"),
    ("scenario", "list"),
    ("doctor",),
    ("",),
)


def use(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the command line of this process read the project."""
    for name, value in project.environment.items():
        if name.startswith("NHS_ASSETS_"):
            monkeypatch.setenv(name, value)
    project_settings.cache_clear()


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command) or "none")
def test_odd_arguments_end_with_a_message_and_never_with_a_stack(
    refreshed_with_few_draws: Project,
    command: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    use(refreshed_with_few_draws, monkeypatch)

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(st.lists(ODD, min_size=1, max_size=3))
    def run(odd: list[str]) -> None:
        monkeypatch.setattr(sys, "argv", ["nhs-assets", *filter(None, command), *odd])
        try:
            cli.main()
            code = 0
        except SystemExit as left:
            code = left.code or 0
        said = capsys.readouterr()
        assert code in (0, 1, 2)
        assert "Traceback" not in said.err
        assert "internal error" not in said.err, said.err
        if code:
            assert said.err.strip() or said.out.strip()
            assert "\x1b" not in said.err

    try:
        run()
    finally:
        monkeypatch.undo()
        project_settings.cache_clear()


@pytest.mark.parametrize("arguments", [["refresh", "x"], ["refresh", "--force"], ["ui", "--port", "0"], ["ui", "-p"]])
def test_commands_that_act_refuse_arguments_they_do_not_know(
    refreshed_with_few_draws: Project, arguments: list[str]
) -> None:
    done = refreshed_with_few_draws.run(*arguments)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_fault_of_our_own_is_told_in_one_line_and_kept(
    published: Project, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    use(published, monkeypatch)
    monkeypatch.setattr(sys, "argv", ["nhs-assets", "tables"])

    def broken(data_dir: Path) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("nhs_assets.outputs.query.published_tables", broken)
    with pytest.raises(SystemExit) as left:
        cli.main()
    project_settings.cache_clear()
    assert left.value.code == 1
    said = capsys.readouterr().err
    assert "internal error: RuntimeError." in said
    assert "Traceback" not in said
    (kept,) = published.settings.data_dir.glob("failures/command-*.txt")
    assert str(kept) in said
    assert "no such thing" in kept.read_text(encoding="utf-8")


def test_a_setting_that_is_secret_is_never_repeated(published: Project) -> None:
    """Not in a message, a failure page, an event of the run, a log of a step, or the settings as text."""
    address = "mailto://user:hunter2-of-an-address@example.org"
    environment = published.environment | {"NHS_ASSETS_ALERT_URLS": address, "NHS_ASSETS_SEEDS_DIR": "/nonexistent"}
    failed = subprocess.run(
        [sys.executable, "-m", "nhs_assets.cli", "refresh"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert failed.returncode == 1
    claim = published.settings.seeds_dir / "evidence" / "claim.csv"
    claim.write_text(claim.read_text(encoding="utf-8") + "a\n", encoding="utf-8")
    environment["NHS_ASSETS_SEEDS_DIR"] = str(published.settings.seeds_dir)
    refused = subprocess.run(
        [sys.executable, "-m", "nhs_assets.cli", "refresh"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert refused.returncode == 1
    assert list((published.settings.data_dir / "failures").iterdir())
    for text in (failed.stdout, failed.stderr, refused.stdout, refused.stderr):
        assert "hunter2" not in text
    for path in published.settings.data_dir.rglob("*"):
        if path.is_file() and not path.is_symlink():
            assert b"hunter2" not in path.read_bytes(), path


def test_a_secret_is_masked_as_text_and_in_logs(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NHS_ASSETS_ALERT_URLS", f"json://{SECRET}")
    project_settings.cache_clear()
    try:
        found = project_settings()
        with caplog.at_level(logging.INFO):
            logging.getLogger("nhs_assets").info("%s %r %s", found, found, found.model_dump())
        assert SECRET not in caplog.text + repr(found) + str(found) + found.model_dump_json()
        assert found.alert_urls is not None
    finally:
        monkeypatch.undo()
        project_settings.cache_clear()


MARKUP = st.one_of(
    st.sampled_from(
        [
            *(
                "<script>alert(1)</script>",
                "</script><script>alert(1)</script>",
                "</SCRIPT >",
                "<img src=x onerror=alert(1)>",
            ),
            *(
                "<!--",
                "-->",
                "]]>",
                "</title>",
                "</style>",
                "</td></tr></table>",
                '" onload="alert(1)',
                "' autofocus='",
            ),
            *(
                "&lt;script&gt;",
                "&#60;b&#62;",
                "\u003cscript\u003e",
                "<svg/onload=alert(1)>",
                "\u2028",
                "{{7*7}}",
                "<b",
            ),
        ]
    ),
    st.text(alphabet="<>&\"'/=!- abscript\u2028", max_size=20),
)


def with_markup(value: object, draw: Callable[[], str]) -> object:
    """The same with markup after every text in it but the identifiers of claims, by which a card finds its parts."""
    if isinstance(value, StrEnum | bool) or (isinstance(value, str) and re.fullmatch(r"[A-Z]\d{3}", value)):
        return value
    if isinstance(value, str):
        return value + draw()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {one.name: with_markup(getattr(value, one.name), draw) for one in dataclasses.fields(value)}
        return dataclasses.replace(value, **fields)
    if isinstance(value, dict):
        return {name: with_markup(one, draw) for name, one in value.items()}
    return tuple(with_markup(one, draw) for one in value) if isinstance(value, tuple) else value


class Elements(HTMLParser):
    """Every element of a page with its attributes, the text of its scripts, and all other text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, tuple]] = []
        self.scripts: list[str] = []
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(attrs)))

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1][0] == "script":
            self.scripts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


@pytest.mark.parametrize("figure", ["overspend.funding_gap/official_cost_against_reprofile/gap_low_gbp_m", "C043"])
def test_no_markup_of_the_tables_survives_in_a_page(refreshed_with_few_draws: Project, figure: str) -> None:
    card = explain(refreshed_with_few_draws.settings.data_dir, figure, 1)
    plain = Elements(card_page(card))

    @settings(max_examples=30, deadline=None, derandomize=True, database=None)
    @given(st.lists(MARKUP, min_size=1, max_size=7))
    def run(markup: list[str]) -> None:
        # A card has hundreds of texts: each takes the next of a few.
        one_after_another = itertools.cycle(markup)
        page = Elements(card_page(with_markup(card, lambda: next(one_after_another))))
        assert set(page.elements) == set(plain.elements)
        assert len(page.elements) == len(plain.elements)
        assert not page.comments
        (script,) = [("".join(page.scripts)).rpartition("}")[0] + "}"]
        assert json.loads(script)
        assert "<" not in script

    run()


def test_the_ui_answers_on_this_machine_only(project: Project) -> None:
    """Started as a script does in the background; nothing answers on other addresses, and it ends when told to."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        ["sh", "-c", f"trap '' INT; exec {sys.executable} -m nhs_assets.cli ui --port {port}"],
        env=project.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 90
        while not _answers("127.0.0.1", port):
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.5)
        listening = _listening_on(port)
        assert listening == {"0100007F"}, listening
        process.terminate()
        process.wait(timeout=60)
        assert not _answers("127.0.0.1", port)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _answers(host: str, port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0


def _listening_on(port: int) -> set[str]:
    """Addresses, as the kernel writes them, on which a port listens: ``0100007F`` is 127.0.0.1."""
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text(encoding="ascii").splitlines()[1:]:
            address, _, local_port = line.split()[1].partition(":")
            if int(local_port, 16) == port and line.split()[3] == "0A":
                found.add(address)
    return found


def test_no_shipped_command_listens_elsewhere() -> None:
    for name in ("Makefile", "workspace.yaml", "dagster.yaml", "nhs_assets/cli/build.py"):
        assert "0.0.0.0" not in (PROJECT_ROOT / name).read_text(encoding="utf-8")
