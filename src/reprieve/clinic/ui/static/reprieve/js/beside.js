// The session page beside the server: it folds the events it knows and those not sent yet, and goes on telling
// elapsed time, running total, what is due, what asks for attention, and the predicted level.
"use strict";
(() => {
  const { tablet, fold, curve, outbox } = reprieve;
  const words = tablet.here?.words;
  const rules = tablet.read("session-rules");
  const model = tablet.read("session-model");
  if (!words || !rules) return;
  let unsent = []; // of this session, as events
  let typed = null; // mg/h being typed, not charted

  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (name, look, text) => Object.assign(document.createElement(name), { className: look, textContent: text ?? "" });
  const number = (value, digits = 1) => Number(value.toFixed(digits)).toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  const show = (name, text) => { const box = document.querySelector(`[data-figure=${name}]`); if (box && box.textContent !== text) box.textContent = text; };

  // What an entry will be as an event once it is charted.
  function asEvent(entry) {
    const fields = Object.fromEntries(entry.fields.filter(([, value]) => value !== ""));
    const said = { ...fields };
    if (fields.rate_ml_per_h && !fields.rate_mg_per_h) said.rate_mg_per_h = fields.rate_ml_per_h * (fields.concentration_mg_per_ml || strength());
    const at = fields.measured_at ? tablet.moment(fields.measured_at) : entry.tapped_at + (tablet.now() - Date.now());
    return { id: entry.id, kind: rules.kinds[entry.what], at, said };
  }
  function strength() {
    return known().reduce((found, event) => event.said.concentration_mg_per_ml ?? found, null);
  }

  const known = () => tablet.read("session-now")?.events || [];
  function events() {
    const there = new Set(known().map((event) => event.id));
    return [...known(), ...unsent.filter((event) => !there.has(event.id))].sort((a, b) => a.at - b.at);
  }

  // The rate as it would be if what is typed were charted now.
  function withTyped(all, now) {
    return typed === null ? all : [...all.filter((event) => event.at <= now), { id: "typed", kind: "rate_changed", at: now, said: { rate_mg_per_h: typed } }];
  }

  function plannedEnd(seen, now) {
    if (seen.state !== "running" || !seen.rate || !rules.visit_mg) return null;
    return now + (Math.max(rules.visit_mg - seen.totalMg, 0) / seen.rate) * 3600000;
  }

  function draw() {
    const began = performance.now();
    const now = tablet.now();
    const svg = document.querySelector("svg.timeline");
    const seen = fold.fold(withTyped(events(), now), rules, now);
    const level = curve.draw(svg, model, seen, now, plannedEnd(seen, now));
    if (level === null) return;
    const box = document.querySelector("[data-level]");
    if (box) box.textContent = level.toFixed(0);
    svg.dataset.drewMs = (performance.now() - began).toFixed(1);
  }

  function alone() {
    return tablet.line() !== "up" || tablet.kept || unsent.length > 0;
  }

  function tick() {
    const stands = tablet.read("session-now");
    if (!stands || stands.closed) return;
    const now = tablet.now();
    const seen = fold.fold(events(), rules, now);
    if (seen.startedAt !== null) {
      const minutes = Math.floor(((seen.stoppedAt >= 0 ? seen.stoppedAt : now) - seen.startedAt) / 60000);
      show("elapsed", `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`);
      show("total", `${number(seen.totalMg)} mg`);
    }
    if (!alone()) return;
    show("state", words.states[seen.state]);
    show("rate", `${number(seen.rate)} mg/h`);
    const due = fold.nextDue(seen, rules);
    show("due", due === null ? "–" : tablet.clock(due));
    show("due-in", due === null ? words.next_set : `${words.next_set}, ${inMinutes(now, due)}`);
    values(seen, now);
    advisories(fold.advisories(seen, rules, now), seen.watched || seen.state === "ready");
  }

  function inMinutes(now, then) {
    const minutes = Math.round((now - then) / 60000);
    return minutes > 0 ? said(words.ago, { n: minutes }) : minutes < 0 ? said(words.in, { n: -minutes }) : words.right_now;
  }

  function values(seen, now) {
    for (const box of document.querySelectorAll("[data-value]")) {
      const one = seen.latest[box.dataset.value];
      if (!one) continue;
      const old = now - one.at > 900000;
      const unit = words.parameters[one.parameter].unit;
      const content = `${one.value}|${inMinutes(now, one.at)}`;
      box.classList.toggle("stale", old);
      if (box.dataset.says === content) continue;
      box.dataset.says = content;
      box.querySelector("dd").replaceChildren(make("b", "", `${one.value}`), " ", make("span", "unit", unit), make("span", "age", `${tablet.clock(one.at)}, ${inMinutes(now, one.at)}${old ? `, ${words.old}` : ""}`));
    }
  }

  // In the look of the server's own list: asterisks, the sentence, since when, what to do, whose limit.
  function advisories(found) {
    const list = document.querySelector("[data-advisories]");
    if (!list) return;
    const shown = JSON.stringify(found.map((one) => [one.code, one.since, one.priority, Math.floor(one.value)]));
    if (list.dataset.shown === shown) return;
    list.dataset.shown = shown;
    const section = list.closest("section");
    section.hidden = !found.length;
    section.querySelector(".count").textContent = found.length;
    list.replaceChildren(...found.map(finding));
    const live = document.getElementById("live");
    const worst = Math.max(0, ...found.map((one) => one.priority));
    if (worst >= 2) { live.dataset.sound = worst === 3 ? "high" : "medium"; live.dataset.repeat ||= 45; } else delete live.dataset.sound;
  }

  function finding(one) {
    const { label, unit } = words.parameters[one.parameter] || { label: one.parameter, unit: "" };
    const item = make("li", `finding is-${words.tones[one.priority]}`);
    const body = document.createElement("div");
    const value = Number.isInteger(one.value) ? one.value : Number(one.value.toPrecision(3));
    const says = make("p", "says", `${label} ${value} ${unit}, ${words[one.comparison]} ${one.limit} ${unit}`);
    if (one.own !== null) says.append(" ", make("span", "muted", `(${words.own} ${one.own})`));
    body.append(says, make("p", "why", `${words.since} ${tablet.clock(one.since)}. ${one.action}`), make("p", "source", words.owners[one.owner] || one.owner));
    item.append(make("span", "verdict", words.stars[one.priority]), body);
    return item;
  }

  // ---- a rate in mL/h or mg/h: whichever is typed, the other is shown
  function rateTyped(form) {
    const mg = form.querySelector("[name=rate_mg_per_h]"), ml = form.querySelector("[name=rate_ml_per_h]");
    const shown = form.querySelector("[data-conversion]");
    const held = Number(form.querySelector("[name=concentration_mg_per_ml]")?.value || strength());
    const of = (box) => (box && box.value.trim() !== "" && Number.isFinite(Number(box.value)) ? Number(box.value) : null);
    const rate = of(mg) ?? (of(ml) !== null && held ? of(ml) * held : null);
    if (shown) shown.textContent = rate !== null && held ? `${number(rate, 2)} mg/h = ${number(rate / held, 2)} mL/h × ${held} mg/mL` : "";
    typed = form.action.endsWith("/chart/rate/") ? rate : null;
    draw();
  }
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[action*='/chart/rate/'], form[action*='/chart/start/']");
    if (form && /rate|concentration/.test(event.target.name)) rateTyped(form);
  });

  // ---- without a connection nobody else holds what is typed to its limits: the page does
  function beyond(form) {
    const what = form.action.match(/\/chart\/([a-z-]+)\//)?.[1];
    const value = (name) => Number(form.querySelector(`[name=${name}]`)?.value || 0);
    const order = rules.order;
    for (const box of form.querySelectorAll("[data-low]")) {
      if (box.value.trim() === "") continue;
      const typed = Number(box.value.replace(",", "."));
      if (!(typed >= Number(box.dataset.low) && typed <= Number(box.dataset.high))) return [box, `${box.dataset.low} – ${box.dataset.high}`];
    }
    if (!order || form.querySelector("[name=why]")?.value) return null;
    const now = tablet.now();
    const seen = fold.fold(events(), rules, now);
    if (what === "rate" || what === "start") {
      const rate = value("rate_mg_per_h") || value("rate_ml_per_h") * (value("concentration_mg_per_ml") || strength() || 0);
      const most = what === "start" ? order.start_rate_mg_per_h : rate > seen.rate ? Math.min(order.maximum_rate_mg_per_h, seen.rate + (order.step_mg_per_h || 0)) : Infinity;
      if (rate > most * (1 + rules.tolerance)) return [form.querySelector("[name=rate_mg_per_h]"), said(words.beyond, { most: `${most} mg/h` })];
    }
    if (what === "bolus") {
      const most = Math.min(order.bolus_mg || 0, order.total.limit - seen.totalMg);
      if (value("amount_mg") > most * (1 + rules.tolerance)) return [form.querySelector("[name=amount_mg]"), said(words.beyond, { most: `${number(Math.max(most, 0))} mg` })];
    }
    return null;
  }
  document.addEventListener("submit", (event) => {
    if (tablet.line() === "up") return;
    const wrong = beyond(event.target);
    if (!wrong) return;
    event.preventDefault();
    wrong[0].setCustomValidity(wrong[1]);
    wrong[0].reportValidity();
    wrong[0].addEventListener("input", () => wrong[0].setCustomValidity(""), { once: true });
  });

  async function again() {
    unsent = (await outbox.all()).filter((one) => one.path === tablet.here.path && one.state === "waiting").map(asEvent).filter((event) => event.kind);
    tick();
    draw();
  }
  document.addEventListener("reprieve:outbox", again);
  document.addEventListener("reprieve:line", tick);
  document.addEventListener("htmx:afterSettle", () => { tick(); draw(); });
  document.addEventListener("DOMContentLoaded", () => {
    again();
    setInterval(tick, 1000);
    setInterval(draw, 15000);
  });
})();
