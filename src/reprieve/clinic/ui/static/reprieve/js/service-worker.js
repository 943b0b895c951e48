// Stands between the session pages and the network. With the network there it passes everything on and keeps a
// copy of the pages the server allows (header Keep-Offline); without it, it shows the copy with its age and
// puts what is charted into the outbox. The line with SCRIPTS and VERSION is put before this by the server.
"use strict";
importScripts(...SCRIPTS);
const { outbox } = reprieve;
const ASSETS = `reprieve-assets-${VERSION}`;
const SESSION = /^\/patients\/[0-9a-f-]{36}\/sessions\/[0-9a-f-]{36}\//;
const STORED = "/chairs/tablet/"; // what this tablet holds; the way in when nothing else answers
const WAIT_MS = 6000; // a dead spot answers nothing at all: after this the copy, or the outbox
const LONGEST_MS = 12 * 3600000; // as long as somebody stays signed in; an older copy is not shown

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const address = new URL(event.request.url);
  if (address.origin !== location.origin) return;
  if (event.request.mode === "navigate") {
    const answer = event.request.method === "POST" ? posted(event.request, address) : opened(event.request, address);
    if (answer) event.respondWith(answer);
  } else if (address.pathname.startsWith(STATIC) && event.request.method === "GET") {
    event.respondWith(asset(event.request));
  }
});

async function tidy() {
  const old = (await caches.keys()).filter((name) => name.startsWith("reprieve-assets-") && name !== ASSETS);
  await Promise.all(old.map((name) => caches.delete(name)));
}

// Files never change under their name (it holds a digest); one without a digest is asked for first.
async function asset(request) {
  const kept = await caches.match(request);
  if (kept && /\.[0-9a-f]{12}\./.test(request.url)) return kept;
  try {
    const answer = await fetch(request);
    if (answer.ok) await (await caches.open(ASSETS)).put(request, answer.clone());
    return answer;
  } catch (gone) {
    if (kept) return kept;
    throw gone;
  }
}

function inTime(request) {
  return Promise.race([fetch(request), new Promise((_, late) => setTimeout(() => late(new Error("no answer")), WAIT_MS))]);
}

// ---- opening a page
function opened(request, address) {
  return SESSION.test(address.pathname) || address.pathname === STORED ? openedKept(request, address.pathname) : openedOther(request);
}

async function openedKept(request, path) {
  try {
    const answer = await inTime(request);
    if (answer.status >= 502 && answer.status <= 504) throw new Error("no server behind the proxy");
    if (answer.ok && answer.headers.has("Keep-Offline")) {
      await (await caches.open(outbox.PAGES)).put(path, outbox.stamped(answer.clone()));
    }
    return answer;
  } catch {
    return (await keptCopy(path)) || noConnection();
  }
}

async function openedOther(request) {
  try {
    return await fetch(request);
  } catch {
    return noConnection();
  }
}

// The copy of exactly this address, with the time it was kept written on its first element.
async function keptCopy(path) {
  const kept = await (await caches.open(outbox.PAGES)).match(path);
  if (!kept) return null;
  const at = Date.parse(kept.headers.get("Kept-At"));
  if (!(Date.now() - at < LONGEST_MS)) return null;
  const html = (await kept.text()).replace("<html ", `<html data-kept="${new Date(at).toISOString()}" `);
  return new Response(html, { headers: kept.headers });
}

async function noConnection(more = "nothing") {
  const kept = await keptCopy(STORED);
  if (!kept) return new Response(WORDS.no_connection, { status: 503, headers: { "Content-Type": "text/plain; charset=utf-8" } });
  const html = (await kept.text()).replace("<html ", `<html data-asked="${more}" `);
  return new Response(html, { status: 503, headers: kept.headers });
}

// ---- sending a form
function posted(request, address) {
  const [, what] = address.pathname.match(/\/chart\/([a-z-]+)\/$/) || [];
  if (SESSION.test(address.pathname) && what) return charted(request, address, what);
  if (address.pathname === "/account/logout/") return signedOut(request);
  return sent(request);
}

// To the server if it answers; else into the outbox. What waits already goes first, so that order is kept.
async function charted(request, address, what) {
  const path = address.pathname.match(SESSION)[0];
  const fields = [...(await request.clone().formData())].filter(([, value]) => typeof value === "string");
  const tappedAt = Date.now();
  const page = await outbox.page(path);
  const before = (await outbox.all()).some((one) => one.path === path && one.state === "waiting");
  if (!before || !page) {
    try {
      const answer = await inTime(request);
      if (answer.status < 500 || !page) return answer;
    } catch (gone) {
      if (!page) return noConnection("not-sent");
    }
  }
  await outbox.add(outbox.entry(page, what, fields, tappedAt));
  const emergency = what === "emergency" || what === "step";
  return Response.redirect(path + (emergency ? "emergency/" : ""), 303);
}

async function sent(request) {
  try {
    return await fetch(request);
  } catch {
    return noConnection("not-sent");
  }
}

// Signing out without a network takes the stored pages away all the same; what is unsent stays.
async function signedOut(request) {
  try {
    return await fetch(request);
  } catch {
    const shell = await noConnection("signed-out");
    await caches.delete(outbox.PAGES);
    await outbox.forgetPages();
    return shell;
  }
}
