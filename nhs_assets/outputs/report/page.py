"""Writes the report of a version into its folder: ``report/index.html`` and what it links to."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import cache
from pathlib import Path

import vl_convert

from nhs_assets.build.publish import REPORT
from nhs_assets.build.recipe import digest
from nhs_assets.ground import files
from nhs_assets.ground.yaml_files import read_yaml
from nhs_assets.outputs.card_json_ld import card_page
from nhs_assets.outputs.explain import answer
from nhs_assets.outputs.explained import Explained
from nhs_assets.outputs.exports.data_package import LICENCES
from nhs_assets.outputs.pages import render
from nhs_assets.outputs.report.cited import Citations, card_path
from nhs_assets.outputs.report.figures import Figure, figure_of, known_on
from nhs_assets.outputs.report.written import PAGE
from nhs_assets.outputs.what_if import WhatIfError, controls, page_data, profiles, what_if
from nhs_assets.settings import Settings
from nhs_assets.store.snapshot import DATABASE, open_published

logger = logging.getLogger(__name__)

PICTURE_SCALE = 1.5
AT_ONCE = 2
"""Threads beside this one: DuckDB and the drawing of pictures leave Python to the others."""

_HERE = Path(__file__).parent


def write_report(settings: Settings, version_folder: Path, version: str, published_at: str) -> None:
    """Draws every figure and writes page, pictures, data and cards.

    Args:
        settings: where the SELECTs are.
        version_folder: a version whose database is written.
        version: its name.
        published_at: the day and time of its publication.

    Raises:
        ReportError: if a figure cannot be drawn.
    """
    folder = version_folder / REPORT
    written = read_yaml(_HERE / "report.yml")
    with open_published(version_folder / DATABASE) as connection, ThreadPoolExecutor(AT_ONCE) as pool:
        explained = Explained(connection, version, published_at, connection)
        citations = Citations(explained)
        day = known_on(explained)
        names = [name for section in written["sections"] for name in section["figures"]]
        found = ((name, figure_of(citations, settings.sql_dir, name, day)) for name in names)
        figures = {name: figure for name, figure in found if figure is not None}
        pictures = pool.submit(_write_pictures, folder, figures)
        answers = [
            one | {"sentence": citations.sentence(one["sentence"], figures[one["see"]].rows, **_counted(explained))}
            for one in written["answers"]
        ]
        cited = sorted(citations.figures)  # those of one table have most of their inputs in common
        half = len(cited) // 2
        cards = pool.submit(_write_cards, version_folder, version, published_at, cited[half:])
        _write_cards(version_folder, version, published_at, cited[:half])
        cards.result()
        pictures.result()
        page = render(
            "report.html",
            answers=answers,
            sections=written["sections"],
            figures=figures,
            downloads={name: list(figure.downloads(folder)) for name, figure in figures.items()},
            day=day,
            version=version,
            published_on=date.fromisoformat(published_at[:10]),
            formats=settings.formats,
            licences=LICENCES,
            what_if=_what_if(version_folder, version),
            **_facts(explained),
        )
    files.write_text(folder / PAGE, page)


@cache
def report_version(sql_dir: Path) -> str:
    """A checksum of the code, templates, words and SELECTs that a report is made from: of all that people read."""
    written = (path for path in _HERE.parent.rglob("*") if path.suffix in (".py", ".html", ".css", ".js", ".yml"))
    return digest(*sorted(written), *sorted((sql_dir / "figures").glob("*.sql")))


def _write_pictures(folder: Path, figures: Mapping[str, Figure]) -> None:
    for name, figure in figures.items():
        figure.write(folder)
        (folder / f"charts/{name}.png").write_bytes(vl_convert.svg_to_png(figure.picture, scale=PICTURE_SCALE))


def _write_cards(version_folder: Path, version: str, published_at: str, cited: Sequence[str]) -> None:
    """Writes the cards of figures, on a connection of their own."""
    folder = version_folder / REPORT
    with open_published(version_folder / DATABASE) as connection:
        explained = Explained(connection, version, published_at, connection)
        for figure in cited:
            files.write_text(folder / card_path(figure), card_page(answer(explained, figure, 1), _up(figure)))


def _what_if(version_folder: Path, version: str) -> dict[str, object] | None:
    """What the What-if shows; nothing where the tables give nothing to calculate with."""
    try:
        data = what_if(version_folder)
    except WhatIfError:
        logger.exception("the report of %s has no What-if", version)
        return None
    return {"data": page_data(data, version), "controls": controls(data), "profiles": profiles(data)}


def _counted(explained: Explained) -> dict[str, int]:
    """Counts that answers use, which are figures of no single row."""
    (tests,) = explained.rows(
        "SELECT count(*) AS tested, count(*) FILTER (WHERE is_covered) AS covered FROM savings.backtest"
    )
    (assumed,) = explained.rows(
        "SELECT count(*) AS assumptions, count(*) FILTER (WHERE quality = 'red') AS unsupported "
        "FROM evidence.assumption"
    )
    return tests | assumed


def _facts(explained: Explained) -> dict[str, object]:
    """What the page says beside its figures."""
    manifest = {row["fact"]: row["stated_as"] for row in explained.rows("SELECT * FROM audit.run_manifest")}
    events = explained.rows("SELECT * FROM evidence.event ORDER BY happened_on DESC, event_id")
    causes = explained.rows(
        "SELECT cause, count(*) AS figures FROM audit.revision GROUP BY cause ORDER BY figures DESC, cause"
    )
    compared = explained.rows("SELECT max(compared_with) AS version FROM audit.revision")
    return {
        "events": [event for event in events if event["status"] != "not_found"],
        "not_found": [event for event in events if event["status"] == "not_found"],
        "causes": causes,
        "compared_with": compared[0]["version"],
        "alerts": [row["message"] for row in explained.rows("SELECT message FROM audit.alert ORDER BY alert_id")],
        "warnings": explained.rows("SELECT * FROM audit.check_result WHERE NOT passed ORDER BY check_name"),
        "checks": explained.rows("SELECT count(*) AS number FROM audit.check_result")[0]["number"],
        "tables": explained.rows("SELECT count(*) AS number FROM audit.published_table")[0]["number"],
        "vintages": explained.rows("SELECT label, known_from, publisher FROM evidence.vintage ORDER BY sequence"),
        "licences_of_seeds": explained.rows(
            "SELECT licence, count(*) AS files FROM audit.seed_file GROUP BY licence ORDER BY files DESC, licence"
        ),
        "cite": manifest["how_to_cite"],
        "rerun": manifest["how_to_rerun"],
        "code": manifest["code_sha256"][:12],
    }


def _up(figure: str) -> str:
    """From the card of a figure back to the page."""
    return "../" * card_path(figure).count("/") + PAGE
