-- label: Hip and knee operations that the stated saving buys
-- unit: operations
-- how to read: The saving as ministers state it, at the ratio the press reported; gross before, net after what is taken back in the year as agreed. The saving is stated for the end of the Parliament and shown from the year in which it is to be reached; an illustration of size, not a plan for operations.
SELECT
    concat('operations_gross_', replace(o.fy, '-', '_')) AS figure,
    o.operations_gross AS value
FROM overspend.operations_bought AS o
WHERE o.case_id = 'stated_saving' AND o.ratio_id = 'reported' AND o.profile_id = 'as_agreed'
UNION ALL
SELECT
    concat('operations_net_', replace(o.fy, '-', '_')) AS figure,
    o.operations_net_of_recoup AS value
FROM overspend.operations_bought AS o
WHERE o.case_id = 'stated_saving' AND o.ratio_id = 'reported' AND o.profile_id = 'as_agreed'
