"""A copy of the project's seeds with few draws and a data folder of its own, and refreshes of it as processes."""

import csv
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from nhs_assets.ground import files
from nhs_assets.settings import PROJECT_ROOT, Settings
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import seal

FEW = {"2000": "200", "1024": "256"}
"""Draws and base samples in place of those that are published, so that a refresh takes a few seconds."""


@dataclass(frozen=True)
class Refreshed:
    """A refresh that ended: its code, what it printed, and its seconds."""

    code: int
    printed: str
    seconds: float


@dataclass(frozen=True)
class SoakProject:
    """Seeds and a data folder."""

    folder: Path

    @property
    def settings(self) -> Settings:
        """Where its seeds and data stand."""
        return Settings(seeds_dir=self.folder / "seeds", data_dir=self.folder / "data")

    def change(self, number: int) -> None:
        """Gives every caution the number, by which readers tell one publication from another."""
        reword_cautions(self.settings.seeds_dir, f"publication {number}")

    def drop(self, number: int) -> str:
        """Drops a file of its own into the inbox and gives its checksum; of no format, so that it is kept aside."""
        content = f"dropped before refresh {number}\n"
        files.write_text(self.settings.inbox / f"dropped {number}.txt", content)
        return files.sha256_of(content.encode())

    def kept(self) -> set[str]:
        """Checksums of all that lies in the inbox, its archive and its quarantine."""
        data_dir = self.settings.data_dir
        folders = (self.settings.inbox, data_dir / "archive", data_dir / "quarantine")
        return {files.sha256(path) for folder in folders for path in folder.rglob("*") if path.is_file()}

    def start(self) -> subprocess.Popen[str]:
        """A refresh in a process of its own."""
        names = {"seeds_dir": self.folder / "seeds", "data_dir": self.folder / "data"}
        kept = {name: value for name, value in os.environ.items() if name != "DAGSTER_HOME"}
        return subprocess.Popen(
            [sys.executable, "-m", "nhs_assets.cli", "refresh"],
            env=kept
            | {f"NHS_ASSETS_{name.upper()}": str(value) for name, value in names.items()}
            | {"NHS_ASSETS_INBOX_SETTLE_SECONDS": "0"},
            cwd=PROJECT_ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def refresh(self) -> Refreshed:
        """A refresh to its end."""
        started = time.monotonic()
        process = self.start()
        printed, _ = process.communicate()
        return Refreshed(process.returncode, printed, time.monotonic() - started)

    def kill_one(self, longest: float, chance: random.Random) -> bool:
        """Starts a refresh and kills it at a random moment; says whether it was still running then."""
        process = self.start()
        try:
            process.communicate(timeout=chance.uniform(0.0, longest))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True
        return False


def copy_project(folder: Path) -> SoakProject:
    """A project on which nothing has run yet."""
    shutil.copytree(PROJECT_ROOT / "seeds", folder / "seeds")
    use_few_draws(folder / "seeds")
    return SoakProject(folder)


def use_few_draws(seeds_dir: Path) -> None:
    """Lets a refresh of these seeds take a few seconds; its ranges are those of few draws.

    Raises:
        ValueError: if the seeds do not hold the numbers that are published.
    """
    uncertainty = seeds_dir / "parameters" / "uncertainty.yml"
    text = uncertainty.read_text(encoding="utf-8")
    for many, few in FEW.items():
        for name in ("value", "low", "high"):
            if text.count(f"{name}: {many}\n") != 1:
                raise ValueError(f"{uncertainty} does not hold {name}: {many} once")
            text = text.replace(f"{name}: {many}\n", f"{name}: {few}\n")
    uncertainty.write_text(text, encoding="utf-8")


def reword_cautions(seeds_dir: Path, statement: str) -> None:
    """Lets every caution say the same, and seals the seed: a change that makes a new version and costs little."""
    path = seeds_dir / "evidence" / "caution.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(row | {"statement": statement} for row in rows)
    (seed,) = [seed for seed in find_seeds(seeds_dir) if seed.path == path]
    seal(seed)
