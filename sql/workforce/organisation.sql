SELECT
    o.ods_code,
    o.ons_code,
    o.name,
    o.body,
    o.region_code,
    o.region_ons_code,
    o.region_name,
    o.registered_population,
    o.gp_practices,
    o.running_cost_allowance_gbp_m,
    o.employer_terms,
    o.in_post_target,
    o.receiving_ods_code,
    o.transfers_on,
    o.valid_from,
    o.valid_to,
    o.source_id,
    o.confidence,
    s.known_from
FROM raw.organisation AS o
INNER JOIN evidence.source AS s ON s.source_id = o.source_id
