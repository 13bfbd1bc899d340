"""What a refresh shows while it runs."""

import logging

import pytest
from rich.console import Console

from nhs_assets.cli import refresh

pytestmark = pytest.mark.unit

TABLES = ("raw.claim", "raw.source", "evidence.claim")


def shown(monkeypatch: pytest.MonkeyPatch, on_terminal: bool) -> list[str]:
    console = Console(force_terminal=on_terminal, width=100, record=True, quiet=False)
    monkeypatch.setattr(refresh, "err", console)
    progress = refresh._Progress()
    logger = logging.getLogger(refresh.TABLES)
    try:
        with progress.of(TABLES):
            for table in TABLES:
                extra = {"rows": 3, "seconds": 0.25, "reused": table == "raw.source"}
                logger.info("%s", table, extra=extra)
    finally:
        for name in (refresh.TABLES, refresh.NOTICES):
            logging.getLogger(name).removeHandler(progress)
    return [line.rstrip() for line in console.export_text().splitlines() if line.strip()]


def test_without_a_terminal_each_schema_has_a_line_and_what_is_unchanged_is_counted(monkeypatch) -> None:
    assert shown(monkeypatch, on_terminal=False) == [
        "Refreshing 3 tables",
        "raw          1 built, 1 unchanged in 0.5 s",
        "evidence     1 built in 0.2 s",
    ]


def test_on_a_terminal_a_bar_ends_full_and_no_table_has_a_line(monkeypatch) -> None:
    lines = shown(monkeypatch, on_terminal=True)
    assert "3/3" in lines[-1]
    assert "evidence.claim" in lines[-1]
    assert not any(line.startswith("raw") for line in lines)
