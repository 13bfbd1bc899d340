"""Readers as people have them, each a process of its own that asks again and again until it is told to stop."""

import json
import os
import sys
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from soak.small import MARKED

KINDS = ("opens", "holds", "parquet", "csv")
"""Opens the published name for every question; keeps one file open; reads Parquet, or CSV, of one version."""

PAUSE_SECONDS = 0.25
"""Between two questions, so that eight readers leave two cores something to publish with."""

HELD_QUESTIONS = 50
"""Asked of a file that is held open before the next one is opened."""


@dataclass
class Read:
    """What a reader met: reads, reads that failed with their errors, and reads of two publications at once."""

    kind: str
    reads: int = 0
    torn: int = 0
    errors: list[str] = field(default_factory=list)


def main(kind: str, data_dir: Path, stop: Path, result: Path) -> None:
    """Reads until the file ``stop`` appears, and writes what was met to ``result``."""
    read = Read(kind)
    ask = {"opens": _opens, "holds": _holds, "parquet": _parquet, "csv": _csv}[kind]
    parent = os.getppid()
    while not stop.exists() and os.getppid() == parent:
        time.sleep(PAUSE_SECONDS)
        try:
            for found in ask(data_dir / "published", stop):
                read.reads += 1
                read.torn += len(found) != 1
        except Exception as error:  # whatever a reader meets is what is counted
            read.errors.append(f"{type(error).__name__}: {error}")
    result.write_text(json.dumps(asdict(read)), encoding="utf-8")


def _opens(published: Path, stop: Path) -> Iterator[set[str]]:
    with duckdb.connect(str(published / "nhs_assets.duckdb"), read_only=True) as connection:
        yield _marks(connection)


def _holds(published: Path, stop: Path) -> Iterator[set[str]]:
    with duckdb.connect(str(published / "nhs_assets.duckdb"), read_only=True) as connection:
        for _ in range(HELD_QUESTIONS):
            if stop.exists():
                return
            yield _marks(connection)
            time.sleep(PAUSE_SECONDS)


def _parquet(published: Path, stop: Path) -> Iterator[set[str]]:
    version = (published / "current").resolve()
    yield {mark for name in MARKED for mark in pl.read_parquet(_in(version, name, "parquet"))["statement"].unique()}


def _csv(published: Path, stop: Path) -> Iterator[set[str]]:
    version = (published / "current").resolve()
    yield {mark for name in MARKED for mark in pl.read_csv(_in(version, name, "csv"))["statement"].unique()}


def _in(version: Path, name: str, kind: str) -> Path:
    schema, table = name.split(".")
    return version / kind / schema / f"{table}.{kind}"


def _marks(connection: duckdb.DuckDBPyConnection) -> set[str]:
    return {mark for name in MARKED for (mark,) in connection.table(name).aggregate("statement").fetchall()}


if __name__ == "__main__":
    main(sys.argv[1], *map(Path, sys.argv[2:]))
