"""The closed lists of words that several contracts and the model share."""

PLAN_LINES = ("dhsc_tdel", "dhsc_rdel", "dhsc_rdel_excluding_ihs", "dhsc_cdel", "nhse_rdel")
QUALIFIERS = ("exact", "about", "up_to", "more_than", "at_least", "range", "vague")
"""How firmly a value is put: "up_to" is an upper bound; "more_than", "at_least" and "vague" are lower bounds."""
LONGEST_PASSAGE = 400
"""Characters of a passage that a person can compare with its claim at a glance."""
CONFLICT_TYPES = ("scope", "period", "price_basis", "unit", "superseded", "internal", "garbled", "value")
PARTIES = (
    "government",
    "nhs_england",
    "nhs_employers",
    "union",
    "forecaster",
    "press",
    "other_body",
    "not_named",
    "project",
)
"""Whom a claimant speaks for."""
CONTRADICTION_NATURES = ("conflict", "omission", "wording", "repetition")
"""A conflict cannot be resolved by reading on; one side leaves something out, words it otherwise, or says it again."""
BODIES = ("icb", "nhse", "dhsc", "csu")
BODIES_AND_GROUPS = (*BODIES, "dhsc_and_nhse", "all_three")
SUCCESSIONS = ("merger", "split", "acquisition")
SHARE_READINGS = ("practice_population", "analytics_script")
INBOX_STATUS = ("accepted", "superseded", "held", "opened", "refused")
PAY_BANDS = ("2", "3", "4", "5", "6", "7", "8a", "8b", "8c", "8d", "9")
GRADES = tuple(f"Band {band}" for band in PAY_BANDS)
AGE_BANDS = {"Under 25": 24, "25 to 34": 34, "35 to 44": 44, "45 to 54": 54, "55 to 64": 64, "65 and over": None}
"""Ages as the statistics band them, by the last of them; the oldest band has none."""
GRADE_NOT_STATED = "Not stated"
LISTED_GRADES = (*GRADES, GRADE_NOT_STATED)
SERVICE_BANDS = {
    "under 2": 0,
    "2 to 4": 2,
    "5 to 9": 5,
    "10 to 14": 10,
    "15 to 19": 15,
    "20 to 23": 20,
    "24 and over": 24,
}
"""Complete years of service by the first of them: no band crosses the years from which, and up to which, pay rises."""
EMPLOYER_TERMS = ("agenda_for_change", "civil_service")
INTERPRETATIONS = ("press_overspend", "official_reprofile")
PERSPECTIVES = ("dhsc_budget", "exchequer", "social")
COST_COMPONENTS = (
    *("severance", "strain_above_entitlement", "pay_in_lieu_of_notice", "notice_nic", "class_1a_nic"),
    *("other_exit_cost", "programme"),
)
SAVING_COMPONENTS = (
    *("pay", "employer_nic", "pension_local", "pension_central", "apprenticeship_levy", "non_pay", "backfill"),
    *("backfill_employer_taxes", "rehire_leakage", "rehire_employer_taxes", "clawback"),
)
STREAMS = ("vacancy", "attrition", "voluntary", "compulsory", "mixed")
"""Ways in which posts go, in the order in which they are meant to; mixed if leavers of all ways go together."""
PAID_STREAMS = ("voluntary", "compulsory")
DEPARTURES = r"(?:(\w+) )?(\d{4}-\d\d) to (\d{4}-\d\d)(?:, approved (\d{4}-\d\d))?"
"""A stream's first and last month of leaving, and the month in which they are approved: ``voluntary 2026-01 to 2026-12,
approved 2025-12``. A scenario sets several with semicolons between them."""
ACCOUNTING_BASES = ("accrual", "cash_paid")
RAMPS = ("wave_table", "linear", "s_curve", "step")
"""How departures spread: evenly in each wave; evenly, slowly at both ends, or at once over each stream as a whole."""
CALIBRATION_QUANTITIES = (
    "posts_all",
    "saving_nhse_at_half",
    "saving_icb_at_half",
    "saving_all",
    "cost_all",
    "running_cost_icb",
)
