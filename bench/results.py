"""What a comparison found, as printed and as kept in ``bench/results``."""

import json
import os
import platform
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import Any

from bench.timing import ROOT

RESULTS = ROOT / "bench" / "results"
VERSIONS_SHOWN = ("dagster", "duckdb", "polars", "dataframely", "sqlglot")


@dataclass(frozen=True)
class Figure:
    """One measured number held against the number it has to stay below."""

    label: str
    value: float
    unit: str
    below: float

    @property
    def met(self) -> bool:
        """Whether the measured value is below the target."""
        return self.value < self.below

    def __str__(self) -> str:
        unit = f" {self.unit}" if self.unit else ""
        verdict = "met" if self.met else "missed"
        return f"{self.label}: {self.value:.2f}{unit} (target: below {self.below:.2f}{unit}, {verdict})"


@dataclass(frozen=True)
class Comparison:
    """One comparison.

    Attributes:
        name: what it is called on the command line.
        title: what was measured.
        lines: measured times and what makes them up, ready to print.
        figures: the numbers with a target.
        notes: what differs between the contestants.
        record: everything measured, in seconds, for the result file.
    """

    name: str
    title: str
    lines: tuple[str, ...]
    figures: tuple[Figure, ...]
    record: dict[str, Any]
    notes: tuple[str, ...] = field(default=())

    def __str__(self) -> str:
        shown = [*self.lines, *map(str, self.figures), *(f"note: {note}" for note in self.notes)]
        return "\n".join([f"{self.name}: {self.title}", *(f"  {line}" for line in shown)])


def keep(comparison: Comparison) -> None:
    """Writes the result file of a comparison, replacing the one of an earlier run."""
    RESULTS.mkdir(parents=True, exist_ok=True)
    content = {
        "comparison": comparison.name,
        "title": comparison.title,
        "machine": {
            "cores": os.cpu_count(),
            "load_average_1_min": os.getloadavg()[0],
            "platform": platform.platform(),
            "python": platform.python_version(),
        },
        "versions": {name: version(name) for name in VERSIONS_SHOWN},
        "figures": [
            {"label": one.label, "value": one.value, "unit": one.unit, "below": one.below, "met": one.met}
            for one in comparison.figures
        ],
        "notes": comparison.notes,
        **comparison.record,
    }
    (RESULTS / f"{comparison.name}.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
