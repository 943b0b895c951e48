// The emergency page: a clock that runs, and taps that keep the time of the tap even when the network does not answer.
"use strict";
(() => {
  const clock = document.querySelector(".running[data-began]");
  if (clock) {
    const began = Date.parse(clock.dataset.began);
    const show = () => {
      const seconds = Math.max(0, Math.round((Date.now() - began) / 1000));
      clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    };
    show();
    setInterval(show, 1000);
  }
  const taps = document.querySelector(".taps");
  if (!taps) return;
  const waiting = [];
  const onTheClock = new Intl.DateTimeFormat("en-GB", { timeZone: taps.dataset.zone, timeStyle: "medium" }); // the clinic's, not the tablet's

  function freshId() {
    const b = crypto.getRandomValues(new Uint8Array(16));
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const h = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  }
  function line(words, at) {
    const row = document.createElement("li");
    const when = document.createElement("span");
    when.className = "number";
    when.textContent = onTheClock.format(at);
    const what = document.createElement("strong");
    what.textContent = words;
    const state = document.createElement("span");
    state.className = "aside muted small";
    state.textContent = taps.dataset.unsent;
    row.append(when, what, state);
    document.getElementById("done").append(row);
    return state;
  }
  async function send() {
    for (const one of [...waiting]) {
      const late = Math.round((Date.now() - one.at) / 1000);
      one.body.set("seconds_ago", late);
      try {
        const answer = await fetch(one.url, { method: "POST", body: one.body, redirect: "manual" });
        if (answer.type === "opaqueredirect" || answer.ok) {
          waiting.splice(waiting.indexOf(one), 1);
          one.state.textContent = taps.dataset.tapped;
        }
      } catch { return; } // no network: it is tried again
    }
  }
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.querySelector("[name=step]")) return;
    event.preventDefault();
    const words = [form.querySelector("button").textContent, form.querySelector("[name=text]")?.value].filter(Boolean).join(", ");
    const at = new Date();
    waiting.push({ url: form.action, body: new FormData(form), at, state: line(words, at) });
    form.querySelector("[name=event_id]").value = freshId();
    const text = form.querySelector("[name=text]");
    if (text) text.value = "";
    send();
  });
  window.addEventListener("beforeunload", (event) => { if (waiting.length) event.preventDefault(); });
  setInterval(() => waiting.length && send(), 5000);
})();
