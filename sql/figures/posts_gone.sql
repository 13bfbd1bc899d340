-- caption: Posts gone by month with paid exits and if leavers were not replaced
-- reading: In March 2028 {{ figure('savings.counterfactual/attrition/2028-03-01/posts_with/principal')|whole }} posts ({{ figure('savings.counterfactual/attrition/2028-03-01/posts_with/p10')|whole }} to {{ figure('savings.counterfactual/attrition/2028-03-01/posts_with/p90')|whole }}) are gone with paid exits, against {{ figure('savings.counterfactual/attrition/2028-03-01/posts_without/principal')|whole }} ({{ figure('savings.counterfactual/attrition/2028-03-01/posts_without/p10')|whole }} to {{ figure('savings.counterfactual/attrition/2028-03-01/posts_without/p90')|whole }}) if leavers were not replaced.
-- cautions: appraisal_is_modelled, posts_are_an_upper_bound
SELECT
    w.month,
    w.fy,
    w.principal AS with_paid_exits_posts,
    w.p10 AS with_paid_exits_p10_posts,
    w.p90 AS with_paid_exits_p90_posts,
    o.principal AS without_posts,
    o.p10 AS without_p10_posts,
    o.p90 AS without_p90_posts
FROM savings.counterfactual AS w
INNER JOIN savings.counterfactual AS o ON o.month = w.month AND o.counterfactual = w.counterfactual
WHERE w.counterfactual = 'attrition' AND w.quantity = 'posts_with' AND o.quantity = 'posts_without'
ORDER BY w.month
