// The predicted level, from the modal form the server sends (docs/reference/pk-modal-form.md): sums of
// exponentials and nothing else. Held to Python within 1e-9 by tests/journeys/test_browser_sums_journey.py.
"use strict";
(globalThis.reprieve ??= {}).level = (() => {
  const MINUTE = 60000;

  // What one term adds at `tau` minutes after a dose of 1 mg over `length` minutes began.
  function shape([rate, power, amplitude], tau, length) {
    if (length === 0) return amplitude * tau ** power * Math.exp(-rate * tau);
    const on = Math.min(tau, length);
    const late = tau - on;
    let grown = -Math.expm1(-rate * on) / rate; // not 1 - exp(-x): that loses the digits of the first minutes
    let mixed = late ** power * grown;
    let choose = 1;
    for (let j = 1; j <= power; j++) {
      grown = (j * grown - on ** j * Math.exp(-rate * on)) / rate;
      choose = (choose * (power - j + 1)) / j;
      mixed += choose * late ** (power - j) * grown;
    }
    return (amplitude / length) * Math.exp(-rate * late) * mixed;
  }

  // ng/mL of one analyte at each of `times` (min). doses: [{amount_mg, start_min, duration_min}]; 0 min: at once.
  function superposed(parts, analyte, doses, times) {
    const total = new Float64Array(times.length);
    for (const dose of doses) {
      for (const part of parts) {
        const length = part.duration_min === null ? dose.duration_min : part.duration_min;
        for (const term of part.terms[analyte] || []) {
          for (let i = 0; i < times.length; i++) {
            const tau = times[i] - dose.start_min;
            if (length ? tau > 0 : tau >= 0) total[i] += dose.amount_mg * shape(term, tau, length);
          }
        }
      }
    }
    return total.map((level) => Math.max(level, 0));
  }

  // Percentile of sorted numbers, by linear interpolation as numpy does it.
  function percentile(sorted, share) {
    const place = (sorted.length - 1) * share;
    const below = Math.floor(place);
    const above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (sorted[above] - sorted[below]) * (place - below);
  }

  // 5th and 95th percentile of the drawn people at each time; null where the model draws nobody.
  function band(form, analyte, doses, times) {
    const drawn = form.people.slice(1);
    if (!drawn.length) return null;
    const levels = drawn.map((person) => superposed(person, analyte, doses, times));
    const low = [], high = [];
    for (let i = 0; i < times.length; i++) {
      const sorted = Float64Array.from(levels, (one) => one[i]).sort();
      low.push(percentile(sorted, 0.05));
      high.push(percentile(sorted, 0.95));
    }
    return { low, high };
  }

  // What was given as doses of the modal form. segments: {start, until (null: runs), rate_mg_per_h} and
  // boluses: {at, amount_mg}, in ms of the clock; start: ms of minute 0; until: when an open segment ends.
  function doses({ segments, boluses }, start, until, bolusMin) {
    const found = [];
    for (const one of segments) {
      const minutes = ((one.until ?? until) - one.start) / MINUTE;
      if (minutes > 0 && one.rate_mg_per_h > 0) {
        found.push({ amount_mg: (one.rate_mg_per_h * minutes) / 60, start_min: (one.start - start) / MINUTE, duration_min: minutes });
      }
    }
    for (const one of boluses) found.push({ amount_mg: one.amount_mg, start_min: (one.at - start) / MINUTE, duration_min: bolusMin });
    return found;
  }

  return { superposed, band, doses };
})();
