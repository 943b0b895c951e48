// Follows a session: the server says that something changed, the page asks for the part.
// Without it, or when the line is down, each part still asks every 15 s by itself.
"use strict";
(() => {
  const AGAIN_MS = 60000;
  let pressed = null; // what is under a finger now

  function follow(place) {
    let source = null;
    let seen = place.dataset.from;

    function tell(event) {
      seen = event.lastEventId || seen;
      const held = pressed && document.getElementById("monitor")?.contains(pressed);
      if (event.type === "readings" && !held && globalThis.reprieve?.monitor?.put(event.data)) return;
      document.querySelectorAll(`[data-on~="${event.type}"]`).forEach((part) => htmx.trigger(part, event.type));
    }
    function open() {
      if (source || document.hidden || !("EventSource" in window)) return;
      const address = new URLSearchParams({ from: seen, opening: place.dataset.opening });
      source = new EventSource(`${place.dataset.follow}?${address}`);
      source.addEventListener("charted", tell);
      source.addEventListener("readings", tell);
      source.addEventListener("version", (event) => (seen = event.lastEventId || seen));
      source.addEventListener("open", () => (document.documentElement.dataset.live = "on"));
      source.addEventListener("error", () => {
        delete document.documentElement.dataset.live;
        if (source && source.readyState === EventSource.CLOSED) {
          close();
          setTimeout(open, AGAIN_MS);
        }
      });
    }
    function close() {
      source?.close();
      source = null;
      delete document.documentElement.dataset.live;
    }
    // A browser keeps few lines open to one server: a page nobody looks at gives its line back.
    document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
    window.addEventListener("pagehide", close);
    window.addEventListener("pageshow", open);
    open();
  }

  // A part is never replaced under a finger: the press would be lost. It asks again right after.
  document.addEventListener("pointerdown", (event) => (pressed = event.target));
  for (const end of ["pointerup", "pointercancel"]) {
    document.addEventListener(end, () => setTimeout(() => (pressed = null), 50));
  }
  document.addEventListener("htmx:beforeSwap", (event) => {
    if (pressed && event.detail.target.contains(pressed)) {
      event.detail.shouldSwap = false;
      const part = event.detail.target;
      setTimeout(() => part.isConnected && htmx.trigger(part, part.dataset.on), 400);
    }
  });

  document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-follow]").forEach(follow));
})();
