// The strip of the monitor: new numbers come with the event itself and are put into the strip as it stands.
// Anything else about it (another device, a clock that is off, the first value) is asked of the server.
"use strict";
globalThis.reprieve ??= {};
reprieve.monitor = (() => {
  let newest = null; // {said, skew}: skew is the server's clock less this one's, ms

  // Whether the strip could take it.
  function put(text) {
    const strip = document.getElementById("monitor");
    if (!strip || !text.startsWith("{")) return false;
    const said = JSON.parse(text);
    if (strip.dataset.shape !== said.shape) return false;
    newest = { said, skew: said.now - Date.now() };
    show(strip);
    return true;
  }

  function show(strip) {
    const list = strip.querySelector(".values");
    if (!list || strip.dataset.shape !== newest.said.shape) return (newest = null);
    const now = Date.now() + newest.skew;
    for (const [parameter, value, at] of newest.said.values) {
      const box = list.querySelector(`[data-parameter=${parameter}]`);
      const old = now - at > 1000 * Number(box.dataset.staleS);
      const seconds = Math.max(0, Math.round((now - at) / 1000));
      box.classList.toggle("stale", old);
      box.querySelector("b").textContent = value.toLocaleString(document.documentElement.lang);
      box.querySelector(".age").textContent = `${clock(at, list.dataset.zone)}, ${list.dataset.seconds.replace("{n}", seconds)}${old ? `, ${list.dataset.old}` : ""}`;
    }
    const button = document.getElementById("take-set");
    if (!button || newest.said.at === null) return;
    // What is taken is what is seen: number and label change together, and never under a finger (live.js).
    button.form.querySelector("[name=takes]").value = newest.said.takes;
    button.textContent = button.dataset.says.replace("{at}", clock(newest.said.at, list.dataset.zone));
  }

  const clock = (ms, zone) => new Intl.DateTimeFormat("en-GB", { timeZone: zone, timeStyle: "medium" }).format(ms);

  // Ages go on while nothing comes: an old value is greyed when it is old, not when the next one arrives.
  setInterval(() => newest && show(document.getElementById("monitor")), 1000);

  return { put };
})();
