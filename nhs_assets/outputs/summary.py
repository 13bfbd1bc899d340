"""The headline figures of a snapshot, each with the table it stands in."""

from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class Headline:
    """One line of the summary: a question, its answer from the published tables, and where to read on."""

    question: str
    answer: str
    table: str


_QUERIES = (
    (
        "DHSC RDEL real growth a year, 2025-26 to 2028-29, latest deflator",
        "settlement.real_terms",
        """
        SELECT string_agg(printf('%.2f%% %s%s', average_real_growth_pct, label, basis), '\n' ORDER BY known, basis)
        FROM (
            SELECT r.average_real_growth_pct, v.label AS label, v.known_from AS known,
                   CASE r.line_id WHEN 'dhsc_rdel' THEN ', as printed'
                                  ELSE ', without the Immigration Health Surcharge transfers' END AS basis
            FROM settlement.real_terms AS r
            JOIN evidence.vintage AS v ON v.vintage_id = r.plan_vintage_id
            WHERE r.base_fy = '2025-26' AND r.fy = '2028-29' AND r.average_real_growth_pct IS NOT NULL
              AND r.deflator_vintage_id = (
                  SELECT arg_max(vintage_id, known_from) FROM settlement.deflator WHERE status <> 'extended'
              )
              AND r.line_id IN ('dhsc_rdel', 'dhsc_rdel_excluding_ihs')
        )
        """,
    ),
    (
        "Programme cost with no stated funding",
        "overspend.funding_gap",
        """
        SELECT printf('£%.0fm to £%.0fm (cost £%.0fm to £%.0fm against £%.0fm agreed)',
                      gap_low_gbp_m, gap_high_gbp_m, cost_low_gbp_m, cost_high_gbp_m, financed_gbp_m)
        FROM overspend.funding_gap WHERE reading_id = 'official_cost_against_reprofile'
        """,
    ),
    (
        "Is there no new money? The press's £1bn, if repaid in",
        "overspend.neutrality",
        """
        SELECT string_agg(printf('%s: %s', replace(right(profile_id, 7), '_', '-'), statement), '\n'
                          ORDER BY profile_id)
        FROM overspend.neutrality
        WHERE interpretation = 'press_overspend' AND test = 'real' AND profile_id IN ('all_2026_27', 'all_2028_29')
        """,
    ),
    (
        "Posts to go",
        "workforce.post_reduction_reading",
        """
        SELECT string_agg(printf('%s: %s posts, %.0f%% of %s heads', label, format('{:,.0f}', posts), cut_pct,
                                 format('{:,.0f}', baseline_heads)), '\n' ORDER BY reading_id)
        FROM workforce.post_reduction_reading
        WHERE reading_id IN ('official_all_bodies', 'half_of_stated_headcounts', 'boards_alone_official_posts')
        """,
    ),
    (
        "Programme, central scenario: an estimate, seen from the department's budget",
        "savings.appraisal",
        """
        SELECT printf('cost £%.0fm, ten-year saving £%.0fm in cash; net present value £%.0fm (%s prices, %.1f%%); '
                      || 'paid back in %s', cash_cost_gbp_m, cash_saving_gbp_m, npv_gbp_m, base_fy, discount_rate_pct,
                      coalesce(strftime(payback_month, '%B %Y'), 'no month of the horizon'))
        FROM savings.appraisal
        WHERE scenario_id = 'central' AND perspective = 'dhsc_budget' AND accounting_basis = 'accrual'
        QUALIFY row_number() OVER (ORDER BY horizon_years DESC, discount_rate_pct DESC) = 1
        """,
    ),
    (
        "Operations that £1bn buys at the reported ratio",
        "overspend.operations_bought",
        """
        SELECT printf('%s; after the £%.0fm recoup in the same year %s', format('{:,.0f}', operations_gross),
                      recouped_gbp_m, format('{:,.0f}', operations_net_of_recoup))
        FROM overspend.operations_bought
        WHERE case_id = 'stated_saving' AND ratio_id = 'reported' AND profile_id = 'all_2028_29' AND recouped_gbp_m > 0
        """,
    ),
)


def headlines(snapshot: duckdb.DuckDBPyConnection) -> tuple[Headline, ...]:
    """The figures people ask for first, read from the snapshot."""
    return tuple(
        Headline(question, str(snapshot.sql(query).fetchall()[0][0]), table) for question, table, query in _QUERIES
    )
