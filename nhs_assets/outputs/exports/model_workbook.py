"""``nhs_assets_model.xlsx``: the model for the nation as formulas that recalculate, at first of the best estimate.

Each formula stands with its value, so that a viewer that does not calculate shows the published figures.
"""

from datetime import date
from pathlib import Path

import numpy as np
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nhs_assets.contracts.savings import ACCOUNTING_BASES
from nhs_assets.model.decomposition import SETTABLE
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.simulation import GBP_IN_GBP_M
from nhs_assets.outputs.exports.formula_sheets import FIRST, GBP_M, MONTH, PLAIN, SHARE, WHOLE, Column, FormulaBook
from nhs_assets.outputs.exports.model_months import BASIS, BEFORE, IS_BEST, Months, Sheet
from nhs_assets.outputs.exports.workbook import CONFIDENCE
from nhs_assets.outputs.what_if import MEASURED, WhatIf

BLUE, TEAL, PURPLE, ORANGE = "#12436D", "#28A197", "#801650", "#F46A25"
SCENARIO, PROFILE, NUMBER = "scenario", "recoup_profile", "scenario_no"
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
"""What the choices come to."""
VALUE = "0.0###"
UNPAID = "not within ten years"
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
    _ModelWorkbook(target, what_if).write(version)


class _ModelWorkbook:
    def __init__(self, target: Path, data: WhatIf) -> None:
        self.file, self.data, self.months = FormulaBook(target, "nhs_assets model"), data, Months(data)
        self.case, self.spine = self.months.case, data.spine
        # A scenario in which other streams leave at other times has other rows of exits.
        self.cases = {name: case for name, case in data.cases.items() if case.waves == self.case.waves}
        self.fys = list(next(iter(data.recoup_shares.values())))
        self.names = (*CHOICES, *SETTABLE, *MEASURED, *FOLLOWING)

    def write(self, version: str) -> None:
        """Writes every sheet, and the file."""
        self._read_me(version)
        assumptions = self.file.add(*self._assumptions())
        results = self.file.add(*self._results())
        for sheet in (self._years(), self._ledger(), *self.months.sheets(), self._scenarios(), self._profiles()):
            self.file.add(*sheet)
        self._offer(assumptions)
        self._draw(results)
        self.file.close()

    def _read_me(self, version: str) -> None:
        sheet = self.file.book.add_worksheet("Read me")
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 110)
        title = self.file.format(bold=True, font_size=14)
        sheet.write_string(0, 0, "Paying people to leave the NHS: a model to change", title)
        for row, line in enumerate((f"Version {version} of nhs_assets.", *READ_ME), start=1):
            sheet.write_string(row, 0, line, self.file.format(text_wrap=True, valign="top"))

    def _across(self, row: int) -> str:
        """A row of the scenarios."""
        return f"Scenarios!$B${row}:${xl_col_to_name(len(self.cases))}${row}"

    def _assumptions(self) -> Sheet:
        chosen = {SCENARIO: BEST_ESTIMATE, BASIS: self.case.accounting_basis, PROFILE: self.case.profile_id}
        values = {**chosen, **self.data.best_estimate, NUMBER: 1, BEFORE: 0, IS_BEST: True}
        first = FIRST + len(CHOICES)
        used, best = (
            f"{cells}{row}:{cells.rpartition('!')[2]}{row + len(SETTABLE) - 1}"
            for cells, row in (("Assumptions!$B$", first), ("Scenarios!$B$", FIRST + 3))
        )
        following = {
            NUMBER: f"=MATCH({SCENARIO},{self._across(FIRST - 1)},0)",
            BEFORE: f"=(INDEX({self._across(FIRST)},{NUMBER})-1)*{len(self.spine.posts) * len(self.spine.years)}",
            IS_BEST: f"=AND({BEFORE}=0,SUMPRODUCT(({used}<>{best})*1)=0)",
        }
        in_use = [following.get(name, '=IF([Your value]="",[In the scenario],[Your value])') for name in self.names]
        places = {name: FIRST + place for place, name in enumerate((BASIS, PROFILE, *SETTABLE), start=1)}
        of_scenario = [
            f"=INDEX({self._across(places[name])},{NUMBER})" if name in places else None for name in self.names
        ]
        stated = [None if name in FOLLOWING else values[name] for name in self.names]
        labels, *described, reasons = zip(*(self._described(name) for name in self.names), strict=True)
        shown = (("Low", 10), ("High", 10), ("Unit", 12), ("How sure", 24), ("Source", 30))
        columns = (
            Column("Assumption", labels, width=58),
            Column("In use", [values[name] for name in self.names], in_use, VALUE, 16),
            Column("Your value", [None] * len(self.names), None, VALUE, 16, may_change=True),
            Column("In the scenario", stated, of_scenario, VALUE, 16),
            *(Column(name, cells, None, VALUE, width) for (name, width), cells in zip(shown, described, strict=True)),
            Column("Name", self.names, width=28),
            Column("Why", reasons, width=90),
        )
        notes = (
            "Change yellow cells; where one is empty, the value of the scenario is used. Shares go from 0 to 1.",
            "Low and high: the 80% range given all evidence; of what is not drawn, the range that is stated.",
        )
        return "Assumptions", notes, columns

    def _described(self, name: str) -> tuple:
        """Label, low, high, unit, confidence, source and reason of an assumption."""
        if name in CHOICES or name in FOLLOWING:
            return (CHOICES | FOLLOWING)[name], None, None, None, None, None, None
        row = self.data.parameters[name]
        low, high = self.data.ends.get(name, (row["low"], row["high"]))
        return row["label"], low, high, row["unit"], CONFIDENCE[row["confidence"]], row["source_id"], row["reference"]

    def _offer(self, sheet: Worksheet) -> None:
        """Names the assumptions, and offers what may be chosen."""
        offered = {
            SCENARIO: f"={self._across(FIRST - 1)}",
            BASIS: list(ACCOUNTING_BASES),
            PROFILE: list(self.data.recoup_shares),
        }
        for row, name in enumerate(self.names, start=FIRST):
            self.file.book.define_name(name, f"=Assumptions!$B${row}")
            if name in offered:
                sheet.data_validation(f"C{row}", {"validate": "list", "source": offered[name]})

    def _results(self) -> Sheet:
        published = self.data.appraisal[BEST_ESTIMATE, self.case.accounting_basis]
        first_cost = "(COUNTIF([Cash flow!Cost so far:],0)+1)"
        whole, deficit = f"=SUM([Cash flow!{{}}:])/{GBP_IN_GBP_M}", "MIN([Cash flow!Running sum:])"

        def in_time(owing: str, result: str) -> str:
            last = f"MAX([Cash flow!{owing}:])"
            months = result.format(f"MAX({last}+1,{first_cost})")
            return f'=IF({last}={len(self.spine.months)},"{UNPAID}",{months})'

        at, fy = "INDEX([Cash flow!Month:],{})", self.fys[-1]
        of_year = f'=INDEX([Years!{{}}:],MATCH("{fy}",[Years!Year:],0))'
        bought = self._operations(self.spine.years.index(fy))
        cost, prices = float(published["cash_cost_gbp_m"]), "£m, prices of 2025-26"
        gap = cost - self.data.best_estimate["reprofiled_amount_gbp_m"]
        after = in_time("Owing", f"{{}}-{first_cost}+1")
        discounted = in_time("Owing in present value", at)
        lowest = f"=INDEX([Cash flow!Month:],MATCH({deficit},[Cash flow!Running sum:],0))"
        rows = (
            ("Cost in cash", whole.format("Cost"), cost, "£m", GBP_M),
            ("Saving in cash over ten years", whole.format("Saving"), published["cash_saving_gbp_m"], "£m", GBP_M),
            ("Net present value", whole.format("Present value"), published["npv_gbp_m"], prices, GBP_M),
            ("Paid back in", in_time("Owing", at), published["payback_month"], "month", MONTH),
            ("Months from the first cost to payback", after, published["payback_months"], "months", WHOLE),
            ("Paid back in present value in", discounted, published["discounted_payback_month"], "month", MONTH),
            ("Deepest deficit", f"={deficit}/{GBP_IN_GBP_M}", published["deepest_cash_deficit_gbp_m"], "£m", GBP_M),
            ("Month of the deepest deficit", lowest, published["deepest_deficit_month"], "month", MONTH),
            ("Cost less the money moved for it", whole.format("Cost") + "-reprofiled_amount_gbp_m", gap, "£m", GBP_M),
            (f"Operations that the saving of {fy} buys", of_year.format("Operations"), bought[0], "operations", WHOLE),
            (
                f"The same after exits and what is taken back in {fy}",
                of_year.format("less both"),
                bought[3],
                "operations",
                WHOLE,
            ),
        )
        measures, formulas, values, units, formats = zip(*rows, strict=True)
        # What is never paid back, in the best estimate too, has no month.
        values = [UNPAID if value is None else value if isinstance(value, date) else float(value) for value in values]
        apart = '=IF(ISNUMBER([Result]),{},"")'
        months_apart = "(YEAR([Result])-YEAR([Published]))*12+MONTH([Result])-MONTH([Published])"
        differences = [
            apart.format(months_apart if shown == MONTH else "ROUND([Result]-[Published],6)") for shown in formats
        ]
        columns = (
            Column("Measure", measures, width=46),
            Column("Result", values, formulas, formats, 16),
            Column("Published", values, None, formats, 16),
            Column(
                "Difference",
                ["" if value == UNPAID else 0 for value in values],
                differences,
                [PLAIN if shown == MONTH else shown for shown in formats],
                12,
            ),
            Column("Unit", units, width=24),
        )
        notes = (
            "From the department's budget, on the accounting basis in use. Published: the best estimate.",
            "Difference: of months, in months.",
        )
        return "Results", notes, columns

    def _draw(self, sheet: Worksheet) -> None:
        """The charts, below the results."""
        top = FIRST + 12
        line = {"Running sum": BLUE, "Running present value": TEAL}
        self._chart(sheet, f"A{top}", "line", "Running sum of saving less cost, £m", "Cash flow", "Month", line)
        columns = {"Cost": PURPLE, "Saving": TEAL}
        self._chart(sheet, f"D{top}", "column", "Cost and saving by year, £m", "Years", "Year", columns)
        advance = {"Drawn": BLUE, "Taken back": ORANGE, "Closing": PURPLE}
        title = "The advance: drawn, taken back and outstanding, £m"
        self._chart(sheet, f"A{top + 21}", "column", title, "Ledger", "Year", advance)

    def _chart(
        self, sheet: Worksheet, place: str, kind: str, title: str, of: str, along: str, series: dict[str, str]
    ) -> None:
        chart = self.file.book.add_chart({"type": kind})
        for heading, colour in series.items():
            look = {"line": {"color": colour, "width": 2.25}} if kind == "line" else {"fill": {"color": colour}}
            categories, values = (self.file.cells(f"=[{of}!{name}:]", of) for name in (along, heading))
            chart.add_series({"name": heading, "categories": categories, "values": values, **look})
        axis = {"num_font": {"name": "Arial", "size": 9}, "label_position": "low"}
        dates = {"date_axis": True, "num_format": "yyyy", "major_unit": 1, "major_unit_type": "years"}
        chart.set_x_axis(axis | (dates if kind == "line" else {}))
        in_millions = "#,##0,," if kind == "line" else WHOLE
        grid = {"visible": True, "line": {"color": "#D9D9D9"}}
        chart.set_y_axis(axis | {"num_format": in_millions, "major_gridlines": grid})
        chart.set_title({"name": title, "overlay": False, "name_font": {"name": "Arial", "size": 12}})
        chart.set_legend({"position": "bottom", "font": {"name": "Arial", "size": 10}})
        chart.set_size({"width": 560, "height": 380})
        sheet.insert_chart(place, chart, {"description": title, "object_position": 2})

    def _years(self) -> Sheet:
        by_month, by_year = (
            f"=SUMIF([Cash flow!Year:],[Year],[Cash flow!{{}}:])/{GBP_IN_GBP_M}",
            "=SUMIF([Ledger!Year:],[Year],[Ledger!{}:])",
        )
        bought = "=([Saving]{})*operations_per_gbp_1000m/1000"
        cost, saving, drawn, back = self._by_year()
        operations = zip(*map(self._operations, range(len(self.spine.years))), strict=True)
        less = {"Operations": "", "less exit cost": "-[Cost]", "less taken back": "-[Taken back]"}
        less["less both"] = "-[Cost]-[Taken back]"
        columns = (
            Column("Year", self.spine.years),
            Column("Cost", cost, by_month.format("Cost"), GBP_M),
            Column("Saving", saving, by_month.format("Saving"), GBP_M),
            Column("Net", saving - cost, "=[Saving]-[Cost]", GBP_M),
            Column("Drawn", drawn, by_year.format("Drawn"), GBP_M),
            Column("Taken back", back, by_year.format("Taken back"), GBP_M),
            Column("Net with advance", saving - cost + drawn - back, "=[Net]+[Drawn]-[Taken back]", GBP_M),
            *(
                Column(heading, values, bought.format(left), WHOLE)
                for (heading, left), values in zip(less.items(), operations, strict=True)
            ),
        )
        notes = (
            "£m in cash, and hip and knee operations at the stated ratio.",
            "Drawn and taken back: the advance from later budgets, which is financing and no saving.",
        )
        return "Years", notes, columns

    def _by_year(self) -> tuple[np.ndarray, ...]:
        """Cost, saving, and what is drawn and taken back, £m by year."""
        years = np.arange(len(self.spine.years))[:, None] == self.spine.pay_year[None, :]
        ledger = self.data.ledger.filter(profile_id=self.case.profile_id)
        financed = (dict(zip(ledger["fy"], ledger[f"{name}_gbp_m"], strict=True)) for name in ("drawn", "recouped"))
        return (
            years @ self.months.cost / GBP_IN_GBP_M,
            years @ self.months.saving / GBP_IN_GBP_M,
            *(np.array([float(by_fy.get(fy, 0)) for fy in self.spine.years]) for by_fy in financed),
        )

    def _operations(self, year: int) -> tuple[float, ...]:
        cost, saving, _, back = (by_year[year] for by_year in self._by_year())
        ratio = self.data.best_estimate["operations_per_gbp_1000m"] / 1000
        return tuple(left * ratio for left in (saving, saving - cost, saving - back, saving - cost - back))

    def _ledger(self) -> Sheet:
        rows = self.data.ledger.filter(profile_id=self.case.profile_id).sort("fy")
        opening, drawn, back, closing = (
            [float(cell) for cell in rows[f"{name}_gbp_m"]] for name in ("opening", "drawn", "recouped", "closing")
        )
        shares = list(self.data.recoup_shares[self.case.profile_id].values())
        in_profile = [
            f"=INDEX([Recoup profiles!{fy}:],MATCH({PROFILE},[Recoup profiles!Profile:],0))" for fy in self.fys
        ]
        so_far = "ROUND(SUM([Drawn:])*(SUM([^Share taken back]){}),6)"
        taken_back = f"={so_far.format('+[Share taken back]')}-{so_far.format('')}"
        before = [None, *["=SUM([^Drawn])-SUM([^Taken back])"] * (len(self.fys) - 1)]
        columns = (
            Column("Year", self.fys),
            Column("Opening", opening, before, GBP_M),
            Column("Drawn", drawn, None, GBP_M, may_change=True),
            Column("Share taken back", shares, in_profile, SHARE),
            Column("Taken back", back, taken_back, GBP_M),
            Column("Closing", closing, "=[Opening]+[Drawn]-[Taken back]", GBP_M),
        )
        return "Ledger", ("The advance from later budgets, £m in cash, under the official reading.",), columns

    def _scenarios(self) -> Sheet:
        columns = [Column("Assumption", ["unit amounts", BASIS, PROFILE, *SETTABLE], width=30)]
        for name, case in self.cases.items():
            cells = [case.units + 1, case.accounting_basis, case.profile_id, *(case.values[name] for name in SETTABLE)]
            columns.append(Column(name, cells, width=max(14, len(name) + 2)))
        return "Scenarios", ("What each published scenario assumes. Unit amounts: the number of its set.",), columns

    def _profiles(self) -> Sheet:
        shares = self.data.recoup_shares
        columns = (
            Column("Profile", list(shares), width=28),
            *(Column(fy, [of[fy] for of in shares.values()], None, SHARE) for fy in self.fys),
        )
        return "Recoup profiles", ("Share of the advance that is taken back in each year, by profile.",), columns
