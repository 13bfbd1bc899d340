"""What is needed to cite a snapshot and to make it again.

It follows from the inputs alone; ``manifest.json`` beside the database states the run and the time of a publication.
"""

import platform
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path

import polars as pl

from nhs_assets.contracts.registry import contract
from nhs_assets.ground import files
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.store.staging import TableRecord

RUN_MANIFEST = "audit.run_manifest"
PACKAGE = Path(__file__).resolve().parent.parent
INPUTS = ("seeds/", "archive/")
OF_VERSION = "{version}"
"""Stands for the name of the version, which follows from the facts themselves."""


def run_manifest(settings: Settings, records: Mapping[str, TableRecord]) -> pl.DataFrame:
    """The rows of ``audit.run_manifest`` for the tables to be published, sorted by fact."""
    seeds = {name: sha256 for record in records.values() for name, sha256 in record.inputs.items() if _is_seed(name)}
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = read_yaml(PROJECT_ROOT / "CITATION.cff")
    authors = ", ".join(
        author.get("name") or f"{author['family-names']}, {author['given-names']}" for author in citation["authors"]
    )
    facts = {
        "project": (project["name"], "Name of the project and of its Python package."),
        "project_version": (project["version"], "Version of the project; check out the code of this version."),
        "how_to_cite": (
            f"{authors}. {citation['title']}. Version {citation['version']}, {citation['date-released']}. "
            f"Snapshot {OF_VERSION}.",
            "The words of a citation.",
        ),
        "how_to_rerun": (
            "make refresh",
            "Run it in the project with the seeds, the code and the locked packages that the checksums here name.",
        ),
        "licence_of_code": (citation["license"], "Licence of the SQL, the model and the rest of the code."),
        "licence_of_data": (
            "As each source: see licence in audit.seed_file and evidence.source",
            "Figures and citations only; no text of a source is kept.",
        ),
        "seeds_sha256": (
            _hash(f"{name} {sha256}" for name, sha256 in seeds.items()),
            "Checksum over the checksums of all seed and origin files and files from the inbox, in order of name.",
        ),
        "seed_files": (
            str(len(seeds)),
            "Seed, origin and parameter files behind the tables, and files from the inbox.",
        ),
        "code_sha256": (_code_sha256(settings.sql_dir), "Checksum over every SQL file and module of the package."),
        "requirements_lock_sha256": (
            files.sha256(PROJECT_ROOT / "requirements.lock"),
            "Checksum of the file that names every package with its exact version.",
        ),
        "python_version": (platform.python_version(), "Python that made the tables."),
        "duckdb_version": (version("duckdb"), "DuckDB that made them."),
        "polars_version": (version("polars"), "Polars that made them."),
        "dagster_version": (version("dagster"), "Dagster that ran it."),
        "tables": (str(len(records)), "Tables made before publication; those a publication writes itself come on top."),
    }
    rows = [{"fact": fact, "stated_as": stated, "meaning": meaning} for fact, (stated, meaning) in facts.items()]
    return pl.DataFrame(rows, schema=contract(RUN_MANIFEST).polars_schema()).sort("fact")


def named(manifest: pl.DataFrame, version: str) -> pl.DataFrame:
    """The facts with the name of the version where they mention it."""
    return manifest.with_columns(pl.col("stated_as").str.replace(OF_VERSION, version, literal=True))


def seeds_behind(records: Mapping[str, TableRecord]) -> dict[str, set[str]]:
    """The seed, origin and parameter files that each table is made from, directly or through other tables."""

    @cache
    def behind(name: str) -> frozenset[str]:
        inputs = records[name].inputs
        return frozenset(filter(_is_seed, inputs)).union(*(behind(source) for source in inputs if source in records))

    return {name: set(behind(name)) for name in records}


def _is_seed(name: str) -> bool:
    return name.startswith(INPUTS)


def _code_sha256(sql_dir: Path) -> str:
    return _hash(
        f"{folder.name}/{path.relative_to(folder).as_posix()} {files.sha256(path)}"
        for folder, pattern in ((sql_dir, "**/*.sql"), (PACKAGE, "**/*.py"))
        for path in folder.glob(pattern)
    )


def _hash(lines: Iterable[str]) -> str:
    return files.sha256_of("\n".join(sorted(lines)).encode())
