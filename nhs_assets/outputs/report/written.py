"""The report of the current version: where it is, or why there is none."""

from dataclasses import dataclass
from pathlib import Path

from nhs_assets.build.publish import REPORT, UNWRITTEN
from nhs_assets.store.snapshot import database_path

PAGE = "index.html"
LEFT_OUT = (
    "the current version has no report, since NHS_ASSETS_EXPORT_FORMATS left it out. Publish one: "
    "nhs-assets refresh with report among the formats"
)


class NoReportError(LookupError):
    """The current version has no report; the message says why."""


@dataclass(frozen=True)
class WrittenReport:
    """A report as it was published."""

    version: str
    page: Path

    @property
    def size(self) -> int:
        """Bytes of the page."""
        return self.page.stat().st_size

    @property
    def figures(self) -> list[str]:
        """Ids of its figures."""
        return sorted(path.stem for path in self.page.parent.glob("charts/*.svg"))

    @property
    def cards(self) -> int:
        """How many cards of single numbers it has."""
        return sum(1 for _ in self.page.parent.glob("figures/**/*.html"))


def written_report(data_dir: Path) -> WrittenReport:
    """The report of the current version.

    Raises:
        NothingPublishedError: if there is no version.
        NoReportError: if it has no report.
    """
    version = database_path(data_dir).parent
    page = version / REPORT / PAGE
    if page.exists():
        return WrittenReport(version.name, page)
    reason = version / UNWRITTEN
    raise NoReportError(reason.read_text(encoding="utf-8").strip() if reason.exists() else LEFT_OUT)
