"""Small inputs for the tests of the model: two boards, NHS England and the department, over ten years."""

from collections.abc import Sequence
from datetime import date

import polars as pl
from hypothesis import strategies as st

from nhs_assets.contracts import vocabulary
from nhs_assets.contracts.registry import contract
from nhs_assets.contracts.staff_list import PEOPLE
from nhs_assets.contracts.vocabulary import AGE_BANDS, GRADES
from nhs_assets.model.calendar import BASE_FY, appraisal_months
from nhs_assets.model.cashflow import exit_cost_month, saving_month
from nhs_assets.model.cells import cell
from nhs_assets.model.exit_cost import exit_point
from nhs_assets.model.parameters import ParameterSet
from nhs_assets.model.phasing import Programme, headcount_month
from nhs_assets.model.staff_list import staff_counts as counted
from nhs_assets.model.suppression import Disclosure
from nhs_assets.model.unit_cost import unit_cost

START = date(2025, 4, 1)

TERMS = {
    "agenda_for_change": {
        "maximum_service_years": 24,
        "compulsory_maximum_service_years": 24,
        "pension_age_maximum_service_years": 24,
        "pays_strain_above_entitlement": 0,
        "pay_cap_gbp": 80_000,
        "maximum_payment_gbp": 160_000,
    },
    "civil_service": {
        "maximum_service_years": 21,
        "compulsory_maximum_service_years": 12,
        "pension_age_maximum_service_years": 6,
        "pays_strain_above_entitlement": 1,
        "pay_cap_gbp": 149_820,
        "maximum_payment_gbp": 262_185,
    },
}
VALUES: dict[str, float | dict[date, float]] = {
    **{
        f"{terms}_{rule}": value
        for terms, own in TERMS.items()
        for rule, value in {
            "minimum_service_years": 2,
            "weeks_per_month": 4.35,
            "pay_floor_gbp": 23_000,
            **own,
        }.items()
    },
    **{
        f"{kind}_{body}": value
        for body in ("icb", "nhse", "dhsc")
        for kind, value in {
            "mean_reckonable_service_years": 15,
            "leaver_pay_ratio": 1,
            "notice_weeks": 12,
            "other_exit_cost_share": 0,
        }.items()
    },
    "service_shape": 3,
    "longest_service_years": 45,
    "youngest_starting_age_years": 18,
    "pension_age_years": 66,
    "statutory_minimum_service_years": 2,
    "statutory_weeks_per_year": 1.5,
    "statutory_weeks_per_middle_year": 1,
    "statutory_weeks_per_young_year": 0.5,
    "statutory_middle_age_years": 22,
    "statutory_older_age_years": 41,
    "statutory_maximum_years": 20,
    "statutory_week_of_pay_cap_gbp": 719,
    "clawback_window_months": 6,
    "clawback_window_very_senior_months": 12,
    "clawback_threshold_gbp": 0,
    "saving_per_post_gbp_icb": 58_000,
    "saving_per_post_gbp_nhse": 53_333.33,
    "saving_per_post_gbp_dhsc": 53_333.33,
    "pay_weeks_per_year": 52,
    "class_1a_rate_pct": 15,
    "class_1a_threshold_gbp": 30_000,
    "employer_ni_rate_pct": 15,
    "employer_ni_threshold_gbp": 5_000,
    "pension_local_pct": 14.38,
    "pension_central_pct": 9.4,
    "pension_civil_service_pct": 28.97,
    "apprenticeship_levy_pct": 0.5,
    "pay_award_pct": {date(2026, 4, 1): 3.3, date(2027, 4, 1): 2.5},
    "paid_exit_share": 0.85,
    "posts_part_nhse": 1,
    "posts_part_dhsc": 1,
    "fixed_programme_cost_gbp_m": 0,
    "backfill_share": 0,
    "paid_take_up": 1,
    "unpaid_take_up": 1,
    "leaving_slip_months": 0,
    "non_pay_saving_per_post_gbp": 0,
    "deflator_extension_pct": 2,
    "rehire_share": 0,
    "rehire_lag_months": 12,
    "rehire_cost_share": 1,
    "clawback_share_of_award": 0.21,
    "strain_on_top_share": 0,
    "leaving_month_saved_share": 0.5,
    "vacant_post_saved_share": 0,
    "appraisal_short_horizon_years": 5,
    "appraisal_horizon_years": 10,
    "discount_rate_health_pct": 1.5,
    "discount_rate_real_pct": 3.5,
}
STAFF = {"QOP": 1_600.0, "QOC": 400.0, "X24": 1_500.0, "DHSC": 330.0}
BODIES = {"QOP": "icb", "QOC": "icb", "X24": "nhse", "DHSC": "dhsc"}


def parameter_set(on: date | None = None, **overrides: float | dict[date, float]) -> ParameterSet:
    """The central parameters of a day, with some replaced; a mapping gives several dated values."""
    values = {**VALUES, **overrides}
    dated = {name: value if isinstance(value, dict) else {START: value} for name, value in values.items()}
    return ParameterSet(
        pl.DataFrame(
            [(name, day, float(value)) for name, by_day in dated.items() for day, value in by_day.items()],
            schema={"parameter_id": pl.String, "valid_from": pl.Date, "value": pl.Float64},
            orient="row",
        ),
        on,
    )


def spine(parameters: ParameterSet | None = None) -> pl.DataFrame:
    """The month spine of the appraisal."""
    return appraisal_months(parameters or parameter_set())


def organisations(bodies: dict[str, str] | None = None, **changes: dict[str, object]) -> pl.DataFrame:
    """Rows of ``workforce.organisation`` as far as the model reads them; ``changes`` replace cells by code."""
    bodies = bodies or BODIES
    rows = [
        {
            "ods_code": code,
            "body": body,
            "employer_terms": "civil_service" if body == "dhsc" else "agenda_for_change",
            "in_post_target": body != "csu",
            "is_counted": True,
            "receiving_ods_code": "DHSC" if body == "nhse" else None,
            "transfers_on": date(2027, 4, 1) if body == "nhse" else None,
            "valid_from": date(2022, 7, 1),
            **changes.get(code, {}),
        }
        for code, body in bodies.items()
    ]
    schema = contract("workforce.organisation").polars_schema()
    return pl.DataFrame(rows, schema={name: schema[name] for name in rows[0]})


def successors(*parts: tuple[str, str, float]) -> pl.DataFrame:
    """Rows of ``workforce.successor``: code, successor and share of some organisations; the others continue.

    The shares of an organisation are given in the order of their successors, as far as one.
    """
    followed = {code for code, _, _ in parts}
    rows, passed = [], {}
    for code, successor, share in [*parts, *((code, code, 1.0) for code in BODIES if code not in followed)]:
        start = passed.get(code, 0.0)
        passed[code] = start + share
        kind = "continues" if code == successor else "split"
        rows.append((code, successor, f"Name of {successor}", None, kind, share, start, passed[code]))
    return pl.DataFrame(rows, schema=contract("workforce.successor").polars_schema(), orient="row")


def baseline(staff: dict[str, float] | None = None, removed_share: float = 0.4) -> pl.DataFrame:
    """Rows of ``baseline_before_succession`` as far as the model reads them, one share of staff going everywhere."""
    staff = staff or STAFF
    return pl.DataFrame({"ods_code": list(staff), "headcount": list(staff.values())}).with_columns(
        posts_removed_target=pl.col("headcount") * removed_share
    )


MIDDLE_OF_BAND = dict(
    zip(
        vocabulary.PAY_BANDS,
        (24_500, 25_800, 28_800, 34_400, 42_600, 51_300, 59_200, 69_700, 82_800, 98_300, 117_400),
        strict=True,
    )
)


def pay_points() -> pl.DataFrame:
    """Rows of ``raw.pay_point`` as far as the model reads them, a thousand pounds either side of the middle."""
    rows = [
        (BASE_FY, band, point, middle + step)
        for band, middle in MIDDLE_OF_BAND.items()
        for point, step in (("entry", -1_000), ("top", 1_000))
    ]
    return pl.DataFrame(rows, schema=["fy", "band", "point", "annual_gbp"], orient="row")


def band_age_mix(ages: Sequence[int] = (4, 22, 25, 24, 21, 4)) -> pl.DataFrame:
    """Rows of ``raw.band_age_mix`` as far as the model reads them: fewer people at the top and at both ends of life."""
    by_age = dict(zip(AGE_BANDS, ages, strict=True))
    rows = [
        ("central_functions", grade, age_band, float(people * (12 - place)), people * (12 - place) * 0.95)
        for place, grade in enumerate(GRADES)
        for age_band, people in by_age.items()
    ]
    return pl.DataFrame(rows, schema=["staff_group", "grade", "age_band", "headcount", "fte"], orient="row")


Person = tuple[str, str | None, float | None, float, float, str]
"""Code, band, salary, service, contracted share, terms."""

COPIES = 10
"""People of each kind in the staff lists of tests: a count that is published as it is."""


def people(*persons: Person, copies: int = COPIES) -> pl.DataFrame:
    """Rows of staff lists: each person as often as said."""
    rows = [
        (code, 2 + line, *rest)
        for line, (code, *rest) in enumerate(person for person in persons for _ in range(copies))
    ]
    frame = pl.DataFrame(rows, schema=list(PEOPLE.column_names[:-1]), orient="row", infer_schema_length=None)
    return frame.with_columns(known_from=date(2026, 1, 1)).cast(dict(PEOPLE.polars_schema()))


def staff_lists(*persons: Person, copies: int = COPIES) -> pl.DataFrame:
    """Rows of ``raw.staff_list``: what is counted of such people; none without persons."""
    return counted(people(*persons, copies=copies), pay_points(), Disclosure(threshold=7, base=5))


def staff_cells(
    parameters: ParameterSet | None = None,
    bodies: pl.DataFrame | None = None,
    staff: pl.DataFrame | None = None,
    lists: pl.DataFrame | None = None,
    mix: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Rows of ``workforce.cell`` of the organisations."""
    return cell(
        parameter_set() if parameters is None else parameters,
        organisations() if bodies is None else bodies,
        baseline() if staff is None else staff,
        band_age_mix() if mix is None else mix,
        pay_points(),
        staff_lists() if lists is None else lists,
    )


def unit_costs(
    parameters: ParameterSet | None = None, bodies: pl.DataFrame | None = None, held: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Rows of ``savings.unit_cost``, from the cells given or those of the test's organisations."""
    parameters = parameters or parameter_set()
    bodies = organisations() if bodies is None else bodies
    held = (
        staff_cells(bodies=bodies, staff=baseline(dict.fromkeys(bodies["ods_code"], 100.0))) if held is None else held
    )
    return unit_cost(parameters, bodies, exit_point(parameters, bodies, held))


def waves(*rows: tuple[str, date, date, float, int], stream: str = "mixed") -> pl.DataFrame:
    """Rows of ``savings.exit_wave`` as far as the model reads them: name, first and last day, share, lead in months.

    In a mixed wave, paid exits and people who leave anyway go together.
    """
    rows = rows or (
        ("first", date(2026, 3, 15), date(2026, 9, 30), 0.4, 2),
        ("second", date(2026, 10, 1), date(2027, 9, 30), 0.35, 3),
        ("third", date(2027, 10, 1), date(2028, 3, 31), 0.25, 3),
    )
    names = ("wave_id", "first_leaving_on", "last_leaving_on", "share_of_target", "recognition_lead_months")
    schema = contract("savings.exit_wave").polars_schema()
    frame = pl.DataFrame(rows, schema={name: schema[name] for name in names}, orient="row")
    return frame.with_columns(stream=pl.lit(stream))


def streams() -> pl.DataFrame:
    """Empty posts at once, people who leave over two years, volunteers, and redundancies at the end."""
    rows = [
        ("vacancies", "vacancy", date(2025, 12, 1), date(2025, 12, 31), 0.05, 0),
        ("attrition", "attrition", date(2025, 12, 1), date(2027, 11, 30), 0.1, 0),
        ("voluntary", "voluntary", date(2026, 4, 1), date(2027, 3, 31), 0.68, 2),
        ("compulsory", "compulsory", date(2027, 10, 1), date(2028, 3, 31), 0.17, 3),
    ]
    return pl.concat(waves((name, *rest), stream=stream) for name, stream, *rest in rows)


def perspectives() -> pl.DataFrame:
    """Rows of ``raw.appraisal_perspective``: for society, payments to leavers are transfers; for the exchequer, taxes
    that the employer pays.
    """
    transfers = {
        "severance",
        "strain_above_entitlement",
        "pay_in_lieu_of_notice",
        "notice_nic",
        "class_1a_nic",
        "other_exit_cost",
        "clawback",
    }
    taxes = {
        "notice_nic",
        "class_1a_nic",
        "employer_nic",
        "apprenticeship_levy",
        "backfill_employer_taxes",
        "rehire_employer_taxes",
    }
    left_out = {"dhsc_budget": set(), "exchequer": taxes, "social": transfers}
    rows = [
        (perspective, component, 0.0 if component in left_out[perspective] else 1.0)
        for perspective in vocabulary.PERSPECTIVES
        for component in (*vocabulary.COST_COMPONENTS, *vocabulary.SAVING_COMPONENTS)
    ]
    return pl.DataFrame(rows, schema=["perspective", "component", "weight"], orient="row")


def deflator(growth_pct: float = 2.0, years: int = 10) -> pl.DataFrame:
    """Rows of ``settlement.deflator`` of one vintage that grows evenly: six forecast years, then carried forward."""
    return pl.DataFrame(
        {
            "vintage_id": ["obr_march_2026"] * years,
            "fy": [f"{2025 + year}-{26 + year}" for year in range(years)],
            "index_value": [100.0 * (1 + growth_pct / 100) ** year for year in range(years)],
            "status": ["extended" if year > 5 else "forecast" for year in range(years)],
            "known_from": [START] * years,
        }
    )


CELLS = staff_cells()
"""Of the test's organisations; making them again for every example of a property would take most of its time."""


class Modelled:
    """Every table of the model on one set of inputs."""

    def __init__(
        self,
        parameters: ParameterSet | None = None,
        staff: pl.DataFrame | None = None,
        bodies: pl.DataFrame | None = None,
        exit_waves: pl.DataFrame | None = None,
    ) -> None:
        self.programme = programme(parameters, staff, bodies, exit_waves)
        self.parameters = self.programme.parameters
        self.exits = self.programme.exits
        self.unit_cost = unit_costs(self.parameters, self.programme.organisation, CELLS)
        self.headcount_month = headcount_month(self.programme)
        self.exit_cost_month = exit_cost_month(self.programme, self.unit_cost)
        self.saving_month = saving_month(self.programme, self.unit_cost)


def programme(
    parameters: ParameterSet | None = None,
    staff: pl.DataFrame | None = None,
    bodies: pl.DataFrame | None = None,
    exit_waves: pl.DataFrame | None = None,
    ramp: str = vocabulary.RAMPS[0],
) -> Programme:
    """The programme of the test's organisations, with some inputs replaced."""
    return Programme(
        parameters or parameter_set(),
        organisations() if bodies is None else bodies,
        baseline() if staff is None else staff,
        waves() if exit_waves is None else exit_waves,
        ramp,
    )


def validated(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    """The frame, once its contract has accepted it and its rows are found in the order of its key."""
    described = contract(name)
    described.model.validate(frame)
    assert frame.equals(frame.sort(described.primary_key))
    return frame


staff_counts = st.fixed_dictionaries({code: st.floats(1, 5_000) for code in STAFF})


@st.composite
def exit_waves(draw):
    """One to three waves whose shares add up to one, recognised and gone within the spine."""
    parts = draw(st.lists(st.integers(1, 20), min_size=1, max_size=3))
    rows = []
    for number, part in enumerate(parts):
        first = draw(st.dates(date(2026, 1, 1), date(2033, 1, 1)))
        last = draw(st.dates(first, date(2034, 12, 31)))
        rows.append((f"wave_{number}", first, last, part / sum(parts), draw(st.integers(0, 9))))
    return waves(*rows)


@st.composite
def programmes(draw):
    """Programmes of any size, timing and mix of paid and unpaid exits."""
    return Modelled(
        parameters=parameter_set(
            paid_exit_share=draw(st.floats(0.01, 1)),
            fixed_programme_cost_gbp_m=draw(st.integers(0, 50)),
            pension_local_pct=draw(st.integers(0, 3_000)) / 100,
            pension_central_pct=draw(st.integers(0, 1_500)) / 100,
            pension_civil_service_pct=draw(st.integers(0, 4_000)) / 100,
            apprenticeship_levy_pct=draw(st.integers(0, 200)) / 100,
        ),
        staff=baseline(draw(staff_counts), draw(st.floats(0.01, 1))),
        bodies=organisations(X24={"transfers_on": draw(st.dates(START, date(2034, 12, 31)))}),
        exit_waves=draw(exit_waves()),
    )
