// Submitting the sheet. An answer that got lost is asked for again with the same key: what was written is found, never doubled.
"use strict";

(() => {
  const { form, tell } = Sheet;
  const FIRST = 2000; // milliseconds until the first retry; each takes twice as long, up to LONGEST
  const LONGEST = 30000;
  const PATIENCE = 60000;
  const BROKEN = [502, 503, 504]; // what a proxy says of a portal that does not answer
  const button = () => form.querySelector("[type=submit]");
  const rest = (time) => new Promise((resolve) => setTimeout(resolve, time));
  let isBusy = false;

  // Lines that another window has changed come first: nothing is submitted that nobody has chosen.
  function isHeld() {
    const [number] = Sheet.keeping.held;
    if (!number) return false;
    Sheet.say(tell("chooseFirst", { n: Sheet.keeping.held.size }));
    Sheet.part("other", number).querySelector("button").focus();
    return true;
  }

  // The first answer, however long that takes.
  async function answerTo(address, body) {
    for (let delay = FIRST; ; delay = Math.min(delay * 2, LONGEST)) {
      try {
        const answer = await Sheet.post(address, body, { "HX-Request": "true" }, PATIENCE);
        if (!BROKEN.includes(answer.status)) return { answer, words: await answer.text() };
      } catch {
        // the next one is asked with the same key
      }
      Sheet.keeping.state("unanswered");
      await Promise.race([rest(delay), new Promise((back) => addEventListener("online", back, { once: true }))]);
    }
  }

  async function submit() {
    Sheet.keeping.pause(true);
    await Sheet.keeping.flush();
    const sent = new Map(Sheet.numbers().map((number) => [number, Sheet.keeping.text(number)]));
    Sheet.keeping.state("submitting");
    const { answer, words } = await answerTo(form.action, new FormData(form));
    const address = answer.headers.get("HX-Redirect");
    if (address) return leave(address, sent);
    if (answer.status === 401) Sheet.keeping.state("signedOut", { words });
    else if (answer.ok || answer.status === 422) show(words, sent);
    else Sheet.keeping.state("failed");
    Sheet.keeping.pause(false);
    return Sheet.keeping.flush();
  }

  function leave(address, sent) {
    Sheet.keeping.leave();
    for (const [number, text] of sent) Sheet.keeping.settle(number, text);
    Sheet.store.dropDay();
    location.assign(address);
  }

  // The sheet with its messages, in the place of this one; what was typed while the answer was awaited stays.
  function show(html, sent) {
    const page = new DOMParser().parseFromString(html, "text/html");
    const later = Sheet.numbers().filter((number) => Sheet.keeping.text(number) !== sent.get(number));
    const typed = later.map((number) => [number, Sheet.read(number)]);
    document.getElementById("messages").replaceChildren(...page.getElementById("messages").childNodes);
    form.replaceChildren(...page.getElementById("sheet").childNodes);
    htmx.process(form);
    Sheet.keeping.begin();
    for (const [number, values] of typed) {
      Sheet.write(number, values);
      Sheet.keeping.touch(number);
    }
    form.querySelector("[aria-invalid=true], .is-error :is(input, select, textarea)")?.focus();
    document.getElementById("messages").scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    Sheet.undo.commit(Sheet.numbers());
    if (isBusy || isHeld()) return;
    isBusy = true;
    button().setAttribute("aria-disabled", "true");
    await submit();
    isBusy = false;
    button()?.removeAttribute("aria-disabled");
  });
})();
