"""When posts go, by which stream, from which organisation, and who answers for them that month.

Empty posts and people who leave anyway go without a payment; voluntary exits are paid, and compulsory ones come last.
A transfer moves posts between organisations and removes none.
"""

import re
from dataclasses import dataclass
from datetime import date
from functools import cached_property

import polars as pl

from nhs_assets.contracts.vocabulary import DEPARTURES, PAID_STREAMS, RAMPS
from nhs_assets.model.calendar import appraisal_months
from nhs_assets.model.organisations import target_organisations
from nhs_assets.model.parameters import BEST_ESTIMATE, BestEstimate, ParameterSet
from nhs_assets.model.tables import as_table

POSTS = "posts_removed_total"
VACANT = "vacancy"
"""The stream of posts that are removed while nobody holds them."""


@dataclass(frozen=True)
class Programme:
    """Who loses posts in one scenario, and when.

    Attributes:
        parameters: those of the scenario.
        organisation: rows of ``workforce.organisation``.
        baseline_before_succession: rows of that table.
        exit_wave: rows of ``savings.exit_wave``.
        ramp: how departures spread between their first and last day, one of ``RAMPS``.
        scenario_id: the scenario.
    """

    parameters: BestEstimate
    organisation: pl.DataFrame
    baseline_before_succession: pl.DataFrame
    exit_wave: pl.DataFrame
    ramp: str = RAMPS[0]
    scenario_id: str = BEST_ESTIMATE

    @cached_property
    def spine(self) -> pl.DataFrame:
        """Months of the appraisal: ``month``, ``fy``, ``months_from_base``."""
        return appraisal_months(self.parameters)

    @cached_property
    def organisation_months(self) -> pl.DataFrame:
        """Every organisation in the count with every month: ``ods_code``, ``month``, ``fy``."""
        codes = target_organisations(self.organisation).select("ods_code")
        return codes.join(self.spine.select("month", "fy"), how="cross")

    @cached_property
    def bookings(self) -> pl.DataFrame:
        """Who books what happens to each organisation's posts, for every month.

        An organisation that transfers is booked to its receiver for the whole of the month of transfer and after.
        ``origin_ods_code``, ``month``, ``opening_ods_code`` (holds the posts as the month opens) and ``ods_code``
        (books the month's exits, cost and saving); the two differ in the month of transfer alone.
        """
        transfer_month = pl.col("transfers_on").dt.truncate("1mo")
        own, receiver = pl.col("ods_code"), pl.col("receiving_ods_code")
        return (
            target_organisations(self.organisation)
            .join(self.spine.select("month"), how="cross")
            .select(
                "month",
                origin_ods_code="ods_code",
                opening_ods_code=pl.when(pl.col("month") > transfer_month).then(receiver).otherwise(own),
                ods_code=pl.when(pl.col("month") >= transfer_month).then(receiver).otherwise(own),
            )
            .sort("origin_ods_code", "month")
        )

    @cached_property
    def staffed(self) -> pl.DataFrame:
        """Staff and posts to go of each organisation in the count.

        ``origin_ods_code``, ``body``, ``headcount``, ``posts_removed_target``.

        Raises:
            ValueError: if one of them has no baseline headcount.
        """
        staffed = (
            target_organisations(self.organisation)
            .select("ods_code", "body")
            .join(
                self.baseline_before_succession.select("ods_code", "headcount", "posts_removed_target"),
                on="ods_code",
                how="left",
            )
            .rename({"ods_code": "origin_ods_code"})
        )
        unknown = staffed.filter(pl.col("headcount").is_null() | pl.col("posts_removed_target").is_null())
        if not unknown.is_empty():
            raise ValueError(f"no baseline headcount or posts for {', '.join(unknown['origin_ods_code'])}")
        return staffed

    @cached_property
    def exits(self) -> pl.DataFrame:
        """Posts removed: one row per origin, wave and month in which the wave runs.

        The columns of :attr:`staffed`, ``wave_id``, ``stream``, ``month`` (of leaving), ``recognised_month`` (when
        their cost is recognised), ``ods_code`` (books them in ``month``), ``posts_removed``, ``paid_exits``,
        ``unpaid_leavers``.

        Raises:
            ValueError: if an organisation in the count has no baseline headcount, if more posts go than it has, if a
                wave leaves or is recognised outside the spine, if no wave takes the exits that are paid or the posts
                that are not, or if there is no such ramp.
        """
        waves = _slipped(_routed(self.exit_wave, self.parameters), self.parameters)
        exits = (
            self.staffed.join(_shares_by_month(_by_stream(waves, self.ramp), self.spine, self.ramp), how="cross")
            .with_columns(
                paid_exits=pl.col("posts_removed_target") * pl.col("paid_share"),
                unpaid_leavers=pl.col("posts_removed_target") * pl.col("unpaid_share"),
            )
            .with_columns(posts_removed=pl.col("paid_exits") + pl.col("unpaid_leavers"))
            .join(self.bookings, on=["origin_ods_code", "month"])
            .sort("origin_ods_code", "month", "wave_id")
        )
        _refuse_more_exits_than_staff(exits)
        return exits

    @cached_property
    def removed(self) -> pl.DataFrame:
        """Running totals of each origin every month: ``removed_before`` and ``removed_after`` of posts, ``paid_before``
        and ``paid_after`` of paid exits, ``vacant_before`` and ``vacant_after`` of posts that nobody held.
        """
        flows = ("posts_removed", "paid_exits", "vacancies")
        vacant = pl.when(pl.col("stream") == VACANT).then("unpaid_leavers").otherwise(0.0)
        monthly = (
            self.exits.with_columns(vacancies=vacant)
            .group_by("origin_ods_code", "month", maintain_order=True)
            .agg(pl.col(flows).sum())
        )
        before = pl.col("removed_after", "paid_after", "vacant_after").shift(1, fill_value=0).over("origin_ods_code")
        return (
            self.exits.select("origin_ods_code", "body")
            .unique()
            .join(self.spine.select("month"), how="cross")
            .join(monthly, on=["origin_ods_code", "month"], how="left")
            .sort("origin_ods_code", "month")
            .with_columns(pl.col(flows).fill_null(0).cum_sum().over("origin_ods_code"))
            .rename({"posts_removed": "removed_after", "paid_exits": "paid_after", "vacancies": "vacant_after"})
            .with_columns(before.name.replace("after", "before"))
        )


def departing(exit_wave: pl.DataFrame, departures: str | None) -> pl.DataFrame:
    """Waves with those of some streams in place of which each of these leaves as one, in the months that a scenario
    sets.

    Args:
        exit_wave: rows of ``savings.exit_wave``.
        departures: as in ``evidence.scenario``. Where no month of approval is set, the time from approval to the first
            departure stays that of the stream's first wave.

    Raises:
        ValueError: if no wave is of a stream.
    """
    waves = exit_wave
    for stream, *months in re.findall(DEPARTURES, departures or ""):
        first, last, approved = (date.fromisoformat(f"{month}-01") if month else None for month in months)
        own = waves.filter(stream=stream).sort("first_leaving_on", "wave_id")
        if own.is_empty():
            raise ValueError(f"departures are set for the stream {stream}, and no wave is of it")
        lead = own["recognition_lead_months"].item(0)
        if approved:
            lead = (first.year - approved.year) * 12 + first.month - approved.month
        one = own.head(1).with_columns(
            wave_id=pl.lit(stream),
            first_leaving_on=pl.lit(first),
            last_leaving_on=pl.lit(last).dt.month_end(),
            share_of_target=pl.lit(own["share_of_target"].sum()),
            recognition_lead_months=pl.lit(lead, pl.Int64),
        )
        waves = pl.concat([waves.filter(pl.col("stream") != stream), one])
    return waves


def scaled_to(baseline: pl.DataFrame, parameters: ParameterSet, stated: ParameterSet) -> pl.DataFrame:
    """The stated baseline with the posts to go of a scenario, shared among the bodies as it has them take part."""
    posts = pl.col("posts_removed_target")
    parts = {body: parameters.value(f"posts_part_{body}") for body in ("nhse", "dhsc")}
    taken = posts * pl.col("body").replace_strict(parts, default=1.0)
    more = parameters.value(POSTS) / stated.value(POSTS) * posts.sum() / taken.sum()
    return baseline.with_columns(posts_removed_target=taken * more)


def gone_in_month(posts: str, share_saved: float) -> pl.Expr:
    """Posts gone for the purpose of a month: those gone before it, and of those that go in it the share saved.

    Args:
        posts: ``removed``, ``paid`` or ``vacant``, of the columns of :attr:`Programme.removed`.
        share_saved: share of the month of leaving that is saved: 1/2 where leavers go in the middle of it on average.
    """
    before, after = pl.col(f"{posts}_before"), pl.col(f"{posts}_after")
    return before + (after - before) * share_saved


def headcount_month(programme: Programme) -> pl.DataFrame:
    """``savings.headcount_month_before_succession``: opening, exits, transfers and closing by organisation and month.

    What an organisation holds when it transfers moves as the month of transfer opens; its receiver books that
    month's exits. Nobody joins: recruitment is closed.
    """
    # A clip, because a body that loses every post would otherwise end just off zero by floating-point subtraction.
    remaining = (pl.col("headcount") - pl.col("removed_before")).clip(lower_bound=0)
    held = (
        programme.removed.join(programme.staffed, on="origin_ods_code")
        .join(programme.bookings, on=["origin_ods_code", "month"])
        .sort("origin_ods_code", "month")
        .with_columns(remaining=remaining)
    )
    moved = held.filter(pl.col("opening_ods_code") != pl.col("ods_code"))
    months = programme.organisation_months
    for flow in (
        _total(held, "opening_ods_code", pl.col("remaining").alias("opening_posts")),
        _total(programme.exits, "ods_code", pl.col("paid_exits", "unpaid_leavers")),
        _total(moved, "opening_ods_code", pl.col("remaining").alias("transfers_out")),
        _total(moved, "ods_code", pl.col("remaining").alias("transfers_in")),
    ):
        months = months.join(flow, on=["ods_code", "month"], how="left")
    kept = pl.col("opening_posts") - pl.col("paid_exits") - pl.col("unpaid_leavers") - pl.col("transfers_out")
    closing = kept + pl.col("transfers_in") + pl.col("joiners")
    flows = ("opening_posts", "paid_exits", "unpaid_leavers", "transfers_out", "transfers_in")
    return as_table(
        months.with_columns(pl.col(flows).fill_null(0), joiners=pl.lit(0.0)).with_columns(
            closing_posts=closing.clip(lower_bound=0)
        ),
        "savings.headcount_month_before_succession",
        scenario_id=programme.scenario_id,
    )


def _routed(waves: pl.DataFrame, parameters: ParameterSet) -> pl.DataFrame:
    """Adds each wave's ``paid_share`` and ``unpaid_share`` of all posts, as far as they are taken up.

    Posts that nobody holds keep their share, however many of the others are paid for. A mixed wave holds both ways to
    leave. Of the others, those that pay share what is paid among them, and those that do not the rest, in proportion
    to their shares.
    """
    paid_exit_share = parameters.value("paid_exit_share")
    share, is_mixed, is_vacant = pl.col("share_of_target"), pl.col("stream") == "mixed", pl.col("stream") == VACANT
    is_paid = pl.col("stream").is_in(PAID_STREAMS)
    by_route = (
        waves.filter(~is_mixed & ~is_vacant).group_by(route=is_paid, maintain_order=True).agg(share.sum()).iter_rows()
    )
    totals = dict(by_route)
    apart = sum(totals.values())
    routes = ((True, paid_exit_share, "paid_share"), (False, 1 - paid_exit_share, "unpaid_share"))
    columns = {}
    for is_route, part, name in routes:
        total = totals.get(is_route, 0)
        if apart and part and not total:
            kind = "paid exits" if is_route else "people who leave without a payment"
            raise ValueError(f"no wave holds the {kind}, who leave {part:.0%} of the posts that are held")
        own = (is_paid == is_route) & ~is_mixed & ~is_vacant
        apart_share = share * (part * apart / total if total else 0)
        columns[name] = pl.when(is_mixed).then(share * part).when(own).then(apart_share).otherwise(0.0)
    columns["unpaid_share"] = pl.when(is_vacant).then(share).otherwise(columns["unpaid_share"])
    return waves.with_columns(
        columns["paid_share"].alias("paid_share") * parameters.value("paid_take_up"),
        columns["unpaid_share"].alias("unpaid_share") * parameters.value("unpaid_take_up"),
    )


def _slipped(waves: pl.DataFrame, parameters: ParameterSet) -> pl.DataFrame:
    """Waves that pay, later by the months of the slip; the last day of a month stays one."""
    months = int(parameters.value("leaving_slip_months"))
    if not months:
        return waves
    first, last = pl.col("first_leaving_on"), pl.col("last_leaving_on")
    by = f"{months}mo"
    moved_last = last.dt.offset_by("1d").dt.offset_by(by).dt.offset_by("-1d")
    pays = pl.col("stream").is_in([*PAID_STREAMS, "mixed"])
    return waves.with_columns(
        first_leaving_on=pl.when(pays).then(first.dt.offset_by(by)).otherwise(first),
        last_leaving_on=pl.when(pays).then(moved_last).otherwise(last),
    )


def _by_stream(waves: pl.DataFrame, ramp: str) -> pl.DataFrame:
    """Waves as the ramp sees them: each alone for the table of waves, else one for each stream."""
    if ramp not in RAMPS:
        raise ValueError(f"there is no ramp {ramp}; there are {', '.join(RAMPS)}")
    if ramp == RAMPS[0]:
        return waves
    return (
        waves.sort("first_leaving_on", "wave_id")
        .group_by("stream", maintain_order=True)
        .agg(
            pl.col("stream").first().alias("wave_id"),
            pl.col("first_leaving_on").min(),
            pl.col("last_leaving_on").max(),
            pl.col("recognition_lead_months").first(),
            pl.col("paid_share", "unpaid_share").sum(),
        )
    )


def _gone(elapsed: pl.Expr, ramp: str) -> pl.Expr:
    """Share of a wave that has left once a share of its days has passed; it starts at zero and ends at one."""
    if ramp == "step":
        return (elapsed > 0).cast(pl.Float64)
    if ramp == "s_curve":
        rest = 1 - elapsed
        return pl.when(elapsed < 1 / 2).then(2 * elapsed * elapsed).otherwise(1 - 2 * rest * rest)
    return elapsed


def _shares_by_month(waves: pl.DataFrame, spine: pl.DataFrame, ramp: str) -> pl.DataFrame:
    """Each wave's shares of all posts by month of leaving, with the month in which the cost is recognised."""
    first, last = pl.col("first_leaving_on"), pl.col("last_leaving_on")
    wave_days = (last - first).dt.total_days() + 1
    days_before = (pl.max_horizontal(first, "month") - first).dt.total_days()
    days_after = (pl.min_horizontal(last, pl.col("month").dt.month_end()) - first).dt.total_days() + 1
    lead = pl.format("-{}mo", "recognition_lead_months")
    # A wave is approved as a whole; a mixed one stands for many, each approved as long before as the first.
    approved_for = pl.when(pl.col("stream") == "mixed").then("month").otherwise(first.dt.truncate("1mo"))
    shares = (
        waves.join(spine.select("month"), how="cross")
        .with_columns(
            days=days_after - days_before,
            part=_gone(days_after / wave_days, ramp) - _gone(days_before / wave_days, ramp),
            recognised_month=approved_for.dt.offset_by(lead),
        )
        .filter(pl.col("days") > 0)
    )
    covered = shares.group_by("wave_id", maintain_order=True).agg(
        pl.col("days").sum(), pl.col("recognised_month").min()
    )
    inside = (pl.col("days") == wave_days) & (pl.col("recognised_month") >= spine["month"].min())
    outside = waves.join(covered, on="wave_id", how="left").filter(~inside.fill_null(False))
    if not outside.is_empty():
        raise ValueError(
            f"waves {', '.join(outside['wave_id'])} leave or are recognised outside "
            f"{spine['month'].min()} to {spine['month'].max()}"
        )
    return shares.filter(pl.col("part") > 0).select(
        "wave_id",
        "stream",
        "month",
        "recognised_month",
        pl.col("paid_share", "unpaid_share") * pl.col("part"),
    )


def _refuse_more_exits_than_staff(exits: pl.DataFrame) -> None:
    # Shares of the waves may add up to a hair above one; a hundredth of a post does not count.
    excess = (pl.col("posts_removed").sum() - pl.col("headcount").first()).round(2)
    totals = exits.group_by("origin_ods_code", maintain_order=True).agg(excess=excess)
    beyond = totals.filter(pl.col("excess") > 0)
    if not beyond.is_empty():
        raise ValueError(f"more posts go than there are staff in {', '.join(beyond['origin_ods_code'])}")


def _total(flows: pl.DataFrame, booked_to: str, posts: pl.Expr) -> pl.DataFrame:
    return flows.group_by(pl.col(booked_to).alias("ods_code"), "month", maintain_order=True).agg(posts.sum())
