"""``nhs_assets_model.xlsx``: the model for the nation as formulas that recalculate, at first of the best estimate.

Each formula stands with its value, so that a viewer that does not calculate shows the published figures.
"""

from datetime import date
from functools import partial
from pathlib import Path

import numpy as np

from nhs_assets.contracts.savings import ACCOUNTING_BASES
from nhs_assets.contracts.vocabulary import PAID_STREAMS
from nhs_assets.model.cashflow import FIXED
from nhs_assets.model.decomposition import (
    AWARD,
    BEFORE_TAXES,
    EXIT_COSTS,
    MIXED_STREAM,
    PARTS_TAKEN,
    SAVED,
    SETTABLE,
    SPENT_AGAIN,
    TAXES,
    paid_and_unpaid,
    posts_to_go,
)
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.phasing import POSTS, VACANT
from nhs_assets.model.unit_cost import POST, REHIRE
from nhs_assets.outputs.exports.formula_sheets import (
    DAY,
    EXACT,
    FIRST,
    GBP_M,
    MONTH,
    PLAIN,
    WHOLE,
    Column,
    Formula,
    FormulaBook,
    Layout,
)
from nhs_assets.outputs.exports.workbook import CONFIDENCE
from nhs_assets.outputs.what_if import MEASURED, WhatIf

BLUE, TEAL, PURPLE, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
SCENARIO, BASIS, PROFILE = "scenario", "accounting_basis", "recoup_profile"
NUMBER, BEFORE, IS_BEST = "scenario_no", "units_before", "is_best_estimate"
"""What the choices come to: the place of the scenario, rows of unit amounts before its own, and whether all is as in
the best estimate."""
CHOICES = {
    SCENARIO: "Scenario",
    BASIS: "Accounting basis: when a cost counts",
    PROFILE: "Recoup profile: when the advance is taken back",
}
FOLLOWING = {
    NUMBER: "Place of the scenario",
    BEFORE: "Rows of unit amounts before those of the scenario",
    IS_BEST: "Whether everything is as in the best estimate",
}
SHARE_OF = {
    "backfill": ("-backfill_share", BEFORE_TAXES),
    "backfill_employer_taxes": ("-backfill_share", TAXES),
    "rehire_leakage": ("-(rehire_share*rehire_cost_share)", BEFORE_TAXES),
    "rehire_employer_taxes": ("-(rehire_share*rehire_cost_share)", TAXES),
    "clawback": ("(rehire_share*clawback_share_of_award)", AWARD),
}
"""What is spent again or comes back, as a share of what."""
KINDS = {True: "paid", False: "unpaid"}
VACANT_KIND = "vacant"
UNPAID_BACK = "not within ten years"
GBP_IN_GBP_M = 1_000_000
READ_ME = (
    "Change the yellow cells of Assumptions and Ledger, or choose a scenario there. Results, Years and charts follow.",
    "How it is calculated: Assumptions, then Waves and Exits (who leaves when), then Posts, Cost and Saving by month, "
    "then Cash flow (running sum and present value), then Results, Years and Ledger.",
    "Unit amounts holds what one exit costs and one post saves, by body and year, as the model works them out from "
    "pay, service and the terms of leaving. Each scenario has one set of them.",
    "Every flow is rounded to the pound where it arises. The published best estimate is rounded organisation by "
    "organisation: Rounding holds the difference, which counts while everything is as in the best estimate.",
    "Seen from the department's budget. Shares of recoup profiles that follow the saving are of the best estimate.",
    "Results have no ranges here; those of the best estimate are in nhs_assets.xlsx and in the report.",
    "Money is cash, in pounds on sheets by month and in £m elsewhere; present value is in prices of 2025-26.",
    "No macros and no links to other files.",
)


def write_model_workbook(target: Path, what_if: WhatIf, version: str) -> None:
    """Writes the workbook of a version."""
    _Model(target, what_if).write(version)


class _Model:
    def __init__(self, target: Path, data: WhatIf) -> None:
        self.file, self.data, self.spine = FormulaBook(target, "nhs_assets model"), data, data.spine
        self.case, self.flows = data.cases[BEST_ESTIMATE], data.flows()
        # A scenario in which other streams leave at other times has other rows of exits.
        self.cases = {name: case for name, case in data.cases.items() if case.waves == self.case.waves}
        self.months, self.bodies = self.spine.months, tuple(self.spine.posts)
        self.numbers = range(1, len(self.months) + 1)
        self.year_nos = (self.spine.pay_year + 1).tolist()
        self.fys = list(next(iter(data.recoup_shares.values())))
        self.names = (*CHOICES, *SETTABLE, *MEASURED, *FOLLOWING)
        count, bodies = len(self.months), self.bodies
        self.assumptions = Layout(
            "Assumptions",
            len(self.names),
            (
                "Assumption",
                "In use",
                "Your value",
                "In the scenario",
                "Low",
                "High",
                "Unit",
                "How sure",
                "Source",
                "Name",
                "Why",
            ),
        )
        self.scenarios = Layout("Scenarios", len(SETTABLE) + 3, ("Assumption", *self.cases))
        self.units = Layout(
            "Unit amounts",
            len(data.units) * len(bodies) * len(self.spine.years),
            ("Set", "Body", "Year", *EXIT_COSTS, *SAVED, TAXES, BEFORE_TAXES, AWARD),
        )
        self.of_bodies = Layout("Bodies", len(bodies), ("Body", "Stated posts", "Part taken", "Posts to go"))
        self.waves = Layout(
            "Waves",
            len(self.case.waves),
            (
                *("Wave", "Leaves", "First day", "Last day", "Share of posts", "Lead, months", "Slip, months"),
                *("First day now", "Last day now", "Days", "Paid share", "Unpaid share"),
            ),
        )
        self.exits = Layout(
            "Exits",
            len(self.flows.leaving),
            (
                *("Wave", "Wave no.", "Leaves", "Month in wave", "Month", "Recognised", "Share of wave", "Year no."),
                *(*_by_body("paid", bodies), *_by_body("unpaid", bodies), *EXIT_COSTS, FIXED),
            ),
        )
        kinds = ("paid", "unpaid", "vacant", "saved", "rehired")
        self.posts = Layout(
            "Posts", count, ("Month", "No.", "Year no.", *(name for kind in kinds for name in _by_body(kind, bodies)))
        )
        self.cost = Layout("Cost", count, ("Month", *EXIT_COSTS, FIXED, "rounding", "Cost"))
        self.saving = Layout("Saving", count, ("Month", "No.", "Year no.", *SAVED, *SPENT_AGAIN, "rounding", "Saving"))
        self.rounding = Layout("Rounding", count, ("Month", *ACCOUNTING_BASES, "saving"))
        self.flow = Layout(
            "Cash flow",
            count,
            (
                *("Month", "Year", "No.", "Cost", "Saving", "Net", "Running sum", "Prices of 2025-26", "Discounting"),
                *("Present value", "Running present value", "Owing", "Owing in present value", "Cost so far"),
            ),
        )
        self.profiles = Layout("Recoup profiles", len(data.recoup_shares), ("Profile", *self.fys))
        self.ledger = Layout(
            "Ledger", len(self.fys), ("Year", "Opening", "Drawn", "Share taken back", "Taken back", "Closing")
        )
        self.years = Layout(
            "Years",
            len(self.spine.years),
            (
                *("Year", "Cost", "Saving", "Net", "Drawn", "Taken back", "Net with advance"),
                *("Operations", "less exit cost", "less taken back", "less both"),
            ),
        )
        self.results = Layout("Results", 11, ("Measure", "Result", "Published", "Difference", "Unit"))
        rounding = data.rounding
        self.costs = {
            **self.flows.accrual,
            "rounding": rounding["accrual"],
            "Cost": sum(self.flows.accrual.values()) + rounding["accrual"],
        }
        self.savings = {
            **self.flows.saving,
            "rounding": rounding["saving"],
            "Saving": sum(self.flows.saving.values()) + rounding["saving"],
        }

    def write(self, version: str) -> None:
        """Writes every sheet, and the file."""
        self._read_me(version)
        self._assumptions()
        for sheet in (self._results, self._years, self._ledger, self._cash_flow, self._cost, self._saving, self._posts):
            sheet()
        for sheet in (self._exits, self._waves, self._bodies, self._units, self._scenarios, self._profiles):
            sheet()
        self._rounding()
        self.file.book.close()

    def _read_me(self, version: str) -> None:
        sheet = self.file.book.add_worksheet("Read me")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 110)
        sheet.write_string(
            0, 0, "Paying people to leave the NHS: a model to change", self.file.format(bold=True, font_size=14)
        )
        for row, line in enumerate((f"Version {version} of nhs_assets.", *READ_ME), start=1):
            sheet.write_string(row, 0, line, self.file.format(text_wrap=True, valign="top"))

    def _assumptions(self) -> None:
        data, layout = self.data, self.assumptions
        chosen = {SCENARIO: BEST_ESTIMATE, BASIS: self.case.accounting_basis, PROFILE: self.case.profile_id}
        follows = {NUMBER: 1, BEFORE: 0, IS_BEST: True}
        values = {**chosen, **data.best_estimate, **follows}
        rows = [self._described(name) for name in self.names]
        first, last = self.scenarios.headings[1], self.scenarios.headings[-1]
        in_scenarios = {name: FIRST + place for place, name in enumerate((BASIS, PROFILE, *SETTABLE), start=1)}

        def across(row: int) -> str:
            return f"{self.scenarios.at(first, row)}:{self.scenarios.at(last, row).partition('!')[2]}"

        def in_scenario(row: int) -> str | None:
            name = self.names[row - FIRST]
            return f"=INDEX({across(in_scenarios[name])},{NUMBER})" if name in in_scenarios else None

        used = _rows(layout, "In use", FIRST + len(CHOICES), len(SETTABLE))
        best = _rows(self.scenarios, BEST_ESTIMATE, FIRST + 3, len(SETTABLE))
        block = len(self.bodies) * len(self.spine.years)
        following = {
            NUMBER: f"=MATCH({SCENARIO},{across(FIRST - 1)},0)",
            BEFORE: f"=(INDEX({across(FIRST)},{NUMBER})-1)*{block}",
            IS_BEST: f"=AND({BEFORE}=0,SUMPRODUCT(--({used}<>{best}))=0)",
        }

        def in_use(row: int) -> str:
            yours, stated = (layout.own(heading, row) for heading in ("Your value", "In the scenario"))
            return following.get(self.names[row - FIRST], f'=IF({yours}="",{stated},{yours})')

        stated = [None if name in FOLLOWING else values[name] for name in self.names]
        number = "0.0###"
        columns = [
            Column("Assumption", [row[0] for row in rows], width=58),
            Column("In use", [values[name] for name in self.names], in_use, number, 16),
            Column("Your value", [None] * len(rows), number_format=number, width=16, may_change=True),
            Column("In the scenario", stated, in_scenario, number, 16),
            *(
                Column(heading, [row[place] for row in rows], number_format=number, width=width)
                for place, (heading, width) in enumerate(
                    (("Low", 10), ("High", 10), ("Unit", 12), ("How sure", 24), ("Source", 30)), start=1
                )
            ),
            Column("Name", list(self.names), width=28),
            Column("Why", [row[-1] for row in rows], width=90),
        ]
        notes = (
            "Change yellow cells; where one is empty, the value of the scenario is used. Shares go from 0 to 1.",
            "Low and high: the 80% range given all evidence; of what is not drawn, the range that is stated.",
        )
        sheet = self.file.add(layout, notes, columns)
        offered = {SCENARIO: list(self.cases), BASIS: list(ACCOUNTING_BASES), PROFILE: list(data.recoup_shares)}
        for place, name in enumerate(self.names):
            self.file.book.define_name(name, f"={layout.at('In use', FIRST + place)}")
            if name in offered:
                source = f"={across(FIRST - 1)}" if name == SCENARIO else offered[name]
                sheet.data_validation(
                    FIRST + place - 1, 2, FIRST + place - 1, 2, {"validate": "list", "source": source}
                )
            elif name in FOLLOWING:
                sheet.write_blank(FIRST + place - 1, 2, None, self.file.format())

    def _described(self, name: str) -> tuple:
        """Label, low, high, unit, confidence, source and reason of an assumption."""
        if name in CHOICES or name in FOLLOWING:
            return (CHOICES | FOLLOWING)[name], None, None, None, None, None, None
        row = self.data.parameters[name]
        low, high = self.data.ends.get(name, (row["low"], row["high"]))
        return row["label"], low, high, row["unit"], CONFIDENCE[row["confidence"]], row["source_id"], row["reference"]

    def _results(self) -> None:
        flow, years, published = self.flow, self.years, self.data.appraisal[BEST_ESTIMATE, self.case.accounting_basis]
        first_cost = f"(SUMPRODUCT(--({flow.all('Cost so far')}=0))+1)"
        horizon, months = len(self.months), flow.all("Month")
        paid_back, discounted = (
            f"MAX(MAX({flow.all(owing)})+1,{first_cost})" for owing in ("Owing", "Owing in present value")
        )
        deficit = f"MIN({flow.all('Running sum')})"
        fy = self.fys[-1]
        of_year = partial(_looked_up, years, fy)
        financed = self.data.best_estimate["reprofiled_amount_gbp_m"]
        bought = self._operations(self.spine.years.index(fy))
        cost = float(published["cash_cost_gbp_m"])

        def unless(owing: str, formula: str) -> str:
            return f'=IF(MAX({flow.all(owing)})={horizon},"{UNPAID_BACK}",{formula})'

        rows = (
            ("Cost in cash", f"=SUM({flow.all('Cost')})/{GBP_IN_GBP_M}", cost, "£m", GBP_M),
            (
                "Saving in cash over ten years",
                f"=SUM({flow.all('Saving')})/{GBP_IN_GBP_M}",
                published["cash_saving_gbp_m"],
                "£m",
                GBP_M,
            ),
            (
                "Net present value",
                f"=SUM({flow.all('Present value')})/{GBP_IN_GBP_M}",
                published["npv_gbp_m"],
                "£m, prices of 2025-26",
                GBP_M,
            ),
            (
                "Paid back in",
                unless("Owing", f"INDEX({months},{paid_back})"),
                published["payback_month"],
                "month",
                MONTH,
            ),
            (
                "Months from the first cost to payback",
                unless("Owing", f"{paid_back}-{first_cost}+1"),
                published["payback_months"],
                "months",
                WHOLE,
            ),
            (
                "Paid back in present value in",
                unless("Owing in present value", f"INDEX({months},{discounted})"),
                published["discounted_payback_month"],
                "month",
                MONTH,
            ),
            ("Deepest deficit", f"={deficit}/{GBP_IN_GBP_M}", published["deepest_cash_deficit_gbp_m"], "£m", GBP_M),
            (
                "Month of the deepest deficit",
                f"=INDEX({months},MATCH({deficit},{flow.all('Running sum')},0))",
                published["deepest_deficit_month"],
                "month",
                MONTH,
            ),
            (
                "Cost less the money moved for it",
                f"=SUM({flow.all('Cost')})/{GBP_IN_GBP_M}-reprofiled_amount_gbp_m",
                cost - financed,
                "£m",
                GBP_M,
            ),
            (f"Operations that the saving of {fy} buys", f"={of_year('Operations')}", bought[0], "operations", WHOLE),
            (
                f"The same after what is taken back in {fy}",
                f"={of_year('less taken back')}",
                bought[2],
                "operations",
                WHOLE,
            ),
        )
        formulas = [formula for _, formula, *_ in rows]
        formats = [number_format for *_, number_format in rows]
        values = [value if isinstance(value, date) else float(value) for _, _, value, *_ in rows]
        own = self.results.own

        def difference(row: int) -> str:
            found, stated = own("Result", row), own("Published", row)
            if formats[row - FIRST] == MONTH:
                months_between = f"(YEAR({found})-YEAR({stated}))*12+MONTH({found})-MONTH({stated})"
                return f'=IF(ISNUMBER({found}),{months_between},"")'
            return f'=IF(ISNUMBER({found}),ROUND({found}-{stated},6),"")'

        columns = [
            Column("Measure", [name for name, *_ in rows], width=46),
            Column("Result", values, lambda row: formulas[row - FIRST], formats, 16),
            Column("Published", values, None, formats, 16),
            Column("Difference", [0] * len(rows), difference, [PLAIN if f == MONTH else f for f in formats], 12),
            Column("Unit", [unit for _, _, _, unit, _ in rows], width=24),
        ]
        notes = (
            "From the department's budget, on the accounting basis in use. Published: the best estimate.",
            "Difference: of months, in months.",
        )
        sheet = self.file.add(self.results, notes, columns)
        top = FIRST + len(rows) + 1
        self._chart(
            sheet,
            f"A{top}",
            "line",
            "Running sum of saving less cost, £",
            flow,
            "Month",
            {"Running sum": BLUE, "Running present value": TEAL},
        )
        self._chart(
            sheet, f"D{top}", "column", "Cost and saving by year, £m", years, "Year", {"Cost": PURPLE, "Saving": TEAL}
        )
        self._chart(
            sheet,
            f"A{top + 21}",
            "column",
            "The advance: drawn, taken back and outstanding, £m",
            self.ledger,
            "Year",
            {"Drawn": BLUE, "Taken back": ORANGE, "Closing": PURPLE},
        )

    def _chart(self, sheet, place: str, kind: str, title: str, of: Layout, along: str, series: dict[str, str]) -> None:
        chart = self.file.book.add_chart({"type": kind})
        for heading, colour in series.items():
            look = {"line": {"color": colour, "width": 2.25}} if kind == "line" else {"fill": {"color": colour}}
            chart.add_series(
                {"name": heading, "categories": f"={of.all(along)}", "values": f"={of.all(heading)}", **look}
            )
        axis = {"num_font": {"name": "Arial", "size": 9}, "label_position": "low"}
        in_pounds = '#,##0,,"m"' if kind == "line" else WHOLE
        dates = {"date_axis": True, "num_format": "yyyy", "major_unit": 1, "major_unit_type": "years"}
        chart.set_x_axis(axis | (dates if kind == "line" else {}))
        chart.set_y_axis(
            axis | {"num_format": in_pounds, "major_gridlines": {"visible": True, "line": {"color": "#D9D9D9"}}}
        )
        chart.set_title({"name": title, "overlay": False, "name_font": {"name": "Arial", "size": 12}})
        chart.set_legend({"position": "bottom", "font": {"name": "Arial", "size": 10}})
        chart.set_size({"width": 560, "height": 380})
        sheet.insert_chart(place, chart, {"description": title, "object_position": 2})

    def _years(self) -> None:
        own, flow, ledger = self.years.own, self.flow, self.ledger
        years = range(len(self.spine.years))

        def summed(of: Layout, heading: str, unit: int) -> Formula:
            part = f"/{unit}" if unit > 1 else ""
            return lambda row: f"=SUMIF({of.all('Year')},{own('Year', row)},{of.all(heading)}){part}"

        def bought(*less: str) -> Formula:
            def formula(row: int) -> str:
                left = "-".join(own(heading, row) for heading in ("Saving", *less))
                return f"=({left})*operations_per_gbp_1000m/1000"

            return formula

        cost, saving, drawn, back = (self._of_year(name) for name in ("Cost", "Saving", "drawn", "recouped"))
        operations = list(zip(*(self._operations(year) for year in years), strict=True))
        columns = [
            Column("Year", self.spine.years),
            Column("Cost", cost, summed(flow, "Cost", GBP_IN_GBP_M), GBP_M),
            Column("Saving", saving, summed(flow, "Saving", GBP_IN_GBP_M), GBP_M),
            Column("Net", saving - cost, lambda row: f"={own('Saving', row)}-{own('Cost', row)}", GBP_M),
            Column("Drawn", drawn, summed(ledger, "Drawn", 1), GBP_M),
            Column("Taken back", back, summed(ledger, "Taken back", 1), GBP_M),
            Column(
                "Net with advance",
                saving - cost + drawn - back,
                lambda row: f"={own('Net', row)}+{own('Drawn', row)}-{own('Taken back', row)}",
                GBP_M,
            ),
            *(
                Column(heading, values, formula, WHOLE)
                for heading, values, formula in zip(
                    self.years.headings[7:],
                    operations,
                    (bought(), bought("Cost"), bought("Taken back"), bought("Cost", "Taken back")),
                    strict=True,
                )
            ),
        ]
        notes = (
            "£m in cash, and hip and knee operations at the stated ratio.",
            "Drawn and taken back: the advance from later budgets, which is financing and no saving.",
        )
        self.file.add(self.years, notes, columns)

    def _of_year(self, name: str) -> np.ndarray:
        if name in ("drawn", "recouped"):
            rows = self.data.ledger.filter(profile_id=self.case.profile_id)
            by_fy = dict(zip(rows["fy"], rows[f"{name}_gbp_m"], strict=True))
            return np.array([float(by_fy.get(fy, 0)) for fy in self.spine.years])
        by_month = (self.costs | self.savings)[name]
        return (
            np.array([by_month[self.spine.pay_year == year].sum() for year, _ in enumerate(self.spine.years)])
            / GBP_IN_GBP_M
        )

    def _operations(self, year: int) -> tuple[float, ...]:
        cost, saving, back = (self._of_year(name)[year] for name in ("Cost", "Saving", "recouped"))
        ratio = self.data.best_estimate["operations_per_gbp_1000m"] / 1000
        return tuple(left * ratio for left in (saving, saving - cost, saving - back, saving - cost - back))

    def _ledger(self) -> None:
        layout, profiles = self.ledger, self.profiles
        rows = self.data.ledger.filter(profile_id=self.case.profile_id).sort("fy")
        money = {
            name: [float(cell) for cell in rows[f"{name}_gbp_m"]]
            for name in ("opening", "drawn", "recouped", "closing")
        }
        own = layout.own

        def share(row: int) -> str:
            return f"=INDEX({profiles.all(self.fys[row - FIRST])},MATCH({PROFILE},{profiles.all('Profile')},0))"

        def back(row: int) -> str:
            drawn, before = f"SUM({layout.all('Drawn')})", f"SUM({layout.above('Share taken back', row)})"
            return f"=ROUND({drawn}*({before}+{own('Share taken back', row)}),6)-ROUND({drawn}*{before},6)"

        columns = [
            Column("Year", self.fys),
            Column(
                "Opening", money["opening"], lambda row: f"={own('Closing', row - 1)}" if row > FIRST else None, GBP_M
            ),
            Column("Drawn", money["drawn"], None, GBP_M, may_change=True),
            Column(
                "Share taken back",
                list(self.data.recoup_shares[self.case.profile_id].values()),
                share,
                "0.0%",
            ),
            Column("Taken back", money["recouped"], back, GBP_M),
            Column(
                "Closing",
                money["closing"],
                lambda row: f"={own('Opening', row)}+{own('Drawn', row)}-{own('Taken back', row)}",
                GBP_M,
            ),
        ]
        self.file.add(layout, ("The advance from later budgets, £m in cash, under the official reading.", ""), columns)

    def _cash_flow(self) -> None:
        own, data = self.flow.own, self.data
        cost, saving = self.costs["Cost"], self.savings["Saving"]
        net = saving - cost
        present = net * data.real_factors * data.discounting
        running, running_present = np.cumsum(net), np.cumsum(present)
        numbers = np.array(self.numbers)
        base = int(data.months_from_base[0])
        columns = [
            Column("Month", self.months, None, MONTH),
            Column("Year", [self.spine.years[year] for year in self.spine.pay_year]),
            Column("No.", self.numbers),
            Column("Cost", cost, lambda row: f"={self.cost.at('Cost', row)}", WHOLE, 15),
            Column("Saving", saving, lambda row: f"={self.saving.at('Saving', row)}", WHOLE, 15),
            Column("Net", net, lambda row: f"={own('Saving', row)}-{own('Cost', row)}", WHOLE, 15),
            Column("Running sum", running, partial(_running, self.flow, "Net"), WHOLE, 16),
            Column("Prices of 2025-26", data.real_factors, None, "0.0000"),
            Column(
                "Discounting",
                data.discounting,
                lambda row: f"=(1+discount_rate_real_pct/100)^(-({own('No.', row)}-{1 - base})/12)",
                "0.0000",
            ),
            Column(
                "Present value",
                present,
                lambda row: f"={own('Net', row)}*{own('Prices of 2025-26', row)}*{own('Discounting', row)}",
                WHOLE,
                15,
            ),
            Column("Running present value", running_present, partial(_running, self.flow, "Present value"), WHOLE),
            *(
                Column(
                    heading,
                    np.where(values < 0, numbers, 0),
                    lambda row, of=of: f"=IF({own(of, row)}<0,{own('No.', row)},0)",
                )
                for heading, of, values in (
                    ("Owing", "Running sum", running),
                    ("Owing in present value", "Running present value", running_present),
                )
            ),
            Column("Cost so far", np.cumsum(cost), partial(_running, self.flow, "Cost"), WHOLE, 15),
        ]
        notes = (
            "Pounds by month; present value in prices of 2025-26, discounted from the first month.",
            "Owing: the number of a month that ends with the running sum below zero. After the last it is paid back.",
        )
        self.file.add(self.flow, notes, columns)

    def _cost(self) -> None:
        own, exits = self.cost.own, self.exits

        def component(name: str) -> Formula:
            def formula(row: int) -> str:
                by = {
                    month: f"SUMIF({exits.all(month)},{own('Month', row)},{exits.all(name)})"
                    for month in ("Recognised", "Month")
                }
                # The fixed cost is spent as exits are recognised.
                if name == FIXED:
                    return f"={by['Recognised']}"
                return f'=IF({BASIS}="accrual",{by["Recognised"]},{by["Month"]})'

            return formula

        def rounding(row: int) -> str:
            accrual, paid = (self.rounding.at(basis, row) for basis in ACCOUNTING_BASES)
            return f'=IF({IS_BEST},IF({BASIS}="accrual",{accrual},{paid}),0)'

        names = (*EXIT_COSTS, FIXED)
        columns = [
            Column("Month", self.months, None, MONTH),
            *(Column(name, self.costs[name], component(name), WHOLE) for name in names),
            Column("rounding", self.costs["rounding"], rounding, WHOLE),
            Column("Cost", self.costs["Cost"], partial(_summed, self.cost, names[0], "rounding"), WHOLE, 15),
        ]
        self.file.add(self.cost, ("Pounds by month on the accounting basis in use, by component.", ""), columns)

    def _saving(self) -> None:
        own, posts = self.saving.own, self.posts

        def formula(name: str, row: int) -> str:
            number, year, lag = own("No.", row), own("Year no.", row), f"({own('No.', row)}-rehire_lag_months)"
            parts = []
            for place, body in enumerate(self.bodies):
                saved, rehired, paid = (_of_body(kind, body) for kind in ("saved", "rehired", "paid"))
                if name in SAVED:
                    parts.append(f"ROUND({posts.at(saved, row)}*{self._unit(name, place, year)}/12,0)")
                    continue
                share, of = SHARE_OF[name]
                if SPENT_AGAIN[name] == POST:
                    parts.append(f"ROUND({posts.at(saved, row)}*({share}*{self._unit(of, place, year)})/12,0)")
                elif SPENT_AGAIN[name] == REHIRE:
                    earlier = f"INDEX({posts.all(rehired)},{lag})"
                    parts.append(f"ROUND({earlier}*({share}*{self._unit(of, place, year)})/12,0)")
                else:
                    earlier, of_leaving = f"INDEX({posts.all(paid)},{lag})", f"INDEX({posts.all('Year no.')},{lag})"
                    parts.append(f"ROUND({earlier}*({share}*{self._unit(of, place, of_leaving)}),0)")
            whole = "+".join(parts)
            return f"={whole}" if SPENT_AGAIN.get(name, POST) == POST else f"=IF({number}>rehire_lag_months,{whole},0)"

        names = (*SAVED, *SPENT_AGAIN)
        columns = [
            Column("Month", self.months, None, MONTH),
            Column("No.", self.numbers),
            Column("Year no.", self.year_nos),
            *(Column(name, self.savings[name], partial(formula, name), WHOLE) for name in names),
            Column(
                "rounding",
                self.savings["rounding"],
                lambda row: f"=IF({IS_BEST},{self.rounding.at('saving', row)},0)",
                WHOLE,
            ),
            Column("Saving", self.savings["Saving"], partial(_summed, self.saving, names[0], "rounding"), WHOLE, 15),
        ]
        notes = (
            "Pounds by month and component. Backfill and rehire are spent again, so they are below zero.",
            "What leavers who come back cost, and pay back, comes later by the months of the lag.",
        )
        self.file.add(self.saving, notes, columns)

    def _unit(self, name: str, body: int, year: str) -> str:
        """The amount of a body and year in the set of the scenario."""
        return f"INDEX({self.units.all(name)},{BEFORE}+{body * len(self.spine.years)}+{year})"

    def _posts(self) -> None:
        own, above, exits = self.posts.own, self.posts.above, self.exits
        share = "leaving_month_saved_share"
        going = {
            kind: {
                body: np.bincount(
                    [row.month for row in self.flows.leaving if counts(row)],
                    [getattr(row, of)[body] for row in self.flows.leaving if counts(row)],
                    len(self.months),
                )
                for body in self.bodies
            }
            for kind, of, counts in (
                ("paid", "paid", lambda row: True),
                ("unpaid", "unpaid", lambda row: True),
                ("vacant", "unpaid", lambda row: row.wave.stream == VACANT),
            )
        }

        def leaving(kind: str, body: str) -> Formula:
            of = "unpaid" if kind == VACANT_KIND else kind
            only = f',{exits.all("Leaves")},"{VACANT_KIND}"' if kind == VACANT_KIND else ""
            cells = exits.all(_of_body(of, body))
            return lambda row: f"=SUMIFS({cells},{exits.all('Month')},{own('Month', row)}{only})"

        def gone(row: int, *headings: str) -> str:
            before = "+".join(f"SUM({above(heading, row)})" for heading in headings)
            now = "+".join(own(heading, row) for heading in headings)
            return f"({before}+({now})*{share})"

        def saved(body: str) -> Formula:
            paid, unpaid, vacant = (_of_body(kind, body) for kind in ("paid", "unpaid", "vacant"))
            return lambda row: f"={gone(row, paid, unpaid)}-{gone(row, vacant)}*(1-vacant_post_saved_share)"

        columns = [
            Column("Month", self.months, None, MONTH),
            Column("No.", self.numbers),
            Column("Year no.", self.year_nos),
            *(
                Column(_of_body(kind, body), going[kind][body], leaving(kind, body), EXACT)
                for kind in going
                for body in self.bodies
            ),
            *(Column(_of_body("saved", body), self.flows.posts[body], saved(body), EXACT) for body in self.bodies),
            *(
                Column(
                    _of_body("rehired", body),
                    self.flows.rehired[body],
                    lambda row, body=body: f"={gone(row, _of_body('paid', body))}",
                    EXACT,
                )
                for body in self.bodies
            ),
        ]
        notes = (
            "Paid exits and posts that go in the month. Saved: posts gone so far that save in the month. Rehired: paid "
            "exits so far, of whom a share comes back.",
            "A post that goes during a month saves a share of it, and one that nobody held a share of its cost.",
        )
        self.file.add(self.posts, notes, columns)

    def _exits(self) -> None:
        own, rows, waves = self.exits.own, self.flows.leaving, self.waves
        place = {wave: number for number, wave in enumerate(self.case.waves, start=1)}
        opens = {}
        for row in rows:
            opens.setdefault(row.wave, row.month)
        base = self.months[0].year

        def of_wave(heading: str, row: int) -> str:
            return f"INDEX({waves.all(heading)},{own('Wave no.', row)})"

        def month(row: int) -> str:
            first = of_wave("First day now", row)
            return f"=DATE(YEAR({first}),MONTH({first})+{own('Month in wave', row)},1)"

        def recognised(row: int) -> str:
            first, lead = of_wave("First day now", row), of_wave("Lead, months", row)
            each, whole = f"EDATE({own('Month', row)},-{lead})", f"EDATE(DATE(YEAR({first}),MONTH({first}),1),-{lead})"
            return f'=IF({own("Leaves", row)}="{MIXED_STREAM}",{each},{whole})'

        def share(row: int) -> str:
            first, last, days = (of_wave(heading, row) for heading in ("First day now", "Last day now", "Days"))
            at = own("Month", row)
            return f"=(MIN({last},EOMONTH({at},0))-{first}+1)/{days}-(MAX({first},{at})-{first})/{days}"

        def number(kind: str, body: int) -> Formula:
            going = self.of_bodies.at("Posts to go", FIRST + body)
            return lambda row: f"={going}*({of_wave(kind, row)}*{own('Share of wave', row)})"

        def component(name: str) -> Formula:
            def formula(row: int) -> str:
                parts = (
                    f"ROUND({own(_of_body('paid', body), row)}*{self._unit(name, at, own('Year no.', row))},0)"
                    for at, body in enumerate(self.bodies)
                )
                return f"={'+'.join(parts)}"

            return formula

        def fixed(row: int) -> str:
            months, numbers = self.exits.all("Month"), self.exits.all("Wave no.")
            paid = [self.exits.all(_of_body("paid", body)) for body in self.bodies]
            whole = "+".join(f"SUM({cells})" for cells in paid)
            parts = []
            for at, body in enumerate(self.bodies):
                before = "".join(f"SUM({cells})+" for cells in paid[:at])
                earlier = f'SUMIFS({paid[at]},{months},"<"&{own("Month", row)})'
                same = f'SUMIFS({paid[at]},{months},{own("Month", row)},{numbers},"<="&{own("Wave no.", row)})'
                so_far, now = f"{before}{earlier}+{same}", own(_of_body("paid", body), row)
                spent = f"({whole})*fixed_programme_cost_gbp_m*{GBP_IN_GBP_M}"
                parts.append(f"ROUND(({so_far})/{spent},0)-ROUND(({so_far}-{now})/{spent},0)")
            return f"={'+'.join(parts)}"

        columns = [
            Column("Wave", [row.wave.wave_id for row in rows], width=18),
            Column("Wave no.", [place[row.wave] for row in rows]),
            Column("Leaves", [_kind(row.wave.stream) for row in rows]),
            Column("Month in wave", [row.month - opens[row.wave] for row in rows]),
            Column("Month", [self.months[row.month] for row in rows], month, MONTH),
            Column("Recognised", [self.months[row.recognised] for row in rows], recognised, MONTH),
            Column("Share of wave", [row.share for row in rows], share, "0.0000"),
            Column(
                "Year no.",
                [int(self.spine.pay_year[row.month]) + 1 for row in rows],
                lambda row: f"=YEAR(EDATE({own('Month', row)},-3))-{base - 1}",
            ),
            *(
                Column(_of_body("paid", body), [row.paid[body] for row in rows], number("Paid share", at), EXACT)
                for at, body in enumerate(self.bodies)
            ),
            *(
                Column(_of_body("unpaid", body), [row.unpaid[body] for row in rows], number("Unpaid share", at), EXACT)
                for at, body in enumerate(self.bodies)
            ),
            *(Column(name, [row.cost[name] for row in rows], component(name), WHOLE) for name in EXIT_COSTS),
            Column(FIXED, [row.fixed_cost for row in rows], fixed, WHOLE),
        ]
        notes = (
            "Who leaves in each month of each wave, and what that costs in pounds, at the pay of the year of leaving.",
            "The fixed cost of the programme is shared over paid exits.",
        )
        self.file.add(self.exits, notes, columns)

    def _waves(self) -> None:
        own, all_of, waves = self.waves.own, self.waves.all, self.case.waves
        paid, unpaid = (f'SUMIF({all_of("Leaves")},"{kind}",{all_of("Share of posts")})' for kind in KINDS.values())
        routes = paid_and_unpaid(waves, self.case.values)

        def paid_share(row: int) -> str:
            share, kind = own("Share of posts", row), own("Leaves", row)
            apart = f"{share}*(paid_exit_share*({paid}+{unpaid})/{paid})"
            mixed = f'IF({kind}="{MIXED_STREAM}",{share}*paid_exit_share,0)'
            return f'=IF({kind}="paid",{apart},{mixed})*paid_take_up'

        def unpaid_share(row: int) -> str:
            share, kind = own("Share of posts", row), own("Leaves", row)
            apart = f"{share}*((1-paid_exit_share)*({paid}+{unpaid})/{unpaid})"
            mixed = f'IF({kind}="{MIXED_STREAM}",{share}*(1-paid_exit_share),0)'
            return f'=IF({kind}="unpaid",{apart},IF({kind}="{VACANT_KIND}",{share},{mixed}))*unpaid_take_up'

        first, last = [wave.first for wave in waves], [wave.last for wave in waves]
        columns = [
            Column("Wave", [wave.wave_id for wave in waves], width=18),
            Column("Leaves", [_kind(wave.stream) for wave in waves]),
            Column("First day", first, None, DAY, 14),
            Column("Last day", last, None, DAY, 14),
            Column("Share of posts", [wave.share for wave in waves], None, "0.0%"),
            Column("Lead, months", [wave.lead_months for wave in waves]),
            Column(
                "Slip, months",
                [
                    self.case.values["leaving_slip_months"] if _kind(wave.stream) in ("paid", MIXED_STREAM) else 0
                    for wave in waves
                ],
                lambda row: (
                    f'=IF(OR({own("Leaves", row)}="paid",{own("Leaves", row)}="{MIXED_STREAM}"),leaving_slip_months,0)'
                ),
            ),
            Column(
                "First day now",
                first,
                lambda row: f"=EDATE({own('First day', row)},{own('Slip, months', row)})",
                DAY,
                14,
            ),
            Column(
                "Last day now",
                last,
                lambda row: f"=EDATE({own('Last day', row)}+1,{own('Slip, months', row)})-1",
                DAY,
                14,
            ),
            Column(
                "Days",
                [(wave.last - wave.first).days + 1 for wave in waves],
                lambda row: f"={own('Last day now', row)}-{own('First day now', row)}+1",
            ),
            Column("Paid share", [share for share, _ in routes], paid_share, "0.0%"),
            Column("Unpaid share", [share for _, share in routes], unpaid_share, "0.0%"),
        ]
        notes = (
            "Departures by wave, evenly from the first to the last day; those that are paid, later by the slip.",
            "Paid and unpaid share: of all posts to go, as far as they are taken up.",
        )
        self.file.add(self.waves, notes, columns)

    def _bodies(self) -> None:
        layout, values, posts = self.of_bodies, self.case.values, self.spine.posts
        parts = {name.rpartition("_")[2]: name for name in PARTS_TAKEN}
        stated, taken = layout.all("Stated posts"), layout.all("Part taken")
        more = f"({POSTS}/{self.spine.stated_posts:.17g}*SUM({stated})/SUMPRODUCT({stated},{taken}))"

        def to_go(row: int) -> str:
            return f"={layout.own('Stated posts', row)}*{layout.own('Part taken', row)}*{more}"

        columns = [
            Column("Body", [body.upper() for body in self.bodies]),
            Column("Stated posts", list(posts.values()), None, EXACT),
            Column(
                "Part taken",
                [values[parts[body]] if body in parts else 1 for body in self.bodies],
                lambda row: f"={parts[self.bodies[row - FIRST]]}" if self.bodies[row - FIRST] in parts else None,
            ),
            Column("Posts to go", list(posts_to_go(self.spine, values).values()), to_go, EXACT),
        ]
        self.file.add(
            layout,
            ("Posts to go by kind of body: the department, integrated care boards (ICB) and NHS England (NHSE).", ""),
            columns,
        )

    def _units(self) -> None:
        data = self.data
        keys = [
            (units, place, body, year)
            for place, units in enumerate(data.units, start=1)
            for body in self.bodies
            for year, _ in enumerate(self.spine.years)
        ]
        columns = [
            Column("Set", [place for _, place, _, _ in keys]),
            Column("Body", [body.upper() for *_, body, _ in keys]),
            Column("Year", [self.spine.years[year] for *_, year in keys]),
            *(
                Column(name, [units.cost[body][name][year] for units, _, body, year in keys], None, EXACT)
                for name in EXIT_COSTS
            ),
            *(
                Column(name, [units.saving[body][name][year] for units, _, body, year in keys], None, EXACT)
                for name in self.units.headings[3 + len(EXIT_COSTS) :]
            ),
        ]
        notes = (
            "Pounds. Columns up to other_exit_cost: what one exit costs. From pay on: what one post saves in a year.",
            "taxes: employer's National Insurance and levy; before_taxes: the rest of what a post costs; award: what "
            "a leaver is paid. Of these, shares are spent again or come back.",
        )
        self.file.add(self.units, notes, columns)

    def _scenarios(self) -> None:
        columns = [Column("Assumption", ["unit amounts", BASIS, PROFILE, *SETTABLE], width=30)]
        for name, case in self.cases.items():
            cells = [case.units + 1, case.accounting_basis, case.profile_id, *(case.values[name] for name in SETTABLE)]
            columns.append(Column(name, cells, width=max(14, len(name) + 2)))
        notes = ("What each published scenario assumes. Unit amounts: the number of its set.", "")
        self.file.add(self.scenarios, notes, columns)

    def _profiles(self) -> None:
        shares = self.data.recoup_shares
        columns = [
            Column("Profile", list(shares), width=28),
            *(Column(fy, [of[fy] for of in shares.values()], None, "0.0%") for fy in self.fys),
        ]
        notes = ("Share of the advance that is taken back in each year, by profile.", "")
        self.file.add(self.profiles, notes, columns)

    def _rounding(self) -> None:
        columns = [
            Column("Month", self.months, None, MONTH),
            *(Column(name, self.data.rounding[name], None, WHOLE) for name in self.rounding.headings[1:]),
        ]
        notes = (
            "Pounds by which the published best estimate, rounded organisation by organisation, exceeds the nation's.",
            "",
        )
        self.file.add(self.rounding, notes, columns)


def _rows(layout: Layout, heading: str, first: int, count: int) -> str:
    """Some cells of a column."""
    return f"{layout.at(heading, first)}:{layout.at(heading, first + count - 1).rpartition('!')[2]}"


def _of_body(kind: str, body: str) -> str:
    return f"{kind} {body.upper()}"


def _by_body(kind: str, bodies: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(_of_body(kind, body) for body in bodies)


def _kind(stream: str) -> str:
    """How a stream goes."""
    if stream == MIXED_STREAM:
        return MIXED_STREAM
    return VACANT_KIND if stream == VACANT else KINDS[stream in PAID_STREAMS]


def _running(layout: Layout, heading: str, row: int) -> str:
    return f"=SUM({layout.above(heading, row)})+{layout.own(heading, row)}"


def _summed(layout: Layout, first: str, last: str, row: int) -> str:
    return f"=SUM({layout.own(first, row)}:{layout.own(last, row)})"


def _looked_up(layout: Layout, fy: str, heading: str) -> str:
    return f'INDEX({layout.all(heading)},MATCH("{fy}",{layout.all("Year")},0))'
