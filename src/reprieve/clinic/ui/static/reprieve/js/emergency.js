// The emergency page: a clock that runs, and taps that are written down on the tablet first, with the time of the
// tap, and sent as soon as somebody answers. What is refused stays, with the reason (the list above, tablet.js).
"use strict";
(() => {
  const { tablet, outbox } = reprieve;
  const going = document.querySelectorAll("[data-going]");
  const notYet = document.querySelector("[data-not-yet]");
  const clock = document.querySelector(".running[data-began]");
  let began = Date.parse(clock.dataset.began);

  setInterval(tell, 1000);
  function tell() {
    if (Number.isNaN(began)) return;
    const seconds = Math.max(0, Math.round((tablet.now() - began) / 1000));
    clock.textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  const taps = document.querySelector(".taps");
  const done = document.getElementById("done");
  if (!taps) return;
  const onTheClock = new Intl.DateTimeFormat("en-GB", { timeZone: tablet.here.zone, timeStyle: "medium" }); // the clinic's, not the tablet's
  const make = (name, look, text) => Object.assign(document.createElement(name), { className: look, textContent: text });

  // One line for each tap of this page: not sent yet, then kept, or refused with the reason.
  async function paint() {
    const entries = (await outbox.all()).filter((one) => one.path === tablet.here.path);
    const started = entries.find((one) => one.what === "emergency");
    if (started && Number.isNaN(began)) {
      began = started.tapped_at + (tablet.now() - Date.now());
      going.forEach((part) => (part.hidden = false));
      notYet.hidden = true;
      document.querySelector("[data-since]").textContent = onTheClock.format(began);
    }
    const steps = new Map(entries.filter((one) => one.what === "step").map((one) => [one.id, one]));
    for (const line of done.querySelectorAll("[data-id]")) {
      const entry = steps.get(line.dataset.id);
      line.querySelector(".aside").textContent = !entry ? taps.dataset.tapped : entry.state === "refused" ? taps.dataset.refused.replace("{why}", entry.why) : taps.dataset.unsent;
      steps.delete(line.dataset.id);
    }
    for (const entry of steps.values()) done.append(row(entry));
  }
  function row(entry) {
    const line = make("li", "", "");
    line.dataset.id = entry.id;
    line.append(make("span", "number", onTheClock.format(entry.tapped_at + (tablet.now() - Date.now()))), make("strong", "", entry.words), make("span", "aside muted small", taps.dataset.unsent));
    return line;
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.querySelector("[name=step]")) return;
    event.preventDefault();
    const at = Date.now();
    const fields = [...new FormData(form)];
    form.querySelector("[name=event_id]").value = outbox.freshId();
    const text = form.querySelector("[name=text]");
    if (text) text.value = "";
    await outbox.add(outbox.entry(tablet.here, "step", fields, at));
    await paint();
    tablet.round();
  });
  document.addEventListener("reprieve:outbox", paint);
  paint().then(tell);
})();
