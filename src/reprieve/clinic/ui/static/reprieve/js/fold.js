// A session is a fold over its events, here as in reprieve.core.session: state, what was given, the newest
// values, what asks for attention, when the next set is due. Pure: no page, no network, no clock of its own.
// Held to Python over random sessions by tests/journeys/test_browser_sums_journey.py.
"use strict";
(globalThis.reprieve ??= {}).fold = (() => {
  const MINUTE = 60000;
  const HOUR = 3600000;
  const SETS_RATE = new Set(["infusion_started", "rate_changed", "infusion_resumed"]);
  const STOPS = new Set(["infusion_paused", "infusion_stopped", "emergency_started"]);
  const STARTS = new Set(["infusion_started", "dose_given"]);
  const GIVES = new Set(["bolus_given", "dose_given"]);
  const PRIORITY = { warn: 2, hold: 3, stop: 3, emergency: 3 };
  const SEVERITY = ["warn", "hold", "stop", "emergency"];
  const COMPARE = {
    above: (value, limit) => value > limit,
    at_or_above: (value, limit) => value >= limit,
    below: (value, limit) => value < limit,
    at_or_below: (value, limit) => value <= limit,
  };

  // events: [{kind, at (ms), said}] that stand, oldest first. rules: what the server sent (session/offline.py).
  function fold(events, rules, now) {
    const standing = events.filter((event) => event.at <= now);
    const given = delivery(standing);
    const readings = readingsOf(standing, rules);
    return {
      state: stateOf(events, rules),
      watched: rules.watched.includes(stateOf(standing, rules)),
      given,
      readings,
      latest: Object.fromEntries(readings.map((one) => [one.parameter, one])),
      changes: changesOf(standing, rules),
      startedAt: standing.find((event) => STARTS.has(event.kind))?.at ?? null,
      stoppedAt: Math.max(...events.filter((e) => e.kind === "infusion_stopped" || e.kind === "dose_given").map((e) => e.at), -1),
      lastSetAt: Math.max(...readings.filter((one) => rules.vital_signs.includes(one.parameter)).map((one) => one.at), -1),
      totalMg: totalMg(given, now),
      rate: rateAt(given, now),
    };
  }

  function stateOf(events, rules) {
    return events.reduce((state, event) => rules.transitions[state][event.kind] || state, "planned");
  }

  function delivery(events) {
    const segments = [], boluses = [];
    let start = null, rate = 0;
    for (const { kind, at, said } of events) {
      if (GIVES.has(kind)) boluses.push({ at, amount_mg: Number(said.amount_mg) });
      if (!SETS_RATE.has(kind) && !STOPS.has(kind)) continue;
      if (start !== null) segments.push({ start, until: at, rate_mg_per_h: rate });
      start = SETS_RATE.has(kind) ? at : null;
      rate = Number(said.rate_mg_per_h ?? rate);
    }
    if (start !== null) segments.push({ start, until: null, rate_mg_per_h: rate });
    return { segments, boluses };
  }

  function totalMg({ segments, boluses }, now) {
    const flowed = (one) => (one.rate_mg_per_h * Math.max(Math.min(one.until ?? now, now) - one.start, 0)) / HOUR;
    return segments.reduce((sum, one) => sum + flowed(one), 0) + boluses.filter((one) => one.at <= now).reduce((sum, one) => sum + one.amount_mg, 0);
  }

  function rateAt({ segments }, now) {
    return segments.find((one) => one.start <= now && (one.until === null || now < one.until))?.rate_mg_per_h ?? 0;
  }

  function readingsOf(events, rules) {
    const found = [];
    for (const { at, said } of events) {
      for (const parameter of rules.parameters) {
        if (said[parameter] !== undefined && said[parameter] !== null) found.push({ parameter, value: Number(said[parameter]), at });
      }
    }
    return found;
  }

  // What asks for closer watching: the start, an increase, a bolus, a drug that was given for the session.
  function changesOf(events, rules) {
    const found = [];
    let rate = 0;
    for (const { kind, at, said } of events) {
      const next = Number(said.rate_mg_per_h ?? rate);
      if (rules.closer_watch.includes(kind) || (kind === "rate_changed" && next > rate)) found.push(at);
      rate = next;
    }
    return found;
  }

  // When the next vital set is due, in ms; null when nobody is watched.
  function nextDue(seen, rules) {
    const last = seen.lastSetAt >= 0 ? seen.lastSetAt : seen.startedAt;
    if (!seen.watched || last === null) return null;
    let due = last + limitOf(rules, "minutes_since_set").limit * MINUTE;
    const close = limitOf(rules, "minutes_since_set_after_change").limit * MINUTE;
    for (const change of seen.changes) {
      const sooner = Math.max(last, change) + close;
      if (sooner <= change + rules.close_watch_min * MINUTE) due = Math.min(due, sooner);
    }
    return due;
  }

  const limitOf = (rules, parameter) => rules.limits.find((limit) => limit.parameter === parameter);

  // Every limit crossed by the newest values, worst first, as core.session.advisories finds them.
  function advisories(seen, rules, now) {
    const found = [...worst(absolute(seen, rules)), ...relative(seen, rules), ...worst(dose(seen, rules, now)), ...worst(ofOrder(seen, rules, now)), ...missing(seen, rules, now)];
    return found.sort((a, b) => b.priority - a.priority || a.since - b.since || (a.code < b.code ? -1 : 1));
  }

  function crossed(limit, value) {
    return COMPARE[limit.comparison](value, limit.limit);
  }

  function advisory(limit, value, since, more = {}) {
    return { code: limit.id, parameter: limit.parameter, level: limit.level, value, comparison: limit.comparison, limit: limit.limit, owner: limit.owner, action: limit.action, since, priority: PRIORITY[limit.level], own: null, ...more };
  }

  // The first of the unbroken run of crossings that ends with the newest reading.
  function sinceWhen(readings, limit) {
    let run = null;
    for (const one of readings) run = crossed(limit, one.value) ? run ?? one.at : null;
    return run;
  }

  function absolute(seen, rules) {
    const hit = rules.limits.filter((limit) => seen.latest[limit.parameter] && crossed(limit, seen.latest[limit.parameter].value));
    return hit.map((limit) => advisory(limit, seen.latest[limit.parameter].value, sinceWhen(seen.readings.filter((one) => one.parameter === limit.parameter), limit)));
  }

  function relative(seen, rules) {
    const found = [];
    for (const limit of rules.limits) {
      const [parameter, sign] = rules.relative[limit.parameter] || [];
      const own = rules.own[parameter];
      if (own === undefined || !seen.latest[parameter]) continue;
      const changes = seen.readings.filter((one) => one.parameter === parameter).map((one) => ({ at: one.at, value: sign * (one.value - own) }));
      const newest = changes[changes.length - 1].value;
      if (crossed(limit, newest)) found.push(advisory(limit, newest, sinceWhen(changes, limit), { own }));
    }
    return found;
  }

  // The rate per kilogram against whoever limits it.
  function dose(seen, rules, now) {
    if (!rules.order || !seen.rate) return [];
    const rate = seen.rate / rules.order.weight_kg;
    const since = seen.changes.length ? seen.changes[seen.changes.length - 1] : now;
    return rules.limits.filter((limit) => limit.parameter === "rate_mg_per_kg_per_h" && crossed(limit, rate)).map((limit) => advisory(limit, rate, since));
  }

  function ofOrder(seen, rules, now) {
    if (!rules.order) return [];
    const found = [];
    for (const limit of rules.order.limits) {
      const latest = seen.latest[limit.parameter];
      if (latest && crossed(limit, latest.value)) found.push(advisory(limit, latest.value, sinceWhen(seen.readings.filter((one) => one.parameter === limit.parameter), limit)));
    }
    const total = rules.order.total;
    if (seen.rate && seen.totalMg >= total.limit * (1 - rules.tolerance)) {
      const over = (Math.max(seen.totalMg - total.limit, 0) / seen.rate) * HOUR;
      found.push(advisory(total, seen.totalMg, now - over));
    }
    return found;
  }

  // Due and missing: low at first, medium once it is as late again as the shorter interval.
  function missing(seen, rules, now) {
    const due = nextDue(seen, rules);
    if (due === null || now < due) return [];
    const last = seen.lastSetAt >= 0 ? seen.lastSetAt : seen.startedAt;
    const usual = limitOf(rules, "minutes_since_set");
    const close = limitOf(rules, "minutes_since_set_after_change");
    const limit = due - last >= usual.limit * MINUTE ? usual : close;
    const late = now - due >= close.limit * MINUTE;
    return [advisory(limit, (now - last) / MINUTE, due, { priority: late ? 2 : 1 })];
  }

  // Of several limits on one value only the most serious; it speaks for the others.
  function worst(found) {
    const best = new Map();
    for (const one of found) {
      const key = `${one.parameter} ${one.comparison.endsWith("above")}`;
      const held = best.get(key);
      if (!held || SEVERITY.indexOf(one.level) > SEVERITY.indexOf(held.level)) best.set(key, one);
    }
    return [...best.values()];
  }

  return { fold, advisories, nextDue, totalMg };
})();
