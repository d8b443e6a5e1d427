// The items of a visit: what stands in their fields. The other files build on this one.
"use strict";

const Visit = (() => {
  const form = document.getElementById("visit");
  const words = document.getElementById("visit-words").dataset;
  const FIELDS = ["verdict", "points", "words", "severity"];

  // A sentence of the page; `{n}` and the like in it are filled in.
  const tell = (name, facts = {}) => words[name].replace(/\{(\w+)\}/g, (_whole, key) => facts[key]);

  const item = (number) => document.getElementById(`item-${number}`);
  const numbers = () => [...form.querySelectorAll(".visit-item")].map((one) => one.dataset.item);
  const numberOf = (element) => element.closest?.(".visit-item")?.dataset.item ?? "";
  const fields = (number, name) => [...item(number).querySelectorAll(`[name="${number}.${name}"]`)];
  const ticked = (one) => !["radio", "checkbox"].includes(one.type) || one.checked;

  // What stands in an item, as the server keeps it.
  function read(number) {
    const value = (name) => fields(number, name).find(ticked)?.value ?? "";
    return Object.fromEntries(FIELDS.map((name) => [name, value(name)]));
  }

  function write(number, values) {
    for (const name of FIELDS) {
      for (const field of fields(number, name)) {
        if (["radio", "checkbox"].includes(field.type)) field.checked = field.value === values[name];
        else field.value = values[name] || (field.tagName === "SELECT" ? field.options[0].value : "");
      }
    }
    unfold(number);
  }

  const version = (number) => item(number).dataset.version;
  function setVersion(number, value) {
    item(number).dataset.version = value;
    fields(number, "version")[0].value = value;
  }

  const isDone = (number) => {
    const { verdict, points } = read(number);
    return Boolean(verdict || points);
  };

  // Where something is not met, what was found is asked for.
  function unfold(number) {
    const { verdict, words: found } = read(number);
    if (verdict === "not_met" || found) item(number).querySelector("details").open = true;
  }

  // What is said at one item.
  function say(number, sentence) {
    item(number).querySelector(".visit-state").textContent = sentence;
  }

  function progress() {
    const all = numbers();
    const done = all.filter(isDone).length;
    document.querySelector(".sheet-news").textContent = tell("progress", { done, all: all.length });
    document.getElementById("visit-next").classList.toggle("d-none", done === all.length);
  }

  // An answer is not waited for longer than `patience`; a session that has ended answers 401 (accounts/page_owner.py).
  function post(address, body, headers = {}, patience = portal.PATIENCE) {
    body.set("csrfmiddlewaretoken", portal.token());
    const signal = AbortSignal.timeout(patience);
    return fetch(address, { method: "POST", body, headers: { ...portal.owner(), ...headers }, signal });
  }

  document.getElementById("visit-next").addEventListener("click", () => {
    const next = numbers().find((number) => !isDone(number));
    if (!next) return;
    item(next).scrollIntoView({ block: "center" });
    item(next).querySelector(".visit-verdict input").focus({ preventScroll: true });
  });

  return { form, tell, item, numbers, numberOf, read, write, version, setVersion, unfold, say, progress, post };
})();
