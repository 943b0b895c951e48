// The session page with one thumb or a keyboard: full numbers move on, advisories sound, a few keys.
"use strict";
(() => {
  // ---- a full number moves on: once another digit could only pass the field's highest value
  const highest = { systolic_mmhg: 300, diastolic_mmhg: 200, heart_rate_per_min: 250, spo2_percent: 100, respiratory_rate_per_min: 60, moaa_s_points: 5, pain_points: 10, dissociation_points: 10, distress_points: 10 };
  document.addEventListener("input", (event) => {
    const box = event.target;
    if (!box.closest("[data-set]") || !(box.name in highest) || event.inputType === "deleteContentBackward") return;
    const value = box.value.trim();
    if (!/^\d+$/.test(value) || Number(value) * 10 <= highest[box.name]) return;
    const boxes = [...box.form.querySelectorAll("[data-set] input:not([type=hidden])")];
    const next = boxes[boxes.indexOf(box) + 1];
    (next || box.form.querySelector("button[type=submit]")).focus();
  });

  // ---- stop and emergency stay in sight under the patient's banner, however many lines it has
  function under() {
    const banner = document.getElementById("banner");
    if (banner) document.documentElement.style.setProperty("--banner", `${banner.offsetHeight}px`);
  }
  document.addEventListener("DOMContentLoaded", under);
  window.addEventListener("resize", under);

  // ---- keys, when nothing is being typed
  const boxes = { b: "systolic_mmhg", p: "heart_rate_per_min", s: "spo2_percent", a: "respiratory_rate_per_min", m: "moaa_s_points", n: "pain_points", d: "dissociation_points" };
  const folds = { r: "rateform-rate_mg_per_h", e: "adverseform-effect", g: "rescueform-drug" };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    const box = boxes[event.key] && document.querySelector(`[data-set] [name=${boxes[event.key]}]`);
    const inside = folds[event.key] && document.getElementById(folds[event.key]);
    const wanted = box || inside;
    if (inside) inside.closest("details").open = true;
    if (wanted) { event.preventDefault(); wanted.focus(); wanted.scrollIntoView({ block: "center" }); }
    if (event.key === "t") document.querySelector("[data-numbers]")?.click();
  });

  // ---- tap: the chart or its numbers; kept while the live part is replaced
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-numbers]");
    const picture = event.target.closest("svg.timeline");
    if (!button && !picture) return;
    document.body.classList.toggle("numbers");
    name();
  });
  function name() {
    const button = document.querySelector("[data-numbers]");
    if (!button) return;
    const on = document.body.classList.contains("numbers");
    button.textContent = on ? button.dataset.chart : button.dataset.numbers;
    button.setAttribute("aria-pressed", on);
  }

  // ---- sound: three rising notes for high, two level ones for medium; never for low, never when silent
  let audio = null;
  let last = 0;
  let heard = "";
  function note(at, pitch) {
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.type = "triangle";
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0, at);
    loud.gain.linearRampToValueAtTime(0.35, at + 0.02);
    loud.gain.linearRampToValueAtTime(0, at + 0.17);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.2);
  }
  function listen() {
    const live = document.getElementById("live");
    const what = live?.dataset.sound || "";
    const wanted = what && !("silent" in live.dataset);
    const hint = document.querySelector(".sound-off");
    if (wanted && !audio) audio = new AudioContext();
    if (hint) hint.hidden = !(wanted && audio.state !== "running");
    const due = Date.now() - last >= 1000 * Number(live?.dataset.repeat || 0);
    if (wanted && audio.state === "running" && (due || what !== heard)) {
      last = Date.now();
      heard = what;
      (what === "high" ? [523, 659, 784] : [523, 523]).forEach((pitch, n) => note(audio.currentTime + 0.22 * n, pitch));
    }
    if (!what) heard = "";
  }
  document.addEventListener("pointerdown", () => audio?.resume());
  document.addEventListener("keydown", () => audio?.resume());
  document.addEventListener("htmx:afterSettle", () => { name(); listen(); });
  document.addEventListener("DOMContentLoaded", () => { name(); listen(); setInterval(listen, 1000); });
})();
