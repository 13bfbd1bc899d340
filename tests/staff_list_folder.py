"""A made-up staff list, put into a seeds folder for a test."""

from pathlib import Path

import yaml

from nhs_assets.sources.seed_files import find_seeds
from nhs_assets.sources.seeds import seal

HEADER = "band,salary_gbp,service_years,contracted_share,employer_terms"
KINDS = (
    "6,,3.5,1,agenda_for_change",
    "6,,4,0.5,agenda_for_change",
    ",61000,30.2,1,agenda_for_change",
    "8c,,13.9,0.8,agenda_for_change",
)
FEW = "9,,22,1,agenda_for_change"
ROWS = (*(kind for kind in KINDS for _ in range(9)), FEW, FEW)
"""Nine people of each kind, and two alike in another grade."""
ORIGIN = {
    "publisher": "A board",
    "title": "Staff list for a test",
    "description": "Made up; nobody stands behind a row.",
    "date_published": None,
    "date_accessed": "2026-11-01",
    "url": None,
    "licence": "Made up",
    "rows": 0,
    "sha256": "0",
}


def write_staff_list(seeds_dir: Path, code: str, rows: tuple[str, ...] = ROWS, header: str = HEADER) -> Path:
    """Writes a list and its origin, unsealed."""
    folder = seeds_dir / "staff_lists"
    folder.mkdir(exist_ok=True)
    path = folder / f"{code}.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    path.with_suffix(".origin.yml").write_text(yaml.safe_dump(ORIGIN, sort_keys=False), encoding="utf-8")
    return path


def add_staff_list(seeds_dir: Path, code: str, rows: tuple[str, ...] = ROWS) -> Path:
    """Writes a list and vouches for it."""
    path = write_staff_list(seeds_dir, code, rows)
    seal(next(seed for seed in find_seeds(seeds_dir) if seed.path == path))
    return path
