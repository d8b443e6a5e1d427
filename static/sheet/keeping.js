// Every line goes to the server as it is typed. What has not arrived stays in this browser, and is sent again.
"use strict";

Sheet.keeping = (() => {
  const { form, part, read, known, tell } = Sheet;
  const PAUSE = 800; // milliseconds after the last key
  const FIRST = 2000; // until the first retry; each takes twice as long, up to LONGEST
  const LONGEST = 60000;
  const kept = new Map(); // by line: what the server has of it
  const unsent = new Map(); // by line: the version it was typed on
  const held = new Set(); // lines of which another window has a newer version: nothing is sent before one is chosen
  let stored = true;
  let running = null;
  let timer = 0;
  let delay = 0;
  let paused = false;
  let leaving = false;

  const text = (number) => JSON.stringify(read(number));

  function state(name, facts = {}) {
    const place = document.querySelector(".sheet-connection");
    if (!place) return;
    const shown = name === "offline" && !stored ? "unstored" : name;
    place.dataset.state = shown;
    const line = [...held].map(Sheet.nameOf).join(tell("comma"));
    place.textContent = facts.words ?? tell(shown, { n: unsent.size, line });
    if (name === "signedOut") place.append(" ", portal.signInLink());
  }

  function keep(number) {
    stored = Sheet.store.put(number, { fields: read(number), based: unsent.get(number) });
  }

  // Something was typed in a line.
  function touch(number, pause = PAUSE) {
    if (!unsent.has(number)) {
      if (text(number) === kept.get(number)) return;
      unsent.set(number, known(number));
    }
    keep(number);
    Sheet.paint(number, "changed");
    if (!held.has(number) && !delay && !paused) state("saving");
    schedule(Math.max(pause, delay));
  }

  function schedule(pause) {
    clearTimeout(timer);
    timer = setTimeout(flush, pause);
  }

  const due = () => [...unsent.keys()].filter((number) => !held.has(number));

  // Send what is unsent now; the promise ends when it was answered, or not.
  function flush() {
    clearTimeout(timer);
    if (!running && !paused && due().length) {
      running = send(due()).then((arrived) => {
        running = null;
        delay = arrived ? 0 : Math.min(Math.max(FIRST, delay * 2), LONGEST);
        if (due().length && !paused) schedule(delay || PAUSE);
      });
    }
    return running ?? Promise.resolve();
  }

  function bodyOf(numbers) {
    const body = new FormData();
    for (const number of numbers) {
      body.append("line", number);
      for (const [name, value] of Object.entries(unsent.get(number))) body.append(`${number}.${name}`, value);
      for (const [name, values] of Object.entries(read(number))) {
        for (const value of values.length ? values : [""]) body.append(`${number}.${name}`, value);
      }
    }
    return body;
  }

  async function send(numbers) {
    const sent = new Map(numbers.map((number) => [number, text(number)]));
    state("saving");
    try {
      const answer = await Sheet.post(form.dataset.save, bodyOf(numbers));
      const words = await answer.text();
      if (answer.ok) take(words, sent);
      else if (answer.status === 401) state("signedOut", { words });
      else state("failed");
      return answer.ok;
    } catch {
      state("offline");
      return false;
    }
  }

  // The answer: the status cells of the lines that were sent.
  function take(html, sent) {
    const answer = document.createElement("template");
    answer.innerHTML = html;
    const cells = [...answer.content.children];
    for (const cell of cells) {
      const number = cell.id.replace("status-", "");
      part("status", number).replaceWith(cell);
      if (!Sheet.others.show(number)) settle(number, sent.get(number));
      Sheet.blame(number);
      Sheet.paint(number, unsent.has(number) ? "changed" : cell.dataset.state);
    }
    Sheet.hear(cells.map((cell) => heard(cell)).join(" "));
    state(held.size ? "held" : unsent.size ? "saving" : "saved");
  }

  function heard(cell) {
    const faults = [...cell.querySelectorAll(".sheet-error, .sheet-warning")].map((fault) => fault.textContent.trim());
    const facts = { line: Sheet.nameOf(Sheet.lineOf(cell)), words: faults.join(" ") };
    return tell(faults.length ? "lineFaults" : "lineSaved", facts);
  }

  // The server has `sent` of a line; what was typed since goes next.
  function settle(number, sent) {
    kept.set(number, sent);
    if (text(number) === sent) forget(number);
    else {
      unsent.set(number, known(number));
      keep(number);
    }
  }

  function forget(number) {
    unsent.delete(number);
    Sheet.store.drop(number);
  }

  // Hold a line back until somebody has chosen. It keeps the `version` that it was typed on, so that it is never sent
  // as an answer to a newer one, not even after the page was loaded again.
  function hold(number, version) {
    held.add(number);
    if (!unsent.has(number)) unsent.set(number, { ...known(number), ...(version && { version }) });
    keep(number);
    state("held");
  }

  // One of the two was chosen and stands in the line: it is sent as an answer to the newer version.
  function release(number) {
    held.delete(number);
    unsent.set(number, known(number));
    keep(number);
    return flush();
  }

  // Lines as they were loaded or answered; those in dispute wait for a choice.
  function begin() {
    kept.clear();
    for (const number of Sheet.numbers()) {
      kept.set(number, JSON.stringify(read(number, Sheet.came)));
      if (!Sheet.others.show(number) && unsent.has(number)) forget(number);
    }
  }

  // While the sheet is being submitted nothing else is sent; when the page is left for the answer nothing is asked.
  const pause = (value) => {
    paused = value;
    clearTimeout(timer);
  };
  const leave = () => {
    leaving = true;
  };

  form.addEventListener("input", (event) => {
    const number = Sheet.lineOf(event.target);
    if (number && !event.isComposing) touch(number);
  });
  form.addEventListener("compositionend", ({ target }) => Sheet.lineOf(target) && touch(Sheet.lineOf(target)));
  form.addEventListener("change", ({ target }) => Sheet.lineOf(target) && touch(Sheet.lineOf(target), 0));
  // A file that came or went may change what is asked of its line.
  form.addEventListener("htmx:afterSwap", ({ target }) => {
    const number = Sheet.lineOf(target);
    if (!number || held.has(number)) return;
    if (!unsent.has(number)) unsent.set(number, known(number));
    flush();
  });
  addEventListener("online", () => {
    delay = 0;
    flush();
  });
  addEventListener("focus", flush);
  addEventListener("beforeunload", (event) => {
    if (unsent.size && !leaving) event.preventDefault();
  });

  return { begin, touch, flush, hold, release, settle, state, pause, leave, text, held, unsent };
})();
