// The page of what this tablet holds: kept pages with their patient, and what brought somebody here without a network.
"use strict";
document.addEventListener("DOMContentLoaded", async () => {
  const { outbox, tablet } = reprieve;
  const list = document.querySelector(".kept");
  const pages = await outbox.pages();
  const entries = await outbox.all();
  list.replaceChildren(...pages.map((page) => {
    const item = document.createElement("li");
    const way = Object.assign(document.createElement("a"), { href: page.path, textContent: `${page.patient}, ${page.place}` });
    item.append(way);
    return item;
  }));
  if (!pages.length && !entries.length) list.replaceChildren(Object.assign(document.createElement("li"), { textContent: tablet.words.empty }));
  const asked = document.documentElement.dataset.asked;
  const hint = document.getElementById("asked");
  if (asked) { hint.textContent = tablet.words[`asked_${asked.replace("-", "_")}`]; hint.hidden = false; }
});
