"""How exposed each organisation is: its cost against its running cost, and its envelope against what it would cost.

Which board is the most exposed rests on figures that are imputed for each board, so its rank is given with the ranks
it takes when those figures are drawn anew.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from nhs_assets.model.calendar import BASE_FY
from nhs_assets.model.draws import LEVELS, normal_scores, score_of_p90, uniforms
from nhs_assets.model.exit_cost import exit_points, mean_exit_cost, with_factors
from nhs_assets.model.money import gbp_m, pounds, whole_pounds
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import BEST_ESTIMATE, BestEstimate, ParameterSet
from nhs_assets.model.pay import implied_salary, on_costs
from nhs_assets.model.suppression import SUPPRESSED, Disclosure, rounded, suppressed
from nhs_assets.model.tables import CASH, as_table

ALLOWANCE_OF_ALL_BOARDS = "running_cost_allowance_total"
"""The precedent that states the running cost allowance of all boards together."""

BASIS = "accrual"
"""Both bases give one cost over the life of the programme; either can be added up."""

COUNTS = {"staff_rounded": "headcount", "posts_removed_rounded": "posts_removed"}
"""Counts as they are published, and what they are counts of."""

ABOUT_THE_SAME_PEOPLE = (
    "cut_pct",
    "exit_cost_gbp_m",
    "exit_cost_over_running_cost_pct",
    "bottom_up_running_cost_gbp_m",
    "envelope_gap_gbp_m",
    "envelope_gap_pct",
    "cut_to_meet_envelope_pct",
    "exposure_rank",
    "exposure_rank_p10",
    "exposure_rank_p50",
    "exposure_rank_p90",
    "exposure_rank_standard_error",
)
"""What is withheld with a count."""

CARRIED_MONEY = (
    "exit_cost_gbp_m",
    "running_cost_allowance_gbp_m",
    "target_running_cost_gbp_m",
    "bottom_up_running_cost_gbp_m",
)
"""Money that successors have of their predecessors by share."""

SPREADS = {
    "staff": ("board_staff_share_spread_pct", "headcount_kind", 1),
    "unit_cost": ("board_unit_cost_spread_pct", "exit_cost_kind", 1),
    "running_cost": ("board_running_cost_spread_pct", "running_cost_kind", -1),
}
"""What is drawn for each board: its share of all staff, the mean cost of an exit, and its running cost. With the
parameter that states the spread, the column that says whether the board's figure is imputed, and the direction in which
the rank moves."""


@dataclass(frozen=True)
class Exposed:
    """What each organisation's programme costs it against what it has, before succession and carried over to now."""

    parameters: BestEstimate
    organisation: pl.DataFrame
    baseline_before_succession: pl.DataFrame
    cell: pl.DataFrame
    unit_cost: pl.DataFrame
    headcount_month_before_succession: pl.DataFrame
    exit_cost_month_before_succession: pl.DataFrame
    precedent: pl.DataFrame
    successor: pl.DataFrame

    @cached_property
    def before(self) -> pl.DataFrame:
        """Organisations that the staff statistics count: staff, posts and money, exact."""
        described = (
            target_organisations(self.organisation)
            .select("ods_code", "receiving_ods_code")
            .join(self.baseline_before_succession, on="ods_code")
            .join(_of_best_estimate(self.unit_cost, fy=BASE_FY).select("body", "saving_per_post_gbp"), on="body")
            .join(own_exit_costs(self.cell, self.parameters), on="ods_code")
            .with_columns(transfer_group=pl.coalesce("receiving_ods_code", "ods_code"))
            .sort("ods_code")
        )
        borne = _of_origin(
            described,
            _of_best_estimate(self.headcount_month_before_succession),
            _of_best_estimate(self.exit_cost_month_before_succession, accounting_basis=BASIS),
        )
        allowance = self.precedent.filter(measure_id=ALLOWANCE_OF_ALL_BOARDS)["value_central"]
        allowed = _with_running_cost(borne, allowance.item() if len(allowance) else None)
        return _with_cost_of_what_stays(allowed, self.parameters)

    @cached_property
    def now(self) -> pl.DataFrame:
        """The same of the organisations that these have become."""
        return carried_over(self.before, self.successor)

    @cached_property
    def hidden(self) -> set[str]:
        """Codes, of then and now, whose counts are suppressed.

        What is known of an organisation's predecessors and successors would reveal it by difference, so all of them are
        suppressed with it.
        """
        rule = Disclosure.from_parameters(self.parameters)
        hidden = {code for frame in (self.before, self.now) for code in _suppressed_codes(frame, rule)}
        kin = self.successor.filter(pl.col("ods_code").is_in(self.before["ods_code"].implode()))
        pairs = list(kin.select("ods_code", "successor_ods_code").iter_rows())
        while more := {code for pair in pairs if hidden & set(pair) for code in pair} - hidden:
            hidden |= more
        return hidden

    def published(self, organisations: pl.DataFrame, ranks: pl.DataFrame, table: str) -> pl.DataFrame:
        """The table of the organisations of one time, with what may be shown of them."""
        costed = _against_envelope(_with_ratios(organisations), self.parameters)
        rule = Disclosure.from_parameters(self.parameters)
        shown = _as_published(costed.join(ranks, on="ods_code", how="left"), self.hidden, rule)
        imputed = [pl.col(kind) == "imputed" for _, kind, _ in SPREADS.values()]
        kind = pl.when(pl.all_horizontal(imputed)).then(pl.lit("imputed"))
        kind = kind.when(pl.any_horizontal(imputed)).then(pl.lit("partly_imputed")).otherwise(pl.lit("measured"))
        return as_table(shown.with_columns(figures_kind=kind), table, scenario_id=BEST_ESTIMATE, **CASH)


def organisation_exposure_before_succession(exposed: Exposed) -> pl.DataFrame:
    """``savings.organisation_exposure_before_succession``: cost, envelope and rank of every organisation in the count
    of posts.
    """
    ranks = exposure_ranks(exposed.before, exposed.parameters)
    return exposed.published(exposed.before, ranks, "savings.organisation_exposure_before_succession")


def organisation_exposure(exposed: Exposed) -> pl.DataFrame:
    """``savings.organisation_exposure``: cost, envelope and rank of every organisation of now."""
    ranks = exposure_ranks(exposed.before, exposed.parameters, exposed.successor)
    return exposed.published(exposed.now, ranks, "savings.organisation_exposure")


def _of_best_estimate(table: pl.DataFrame, **values: object) -> pl.DataFrame:
    return table.filter(scenario_id=BEST_ESTIMATE, **values)


def own_exit_costs(cell: pl.DataFrame, parameters: ParameterSet) -> pl.DataFrame:
    """What one paid exit of each organisation costs on average, by its own cells.

    Returns:
        ``ods_code``, ``own_exit_cost_gbp`` (pounds, at the pay of the first year) and ``exit_cost_kind``: ``measured``
        where all its cells are of a staff list, ``imputed`` where none is; organisations of a body whose cells are
        imputed have one cost.
    """
    is_measured = (pl.col("origin_kind") == "measured").all()
    kinds = cell.group_by("ods_code", "body", maintain_order=True).agg(
        exit_cost_kind=pl.when(is_measured).then(pl.lit("measured")).otherwise(pl.lit("imputed"))
    )
    measured = kinds.filter(exit_cost_kind="measured")
    costs = {code: _mean_cost(cell.filter(ods_code=code), parameters) for code in measured["ods_code"]}
    shared = {
        body: _mean_cost(cell.filter(body=body, origin_kind="imputed"), parameters)
        for body in kinds.filter(exit_cost_kind="imputed")["body"].unique()
    }
    own = [costs.get(code, shared.get(body)) for code, body in kinds.select("ods_code", "body").iter_rows()]
    return kinds.select("ods_code", "exit_cost_kind").with_columns(own_exit_cost_gbp=pl.Series(own, dtype=pl.Float64))


def _mean_cost(cell: pl.DataFrame, parameters: ParameterSet) -> float:
    """Of cells of one body, all of them counted or none."""
    body = cell["body"].item(0)
    saving = np.array([parameters.value(f"saving_per_post_gbp_{body}")])
    rates = on_costs(parameters, cell["employer_terms"].item(0))
    salary = float(implied_salary(saving, parameters, rates, np.minimum)[0])
    points = with_factors(exit_points(cell), {body: salary}, parameters)
    found = mean_exit_cost(
        points,
        parameters,
        points["pay_factor"].head(1).to_numpy(),
        points["service_factor"].head(1).to_numpy(),
        notice_weeks=parameters.value(f"notice_weeks_{body}"),
        other_share=parameters.value(f"other_exit_cost_share_{body}"),
    )
    return float(found["exit_cost_gbp"][0])


def exposure_ranks(
    boards: pl.DataFrame, parameters: ParameterSet, successor: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Ranks of the boards by cost over running cost, the highest first, and the ranks they take over the draws.

    What moves all boards in proportion moves no rank, so only what is uncertain board by board is drawn
    (:data:`SPREADS`), where it is imputed: its logarithm is normal, and the stated spread is the ninetieth percentile.
    Each draw of cost and of running cost is carried over to the successors before they are ranked.

    Args:
        boards: ``ods_code``, ``exit_cost_gbp_m``, ``running_cost_allowance_gbp_m`` (empty: not ranked),
            ``headcount_kind``, ``running_cost_kind``, ``exit_cost_kind``.
        parameters: number of draws, seed and spreads.
        successor: rows of ``workforce.successor``; without them the boards themselves are ranked.

    Returns:
        ``ods_code``, ``exposure_rank``, ``exposure_rank_p10``, ``_p50``, ``_p90`` and ``_standard_error`` (of the mean
        rank) of the boards that are ranked.
    """
    ranked = boards.filter(pl.col("running_cost_allowance_gbp_m") > 0).sort("ods_code")
    seed, draws = (int(parameters.value(name)) for name in ("draw_seed", "exposure_draws"))
    # Run 0 is without draws.
    logarithms = {direction: np.zeros((draws + 1, len(ranked))) for direction in (1, -1)}
    for name, (spread_pct, kind, direction) in SPREADS.items():
        # Each board has a stream of its own, found by its name.
        streams = [uniforms(f"exposure_rank_{name}_{code}", seed, draws) for code in ranked["ods_code"]]
        normal = normal_scores(np.array(streams).reshape(-1, draws)).T
        spread = float(np.log1p(parameters.value(spread_pct) / 100) / score_of_p90())
        logarithms[direction][1:] += normal * spread * (ranked[kind] == "imputed").to_numpy().astype(float)
    codes, share = _shares(ranked["ods_code"], successor)
    cost, allowance = (
        (ranked[name].cast(pl.Float64).to_numpy() * np.exp(logarithms[direction])) @ share
        for name, direction in (("exit_cost_gbp_m", 1), ("running_cost_allowance_gbp_m", -1))
    )
    ranks = _ranks(cost / allowance)
    quantiles = np.quantile(ranks[1:], list(LEVELS.values()), axis=0, method="nearest")
    return pl.DataFrame({"ods_code": codes}, schema={"ods_code": pl.String}).with_columns(
        exposure_rank=pl.Series(ranks[0]),
        **{f"exposure_rank_{name}": pl.Series(ends) for name, ends in zip(LEVELS, quantiles, strict=True)},
        exposure_rank_standard_error=pl.Series(ranks[1:].std(axis=0) / np.sqrt(draws)),
    )


def _shares(codes: pl.Series, successor: pl.DataFrame | None) -> tuple[list[str], np.ndarray]:
    """Codes of the successors, in order, and the share of each board that each has, ``(boards, successors)``."""
    if successor is None:
        return codes.to_list(), np.eye(len(codes))
    held = successor.filter(pl.col("ods_code").is_in(codes.implode()))
    followed = sorted(set(held["successor_ods_code"]))
    places = {code: place for place, code in enumerate(codes)}
    share = np.zeros((len(codes), len(followed)))
    for code, follower, part in held.select("ods_code", "successor_ods_code", "share").iter_rows():
        share[places[code], followed.index(follower)] = part
    return followed, share


def _ranks(values: np.ndarray) -> np.ndarray:
    """The place of each value of a row, the highest first; equal values in the order of the columns."""
    order = np.argsort(-values, axis=1, kind="stable")
    places = np.empty_like(order)
    np.put_along_axis(places, order, np.arange(1, values.shape[1] + 1)[None, :], axis=1)
    return places


def _suppressed_codes(organisations: pl.DataFrame, rule: Disclosure) -> set[str]:
    """Organisations whose counts are small, and those that hide them."""
    found: set[str] = set()
    for count, exact in COUNTS.items():
        counted = organisations.select("ods_code", pl.col(exact).alias(count))
        found |= set(suppressed(counted, count, rule, rows=["ods_code"]).filter(SUPPRESSED)["ods_code"])
    return found


def _as_published(organisations: pl.DataFrame, hidden: set[str], rule: Disclosure) -> pl.DataFrame:
    """Both counts rounded, or neither of them shown nor anything else about the same people."""
    people = {count: pl.col(exact).round().cast(pl.Int64) for count, exact in COUNTS.items()}
    return organisations.with_columns(
        pl.col("ods_code").is_in(sorted(hidden)).alias(SUPPRESSED),
        **{count: rounded(whole, rule.base) for count, whole in people.items()},
    ).with_columns(
        pl.when(~pl.col(SUPPRESSED)).then(pl.col(name)).alias(name) for name in (*COUNTS, *ABOUT_THE_SAME_PEOPLE)
    )


def _of_origin(organisations: pl.DataFrame, headcount: pl.DataFrame, exit_costs: pl.DataFrame) -> pl.DataFrame:
    """Posts removed and cost of each organisation's own posts, whoever books them.

    What a receiver books holds the posts it took over, so the posts of those that transfer to it are shared among
    them and it by the posts to go. The money of a kind of body, with those that transfer to it, is shared by posts to
    go times what an exit of each organisation costs: the cost of a body is at the mean of all its leavers, so where a
    staff list makes one board dearer the others are that much cheaper.
    """
    of_receiver = organisations.select(transfer_group="ods_code", cost_group="body")
    organisations = organisations.join(of_receiver, on="transfer_group").sort("ods_code")
    group = organisations.select("ods_code", "transfer_group")
    removed = (
        headcount.join(group, on="ods_code")
        .group_by("transfer_group", maintain_order=True)
        .agg(
            group_posts=pl.col("opening_posts").filter(pl.col("month") == pl.col("month").min()).sum()
            - pl.col("closing_posts").filter(pl.col("month") == pl.col("month").max()).sum()
        )
    )
    spent = (
        exit_costs.join(organisations.select("ods_code", "cost_group"), on="ods_code")
        .group_by("cost_group", maintain_order=True)
        .agg(group_pounds=pounds(pl.col("amount_gbp_m")).sum())
    )
    weight = pl.col("posts_removed_target") * pl.col("own_exit_cost_gbp")
    post_share = pl.col("posts_removed_target") / pl.col("posts_removed_target").sum().over("transfer_group")
    cost_share = weight.cum_sum().over("cost_group") / weight.sum().over("cost_group")
    running = (pl.col("group_pounds") * cost_share).round().cast(pl.Int64)
    return (
        organisations.join(removed, on="transfer_group")
        .join(spent, on="cost_group")
        .sort("ods_code")
        .with_columns(posts_removed=pl.col("group_posts") * post_share, running=running)
        .with_columns(exit_cost_pounds=pl.col("running") - pl.col("running").shift(1, fill_value=0).over("cost_group"))
        .with_columns(
            exit_cost_gbp_m=gbp_m(pl.col("exit_cost_pounds")),
        )
    )


def _with_running_cost(organisations: pl.DataFrame, allowance_total_gbp_m: float | None) -> pl.DataFrame:
    """The running cost allowance of every board: as stated, or what the stated ones leave, shared by population."""
    stated, people = pl.col("running_cost_allowance_gbp_m"), pl.col("registered_population")
    missing = people.is_not_null() & stated.is_null() & (allowance_total_gbp_m is not None)
    left = pl.lit(allowance_total_gbp_m, pl.Float64) - stated.cast(pl.Float64).sum()
    imputed = gbp_m(whole_pounds(left * people / people.filter(missing).sum() * 1_000_000))
    kind = pl.when(missing).then(pl.lit("imputed")).when(people.is_not_null() & stated.is_not_null())
    return organisations.with_columns(
        running_cost_allowance_gbp_m=pl.when(missing).then(imputed).otherwise(stated),
        running_cost_kind=kind.then(pl.lit("stated")).otherwise(pl.lit("not_stated")),
    )


def carried_over(organisations: pl.DataFrame, successor: pl.DataFrame) -> pl.DataFrame:
    """Staff, posts and money of organisations of then, summed over the successors that have them by share.

    Whole numbers are cut at the running shares and rounded there, so that the parts add up to the whole. A figure is
    stated or measured only where it is of whole predecessors, each with such a figure.
    """
    carried = organisations.join(successor, on="ods_code").sort("successor_ods_code", "ods_code")
    ends = [pl.col("share_to"), pl.col("share_from")]

    def parts(whole: pl.Expr) -> pl.Expr:
        reached, passed = ((whole * end).round().cast(pl.Int64) for end in ends)
        return (reached - passed).sum()

    money = [gbp_m(parts(pounds(pl.col(name)).cast(pl.Float64))).alias(name) for name in CARRIED_MONEY]
    are_whole = (pl.col("share") == 1).all()
    kinds = [
        pl.when((pl.col(kind).n_unique() == 1) & (are_whole | (pl.col(kind).first() == "not_stated")))
        .then(pl.col(kind).first())
        .otherwise(pl.lit("imputed"))
        .alias(kind)
        for _, kind, _ in SPREADS.values()
    ]
    present = [
        pl.when(pl.col(name).is_not_null().any()).then(found).alias(name)
        for name, found in zip(CARRIED_MONEY, money, strict=True)
    ]
    people = pl.col("registered_population")
    return (
        carried.group_by(pl.col("successor_ods_code").alias("code"), maintain_order=True)
        .agg(
            pl.col("successor_name").first().alias("name"),
            pl.col("successor_region_code").first().alias("region_code"),
            pl.col("body", "saving_per_post_gbp").first(),
            (pl.col("headcount", "posts_removed") * pl.col("share")).sum(),
            pl.when(people.is_not_null().any()).then(parts(people.cast(pl.Float64))).alias("registered_population"),
            *present,
            *kinds,
        )
        .rename({"code": "ods_code"})
    )


def _with_ratios(organisations: pl.DataFrame) -> pl.DataFrame:
    cost, allowance = (pl.col(name).cast(pl.Float64) for name in ("exit_cost_gbp_m", "running_cost_allowance_gbp_m"))
    return organisations.with_columns(
        cut_pct=pl.col("posts_removed") / pl.col("headcount") * 100,
        exit_cost_over_running_cost_pct=cost / allowance * 100,
    )


def _with_cost_of_what_stays(organisations: pl.DataFrame, parameters: ParameterSet) -> pl.DataFrame:
    """What the posts that stay cost in a year with everything that is not pay, where there is an envelope."""
    staying = pl.col("headcount") - pl.col("posts_removed")
    bottom_up = pl.when(pl.col("target_running_cost_gbp_m").is_not_null()).then(staying * _cost_of_post(parameters))
    return organisations.with_columns(bottom_up_running_cost_gbp_m=gbp_m(whole_pounds(bottom_up)))


def _cost_of_post(parameters: ParameterSet) -> pl.Expr:
    """Pounds a year of one post, all in."""
    return pl.col("saving_per_post_gbp").cast(pl.Float64) / (
        1 - parameters.value("board_non_pay_share_of_running_cost")
    )


def _against_envelope(organisations: pl.DataFrame, parameters: ParameterSet) -> pl.DataFrame:
    """What stays against the target by population."""
    envelope = pl.col("target_running_cost_gbp_m").cast(pl.Float64)
    affordable = envelope * 1_000_000 / _cost_of_post(parameters)
    gap = pl.col("bottom_up_running_cost_gbp_m") - pl.col("target_running_cost_gbp_m")
    return organisations.with_columns(envelope_gap_gbp_m=gap).with_columns(
        envelope_gap_pct=pl.col("envelope_gap_gbp_m").cast(pl.Float64) / envelope * 100,
        cut_to_meet_envelope_pct=(1 - affordable / pl.col("headcount")) * 100,
    )
