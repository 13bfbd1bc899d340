"""The sheets of the model workbook that calculate: who leaves when, what that costs and saves, and the running sums."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

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
    SPENT_AGAIN,
    TAXES,
    Wave,
    paid_and_unpaid,
    posts_to_go,
)
from nhs_assets.model.parameters import BEST_ESTIMATE
from nhs_assets.model.phasing import POSTS, VACANT
from nhs_assets.model.simulation import GBP_IN_GBP_M
from nhs_assets.model.unit_cost import POST, REHIRE
from nhs_assets.outputs.exports.formula_sheets import DAY, EXACT, MONTH, SHARE, WHOLE, Column
from nhs_assets.outputs.what_if import WhatIf

BASIS, BEFORE, IS_BEST = "accounting_basis", "units_before", "is_best_estimate"
"""Named cells: when a cost counts, rows of unit amounts before those of the scenario, and whether all is as in the best
estimate."""
SHARE_OF = {
    "backfill": ("-backfill_share", BEFORE_TAXES),
    "backfill_employer_taxes": ("-backfill_share", TAXES),
    "rehire_leakage": ("-(rehire_share*rehire_cost_share)", BEFORE_TAXES),
    "rehire_employer_taxes": ("-(rehire_share*rehire_cost_share)", TAXES),
    "clawback": ("(rehire_share*clawback_share_of_award)", AWARD),
}
"""What is spent again or comes back, as a share of what."""

Sheet = tuple[str, Sequence[str], Sequence[Column]]
"""Name, notes and columns."""


class Months:
    """The best estimate by month, with the formulas that give it."""

    def __init__(self, data: WhatIf) -> None:
        self.data, self.spine = data, data.spine
        self.case, self.flows = data.cases[BEST_ESTIMATE], data.flows()
        self.bodies = tuple(self.spine.posts)
        self._dated = (
            Column("Month", self.spine.months, None, MONTH),
            Column("No.", range(1, len(self.spine.months) + 1)),
            Column("Year no.", (self.spine.pay_year + 1).tolist()),
        )

    @cached_property
    def cost(self) -> np.ndarray:
        """Cost by month as published."""
        return sum(self.flows.accrual.values()) + self.data.rounding["accrual"]

    @cached_property
    def saving(self) -> np.ndarray:
        """Saving by month as published."""
        return sum(self.flows.saving.values()) + self.data.rounding["saving"]

    def sheets(self) -> Iterator[Sheet]:
        """The sheets, from the sums back to what they rest on."""
        yield from (self._cash_flow(), self._cost(), self._saving(), self._posts())
        yield from (self._exits(), self._waves(), self._bodies(), self._units(), self._rounding())

    def _cash_flow(self) -> Sheet:
        net = self.saving - self.cost
        present = net * self.data.real_factors * self.data.discounting
        running, running_present = np.cumsum(net), np.cumsum(present)
        month, number, _ = self._dated
        since = number.values[0] - int(self.data.months_from_base[0])
        notes = (
            "Pounds by month; present value in prices of 2025-26, discounted from the first month.",
            "Owing: the number of a month that ends with the running sum below zero. After the last it is paid back.",
        )
        columns = (
            month,
            Column("Year", [self.spine.years[year] for year in self.spine.pay_year]),
            number,
            Column("Cost", self.cost, "=[Cost!Cost]", WHOLE, 15),
            Column("Saving", self.saving, "=[Saving!Saving]", WHOLE, 15),
            Column("Net", net, "=[Saving]-[Cost]", WHOLE, 15),
            Column("Running sum", running, "=SUM([^Net])+[Net]", WHOLE, 16),
            Column("Prices of 2025-26", self.data.real_factors, None, "0.0000"),
            Column(
                "Discounting", self.data.discounting, f"=(1+discount_rate_real_pct/100)^(-([No.]-{since})/12)", "0.0000"
            ),
            Column("Present value", present, "=[Net]*[Prices of 2025-26]*[Discounting]", WHOLE, 15),
            Column("Running present value", running_present, "=SUM([^Present value])+[Present value]", WHOLE),
            Column("Owing", self._owing(running), "=IF([Running sum]<0,[No.],0)"),
            Column("Owing in present value", self._owing(running_present), "=IF([Running present value]<0,[No.],0)"),
            Column("Cost so far", np.cumsum(self.cost), "=SUM([^Cost])+[Cost]", WHOLE, 15),
        )
        return "Cash flow", notes, columns

    def _owing(self, running: np.ndarray) -> np.ndarray:
        return np.where(running < 0, self._dated[1].values, 0)

    def _cost(self) -> Sheet:
        recognised, paid = (f"SUMIF([Exits!{month}:],[Month],[Exits!{{}}:])" for month in ("Recognised", "Month"))
        by_basis = f'=IF({BASIS}="accrual",{recognised},{paid})'
        accrual, cash_paid = (f"[Rounding!{basis}]" for basis in ACCOUNTING_BASES)
        rounding = f'=IF({IS_BEST},IF({BASIS}="accrual",{accrual},{cash_paid}),0)'
        columns = (
            self._dated[0],
            *(Column(name, self.flows.accrual[name], by_basis.format(name, name), WHOLE) for name in EXIT_COSTS),
            # The fixed cost is spent as exits are recognised, on either basis.
            Column(FIXED, self.flows.accrual[FIXED], f"={recognised.format(FIXED)}", WHOLE),
            Column("rounding", self.data.rounding["accrual"], rounding, WHOLE),
            Column("Cost", self.cost, f"=SUM([{EXIT_COSTS[0]}]:[rounding])", WHOLE, 15),
        )
        return "Cost", ("Pounds by month on the accounting basis in use, by component.",), columns

    def _saving(self) -> Sheet:
        found = self.flows.saving
        columns = (
            *self._dated,
            *(Column(name, found[name], self._saved(name), WHOLE) for name in (*SAVED, *SPENT_AGAIN)),
            Column("rounding", self.data.rounding["saving"], f"=IF({IS_BEST},[Rounding!saving],0)", WHOLE),
            Column("Saving", self.saving, f"=SUM([{SAVED[0]}]:[rounding])", WHOLE, 15),
        )
        notes = (
            "Pounds by month and component. Backfill and rehire are spent again, so they are below zero.",
            "What leavers who come back cost, and pay back, comes later by the months of the lag.",
        )
        return "Saving", notes, columns

    def _saved(self, name: str) -> str:
        """The formula of a component: each body's, rounded as it arises."""
        share, of = SHARE_OF.get(name, ("", name))
        counts = SPENT_AGAIN.get(name, POST)
        earlier = "INDEX([Posts!{}:],[No.]-rehire_lag_months)"
        parts = []
        for body in self.bodies:
            year = earlier.format("Year no.") if counts not in (POST, REHIRE) else "[Year no.]"
            amount = f"({share}*{self._unit(of, body, year)})" if share else self._unit(of, body, year)
            posts = f"[Posts!saved {body}]"
            if counts != POST:
                posts = earlier.format(f"{'rehired' if counts == REHIRE else 'paid'} {body}")
            parts.append(f"ROUND({posts}*{amount}{'/12' if counts in (POST, REHIRE) else ''},0)")
        whole = "+".join(parts)
        return f"={whole}" if counts == POST else f"=IF([No.]>rehire_lag_months,{whole},0)"

    def _unit(self, name: str, body: str, year: str) -> str:
        """The amount of a body and year in the set of the scenario."""
        return f"INDEX([Unit amounts!{name}:],{BEFORE}+{self.bodies.index(body) * len(self.spine.years)}+{year})"

    def _posts(self) -> Sheet:
        rows, months = self.flows.leaving, "[Exits!Month:],[Month]"
        vacant = [row for row in rows if row.wave.stream == VACANT]
        going = {
            "paid": [(rows, "paid", f"=SUMIFS([Exits!paid {body}:],{months})") for body in self.bodies],
            "unpaid": [(rows, "unpaid", f"=SUMIFS([Exits!unpaid {body}:],{months})") for body in self.bodies],
            "vacant": [
                (vacant, "unpaid", f'=SUMIFS([Exits!unpaid {body}:],{months},[Exits!Leaves:],"vacant")')
                for body in self.bodies
            ],
        }
        share = "leaving_month_saved_share"
        gone = f"(SUM([^{{0}}])+SUM([^{{1}}])+([{{0}}]+[{{1}}])*{share})"
        saved = gone.format("paid {0}", "unpaid {0}") + (
            f"-(SUM([^vacant {{0}}])+[vacant {{0}}]*{share})*(1-vacant_post_saved_share)"
        )
        columns = (
            *self._dated,
            *(
                Column(f"{kind} {body}", self._by_month(of, exits, body), formula, EXACT)
                for kind, by_body in going.items()
                for body, (of, exits, formula) in zip(self.bodies, by_body, strict=True)
            ),
            *(Column(f"saved {body}", self.flows.posts[body], f"={saved.format(body)}", EXACT) for body in self.bodies),
            *(
                Column(
                    f"rehired {body}", self.flows.rehired[body], f"=SUM([^paid {body}])+[paid {body}]*{share}", EXACT
                )
                for body in self.bodies
            ),
        )
        notes = (
            "Paid exits and posts that go in the month. Saved: posts gone so far that save in the month. Rehired: paid "
            "exits so far, of whom a share comes back.",
            "A post that goes during a month saves a share of it, and one that nobody held a share of its cost.",
        )
        return "Posts", notes, columns

    def _by_month(self, rows: Sequence, exits: str, body: str) -> np.ndarray:
        weights = [getattr(row, exits)[body] for row in rows]
        return np.bincount([row.month for row in rows], weights, len(self.spine.months))

    def _exits(self) -> Sheet:
        rows, months = self.flows.leaving, self.spine.months
        numbers = {wave: number for number, wave in enumerate(self.case.waves, start=1)}
        opens: dict[Wave, int] = {}
        for row in rows:
            opens.setdefault(row.wave, row.month)

        def of_wave(heading: str) -> str:
            return f"INDEX([Waves!{heading}:],[Wave no.])"

        first, last, lead = of_wave("First day now"), of_wave("Last day now"), of_wave("Lead, months")
        recognised = (
            f'=IF([Leaves]="{MIXED_STREAM}",EDATE([Month],-{lead}),EDATE(DATE(YEAR({first}),MONTH({first}),1),-{lead}))'
        )
        days = of_wave("Days")
        share = f"=(MIN({last},EOMONTH([Month],0))-{first}+1)/{days}-(MAX({first},[Month])-{first})/{days}"
        columns = (
            Column("Wave", [row.wave.wave_id for row in rows], width=18),
            Column("Wave no.", [numbers[row.wave] for row in rows]),
            Column("Leaves", [_kind(row.wave) for row in rows]),
            Column("Month in wave", [row.month - opens[row.wave] for row in rows]),
            Column(
                "Month",
                [months[row.month] for row in rows],
                f"=DATE(YEAR({first}),MONTH({first})+[Month in wave],1)",
                MONTH,
            ),
            Column("Recognised", [months[row.recognised] for row in rows], recognised, MONTH),
            Column("Share of wave", [row.share for row in rows], share, "0.0000"),
            Column(
                "Year no.",
                [self.spine.pay_year[row.month] + 1 for row in rows],
                f"=YEAR(EDATE([Month],-3))-{months[0].year - 1}",
            ),
            *(
                Column(
                    f"{kind} {body}",
                    [getattr(row, kind)[body] for row in rows],
                    f"=INDEX([Bodies!Posts to go:],{place})*({of_wave(f'{kind.title()} share')}*[Share of wave])",
                    EXACT,
                )
                for kind in ("paid", "unpaid")
                for place, body in enumerate(self.bodies, start=1)
            ),
            *(Column(name, [row.cost[name] for row in rows], self._cost_of_exits(name), WHOLE) for name in EXIT_COSTS),
            Column(FIXED, [row.fixed_cost for row in rows], self._fixed_cost(), WHOLE),
        )
        notes = (
            "Who leaves in each month of each wave, and what that costs in pounds, at the pay of the year of leaving.",
            "The fixed cost of the programme is shared over paid exits.",
        )
        return "Exits", notes, columns

    def _cost_of_exits(self, name: str) -> str:
        parts = (f"ROUND([paid {body}]*{self._unit(name, body, '[Year no.]')},0)" for body in self.bodies)
        return f"={'+'.join(parts)}"

    def _fixed_cost(self) -> str:
        """Each body's part: what is spent once its exits so far are paid for, less what was spent before."""
        whole = "+".join(f"SUM([paid {body}:])" for body in self.bodies)
        spent = f"({whole})*fixed_programme_cost_gbp_m*{GBP_IN_GBP_M}"
        parts = []
        for place, body in enumerate(self.bodies):
            before = "".join(f"SUM([paid {earlier}:])+" for earlier in self.bodies[:place])
            of_months = f'SUMIFS([paid {body}:],[Month:],"<"&[Month])'
            of_month = f'SUMIFS([paid {body}:],[Month:],[Month],[Wave no.:],"<="&[Wave no.])'
            so_far = f"{before}{of_months}+{of_month}"
            parts.append(f"ROUND(({so_far})/{spent},0)-ROUND(({so_far}-[paid {body}])/{spent},0)")
        return f"={'+'.join(parts)}"

    def _waves(self) -> Sheet:
        waves, values = self.case.waves, self.case.values
        routes = paid_and_unpaid(waves, values)
        paid, unpaid = (f'SUMIF([Leaves:],"{kind}",[Share of posts:])' for kind in ("paid", "unpaid"))
        mixed = f'IF([Leaves]="{MIXED_STREAM}",[Share of posts]*{{}},0)'
        of_paid = f"[Share of posts]*(paid_exit_share*({paid}+{unpaid})/{paid})"
        of_unpaid = f"[Share of posts]*((1-paid_exit_share)*({paid}+{unpaid})/{unpaid})"
        vacant = f'IF([Leaves]="vacant",[Share of posts],{mixed.format("(1-paid_exit_share)")})'
        slips = f'=IF(OR([Leaves]="paid",[Leaves]="{MIXED_STREAM}"),leaving_slip_months,0)'
        slip = values["leaving_slip_months"]
        first, last = [wave.first for wave in waves], [wave.last for wave in waves]
        columns = (
            Column("Wave", [wave.wave_id for wave in waves], width=18),
            Column("Leaves", [_kind(wave) for wave in waves]),
            Column("First day", first, None, DAY, 14),
            Column("Last day", last, None, DAY, 14),
            Column("Share of posts", [wave.share for wave in waves], None, SHARE),
            Column("Lead, months", [wave.lead_months for wave in waves]),
            Column("Slip, months", [slip if _kind(wave) in ("paid", MIXED_STREAM) else 0 for wave in waves], slips),
            Column("First day now", first, "=EDATE([First day],[Slip, months])", DAY, 14),
            Column("Last day now", last, "=EDATE([Last day]+1,[Slip, months])-1", DAY, 14),
            Column("Days", [(wave.last - wave.first).days + 1 for wave in waves], "=[Last day now]-[First day now]+1"),
            Column(
                "Paid share",
                [share for share, _ in routes],
                f'=IF([Leaves]="paid",{of_paid},{mixed.format("paid_exit_share")})*paid_take_up',
                SHARE,
            ),
            Column(
                "Unpaid share",
                [share for _, share in routes],
                f'=IF([Leaves]="unpaid",{of_unpaid},{vacant})*unpaid_take_up',
                SHARE,
            ),
        )
        notes = (
            "Departures by wave, evenly from the first to the last day; those that are paid, later by the slip.",
            "Paid and unpaid share: of all posts to go, as far as they are taken up.",
        )
        return "Waves", notes, columns

    def _bodies(self) -> Sheet:
        values, posts = self.case.values, self.spine.posts
        parts: Mapping[str, str] = {name.rpartition("_")[2]: name for name in PARTS_TAKEN}
        total = "SUM([Stated posts:])/SUMPRODUCT([Stated posts:],[Part taken:])"
        taken = [values[parts[body]] if body in parts else 1 for body in self.bodies]
        going = list(posts_to_go(self.spine, values).values())
        to_go = f"=[Stated posts]*[Part taken]*({POSTS}/{self.spine.stated_posts!r}*{total})"
        columns = (
            Column("Body", self.bodies),
            Column("Stated posts", list(posts.values()), None, EXACT),
            Column("Part taken", taken, [f"={parts[body]}" if body in parts else None for body in self.bodies]),
            Column("Posts to go", going, to_go, EXACT),
        )
        note = "Posts to go by kind of body: the department, integrated care boards and NHS England."
        return "Bodies", (note,), columns

    def _units(self) -> Sheet:
        keys = [
            (units, place, body, year)
            for place, units in enumerate(self.data.units, start=1)
            for body in self.bodies
            for year, _ in enumerate(self.spine.years)
        ]
        amounts = {
            **{name: [units.cost[body][name][year] for units, _, body, year in keys] for name in EXIT_COSTS},
            **{
                name: [units.saving[body][name][year] for units, _, body, year in keys]
                for name in (*SAVED, TAXES, BEFORE_TAXES, AWARD)
            },
        }
        columns = (
            Column("Set", [place for _, place, _, _ in keys]),
            Column("Body", [body for *_, body, _ in keys]),
            Column("Year", [self.spine.years[year] for *_, year in keys]),
            *(Column(name, pounds, None, EXACT) for name, pounds in amounts.items()),
        )
        notes = (
            "Pounds. Columns up to other_exit_cost: what one exit costs. From pay on: what one post saves in a year.",
            "taxes: employer's National Insurance and levy; before_taxes: the rest of what a post costs; award: what a "
            "leaver is paid. Of these, shares are spent again or come back.",
        )
        return "Unit amounts", notes, columns

    def _rounding(self) -> Sheet:
        names = (*ACCOUNTING_BASES, "saving")
        columns = (self._dated[0], *(Column(name, self.data.rounding[name], None, WHOLE) for name in names))
        note = (
            "Pounds by which the published best estimate, rounded organisation by organisation, exceeds the nation's."
        )
        return "Rounding", (note,), columns


def _kind(wave: Wave) -> str:
    """How those of a wave go."""
    if wave.stream == MIXED_STREAM:
        return MIXED_STREAM
    return "vacant" if wave.stream == VACANT else "paid" if wave.stream in PAID_STREAMS else "unpaid"
