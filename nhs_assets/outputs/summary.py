"""The headline figures of a snapshot, each with the table it stands in."""

from collections.abc import Callable
from dataclasses import dataclass

import duckdb

from nhs_assets.outputs.explained import Row
from nhs_assets.outputs.sentences import POST_READINGS, sentence


@dataclass(frozen=True)
class Headline:
    """One line of the summary: a question, its answer from the published tables, and where to read on."""

    question: str
    answer: str
    table: str


def _growth(row: Row) -> str:
    excluded = ", without the Immigration Health Surcharge transfers"
    basis = ", as printed" if row["line_id"] == "dhsc_rdel" else excluded
    return f"{row['average_real_growth_pct']:.2f}% {row['label']}{basis}"


def _gap(row: Row) -> str:
    return (
        f"£{row['gap_low_gbp_m']:.0f}m to £{row['gap_high_gbp_m']:.0f}m (cost £{row['cost_low_gbp_m']:.0f}m to "
        f"£{row['cost_high_gbp_m']:.0f}m against £{row['financed_gbp_m']:.0f}m agreed)"
    )


def _no_new_money(row: Row) -> str:
    repaid_in = row["profile_id"].removeprefix("all_").replace("_", "-")
    return f"{repaid_in}: {sentence('overspend.neutrality', row)}"


def _posts(row: Row) -> str:
    reading = POST_READINGS[row["reading_id"]]
    return f"{reading}: {row['posts']:,.0f} posts, {row['cut_pct']:.0f}% of {row['baseline_heads']:,.0f} heads"


def _programme(row: Row) -> str:
    paid_back = f"{row['payback_month']:%B %Y}" if row["payback_month"] else "no month of the horizon"
    return (
        f"cost £{row['cash_cost_gbp_m']:.0f}m, ten-year saving £{row['cash_saving_gbp_m']:.0f}m in cash; "
        f"net present value £{row['npv_gbp_m']:.0f}m ({row['base_fy']} prices, {row['discount_rate_pct']:.1f}%); "
        f"paid back in {paid_back}"
    )


def _operations(row: Row) -> str:
    return (
        f"{row['operations_gross']:,.0f}; after the £{row['recouped_gbp_m']:.0f}m recoup in the same year "
        f"{row['operations_net_of_recoup']:,.0f}"
    )


_QUERIES: tuple[tuple[str, str, Callable[[Row], str], str], ...] = (
    (
        "DHSC RDEL real growth a year, 2025-26 to 2028-29, latest deflator",
        "settlement.real_terms",
        _growth,
        """
        SELECT r.average_real_growth_pct, r.line_id, v.label
        FROM settlement.real_terms AS r
        JOIN evidence.vintage AS v ON v.vintage_id = r.plan_vintage_id
        WHERE r.base_fy = '2025-26' AND r.fy = '2028-29' AND r.average_real_growth_pct IS NOT NULL
          AND r.deflator_vintage_id IN (SELECT vintage_id FROM settlement.price_index WHERE is_latest)
          AND r.line_id IN ('dhsc_rdel', 'dhsc_rdel_excluding_ihs')
        ORDER BY v.known_from, r.line_id
        """,
    ),
    (
        "Programme cost with no stated funding",
        "overspend.funding_gap",
        _gap,
        "SELECT * FROM overspend.funding_gap WHERE reading_id = 'official_cost_against_reprofile'",
    ),
    (
        "Is there no new money? The press's £1bn, if repaid in",
        "overspend.neutrality",
        _no_new_money,
        """
        SELECT * FROM overspend.neutrality
        WHERE interpretation = 'press_overspend' AND test = 'real' AND profile_id IN ('all_2026_27', 'all_2028_29')
        ORDER BY profile_id
        """,
    ),
    (
        "Posts to go",
        "workforce.post_reduction_reading",
        _posts,
        """
        SELECT * FROM workforce.post_reduction_reading
        WHERE reading_id IN ('official_all_bodies', 'half_of_stated_headcounts', 'boards_alone_official_posts')
        ORDER BY reading_id
        """,
    ),
    (
        "Programme, central scenario: an estimate, seen from the department's budget",
        "savings.appraisal",
        _programme,
        """
        SELECT * FROM savings.appraisal
        WHERE scenario_id = 'central' AND perspective = 'dhsc_budget' AND accounting_basis = 'accrual'
        ORDER BY horizon_years DESC, discount_rate_pct DESC LIMIT 1
        """,
    ),
    (
        "Operations that £1bn buys at the reported ratio",
        "overspend.operations_bought",
        _operations,
        """
        SELECT * FROM overspend.operations_bought
        WHERE case_id = 'stated_saving' AND ratio_id = 'reported' AND profile_id = 'all_2028_29' AND recouped_gbp_m > 0
        """,
    ),
)


def headlines(snapshot: duckdb.DuckDBPyConnection) -> tuple[Headline, ...]:
    """The figures people ask for first, read from the snapshot."""
    found = []
    for question, table, write, query in _QUERIES:
        executed = snapshot.execute(query)
        names = [column[0] for column in executed.description]
        rows = [dict(zip(names, values, strict=True)) for values in executed.fetchall()]
        found.append(Headline(question, "\n".join(map(write, rows)), table))
    return tuple(found)
