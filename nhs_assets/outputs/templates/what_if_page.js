// The form of the What-if: reads what is set, shows what it comes to, and keeps it in the address.
(() => {
  const data = JSON.parse(document.getElementById("wi-data").textContent);
  const BEST = "best_estimate";
  const MARK = "#what-if?";
  const element = (id) => document.getElementById(id);
  const [scenario, profile, results, years, line] = ["scenario", "profile", "results", "years", "line"].map((id) => element("wi-" + id));
  const fields = [...document.querySelectorAll("#what-if-form fieldset")].map((set) => ({
    name: set.dataset.name, scale: Number(set.dataset.scale),
    range: element(`wi-${set.dataset.name}-range`), number: element(`wi-${set.dataset.name}`),
  }));
  // What the reader set; all else is as the scenario has it, to the last digit.
  const state = { scenario: BEST, profile: data.scenarios[BEST].profile, changes: {} };
  const best = whatIf.results(data, BEST, {}, data.scenarios[BEST].profile);

  const decimals = (value, places) => value.toLocaleString("en-GB", { minimumFractionDigits: places, maximumFractionDigits: places });
  const minus = (text) => text.replace("-", "−");
  const money = (value) => Math.round(value) ? minus(`${value < 0 ? "-" : ""}£${decimals(Math.abs(value), 0)}m`) : "£0";
  const plain = (value) => minus(decimals(Math.round(value) || 0, 0));
  const signed = (text, value) => (value > 0 ? "+" + text : text);
  const month = (place) => place === null ? "not within ten years"
    : new Date(data.months[place] + "T00:00Z").toLocaleDateString("en-GB", { month: "long", year: "numeric", timeZone: "UTC" });
  const months = (count) => count === null ? "none" : `${count} months`;
  const last = (found) => found.years[found.years.length - 1];

  function row(cells, number) {
    const tr = document.createElement("tr");
    cells.forEach((text, place) => {
      const cell = document.createElement(place ? "td" : "th");
      if (place) cell.className = "num"; else cell.scope = "row";
      if (place && number) cell.dataset.value = number[place - 1];
      cell.textContent = text;
      tr.append(cell);
    });
    return tr;
  }

  function showResults(found) {
    const amounts = [
      ["Cost", "cost", money], ["Saving over ten years", "saving", money], ["Net present value", "npv", money],
      ["Deepest deficit", "deepest", money], ["Cost less the money moved for it", "gap", money],
    ].map(([label, name, write]) => row([label, write(found[name]), write(best[name]), signed(write(found[name] - best[name]), found[name] - best[name])], [found[name], best[name], found[name] - best[name]]));
    const fy = last(best).fy;
    const bought = (label, name) => row([label, plain(last(found)[name]), plain(last(best)[name]), signed(plain(last(found)[name] - last(best)[name]), last(found)[name] - last(best)[name])]);
    const later = found.payback === null || best.payback === null ? "" : found.payback - best.payback;
    const whenRow = row(["Paid back in", month(found.payback), month(best.payback), later === "" ? "" : later ? `${signed(minus(String(later)), later)} months` : "none"]);
    whenRow.id = "wi-payback";
    results.tBodies[0].replaceChildren(
      whenRow,
      row(["Months from the first cost", months(found.payback_months), months(best.payback_months), ""]),
      ...amounts,
      bought(`Operations that the saving of ${fy} buys`, "operations"),
      bought(`The same after exits and what is taken back in ${fy}`, "operations_after_both"),
    );
    years.tBodies[0].replaceChildren(...found.years.map((year) => row(
      [year.fy, ...[year.cost, year.saving, year.drawn, year.recouped, year.closing, year.left].map((value) => minus(decimals(value, 0))), plain(year.operations), plain(year.operations_after_both)],
    )));
    element("wi-said").textContent = `Paid back in ${month(found.payback)}, in the best estimate ${month(best.payback)}. `
      + `Cost ${money(found.cost)}, net present value ${money(found.npv)}; in the best estimate ${money(best.cost)} and ${money(best.npv)}.`;
  }

  const svg = (tag, attributes, text) => {
    const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    if (text !== undefined) node.textContent = text;
    return node;
  };

  function draw(found) {
    const shown = data.months.length / 2;
    // On a phone the picture is narrower, so that its words keep their size.
    const wide = line.parentElement.clientWidth >= 480;
    line.setAttribute("viewBox", `0 0 ${wide ? 720 : 380} 340`);
    const box = { left: 76, right: wide ? 600 : 370, top: wide ? 22 : 48, bottom: 306 };
    const both = [...found.cumulative.slice(0, shown), ...best.cumulative.slice(0, shown), 0];
    const step = [100, 200, 250, 500, 1000, 2000].find((size) => (Math.max(...both) - Math.min(...both)) / size < 7) ?? 5000;
    const [low, high] = [Math.floor(Math.min(...both) / step) * step, Math.ceil(Math.max(...both) / step) * step];
    const x = (place) => box.left + place / (shown - 1) * (box.right - box.left);
    const y = (value) => box.bottom - (value - low) / (high - low) * (box.bottom - box.top);
    const parts = [];
    for (let at = low; at <= high; at += step) {
      parts.push(svg("line", { x1: box.left, x2: box.right, y1: y(at), y2: y(at), class: at ? "k-grid" : "k-ink" }));
      parts.push(svg("text", { x: box.left - 8, y: y(at) + 4, "text-anchor": "end", class: "f-quiet" }, money(at)));
    }
    for (let place = 0; place < shown; place += 12) {
      const fy = data.years[data.pay_year[place]];
      parts.push(svg("text", { x: x(place + 6), y: box.bottom + 24, "text-anchor": "middle", class: "f-quiet" }, wide ? fy : fy.slice(2)));
    }
    const end = shown - 1;
    const ends = [y(best.cumulative[end]), y(found.cumulative[end])];
    const apart = ends[1] <= ends[0] ? -1 : 1;
    if (Math.abs(ends[1] - ends[0]) < 18) ends[1] = ends[0] + apart * 18;
    const differs = found.cumulative.some((value, place) => value !== best.cumulative[place]);
    const drawn = [[best, "orange", "7 5", "Best estimate", ends[0]], [found, "blue", "", "This case", ends[1]]];
    drawn.slice(0, differs ? 2 : 1).forEach(([of, colour, dashes, name, at]) => {
      const points = of.cumulative.slice(0, shown).map((value, place) => `${x(place).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
      parts.push(svg("polyline", { points, fill: "none", "stroke-width": 2.5, "stroke-dasharray": dashes, class: "k-" + colour }));
      const place = wide ? { x: box.right + 8, y: at + 4 } : { x: box.right, y: at - 8, "text-anchor": "end" };
      parts.push(svg("text", { ...place, class: "f-ink", "font-weight": 600 }, name));
    });
    const title = element("wi-line-title");
    title.textContent = `Running sum of saving less cost over five years: this case ends at ${money(found.cumulative[end])}, the best estimate at ${money(best.cumulative[end])}.`;
    line.replaceChildren(title, ...parts);
  }

  function show() {
    const values = { ...data.scenarios[state.scenario].values, ...state.changes };
    scenario.value = state.scenario;
    profile.value = state.profile;
    for (const { name, scale, range, number } of fields) {
      range.value = values[name] * scale;
      if (document.activeElement !== number) number.value = Number((values[name] * scale).toFixed(1));
    }
    const found = whatIf.results(data, state.scenario, state.changes, state.profile);
    showResults(found);
    draw(found);
  }

  function keep() {
    const set = new URLSearchParams({ scenario: state.scenario, profile: state.profile, ...state.changes });
    history.replaceState(null, "", MARK + set);
    show();
  }

  function recall() {
    if (!location.hash.startsWith(MARK)) return false;
    const set = new URLSearchParams(location.hash.slice(MARK.length));
    if (set.get("scenario") in data.scenarios) state.scenario = set.get("scenario");
    state.profile = set.get("profile") in data.ledger ? set.get("profile") : data.scenarios[state.scenario].profile;
    state.changes = {};
    for (const { name, scale, number } of fields) {
      const value = Number(set.get(name));
      const allowed = set.has(name) && value * scale >= Number(number.min) && value * scale <= Number(number.max);
      if (allowed) state.changes[name] = scale === 1 ? Math.round(value) : value;
    }
    return true;
  }

  scenario.addEventListener("change", () => {
    state.scenario = scenario.value;
    state.profile = data.scenarios[state.scenario].profile;
    state.changes = {};
    keep();
  });
  profile.addEventListener("change", () => { state.profile = profile.value; keep(); });
  for (const { name, scale, range, number } of fields) {
    const set = (input) => {
      const isAllowed = input.value !== "" && input.checkValidity();
      number.setAttribute("aria-invalid", String(!isAllowed));
      if (!isAllowed) {
        element("wi-said").textContent = `Type a number from ${number.min} to ${number.max}; nothing has moved.`;
        return;
      }
      const value = Number(input.value) / scale;
      state.changes[name] = scale === 1 ? Math.round(value) : Number(value.toFixed(6));
      keep();
    };
    range.addEventListener("input", () => set(range));
    number.addEventListener("input", () => set(number));
    number.addEventListener("blur", () => { number.removeAttribute("aria-invalid"); show(); });
  }
  element("wi-reset").addEventListener("click", () => {
    Object.assign(state, { scenario: BEST, profile: data.scenarios[BEST].profile, changes: {} });
    keep();
  });
  element("wi-save").addEventListener("click", () => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([whatIf.scenarioFile(data, state)], { type: "text/yaml" }));
    link.download = "what_if.yml";
    link.click();
    URL.revokeObjectURL(link.href);
  });
  addEventListener("resize", show);
  addEventListener("hashchange", () => { if (recall()) show(); });

  element("what-if-form").hidden = false;
  const recalled = recall();
  show();
  if (recalled) element("what-if-form").scrollIntoView();
})();
