// What this tablet stores: entries not sent yet, and which session pages it keeps. Shared by pages and the
// service worker. An entry leaves only when the server has said that it stands, or a person set it aside.
"use strict";
(globalThis.reprieve ??= {}).outbox = (() => {
  const NAME = "reprieve";
  let opened = null;

  function open() {
    opened ??= new Promise((done, failed) => {
      const asked = indexedDB.open(NAME, 1);
      asked.onupgradeneeded = () => {
        const entries = asked.result.createObjectStore("entries", { keyPath: "nth", autoIncrement: true });
        entries.createIndex("id", "id", { unique: true });
        asked.result.createObjectStore("pages", { keyPath: "path" });
      };
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    opened.catch(() => (opened = null));
    return opened;
  }

  // One transaction; `work` gets the store and returns a request, whose result is the answer once it is on disk.
  async function within(store, mode, work) {
    const base = await open();
    return new Promise((done, failed) => {
      const transaction = base.transaction(store, mode, { durability: "strict" });
      const asked = work(transaction.objectStore(store));
      transaction.oncomplete = () => done(asked?.result);
      transaction.onerror = transaction.onabort = () => failed(transaction.error);
    });
  }

  const all = async () => (await within("entries", "readonly", (store) => store.getAll())).sort((a, b) => a.tapped_at - b.tapped_at || a.nth - b.nth);
  const find = (id) => within("entries", "readonly", (store) => store.index("id").get(id));
  const pages = () => within("pages", "readonly", (store) => store.getAll());
  const page = (path) => within("pages", "readonly", (store) => store.get(path));
  const keepPage = (record) => within("pages", "readwrite", (store) => store.put(record));
  const forgetPages = () => within("pages", "readwrite", (store) => store.clear());

  // Adds what was just typed. A second press of the same form is the same entry; another content under an id
  // that waits already is an entry of its own.
  async function add(entry) {
    const held = await find(entry.id);
    const other = held && JSON.stringify(held.fields) !== JSON.stringify(entry.fields);
    await put(other ? { ...entry, id: freshId() } : entry);
  }

  // Puts an entry in the place of the one with the same id.
  async function put(entry) {
    const held = await find(entry.id);
    if (held) entry = { ...entry, nth: held.nth };
    await within("entries", "readwrite", (store) => store.put(entry));
  }

  async function remove(id) {
    const held = await find(id);
    if (held) await within("entries", "readwrite", (store) => store.delete(held.nth));
  }

  // An entry as it is stored: what was sent from which form, whose it is, and the same in words.
  function entry(page, what, fields, tappedAt) {
    return {
      id: fields.find(([name]) => name === "event_id")[1],
      path: page.path, patient: page.patient, place: page.place,
      author: page.user, author_name: page.user_name,
      what, fields: fields.filter(([name]) => !["csrfmiddlewaretoken", "event_id", "seen", "seconds_ago"].includes(name)),
      words: inWords(what, fields, page.words), tapped_at: tappedAt, state: "waiting", why: "",
    };
  }

  // "Vital set: Systolic 128 mmHg, SpO2 97 %".
  function inWords(what, fields, words) {
    const said = fields.filter(([name, value]) => value !== "" && name in words.fields).map(([name, value]) => {
      const { label, unit } = words.fields[name];
      return `${label} ${words.values[value] || value} ${unit}`.trim();
    });
    const title = words.kinds[what] || what;
    return said.length ? `${title}: ${said.join(", ")}` : title;
  }

  // A page to be kept, with the tablet's own time on it.
  const stamped = (answer) => new Response(answer.body, { headers: { "Content-Type": "text/html; charset=utf-8", "Kept-At": new Date().toISOString() } });

  function freshId() {
    const b = crypto.getRandomValues(new Uint8Array(16)); // randomUUID needs HTTPS, this does not
    b[6] = (b[6] & 15) | 64;
    b[8] = (b[8] & 63) | 128;
    const h = [...b].map((x) => x.toString(16).padStart(2, "0")).join("");
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-${h.slice(12, 16)}-${h.slice(16, 20)}-${h.slice(20)}`;
  }

  return { all, add, put, remove, page, pages, keepPage, forgetPages, entry, freshId, stamped, PAGES: "reprieve-pages" };
})();
