// The predicted level in the timeline, drawn by the browser: solid up to now, dashed beyond; anew whenever a
// rate is typed, charted, or waits unsent. Estimated only: no effect and no therapeutic band is ever drawn.
"use strict";
(globalThis.reprieve ??= {}).curve = (() => {
  const NS = "http://www.w3.org/2000/svg";
  const STEPS = 120; // of the line
  const BAND_STEPS = 60;
  const MINUTE = 60000;

  const make = (name, attributes, text) => {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    if (text !== undefined) element.textContent = text;
    return element;
  };
  const grid = (end, steps, extra) => [...Array.from({ length: steps + 1 }, (_, i) => (end * i) / steps), ...extra].filter((t) => t >= 0 && t <= end).sort((a, b) => a - b);

  // Where things are drawn, as the server laid the picture out.
  function layout(svg) {
    const { first, last, left, right, top, base } = svg.dataset;
    const [a, b, x0, x1, y0, y1] = [first, last, left, right, top, base].map(Number);
    return { end: b, x: (ms) => x0 + ((x1 - x0) * (ms - a)) / (b - a), y: (value, most) => y1 - ((y1 - y0) * Math.min(value, most)) / most, x0, x1 };
  }

  // model: modal form. seen: the fold. until: when what runs now is planned to be in. Returns ng/mL at `now`.
  function draw(svg, model, seen, now, until) {
    const group = svg?.querySelector("[data-curve]");
    if (!group || !model?.people || seen.startedAt === null) return null;
    const place = layout(svg);
    const start = seen.startedAt;
    const end = (place.end - start) / MINUTE;
    const at = (now - start) / MINUTE;
    const doses = reprieve.level.doses(seen.given, start, Math.max(until ?? now, now), model.bolus_min);
    const times = grid(end, STEPS, [at, ...doses.map((dose) => dose.start_min)]);
    const wide = grid(end, BAND_STEPS, doses.map((dose) => dose.start_min));
    const lines = model.analytes.filter((name) => name === "ketamine" || name === "norketamine").map((name) => ({
      name, typical: reprieve.level.superposed(model.people[0], name, doses, times), band: reprieve.level.band(model, name, doses, wide),
    }));
    const most = ceiling(Math.max(...lines.flatMap((one) => [Math.max(...one.typical), ...(one.band ? one.band.high : [])])));
    const point = (times, values) => (t, i) => `${place.x(start + t * MINUTE).toFixed(1)} ${place.y(values[i], most).toFixed(1)}`;
    const parts = [];
    for (const value of [0, most / 2, most]) {
      const y = place.y(value, most).toFixed(1);
      parts.push(make("line", { class: "grid", x1: place.x0, x2: place.x1, y1: y, y2: y }), make("text", { x: place.x0 - 6, y, "text-anchor": "end", "dominant-baseline": "middle" }, `${value}`));
    }
    for (const { name, typical, band } of lines) {
      const look = name === "ketamine" ? "parent" : "metabolite";
      if (band) parts.push(make("path", { class: `band ${look}-band`, d: `M${wide.map(point(wide, band.high)).join("L")}L${wide.map(point(wide, band.low)).reverse().join("L")}Z` }));
      const points = times.map(point(times, typical));
      const cut = times.findIndex((t) => t >= at);
      const so_far = cut < 0 ? points : points.slice(0, cut + 1);
      if (so_far.length > 1) parts.push(make("path", { class: look, d: `M${so_far.join("L")}` }));
      if (cut >= 0 && cut < points.length - 1) parts.push(make("path", { class: `${look} ahead`, d: `M${points.slice(cut).join("L")}` }));
    }
    group.replaceChildren(...parts);
    return reprieve.level.superposed(model.people[0], "ketamine", doses, [at])[0];
  }

  // The next round number: 1 to 10 times a power of ten.
  function ceiling(high) {
    const step = 10 ** Math.floor(Math.log10(Math.max(high, 1)));
    return step * Math.ceil(high / step) || 1;
  }

  return { draw };
})();
