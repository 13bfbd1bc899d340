SELECT
    h.scenario_id,
    s.successor_ods_code AS ods_code,
    h.month,
    h.fy,
    sum(h.opening_posts * s.share) AS opening_posts,
    sum(h.paid_exits * s.share) AS paid_exits,
    sum(h.unpaid_leavers * s.share) AS unpaid_leavers,
    sum(h.transfers_out * s.share) AS transfers_out,
    sum(h.transfers_in * s.share) AS transfers_in,
    sum(h.joiners * s.share) AS joiners,
    sum(h.closing_posts * s.share) AS closing_posts
FROM savings.headcount_month_before_succession AS h
INNER JOIN workforce.successor AS s ON s.ods_code = h.ods_code
GROUP BY h.scenario_id, s.successor_ods_code, h.month, h.fy
