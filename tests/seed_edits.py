"""Changes to a project's seeds, sealed as ``nhs-assets seal`` does it but without a process for each."""

import csv
from pathlib import Path

from nhs_assets.outputs.query import ask
from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import seal
from tests.conftest import Project


def edit(project: Project, name: str, key: dict[str, str], **cells: str) -> None:
    """Changes cells of the one row of a seed that has these values."""
    path = project.settings.seeds_dir / name
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (row,) = [row for row in rows if key.items() <= row.items()]
    row |= cells
    write(project, path, rows)


def write(project: Project, path: Path, rows: list[dict[str, str]]) -> None:
    """Writes the rows of a seed."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (seed,) = [seed for seed in find_seeds(project.settings.seeds_dir) if seed.path == path]
    seal(seed)


def set_paid_share(project: Project, before: str, after: str) -> None:
    """A change of which much of the model has to be worked out again."""
    programme = project.settings.seeds_dir / "parameters" / "programme.yml"
    text = programme.read_text(encoding="utf-8")
    old, new = (f"value: {value}\n      low: 0.5\n      high: 0.92\n" for value in (before, after))
    assert text.count(old) == 1
    programme.write_text(text.replace(old, new), encoding="utf-8")


def published_caution(project: Project) -> str:
    """What every caution says, once they were all given the same words."""
    select = "SELECT DISTINCT statement FROM evidence.caution"
    return ask(project.settings.data_dir, select).item()
