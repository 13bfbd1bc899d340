"""A claim that breaks a rule of its own does not stop a refresh; a value that cannot be true does."""

import json
from pathlib import Path

import pytest

from tests.conftest import Project
from tests.seed_edits import edit

pytestmark = pytest.mark.golden


def replace_in_claims(project: Project, old: str, new: str) -> Path:
    path = project.settings.seeds_dir / "evidence" / "claim.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    return path


def test_a_bad_claim_is_set_aside_published_and_reported_and_the_others_are_built(published: Project) -> None:
    claims = published.settings.seeds_dir / "evidence" / "claim.csv"
    as_published = claims.read_text(encoding="utf-8")
    path = replace_in_claims(published, ",0,18,redundancies_magnitude,", ",18,0,redundancies_magnitude,")
    sealed = published.run("seal", str(path))
    assert sealed.returncode == 0
    assert "will be quarantined: evidence/claim.csv, line 2" in sealed.stderr

    done = published.run("refresh")
    assert done.returncode == 0, done.stderr
    assert "audit.no_row_is_refused: 1 row breaks it" in done.stdout

    asked = published.run("query", "-f", "json", "SELECT * FROM audit.quarantine")
    (row,) = json.loads(asked.stdout)
    assert (row["file"], row["row"]) == ("seeds/evidence/claim.csv", 2)
    assert "offsets are ordered" in row["broken_rule"]
    assert row["remedy"]
    (report,) = (published.settings.data_dir / "quarantine").glob("raw.claim-*.txt")
    assert "line 2" in report.read_text(encoding="utf-8")
    kept = published.run("query", "-f", "csv", "SELECT count(*) AS n, min(claim_id) AS first FROM evidence.claim")
    assert kept.stdout.splitlines()[1] == "123,C002"

    # It can only come back as it was published before it was set aside.
    claims.write_text(as_published, encoding="utf-8")
    edit(published, "evidence/claim.csv", {"claim_id": "C001"}, qualifier="more_than")
    refused = published.run("refresh")
    assert refused.returncode == 1
    assert "evidence/claim.csv, row C001, column qualifier" in refused.stderr


ZERO_TOO_MANY = ",about,,18000,,,posts,over the whole programme", ",about,,180000,,,posts,whole"
ZEROS_TOO_FEW = (
    "Severance takes £1bn.,the article,article_voice,exact,,1000,",
    "Severance takes £1bn.,the article,article_voice,exact,,10,",
)


def test_claims_out_of_their_plausible_range_still_stop_the_refresh(project: Project) -> None:
    for old, new in (ZERO_TOO_MANY, ZEROS_TOO_FEW):
        path = replace_in_claims(project, old, new)
    assert project.run("seal", str(path)).returncode == 0
    done = project.run("refresh")
    assert done.returncode == 1
    assert "evidence.claim_value_is_plausible: 2 rows break it" in done.stderr
    for claim in ("C003", "C068"):
        assert claim in done.stderr
    assert "evidence.measure_range_is_tight" not in done.stderr
