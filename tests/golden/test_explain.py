"""Figures explain themselves from the published file: value, formula, rows, documents, claims, what they are not."""

import json
import shutil
from html.parser import HTMLParser

import duckdb
import pytest

from nhs_assets.build import lookup
from nhs_assets.contracts.figures import figure_id
from nhs_assets.contracts.registry import PRODUCT_SCHEMAS, contracts
from nhs_assets.outputs.addresses import UnknownFigureError, parse_address
from nhs_assets.outputs.card_json_ld import card_page, json_ld
from nhs_assets.outputs.cards import figure_value, sections
from nhs_assets.outputs.claim_card import claim_card
from nhs_assets.outputs.explain import answer, explain
from nhs_assets.outputs.explained import explained_snapshot
from nhs_assets.outputs.figure_card import FigureCard, figure_card
from nhs_assets.outputs.sentences import SENTENCES, sentence
from nhs_assets.store.snapshot import current_version, database_path
from tests.conftest import Project

pytestmark = pytest.mark.golden

GAP = "overspend.funding_gap/official_cost_against_reprofile/gap_low_gbp_m"
MODELLED_GAP = "overspend.funding_gap/modelled_cost_against_reprofile/gap_gbp_m"
CALENDAR = "settlement.financial_year"
PLAN = "settlement.plan/sr_2025_06/2027-28/dhsc_rdel/amount_gbp_m"
GROWTH = "settlement.real_terms/sr_2025_06/obr_2026_03/dhsc_rdel/2028-29/2025-26/average_real_growth_pct"
VALUE = "savings.appraisal/best_estimate/dhsc_budget/accrual/10/3.5/npv_gbp_m"


@pytest.fixture(scope="module")
def explained(refreshed: Project):
    with explained_snapshot(refreshed.settings.data_dir) as opened:
        yield opened


@pytest.fixture(scope="module")
def card(explained):
    return lambda figure: figure_card(explained, parse_address(figure))


def rows_of(card: FigureCard, table: str) -> list[dict]:
    (one,) = [one for one in card.inputs if one.table == table]
    return list(one.rows)


def test_a_plan_goes_back_to_its_cell_in_the_seed(card, refreshed: Project) -> None:
    plan = card(PLAN)
    assert (float(plan.value), plan.unit, plan.price_basis, plan.base_fy) == (221_300, "£m", "cash", None)
    assert plan.known_from.isoformat() == "2025-06-11"
    assert plan.version == current_version(refreshed.settings.data_dir)
    (row,) = rows_of(plan, "raw.settlement_plan")
    assert (row["vintage_id"], row["fy"], row["line_id"]) == ("sr_2025_06", "2027-28", "dhsc_rdel")
    assert float(row["amount_gbp_m"]) == 221_300
    assert [seed["file"] for seed in plan.seeds] == ["seeds/funding/settlement_plan.csv"]
    assert [source["source_id"] for source in plan.sources] == ["hmt_spending_review_2025"]
    assert (plan.confidence, plan.weakest_confidence) == ("F", "F")
    assert all(check["passed"] for check in plan.checks)


def test_real_growth_shows_both_years_of_plan_and_deflator_and_its_formula(card) -> None:
    growth = card(GROWTH)
    assert round(growth.value, 2) == 2.73
    assert growth.unit == "%"
    assert [row["fy"] for row in rows_of(growth, "settlement.plan")] == ["2025-26", "2028-29"]
    assert {row["vintage_id"] for row in rows_of(growth, "settlement.deflator")} == {"obr_2026_03"}
    assert [row["index_value"] for row in rows_of(growth, "raw.gdp_deflator")] == [108.3492, 114.7703]
    assert growth.formula.file == "sql/settlement/real_terms.sql"
    assert "settlement.price_index.base_index_value / NULLIF(settlement.price_index.index_value, 0)" in (
        growth.formula.expression
    )
    assert growth.weakest_confidence == "F", "the extended years of the deflator play no part in it"
    assert any("not comparable" in caution for caution in growth.cautions)


def test_the_official_gap_has_a_range_and_stands_on_statements_alone(card) -> None:
    gap = card(GAP)
    assert (float(gap.value), float(gap.low), float(gap.high)) == (140, 140, 440)
    assert gap.sentence.startswith("Stated cost of the programme against the money re-profiled for it.")
    assert gap.sentence in sections(gap)[0].lines
    assert (gap.confidence, gap.weakest_confidence) == ("F(d)", "F(d)")
    assert {one.table for one in gap.inputs} == {"evidence.parameter_value", "raw.parameter_value"}
    assert {"O002", "O006"} <= {claim["claim_id"] for claim in gap.claims}
    assert {claim["source_id"] for claim in gap.claims} == {"written_answer_luke_evans", "written_answer_99886"}
    reported = card(GAP.replace("official_cost_against_reprofile", "press_cost_against_reprofile"))
    stated = next(claim for claim in reported.claims if claim["claim_id"] == "C015")
    assert stated["claim_grade"] == "D"
    assert (stated["document"], stated["characters"]) == ("001_09cd5ace89790e60.txt", (562, 583))
    assert len(stated["document_sha256"]) == 64
    assert "Programme cost, financing and annual saving are three measures: never add them." in gap.cautions
    assert [row["assumption_id"] for row in gap.assumptions] == ["stated_programme_cost_gbp_m_20260131"]


def test_every_row_that_has_words_is_put_into_them(explained) -> None:
    for table in SENTENCES:
        assert all(sentence(table, row) for row in explained.rows(f"SELECT * FROM {table}"))


def test_the_modelled_gap_stands_on_the_model_and_says_so(card) -> None:
    gap = card(MODELLED_GAP)
    assert {"savings.exit_cost_month", "savings.unit_cost", "raw.staff_month"} <= {one.table for one in gap.inputs}
    assert gap.weakest_confidence == "E"


def test_a_present_value_names_the_function_its_parameters_and_its_assumptions(card) -> None:
    value = card(VALUE)
    assert round(value.value) == 5005
    assert (value.price_basis, value.base_fy) == ("real", "2025-26")
    assert value.formula.kind == "model"
    assert value.formula.expression.startswith("Function appraisal of the model:")
    assert "discount_rate_real_pct" in value.formula.parameters
    assert {"paid_exit_share_20250401", "notice_weeks_icb_20250401"} <= {
        row["assumption_id"] for row in value.assumptions
    }
    assert "seeds/workforce/staff_month.csv" in {seed["file"] for seed in value.seeds}
    assert value.weakest_confidence == "E"
    assert any(caution.startswith("Modelled") for caution in value.cautions)
    # The staff that NHS England budgets for is one of them: a saving that was stated is of half of it.
    assert len(value.claims) <= 10
    assert "guido_fawkes_2025_11" not in {source["source_id"] for source in value.sources}
    assert not any("recoup" in caution or "press account" in caution for caution in value.cautions)
    named = {claim["claim_id"] for claim in value.claims}
    assert all({row["claim_a"], row["claim_b"]} & named for row in value.contradictions)
    months = next(one for one in value.inputs if one.table == "savings.exit_cost_month")
    assert months.fits["accounting_basis"] == ("accrual",)


def test_cash_columns_of_a_real_row_are_called_cash(card) -> None:
    cost = card(VALUE.replace("npv_gbp_m", "cash_cost_gbp_m"))
    assert (cost.price_basis, cost.base_fy) == ("cash", None)


def test_a_claim_without_support_is_shown_with_what_speaks_against_it(explained) -> None:
    claim = claim_card(explained, parse_address("C043"))
    assert claim.value == "18000 posts"
    assert claim.rating.value == 1
    assert [row["claim_id"] for row in claim.against] == ["O024"]
    assert "O007" in claim.beside
    assert any("upper bound" in caution for caution in claim.cautions)


def test_a_press_claim_that_stands_alone_is_rated_in_between_and_an_official_one_holds(explained) -> None:
    recoup = claim_card(explained, parse_address("claim/C030"))
    assert recoup.rating.value in (2, 3, 4)
    assert recoup.value == "2026-27"
    assert any("press account" in caution for caution in recoup.cautions)
    assert claim_card(explained, parse_address("O002")).rating.value == 5


def test_a_reading_of_ours_is_neither_the_publishers_nor_rated_as_held(explained) -> None:
    review = json_ld(claim_card(explained, parse_address("O042")))
    assert review["itemReviewed"]["author"]["name"] == "nhs_assets"
    assert "appearance" not in review["itemReviewed"]
    assert (review["reviewRating"]["ratingValue"], review["reviewRating"]["alternateName"]) == (3, "Not reviewed")


def test_a_garbled_passage_is_the_documents_and_its_arithmetic_is_told(explained) -> None:
    review = json_ld(claim_card(explained, parse_address("C043")))
    assert review["itemReviewed"]["author"] == {
        "@type": "Organization",
        "name": "Unnamed web page carrying reworded Guardian text",
    }
    said = review["reviewRating"]["ratingExplanation"]
    assert "garbled in this text" in said
    assert "18000 / 25000 = 72% against 50%" in said
    assert {"C035", "O020", "O024"} <= {cited["identifier"] for cited in review["citation"]}


def test_a_review_carries_its_contradictions_with_their_arithmetic(explained) -> None:
    body = json_ld(claim_card(explained, parse_address("C030")))["reviewBody"]
    for expected in ("= 443.3", "= -832.1", "C030 against O042 (period)", "O042 in our words: "):
        assert expected in body


@pytest.mark.parametrize(
    ("claims", "rating"),
    [
        pytest.param(("C019", "C057"), 4, id="the_same_sentence_twice"),
        pytest.param(("O011", "O007", "O018", "O020"), 5, id="both_sides_of_an_unsettled_pair"),
        pytest.param(("O038", "C044", "C072", "C003"), 4, id="another_base_year_or_the_same_period"),
        pytest.param(("O040", "O041", "O042"), 3, id="worked_out_by_the_project"),
        pytest.param(("C030",), 3, id="only_our_reading_speaks_against_it"),
        pytest.param(("C002", "C005"), 3, id="one_reading_in_one_text"),
    ],
)
def test_a_true_figure_is_not_told_as_contradicted(explained, claims: tuple[str, ...], rating: int) -> None:
    assert {claim_card(explained, parse_address(one)).rating.value for one in claims} == {rating}


def test_a_resolved_year_is_shown_as_a_year_with_its_own_claims_alone(card) -> None:
    year = card("evidence.resolution/recoupment_year/dhsc_group/whole/budget_2025_11/value_central")
    assert figure_value(year) == "2028-29 range 2027-28 to 2028-29"
    assert [claim["claim_id"] for claim in year.claims] == ["C030", "O042"]
    assert {(row["claim_a"], row["claim_b"]) for row in year.contradictions} == {("C030", "O042"), ("C046", "C030")}
    assert len(year.cautions) == 1
    (parameters,) = [one for one in year.inputs if one.table == "raw.parameter_value"]
    assert parameters.matching == 1


def test_origins_are_counted_within_the_scope(explained) -> None:
    boards = claim_card(explained, parse_address("C043"))
    everyone = claim_card(explained, parse_address("O007"))
    assert (boards.origins, everyone.origins) == (2, 4)


@pytest.mark.parametrize(("claim", "kind"), [("C070", "price basis"), ("C068", "scope"), ("C036", "scope")])
def test_the_weaker_side_of_a_contradiction_is_disputed(explained, claim: str, kind: str) -> None:
    rating = claim_card(explained, parse_address(claim)).rating
    assert rating.name == "Disputed"
    assert f"({kind})" in rating.reason


def test_a_conclusion_goes_back_to_its_own_tables_and_its_own_select(card) -> None:
    gap = card("audit.conclusion/funding_gap/gap_low/concluded_value")
    assert gap.formula.kind == "select"
    assert gap.formula.expression.startswith("conclusion_id = funding_gap: SELECT in sql/conclusions/funding_gap.sql.")
    assert len(gap.formula.expression.splitlines()) == 1
    assert [one.table for one in gap.inputs if one.steps == 1] == ["overspend.funding_gap"]
    payback = card("audit.conclusion/payback_month/payback_months/concluded_value")
    assert [one.table for one in payback.inputs if one.steps == 1] == ["savings.appraisal"]


REQUIRED = {
    "ClaimReview": {"claimReviewed", "reviewRating", "url", "author", "datePublished", "itemReviewed"},
    "Claim": {"author", "datePublished", "appearance"},
    "Rating": {"ratingValue", "bestRating", "worstRating", "alternateName"},
    "Dataset": {"name", "description"},
}


@pytest.mark.parametrize("claim", ["C043", "C030", "O002", "O006"])
def test_claim_review_has_what_schema_org_and_search_engines_ask_for(refreshed: Project, claim: str) -> None:
    review = json.loads(refreshed.run("explain", claim, "-f", "json-ld").stdout)
    assert review["@context"] == "https://schema.org"
    assert review["@type"] == "ClaimReview"
    reviewed, rating = review["itemReviewed"], review["reviewRating"]
    for node, kind in ((review, "ClaimReview"), (reviewed, "Claim"), (rating, "Rating")):
        assert node["@type"] == kind
        assert REQUIRED[kind] <= node.keys()
    assert rating["worstRating"] <= rating["ratingValue"] <= rating["bestRating"]
    assert {"name", "publisher", "datePublished"} <= reviewed["appearance"].keys()
    assert reviewed["author"]["@type"] in ("Person", "Organization")


def test_json_ld_of_a_figure_is_a_part_of_a_data_set_with_its_sources(card) -> None:
    found = json_ld(card(GAP))
    assert found["@type"] == ["Dataset", "Observation"]
    assert found["identifier"] == GAP
    assert (found["value"], found["minValue"], found["maxValue"], found["unitText"]) == (140, 140, 440, "£m")
    assert "financed_gbp_m" in found["measurementTechnique"]
    assert REQUIRED["Dataset"] <= found.keys()
    assert len(found["description"]) >= 50
    assert {based["license"] for based in found["isBasedOn"]} == {"As the source of each value"}
    assert {"written_answer_99886", "written_answer_luke_evans"} <= {cited["identifier"] for cited in found["citation"]}
    assert json.loads(json.dumps(found)) == found


class Page(HTMLParser):
    """Collects the tags of a page, and fails on one left open."""

    VOID = {"meta", "br", "link", "img"}  # noqa: RUF012 - never changed

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.loaded += [value or "" for name, value in attrs if name in ("src", "href")]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_page_stands_alone_and_every_text_in_it_is_escaped(refreshed: Project, tmp_path) -> None:
    data = tmp_path / "data"
    shutil.copytree(refreshed.settings.data_dir / "published", data / "published", symlinks=True)
    database = database_path(data)
    database.chmod(0o644)
    bad = "</script><script>alert(1)</script><b>&\"'"
    with duckdb.connect(str(database)) as connection:
        connection.execute("UPDATE evidence.claim SET summary = ?, note = ? WHERE claim_id = 'C043'", [bad, bad])
        connection.execute("UPDATE evidence.caution SET statement = ?", [bad])
        connection.execute("UPDATE audit.formula SET expression = ?", [bad])
    for figure in ("C043", GAP):
        text = card_page(explain(data, figure, 1))
        page = Page()
        page.feed(text)
        assert page.open == []
        assert page.loaded == []
        assert "b" not in page.tags
        assert text.count("<script") == 1
        assert "alert(1)&lt;/script&gt;&lt;b&gt;&amp;&#34;&#39;" in text
        inside = text.split('<script type="application/ld+json">')[1].split("</script>")[0]
        assert bad in json.dumps(json.loads(inside), ensure_ascii=False).replace('\\"', '"')


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("settlement.plam", "settlement.plan"),
        (PLAN.replace("sr_2025_06", "sr_2025_07"), PLAN),
        (PLAN.replace("amount_gbp_m", "amount_gbp"), "amount_gbp_m"),
        (PLAN.replace("2027-28", "2031-32"), "fy is never 2031-32"),
        (PLAN + "/more", "too many parts"),
        ("C999", "C075  Boards are to lose half"),
        (VALUE.replace("/10/", "/ten/"), "cannot be a value of horizon_years"),
        ("", "there is no table"),
    ],
)
def test_a_near_miss_is_answered_with_what_is_nearest(explained, asked: str, expected: str) -> None:
    with pytest.raises(UnknownFigureError) as refused:
        answer(explained, asked, 5)
    assert expected in str(refused.value)


def test_the_command_shows_lists_and_refuses(refreshed: Project) -> None:
    shown = refreshed.run("explain", GAP).stdout
    for expected in (
        "140 £m (cash) range 140 to 440",
        "evidence.parameter_value: low, value; 2 rows\n",
        "O002 against O006 (value): ",
        "seeds/parameters/financing.yml",
        "gap_is_cost_less_financed",
    ):
        assert expected in shown
    listed = refreshed.run("explain", "overspend.funding_gap/official_cost_against_reprofile").stdout
    assert f"{GAP}  140 £m" in listed
    assert json.loads(refreshed.run("explain", GAP, "-f", "json").stdout)["figure"] == GAP
    assert refreshed.run("explain", "C030", "-f", "html").stdout.startswith("<!DOCTYPE html>")
    refused = refreshed.run("explain", PLAN.replace("sr_2025_06", "sr_2025_07"))
    assert refused.returncode == 1
    assert PLAN in refused.stderr
    assert "Traceback" not in refused.stderr


def test_every_numeric_column_of_every_product_table_has_a_card(explained) -> None:
    built = 0
    for described in contracts().values():
        if described.schema not in PRODUCT_SCHEMAS or described.name == CALENDAR:
            continue  # The calendar is made from nothing.
        key = described.primary_key
        (row,) = explained.rows(*lookup.fitting(described.name, {}, order=key, limit=1)) or [None]
        for column in described.columns:
            if row is not None and (column.duckdb_type in ("BIGINT", "DOUBLE") or "DECIMAL" in column.duckdb_type):
                figure = figure_id(described, [row[name] for name in key], column.name)
                found = figure_card(explained, parse_address(figure))
                assert found.value == row[column.name]
                counts_years = {one.table for one in found.inputs} == {CALENDAR}
                assert found.seeds or counts_years, f"{figure} leads to no seed"
                assert found.formula is not None, f"{figure} has no formula"
                assert len(sections(found)) >= 4
                built += 1
    assert built > 120
