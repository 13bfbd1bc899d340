"""Every chart by the name of its file in ``sql/figures``.

To add a chart, write its SELECT there and a function from its rows to a :class:`Drawing`, and name it here and in
``outputs/report/report.yml``.
"""

from collections.abc import Callable

import polars as pl

from nhs_assets.outputs.charts import evidence, overspend, revision, savings, settlement
from nhs_assets.outputs.charts.drawing import Drawing

CHARTS: dict[str, Callable[[pl.DataFrame], Drawing]] = {
    "settlement_cash_and_real": settlement.cash_and_real,
    "settlement_by_vintage": settlement.by_vintage,
    "growth_explained": settlement.growth_explained,
    "headlines": evidence.headlines,
    "three_billions": overspend.three_billions,
    "money_moved": overspend.money_moved,
    "funding_gap": overspend.funding_gap,
    "payback": savings.payback,
    "posts_gone": savings.posts_gone,
    "cost_and_saving": savings.cost_and_saving,
    "operations_bought": overspend.operations_bought,
    "as_stated": savings.as_stated,
    "boards": savings.boards,
    "claims": evidence.claims,
    "tornado": savings.tornado,
    "prior_to_posterior": savings.prior_to_posterior,
    "back_tests": savings.back_tests,
    "conclusions_moved": revision.conclusions_moved,
}
