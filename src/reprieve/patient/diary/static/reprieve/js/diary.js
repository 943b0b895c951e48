// An entry is kept on this phone first and sent after; the server keeps each id once.
"use strict";
(() => {
  const diary = document.getElementById("diary");
  const form = document.getElementById("entry");
  if (!diary || !window.indexedDB) return; // the form works without all this
  const { key } = diary.dataset;
  const $ = (id) => document.getElementById(id);
  const GIVEN = "reprieve-diary-given-" + key; // the day whose average is there

  // ---- what waits on this phone ----
  const opened = new Promise((resolve, reject) => {
    const asked = indexedDB.open("reprieve-diary", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("entries", { keyPath: "id" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
  const store = async (mode, act) => {
    const transaction = (await opened).transaction("entries", mode);
    const answer = act(transaction.objectStore("entries"));
    return new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(answer.result);
      transaction.onerror = () => reject(transaction.error);
    });
  };
  const put = (row) => store("readwrite", (rows) => rows.put(row));
  const drop = (id) => store("readwrite", (rows) => rows.delete(id));
  const mine = async () => (await store("readonly", (rows) => rows.getAll())).filter((row) => row.key === key);

  async function showWaiting(closed) {
    const rows = await mine();
    const waiting = rows.filter((row) => !row.refused).length;
    const refused = rows.length - waiting;
    const box = $("waiting");
    const words = box.dataset;
    const said = [];
    if (waiting) said.push(waiting === 1 ? words.one : words.many.replace("{n}", waiting));
    if (waiting && closed) said.push(words.closed);
    if (refused) said.push(words.refused.replace("{n}", refused));
    box.textContent = said.join(" ");
    box.hidden = !said.length;
  }

  let sending = null;
  const send = () => (sending ||= sendAll().finally(() => { sending = null; }));
  async function sendAll() {
    let closed = false;
    try {
      for (;;) {
        const rows = (await mine()).filter((row) => !row.refused).slice(0, 50);
        if (!rows.length) break;
        const asked = await fetch(diary.dataset.sync, { headers: { Accept: "application/json" } });
        closed = !asked.ok || asked.redirected;
        if (closed) break;
        const { csrf, key: theirs } = await asked.json();
        if (theirs !== key) { closed = true; break; } // somebody else's diary is open in this browser
        const answer = await fetch(diary.dataset.sync, {
          method: "POST",
          headers: { "Content-Type": "application/json", "X-CSRFToken": csrf },
          body: JSON.stringify({ key, entries: rows.map((row) => row.entry) }),
        });
        if (!answer.ok) break;
        const { kept, refused } = await answer.json();
        for (const id of kept) await drop(id);
        for (const row of rows) if (refused.includes(row.id)) await put({ ...row, refused: true });
        if (!kept.length && !refused.length) break;
      }
    } catch { /* no network: it waits */ }
    await showWaiting(closed);
    return !(await mine()).some((row) => !row.refused);
  }

  // ---- the form ----
  const newId = () => crypto.randomUUID ? crypto.randomUUID()
    : "10000000-1000-4000-8000-100000000000".replace(/[018]/g, (c) => (c ^ (crypto.getRandomValues(new Uint8Array(1))[0] & (15 >> (c / 4)))).toString(16));
  const today = () => {
    const day = new Date();
    return [day.getFullYear(), day.getMonth() + 1, day.getDate()].map((n) => String(n).padStart(2, "0")).join("-");
  };
  function showAverage() {
    const given = diary.dataset.givenOn === today() || localStorage.getItem(GIVEN) === today();
    $("average").hidden = given;
    $("given").hidden = !given;
  }

  function read() {
    const entry = { at: new Date().toISOString() };
    for (const [name, value] of new FormData(form)) {
      if (name === "csrfmiddlewaretoken" || !value) continue;
      if (name === "bladder" || name === "effects") (entry[name] ||= []).push(value);
      else entry[name] = value;
    }
    return entry;
  }

  function refuse(which) {
    for (const id of ["nothing", "half"]) $(id).hidden = id !== which;
    $("problems").hidden = false;
    $("problems").focus();
  }

  function show(id) {
    for (const one of ["entry", "kept", "call-now"]) $(one).hidden = one !== id;
    diary.querySelector("h1").hidden = id !== "entry";
    $("given").hidden ||= id !== "entry";
    $("problems").hidden = true;
    window.scrollTo(0, 0);
    if (id !== "entry") $(id).focus();
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const entry = read();
    const peg = ["peg-p", "peg-e", "peg-g"].filter((name) => name in entry).length;
    if (Object.keys(entry).length <= 2) return refuse("nothing");
    if (peg % 3) return refuse("half");
    await put({ id: entry.id, key, entry });
    if ("average" in entry) localStorage.setItem(GIVEN, today());
    const urgent = (entry.bladder || []).some((code) => diary.dataset.urgent.split(" ").includes(code));
    $("kept-sent").hidden = $("kept-here").hidden = true;
    show(urgent ? "call-now" : "kept");
    const sent = await send();
    $(sent ? "kept-sent" : "kept-here").hidden = false;
  });
  $("go-on").addEventListener("click", () => show("kept"));
  $("again").addEventListener("click", () => {
    form.reset();
    form.elements.id.value = newId();
    places.forEach((row) => mark(row.dataset.place, ""));
    showAverage();
    show("entry");
    form.querySelector("input[type=radio]:not([hidden] *)")?.focus();
  });

  // ---- the body map: a place is a button; marked places stand in a list with their strength ----
  const places = [...document.querySelectorAll("[data-place]")];
  const regions = new Map([...document.querySelectorAll("[data-region]")].map((path) => [path.dataset.region, path]));
  function mark(id, points) {
    const path = regions.get(id);
    const row = places.find((one) => one.dataset.place === id);
    const select = row.querySelector("select");
    select.value = points;
    row.hidden = points === "" && !row.contains(document.activeElement);
    path.setAttribute("aria-pressed", String(points !== ""));
    path.setAttribute("aria-label", path.dataset.label + (points === "" ? "" : ", " + points));
    path.dataset.strength = points === "" ? "" : points > 6 ? "high" : points > 3 ? "middle" : "low";
  }
  function ask(id) {
    const row = places.find((one) => one.dataset.place === id);
    row.hidden = false;
    row.querySelector("select").focus();
  }
  regions.forEach((path, id) => {
    path.setAttribute("role", "button");
    path.setAttribute("tabindex", "0");
    path.addEventListener("click", () => ask(id));
    path.addEventListener("keydown", (event) => {
      if (event.key === "Enter" || event.key === " ") { event.preventDefault(); ask(id); }
    });
    mark(id, "");
  });
  places.forEach((row) => row.querySelector("select").addEventListener("change", (event) => mark(row.dataset.place, event.target.value)));
  $("pick-place").hidden = false;
  $("place").addEventListener("change", (event) => { if (event.target.value) ask(event.target.value); event.target.value = ""; });

  // ---- start ----
  form.elements.id.value = newId(); // a page kept for later must not bring an id that was used
  showAverage();
  send();
  window.addEventListener("online", send);
  setInterval(() => { if (!$("waiting").hidden) send(); }, 15000);
  navigator.serviceWorker?.register(diary.dataset.worker).catch(() => {});
})();
