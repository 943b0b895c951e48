// The diary without a network: its page and what it loads. Answers are kept by the page, not here.
"use strict";
const KEPT = "reprieve-diary-{{ reprieve_version }}";
const PAGE = new URL("./", self.location).href;

async function keepPage(response) {
  const cache = await caches.open(KEPT);
  const text = await response.clone().text();
  await cache.put(PAGE, response.clone());
  const used = [...text.matchAll(/(?:href|src)="(\/static\/[^"]+)"/g)].map((match) => match[1]);
  const known = new Set((await cache.keys()).map((request) => new URL(request.url).pathname));
  await Promise.allSettled(used.filter((path) => !known.has(path)).map((path) => cache.add(path)));
}

const isPage = (response) => response.ok && !response.redirected && response.url === PAGE;

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(fetch(PAGE).then((response) => isPage(response) && keepPage(response)));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith("reprieve-diary-") && name !== KEPT;
  event.waitUntil(caches.keys()
    .then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name))))
    .then(() => self.clients.claim()));
});

async function page(request) {
  try {
    const response = await fetch(request);
    if (isPage(response)) await keepPage(response);
    return response;
  } catch (error) {
    const kept = await caches.match(PAGE, { cacheName: KEPT });
    if (kept) return kept;
    throw error;
  }
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate" && request.url.split("#")[0] === PAGE) event.respondWith(page(request));
  else if (new URL(request.url).pathname.startsWith("/static/")) {
    event.respondWith(caches.match(request, { cacheName: KEPT }).then((kept) => kept || fetch(request)));
  }
});
