// The tablet beside the server: registers the service worker, keeps this page, says whether there is a
// connection, lists what is not sent yet and sends it once somebody may.
"use strict";
(globalThis.reprieve ??= {}).tablet = (() => {
  const EVERY_MS = 5000;
  const KEEP_AGAIN_MS = 60000;
  const { outbox, deliver } = reprieve;
  const read = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
  const words = read("tablet-words");
  const here = read("session-page"); // null on a page without a patient
  const kept = document.documentElement.dataset.kept || null;
  const place = document.getElementById("tablet");
  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const make = (name, look, text) => Object.assign(document.createElement(name), { className: look, textContent: text });
  const me = here?.user || place?.dataset.me;
  let line = kept ? "down" : "up";
  let downSince = kept ? Date.now() : null;
  let arrived = false; // something was sent while this page stood open
  let skew = 0; // ms: clock of the server less clock of the tablet

  const clock = (ms) => new Intl.DateTimeFormat("en-GB", { timeZone: place.dataset.zone, timeStyle: "short" }).format(ms);
  const now = () => Date.now() + skew;

  // ---- keeping this page
  async function start() {
    if (kept && here) skew = (await outbox.page(here.path))?.skew || 0;
    else setSkew();
    if (!navigator.serviceWorker) return ready(false);
    try {
      await navigator.serviceWorker.register("/service-worker.js", { scope: "/" });
      await navigator.serviceWorker.ready;
      if (!kept) await keep();
      ready(true);
    } catch { ready(false); }
  }

  function setSkew() {
    const at = read("session-now")?.now;
    if (at) skew = at - Date.now();
  }

  function ready(works) {
    const hint = document.querySelector("[data-tablet-ready]");
    if (hint) { hint.textContent = works ? words.ready : words.never; hint.hidden = false; }
    document.documentElement.dataset.tablet = works ? "keeps" : "plain";
  }

  // This page, the emergency page and the page of what is stored, each with the files it needs.
  async function keep() {
    if (here) {
      await forgetOthers();
      await outbox.keepPage({ ...here, skew, kept_at: Date.now() });
    }
    const word = document.querySelector("[data-opening]")?.dataset.opening;
    const pages = await caches.open(outbox.PAGES);
    for (const path of here ? [here.path, `${here.path}emergency/`, "/chairs/tablet/"] : [location.pathname]) {
      const answer = await fetch(path, { headers: word ? { "X-Opening": word } : {} });
      if (!answer.ok || answer.redirected || !answer.headers.has("Keep-Offline")) continue;
      const html = await answer.clone().text();
      await pages.put(path, outbox.stamped(answer));
      await files(html);
    }
  }

  async function files(html) {
    const parsed = new DOMParser().parseFromString(html, "text/html");
    const named = [...parsed.querySelectorAll("script[src], link[rel=stylesheet], link[rel=icon], link[rel=preload]")].map((one) => one.getAttribute("src") || one.getAttribute("href"));
    await Promise.all(named.map((address) => fetch(address))); // the worker keeps each as it passes
  }

  // What another person left is taken away; what they did not send stays in the outbox.
  async function forgetOthers() {
    if ((await outbox.pages()).some((page) => page.user !== here.user)) {
      await caches.delete(outbox.PAGES);
      await outbox.forgetPages();
    }
  }

  // Somebody else charted: the kept page would be behind. Not more than once a minute.
  let keptAt = Date.now();
  function keepAgain() {
    setSkew();
    if (line !== "up" || Date.now() - keptAt < KEEP_AGAIN_MS || !("serviceWorker" in navigator) || kept) return;
    keptAt = Date.now();
    keep().catch(() => {});
  }

  // ---- the line
  function set(next) {
    if (next === line) return;
    if (next === "down") downSince = Date.now();
    line = next;
    document.dispatchEvent(new CustomEvent("reprieve:line", { detail: line }));
  }

  // One round at a time; what was tapped meanwhile gets one of its own right after.
  let busy = null;
  let once_more = false;
  function round() {
    if (busy) once_more = true;
    busy ??= send().finally(() => {
      busy = null;
      if (once_more) { once_more = false; round(); }
    });
    return busy;
  }

  async function send() {
    const before = (await outbox.all()).filter((one) => one.state === "waiting").length;
    let went = line;
    if (before) went = await deliver.deliver();
    else if (line !== "up") went = here ? (await deliver.ask(`${here.path}deliver/`)).went : await alive();
    set(went);
    const left = (await outbox.all()).filter((one) => one.state === "waiting").length;
    if (left < before) arrived = true;
    await paint();
    document.dispatchEvent(new CustomEvent("reprieve:outbox"));
    const tapping = document.querySelector(".taps") !== null; // taps show by themselves that they were sent
    if (line === "up" && here && !left && (kept || (arrived && !tapping))) showAnew();
  }

  async function alive() {
    try { return (await fetch("/healthz", { cache: "no-store" })).ok ? "up" : "down"; } catch { return "down"; }
  }

  // With everything sent the page is shown anew, unless something is half typed on it.
  function showAnew() {
    if (![...document.querySelectorAll("form[data-keep] :is(input:not([type=hidden]), textarea, select)")].some(changed)) return location.reload();
    const button = document.querySelector("[data-anew]");
    if (button) { button.hidden = false; button.textContent = words.anew; }
  }

  function changed(box) {
    if (box.tagName === "SELECT") return box.selectedIndex > 0 && !box.options[box.selectedIndex].defaultSelected;
    return box.type === "checkbox" || box.type === "radio" ? box.checked !== box.defaultChecked : box.value !== box.defaultValue;
  }

  // ---- the list of what is not sent
  async function paint() {
    if (!place) return;
    const entries = await outbox.all();
    const status = place.querySelector("[data-status]");
    const lines = [];
    if (line === "down" && downSince) lines.push(said(words.no_line, { time: clock(downSince) }));
    if (kept) lines.push(said(words.kept, { time: clock(Date.parse(kept)), n: Math.round((Date.now() - Date.parse(kept)) / 60000) }));
    if (line === "sign-in") lines.push(words.sign_in);
    if (entries.length) lines.push(entries.length === 1 ? words.one : said(words.many, { n: entries.length }));
    if (status.textContent !== lines.join(" ")) status.textContent = lines.join(" ");
    place.hidden = !lines.length;
    place.classList.toggle("is-hold", lines.length > 0);
    const way = place.querySelector("[data-sign-in]");
    way.hidden = line !== "sign-in";
    way.href = `/account/login/?next=${encodeURIComponent(location.pathname)}`;
    const shown = JSON.stringify(entries.map((one) => [one.nth, one.state, one.why]));
    if (place.dataset.shown !== shown) {
      place.dataset.shown = shown;
      place.querySelector("ol").replaceChildren(...entries.map(row));
    }
  }

  // Each names its patient, its session, who typed it, and how it stands.
  function row(entry) {
    const item = make("li", entry.state === "refused" ? "is-block" : "", "");
    item.dataset.id = entry.id;
    const where = make("a", "", `${entry.patient}, ${entry.place}`);
    where.href = entry.path;
    const mine = entry.author === me;
    const how = entry.state === "refused" ? said(words.refused, { why: entry.why }) : !mine ? said(words.other, { name: entry.author_name }) : entry.why ? said(words.unclear, { why: entry.why }) : words.waits;
    const typed = entry.fields.find(([name]) => name === "measured_at")?.[1];
    item.append(make("span", "number", clock(typed && here ? moment(typed) : entry.tapped_at + skew)), make("strong", "", entry.words), where, make("span", "muted small", said(words.typed_by, { name: entry.author_name })), make("span", "how", how));
    if (entry.state === "refused" && mine) {
      item.append(press(words.again, () => outbox.put({ ...entry, state: "waiting", why: "" })));
      if (formOf(entry)) item.append(press(words.fill, () => fillIn(entry), true));
    }
    if (here && entry.path === here.path && (entry.state === "refused" || !mine)) item.append(press(words.note, () => asNote(entry)));
    return item;
  }

  function press(text, work, stays = false) {
    const button = make("button", "second small", text);
    button.type = "button";
    button.addEventListener("click", async () => { await work(); if (!stays) await round(); });
    return button;
  }

  // What could not be charted as it was typed still stands in the chart, in words, under the name of who keeps it.
  function asNote(entry) {
    const text = said(words.note_says, { words: entry.words, name: entry.author_name, time: clock(entry.tapped_at + skew), why: entry.why }).slice(0, 1000);
    return outbox.put({ ...entry, author: me, author_name: here.user_name, what: "note", fields: [["text", text]], state: "waiting", why: "" });
  }

  const formOf = (entry) => here && entry.path === here.path && document.querySelector(`form[action$="/chart/${entry.what}/"][data-keep]`);

  // Back into its form, with its own time and its own id; it leaves the list when it is sent from there.
  function fillIn(entry) {
    const form = formOf(entry);
    for (const [name, value] of entry.fields) {
      const box = form.querySelector(`[name="${name}"]`);
      if (box?.type === "checkbox") box.checked = true;
      else if (box) box.value = value;
    }
    form.querySelector("[name=event_id]").value = entry.id;
    const when = form.querySelector("[name=measured_at]");
    if (when && !when.value) when.value = wall(entry.tapped_at + skew);
    form.querySelectorAll("details").forEach((fold) => (fold.open = true));
    form.closest("details")?.setAttribute("open", "");
    form.addEventListener("submit", () => outbox.remove(entry.id), { once: true });
    form.scrollIntoView({ block: "center" });
    form.querySelector("input:not([type=hidden])")?.focus();
  }

  // The clinic's wall clock, as a field of date and time wants it.
  const wall = (ms) => new Intl.DateTimeFormat("sv-SE", { timeZone: here.zone, dateStyle: "short", timeStyle: "short" }).format(Math.floor(ms / 60000) * 60000).replace(" ", "T");

  // And back: the moment at which the clinic's clock shows this. Twice, for the hour the clocks are changed in.
  function moment(text) {
    const as_utc = Date.parse(`${text}Z`);
    const off = (ms) => Date.parse(`${wall(ms)}Z`) - ms;
    return as_utc - off(as_utc - off(as_utc));
  }

  // A copy is shown many times: the ids in its forms were used once already.
  if (kept) document.querySelectorAll("[name=event_id]").forEach((box) => (box.value = outbox.freshId()));

  document.addEventListener("DOMContentLoaded", () => {
    start().then(round);
    setInterval(round, EVERY_MS);
    document.querySelector("[data-anew]")?.addEventListener("click", () => location.reload());
  });
  window.addEventListener("offline", () => { set("down"); paint(); });
  window.addEventListener("online", () => round());
  document.addEventListener("htmx:sendError", () => { set("down"); paint(); });
  document.addEventListener("htmx:afterSettle", (event) => { if (event.detail.target?.id === "live" || event.target.id === "live") keepAgain(); });

  return { now, clock, moment, round, read, here, words, kept, line: () => line };
})();
