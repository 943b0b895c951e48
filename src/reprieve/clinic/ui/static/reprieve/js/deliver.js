// Sends what waits in the outbox, oldest first, each under the id made when it was tapped: sending twice is one
// entry. Only under the name of the person who typed it. Nothing is dropped for want of an answer.
"use strict";
(globalThis.reprieve ??= {}).deliver = (() => {
  const WAIT_MS = 8000;
  const AT_ONCE = 50;
  const { outbox } = reprieve;

  // How it went: "up", "down" (no network), "sign-in" (the sign-in has ended).
  async function deliver() {
    const waiting = (await outbox.all()).filter((one) => one.state === "waiting");
    let went = "up";
    for (const path of new Set(waiting.map((one) => one.path))) {
      went = await ofSession(path, waiting.filter((one) => one.path === path));
      if (went !== "up") return went;
    }
    return went;
  }

  // One tab at a time, where the browser can tell.
  function alone() {
    if (!navigator.locks) return deliver();
    return navigator.locks.request("reprieve-deliver", deliver);
  }

  async function ofSession(path, entries) {
    const hello = await ask(`${path}deliver/`);
    if (hello.went !== "up") return hello.went;
    if (!hello.said) return note(entries, hello.why);
    const mine = entries.filter((one) => one.author === hello.said.user);
    await note(entries.filter((one) => one.author !== hello.said.user), "");
    for (let n = 0; n < mine.length; n += AT_ONCE) {
      const some = mine.slice(n, n + AT_ONCE);
      const body = { sent_at: Date.now(), entries: some.map(({ id, author, what, tapped_at, fields }) => ({ id, author, what, tapped_at, fields })) };
      const answer = await ask(`${path}deliver/`, { method: "POST", body: JSON.stringify(body), headers: { "Content-Type": "application/json", "X-CSRFToken": hello.said.token } });
      if (answer.went !== "up") return answer.went;
      if (!answer.said) return note(some, answer.why);
      await settle(some, answer.said.answers);
    }
    return "up";
  }

  async function settle(entries, answers) {
    for (const { id, status, problems } of answers) {
      const one = entries.find((entry) => entry.id === id);
      if (status === "charted") await outbox.remove(id);
      else if (one) await outbox.put({ ...one, state: "refused", why: problems.join(" ") });
    }
  }

  // The server answered but took nothing: they go on waiting, with what it said.
  async function note(entries, why) {
    for (const one of entries) if (one.why !== why) await outbox.put({ ...one, why });
    return "up";
  }

  async function ask(address, options = {}) {
    try {
      const headers = { Accept: "application/json", ...options.headers };
      const answer = await fetch(address, { ...options, headers, redirect: "manual", cache: "no-store", signal: AbortSignal.timeout(WAIT_MS) });
      if (answer.type === "opaqueredirect" || answer.status === 401) return { went: "sign-in" };
      if (answer.status >= 502 && answer.status <= 504) return { went: "down" };
      if (!answer.ok) return { went: "up", why: `${answer.status}` };
      return { went: "up", said: await answer.json() };
    } catch {
      return { went: "down" };
    }
  }

  return { deliver: alone, ask };
})();
