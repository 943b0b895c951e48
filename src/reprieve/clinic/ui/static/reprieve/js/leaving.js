// Signing out: says what is not sent yet, and takes the kept pages off this tablet. On the sign-in page nobody is
// signed in: whatever ended the sign-in, the kept pages go. What is unsent stays until its author is back.
"use strict";
(() => {
  const { outbox } = reprieve;
  const said = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

  async function forget() {
    await caches.delete(outbox.PAGES);
    await outbox.forgetPages();
  }

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.matches("[data-leave]") || form.dataset.sure) return;
    event.preventDefault();
    const entries = await outbox.all().catch(() => []);
    const names = [...new Set(entries.map((one) => one.author_name))].join(", ");
    if (entries.length && !confirm(said(form.dataset.leave, { n: entries.length, name: names }))) return;
    if (globalThis.caches) await forget().catch(() => {});
    form.dataset.sure = "yes";
    form.requestSubmit();
  });

  document.addEventListener("DOMContentLoaded", async () => {
    const hint = document.getElementById("left-unsent");
    if (!hint || !globalThis.caches) return;
    await forget();
    const entries = await outbox.all();
    if (!entries.length) return;
    const names = [...new Set(entries.map((one) => one.author_name))].join(", ");
    hint.textContent = said(hint.dataset.says, { n: entries.length, names });
    hint.hidden = false;
  });
})();
