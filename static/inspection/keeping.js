// Every item goes to the server as it is answered. What has not arrived stays in this browser, and is sent again.
"use strict";

Visit.keeping = (() => {
  const { form, tell, read, numberOf, store } = Visit;
  const PAUSE = 800; // milliseconds after the last key
  const FIRST = 2000; // until the first retry; each takes twice as long, up to LONGEST
  const LONGEST = 60000;
  const kept = new Map(); // by item: what the server has of it
  const unsent = new Set();
  const held = new Set(); // items that somebody else changed: nothing is sent before one version is chosen
  const jobs = []; // what else is to be sent: photos
  let stored = true;
  let running = null;
  let timer = 0;
  let delay = 0;
  let closed = false;

  const text = (number) => JSON.stringify(read(number));
  const due = () => [...unsent].filter((number) => !held.has(number));
  const waiting = () => jobs.reduce((sum, job) => sum + job.count(), 0);

  function state(name, facts = {}) {
    const place = document.querySelector(".sheet-connection");
    const shown = name === "offline" && !stored ? "unstored" : name;
    place.dataset.state = shown;
    place.textContent = facts.words ?? tell(shown, { n: shown === "held" ? held.size : unsent.size, photos: waiting() });
    if (name === "signedOut") place.append(" ", portal.signInLink());
    if (facts.url) place.append(" ", Object.assign(document.createElement("a"), { href: facts.url, textContent: facts.url }));
  }

  const settled = () => state(held.size ? "held" : unsent.size || waiting() ? "saving" : "saved");

  function touch(number, pause = PAUSE) {
    Visit.progress();
    if (!unsent.has(number) && text(number) === kept.get(number)) return;
    unsent.add(number);
    stored = store.put(`line:${number}`, { typed: read(number), version: Visit.version(number) });
    if (!held.has(number) && !delay) state("saving");
    schedule(Math.max(pause, delay));
  }

  function schedule(pause) {
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
  }

  // Send what is unsent now, lines first; the promise ends when it was answered, or not.
  function flush() {
    clearTimeout(timer);
    if (!running && !closed && (due().length || waiting())) {
      running = send().then((arrived) => {
        running = null;
        delay = arrived ? 0 : Math.min(Math.max(FIRST, delay * 2), LONGEST);
        if (!closed && (due().length || waiting())) schedule(delay || PAUSE);
      });
    }
    return running ?? Promise.resolve();
  }

  async function send() {
    state("saving");
    try {
      if (due().length && !(await sendLines(due()))) return false;
      for (const job of jobs) {
        if (!(await job.send())) return false;
      }
    } catch {
      state("offline");
      return false;
    }
    settled();
    return true;
  }

  async function sendLines(numbers) {
    const body = new FormData();
    for (const number of numbers) {
      body.append("line", number);
      body.append(`${number}.version`, Visit.version(number));
      for (const [name, value] of Object.entries(read(number))) body.append(`${number}.${name}`, value);
    }
    const sent = new Map(numbers.map((number) => [number, text(number)]));
    const answer = await Visit.post(form.dataset.lines, body);
    if (!(await isTaken(answer))) return false;
    const { lines } = await answer.json();
    for (const [number, line] of Object.entries(lines)) {
      if (line.typed) hold(number, line);
      else settle(number, line.version, sent.get(number));
    }
    return true;
  }

  // Whether an answer says that what was sent is kept; else what is wrong is shown.
  async function isTaken(answer) {
    if (answer.ok) return true;
    if (answer.status === 401) state("signedOut", { words: await answer.text() });
    else if (answer.status === 409) {
      const { fault, url } = await answer.json();
      closed = true;
      state("closed", { words: fault, url });
    } else state("failed");
    return false;
  }

  function settle(number, version, sent) {
    Visit.setVersion(number, version);
    kept.set(number, sent);
    if (text(number) !== sent) return touch(number);
    unsent.delete(number);
    store.drop(`line:${number}`);
    return undefined;
  }

  // Somebody else's answer beside this one; whoever stands here chooses.
  function hold(number, { version, typed, words }) {
    held.add(number);
    const place = Visit.item(number).querySelector(".visit-state");
    place.replaceChildren(words, " ", button("mine", () => choose()), " ", button("theirs", () => choose(typed)));
    function choose(values) {
      held.delete(number);
      Visit.setVersion(number, version);
      place.replaceChildren();
      if (values) {
        Visit.write(number, values);
        settle(number, version, text(number));
      }
      touch(number, 0);
      if (due().length) flush();
      else settled();
    }
  }

  function button(name, act) {
    const made = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm" });
    made.textContent = tell(name);
    made.addEventListener("click", act);
    return made;
  }

  const head = () => [...document.querySelectorAll("#visit-end :is(input, textarea)[name]:not([type=hidden])")];
  const keepHead = () => store.put("head", Object.fromEntries(head().map((field) => [field.name, field.value])));

  // The page is there: what this browser still keeps of it is put back and sent.
  function begin() {
    for (const number of Visit.numbers()) kept.set(number, text(number));
    let count = 0;
    for (const [name, entry] of store.left()) {
      const [what, number] = name.split(":");
      if (what === "head") for (const field of head()) field.value = entry[field.name] ?? field.value;
      if (what !== "line" || !kept.has(number)) continue;
      if (JSON.stringify(entry.typed) === kept.get(number)) store.drop(name);
      else {
        Visit.write(number, entry.typed);
        Visit.setVersion(number, entry.version);
        touch(number, 0);
        count += 1;
      }
    }
    Visit.progress();
    return count;
  }

  form.addEventListener("input", (event) => {
    const number = numberOf(event.target);
    if (number && event.target.name && !event.isComposing) touch(number);
    else if (!number) keepHead();
  });
  form.addEventListener("change", ({ target }) => {
    const number = numberOf(target);
    if (!number || !target.name) return;
    Visit.unfold(number);
    touch(number, 0);
  });
  addEventListener("online", () => {
    delay = 0;
    flush();
  });
  addEventListener("focus", flush);
  addEventListener("beforeunload", (event) => {
    if (!closed && (unsent.size || waiting())) event.preventDefault();
  });

  const isEmpty = () => !unsent.size && !waiting();
  const close = () => {
    closed = true;
  };
  return { begin, touch, flush, state, isTaken, isEmpty, close, held, jobs };
})();
