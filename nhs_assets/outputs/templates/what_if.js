// The What-if: the nation's cash flow from its parts, as nhs_assets/model/decomposition.py has it, rounded where the
// model rounds. A test holds both equal to the pound. `data` is what outputs/what_if.py ships.
"use strict";
const whatIf = (() => {
  const DAY = 864e5;
  const MILLION = 1e6;
  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const running = (values) => { let total = 0; return values.map((value) => (total += value)); };
  const day = (year, month, of) => Date.UTC(year, month, of) / DAY;
  const parts = (iso) => { const [year, month, of] = iso.split("-").map(Number); return { place: year * 12 + month - 1, of }; };
  const dayOf = ({ place, of }) => {
    const last = new Date(Date.UTC(Math.floor(place / 12), (place % 12) + 1, 0)).getUTCDate();
    return day(Math.floor(place / 12), place % 12, Math.min(of, last));
  };
  const opens = (place) => day(Math.floor(place / 12), place % 12, 1);
  const monthOf = (days) => { const at = new Date(days * DAY); return at.getUTCFullYear() * 12 + at.getUTCMonth(); };

  // The first day and the day after the last, later by the months of the slip, as days since 1970.
  function slipped(wave, months) {
    const first = parts(wave.first);
    const end = parts(wave.end);
    return [dayOf({ ...first, place: first.place + months }), dayOf({ ...end, place: end.place + months })];
  }

  function postsToGo(data, values) {
    const taken = data.bodies.map((body) => body.posts * (values["posts_part_" + body.id] ?? 1));
    const more = values.posts_removed_total / data.stated_posts * sum(data.bodies.map((body) => body.posts)) / sum(taken);
    return taken.map((posts) => posts * more);
  }

  function routes(waves, values) {
    const paid = values.paid_exit_share;
    const of = (kind) => sum(waves.filter((wave) => wave.kind === kind).map((wave) => wave.share));
    const [ofPaid, ofUnpaid] = [of("paid"), of("unpaid")];
    return waves.map((wave) => {
      const share = {
        mixed: [wave.share * paid, wave.share * (1 - paid)],
        vacant: [0, wave.share],
        paid: [wave.share * (paid * (ofPaid + ofUnpaid) / ofPaid), 0],
        unpaid: [0, wave.share * ((1 - paid) * (ofPaid + ofUnpaid) / ofUnpaid)],
      }[wave.kind];
      return [share[0] * values.paid_take_up, share[1] * values.unpaid_take_up];
    });
  }

  // Who leaves: a row for each wave and month in which it runs.
  function leaving(data, waves, values) {
    const start = parts(data.months[0]).place;
    const targets = postsToGo(data, values);
    const shares = routes(waves, values);
    const rows = [];
    waves.forEach((wave, number) => {
      const slips = wave.kind === "paid" || wave.kind === "mixed";
      const [first, end] = slipped(wave, slips ? values.leaving_slip_months : 0);
      const [opening, closing] = [monthOf(first) - start, monthOf(end - 1) - start];
      for (let month = opening; month <= closing; month += 1) {
        const begins = opens(start + month);
        const share = (Math.min(end, opens(start + month + 1)) - first) / (end - first)
          - (Math.max(first, begins) - first) / (end - first);
        const [paid, unpaid] = shares[number].map((part) => targets.map((posts) => posts * (part * share)));
        const recognised = (wave.kind === "mixed" ? month : opening) - wave.lead;
        rows.push({ number, month, recognised, kind: wave.kind, paid, unpaid });
      }
    });
    return rows;
  }

  // The fixed cost shared over paid exits, rounded so that the parts add up to it.
  function shareOut(rows, bodies, fixed) {
    const inOrder = [...rows].sort((left, right) => left.month - right.month || left.number - right.number);
    const whole = sum(bodies.map((_, body) => sum(rows.map((row) => row.paid[body]))));
    let [soFar, spent] = [0, 0];
    rows.forEach((row) => { row.fixed = 0; });
    bodies.forEach((_, body) => inOrder.forEach((row) => {
      soFar += row.paid[body];
      const spends = Math.round(soFar / whole * fixed);
      row.fixed += spends - spent;
      spent = spends;
    }));
  }

  function savings(data, units, rows, values) {
    const count = data.months.length;
    const found = Object.fromEntries([...data.saved, ...Object.keys(data.spent_again)].map((name) => [name, Array(count).fill(0)]));
    const lag = values.rehire_lag_months;
    const again = values.rehire_share * values.rehire_cost_share;
    const shares = {
      backfill: -values.backfill_share, backfill_employer_taxes: -values.backfill_share,
      rehire_leakage: -again, rehire_employer_taxes: -again,
      clawback: values.rehire_share * values.clawback_share_of_award,
    };
    data.bodies.forEach((_, body) => {
      const flow = { all: Array(count).fill(0), paid: Array(count).fill(0), vacant: Array(count).fill(0) };
      rows.forEach((row) => {
        flow.all[row.month] += row.paid[body] + row.unpaid[body];
        flow.paid[row.month] += row.paid[body];
        if (row.kind === "vacant") flow.vacant[row.month] += row.unpaid[body];
      });
      const counted = {};
      for (const [kind, each] of Object.entries(flow)) {
        const after = running(each);
        counted[kind] = after.map((now, month) => {
          const before = month ? after[month - 1] : 0;
          return before + (now - before) * values.leaving_month_saved_share;
        });
      }
      const posts = counted.all.map((all, month) => all - counted.vacant[month] * (1 - values.vacant_post_saved_share));
      const amount = units.saving[body];
      for (let month = 0; month < count; month += 1) {
        const year = data.pay_year[month];
        for (const name of data.saved) found[name][month] += Math.round(posts[month] * amount[name][year] / 12);
        for (const [name, { of, counts }] of Object.entries(data.spent_again)) {
          const [later, each] = [month + lag, shares[name] * amount[of][year]];
          if (counts === "post") found[name][month] += Math.round(posts[month] * each / 12);
          else if (later < count && counts === "return") found[name][later] += Math.round(flow.paid[month] * each);
          else if (later < count) {
            const then = shares[name] * amount[of][data.pay_year[later]];
            found[name][later] += Math.round(counted.paid[month] * then / 12);
          }
        }
      }
    });
    return found;
  }

  // Whole pounds by month and component: cost on both bases, and saving.
  function flows(data, scenario, changes) {
    const stated = data.scenarios[scenario];
    const values = { ...stated.values, ...changes };
    const units = data.units[stated.units];
    const rows = leaving(data, data.waves[stated.waves], values);
    shareOut(rows, data.bodies, values.fixed_programme_cost_gbp_m * MILLION);
    const nothing = () => Object.fromEntries([...data.costs, data.fixed].map((name) => [name, Array(data.months.length).fill(0)]));
    const cost = { accrual: nothing(), cash_paid: nothing() };
    for (const row of rows) {
      const year = data.pay_year[row.month];
      for (const name of data.costs) {
        const pounds = sum(row.paid.map((paid, body) => Math.round(paid * units.cost[body][name][year])));
        cost.accrual[name][row.recognised] += pounds;
        cost.cash_paid[name][row.month] += pounds;
      }
      for (const basis of Object.values(cost)) basis[data.fixed][row.recognised] += row.fixed;
    }
    return { ...cost, saving: savings(data, units, rows, values) };
  }

  // What it comes to on the accounting basis of the scenario, seen from the department's budget, £m but for months.
  function results(data, scenario, changes, profile) {
    const stated = data.scenarios[scenario];
    const found = flows(data, scenario, changes);
    const asPublished = data.unrounded.includes(scenario) && Object.entries(changes).every(([name, value]) => value === stated.values[name]);
    const total = (of, rounding) => data.months.map((_, month) =>
      sum(Object.values(of).map((component) => component[month])) + (asPublished ? rounding[month] : 0));
    const cost = total(found[stated.basis], data.rounding[stated.basis]);
    const saving = total(found.saving, data.rounding.saving);
    const net = saving.map((pounds, month) => pounds - cost[month]);
    const present = net.map((pounds, month) => pounds * data.real[month] * data.discounting[month]);
    const cumulative = running(net);
    const firstCost = cost.findIndex((pounds) => pounds > 0);
    const paidBack = (flow) => {
      const month = running(flow).findLastIndex((pounds) => pounds < 0) + 1;
      return month < data.months.length && firstCost >= 0 ? Math.max(month, firstCost) : null;
    };
    const payback = paidBack(net);
    const deepest = Math.min(...cumulative);
    const ofYear = (flow, fy) => sum(flow.filter((_, month) => data.years[data.pay_year[month]] === fy)) / MILLION;
    const years = data.ledger[profile].map((row) => {
      const [spent, saved] = [ofYear(cost, row.fy), ofYear(saving, row.fy)];
      const bought = (left) => left * data.operations_per_gbp_1000m / 1000;
      return {
        ...row, cost: spent, saving: saved, left: saved - spent + row.drawn - row.recouped,
        operations: bought(saved), operations_after_both: bought(saved - spent - row.recouped),
      };
    });
    return {
      cost: sum(cost) / MILLION, saving: sum(saving) / MILLION, npv: sum(present) / MILLION,
      payback, payback_months: payback === null ? null : payback - firstCost + 1, discounted_payback: paidBack(present),
      deepest: deepest / MILLION, deepest_month: cumulative.indexOf(deepest),
      gap: sum(cost) / MILLION - data.financed, cumulative: cumulative.map((pounds) => pounds / MILLION), years,
    };
  }

  // A scenario file that `nhs-assets scenario run` takes.
  function scenarioFile(data, state) {
    const stated = data.scenarios[state.scenario];
    const changed = Object.entries(state.changes).filter(([name, value]) => value !== stated.values[name]);
    const lines = [
      "id: what_if",
      `label: ${JSON.stringify("What if, on: " + stated.label)}`,
      `rationale: ${JSON.stringify(`Set in the What-if of the report of version ${data.version}.`)}`,
      `base: ${state.scenario}`,
    ];
    const [here, best] = [results(data, state.scenario, state.changes, state.profile), results(data, "best_estimate", {}, data.scenarios.best_estimate.profile)];
    // Every month is rounded to the pound.
    const moved = ["cost", "saving"].filter((name) => Math.abs(here[name] - best[name]) > data.months.length / MILLION);
    lines.push(`moves: [${moved.join(", ")}]`);
    if (changed.length) lines.push("overrides:", ...changed.map(([name, value]) => `  ${name}: ${value}`));
    if (state.profile !== stated.profile) lines.push("choices:", `  recoup_profile: ${state.profile}`);
    return lines.join("\n") + "\n";
  }

  return { flows, results, scenarioFile };
})();
