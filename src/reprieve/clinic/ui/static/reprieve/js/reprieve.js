// Small courtesies on top of pages that work without them.
"use strict";
(() => {
  const notes = () => document.querySelector(".notes");

  function say(words, tone) {
    const toast = document.createElement("div");
    toast.className = "toast" + (tone ? " is-" + tone : "");
    const text = document.createElement("p");
    text.textContent = words;
    const close = document.createElement("button");
    close.type = "button";
    close.className = "plain small";
    close.textContent = notes().dataset.close;
    toast.append(text, close);
    notes().append(toast);
  }

  document.addEventListener("click", (event) => {
    const close = event.target.closest(".toast button");
    if (close) close.closest(".toast").remove();
    const cancel = event.target.closest("[data-cancel]");
    if (cancel) {
      event.preventDefault();
      document.querySelector(cancel.dataset.cancel).replaceChildren();
      document.querySelector(cancel.dataset.focus)?.focus();
    }
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.open = false;
    });
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((m) => (m.open = false));
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing) {
      const search = document.querySelector("input[type=search]");
      if (search) { event.preventDefault(); search.focus(); }
    }
  });

  // The first thing to look at after a change of the page: the problems, else the first field.
  function look(within) {
    const problems = within.querySelector(".problems");
    if (problems) return problems.focus();
    within.querySelector("[data-first] input:not([type=hidden]), [data-first] select")?.focus();
  }
  document.addEventListener("htmx:afterSettle", (event) => look(event.detail.elt));
  document.addEventListener("DOMContentLoaded", () => document.querySelector(".problems")?.focus());

  // Good news leaves by itself; anything else waits to be closed.
  function goodNewsLeaves() {
    setTimeout(() => document.querySelectorAll(".toast.is-clear").forEach((toast) => toast.remove()), 6000);
  }
  document.addEventListener("DOMContentLoaded", goodNewsLeaves);
  document.addEventListener("htmx:afterSettle", goodNewsLeaves);

  // What could not be saved stays in the form; say so.
  document.addEventListener("htmx:responseError", () => say(notes().dataset.notSaved, "block"));
  document.addEventListener("htmx:sendError", () => document.getElementById("tablet") || say(notes().dataset.offline, "hold"));

  // Leaving a half-filled form is asked about.
  const touched = new Set();
  document.addEventListener("input", (event) => { const f = event.target.closest("form[data-keep]"); if (f) touched.add(f); });
  document.addEventListener("submit", (event) => touched.delete(event.target));
  window.addEventListener("beforeunload", (event) => {
    if ([...touched].some((form) => form.isConnected)) event.preventDefault();
  });
})();
