// The lines of the entry sheet: what stands in their fields, and what is said of them. The other files build on this one.
"use strict";

const Sheet = (() => {
  const form = document.getElementById("sheet");
  const words = document.getElementById("sheet-words").dataset;
  const FIELD = "input[type=text], select, textarea";

  // A sentence of the page; `{n}` and the like in it are filled in.
  const tell = (name, facts = {}) => words[name].replace(/\{(\w+)\}/g, (_whole, key) => facts[key]);

  const part = (name, number) => document.getElementById(`${name}-${number}`);
  const nameOf = (number) => part("line", number)?.querySelector("th a").textContent.trim() ?? "";
  const bodyOf = (number) => part("sites", number)?.querySelector("tbody");

  // The number of the line that an element belongs to, also from within its list of sites; "" of none.
  function lineOf(element) {
    const row = element.closest?.("#sheet tr[id]");
    return row ? row.id.replace(/^[a-z]+-/, "") : "";
  }

  function fields(number) {
    const parts = [part("line", number), part("sites", number)].filter(Boolean);
    return parts.flatMap((row) => [...row.querySelectorAll(FIELD)]);
  }

  const rows = () => [...form.querySelectorAll("tr[id^=line-]")].filter((row) => row.querySelector(FIELD));
  const numbers = () => rows().map(lineOf);
  const short = (field) => field.name.slice(field.name.indexOf(".") + 1);

  // What a field held when the page came: something may have been typed before the scripts were there.
  function came(field) {
    if (field.tagName !== "SELECT") return field.defaultValue;
    return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0]).value;
  }

  // What stands in a line: lists of values by field; a list of sites without the empty rows at its end.
  function read(number, valueOf = (field) => field.value) {
    const values = {};
    for (const field of fields(number)) (values[short(field)] ??= []).push(valueOf(field));
    const lists = Object.keys(values).filter((name) => name.startsWith("site."));
    const length = Math.max(0, ...lists.map((name) => values[name].findLastIndex((value) => value !== "") + 1));
    for (const name of lists) values[name].length = length;
    return values;
  }

  function write(number, values) {
    const body = bodyOf(number);
    while (body && body.rows.length <= values["site.name"]?.length) addRow(body);
    const counts = {};
    for (const field of fields(number)) {
      const name = short(field);
      counts[name] = (counts[name] ?? -1) + 1;
      const value = values[name]?.[counts[name]] ?? "";
      if (field.value !== value) field.value = value;
    }
  }

  // There is always an empty row to go on with.
  function addRow(body) {
    const row = body.rows[0].cloneNode(true);
    const number = body.rows.length + 1;
    row.cells[0].textContent = number;
    for (const cell of row.querySelectorAll("input")) {
      cell.value = "";
      cell.removeAttribute("value");
      cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+/, number));
    }
    body.append(row);
  }

  // What the server needs to tell whether a line is stale: hidden in its status.
  const HIDDEN = ["version", "seen", "base"];
  function known(number) {
    const value = (name) => part("status", number).querySelector(`[name="${number}.${name}"]`).value;
    return Object.fromEntries(HIDDEN.map((name) => [name, value(name)]));
  }

  function paint(number, state = part("status", number)?.dataset.state) {
    const row = part("line", number);
    row.classList.remove("is-error", "is-warning", "is-saved", "is-changed");
    if (state) row.classList.add(`is-${state}`);
  }

  // The fields that the server found fault with say so, and where the reason stands.
  function blame(number) {
    const status = part("status", number);
    const faults = status.dataset.faults.split(" ");
    for (const field of fields(number)) {
      const told = { "aria-invalid": "true", "aria-describedby": status.id };
      for (const [name, value] of Object.entries(told)) {
        if (faults.includes(short(field))) field.setAttribute(name, value);
        else field.removeAttribute(name);
      }
    }
  }

  // An answer is not waited for longer than `patience`; a session that has ended answers 401 (accounts/page_owner.py).
  function post(address, body, headers = {}, patience = portal.PATIENCE) {
    body.set("csrfmiddlewaretoken", portal.token());
    const signal = AbortSignal.timeout(patience);
    return fetch(address, { method: "POST", body, headers: { ...portal.owner(), ...headers }, signal });
  }

  // What happened: in the bar for the eyes and the screen reader; `hear` is for the screen reader only.
  const put = (selector) => (sentence) => {
    const place = document.querySelector(selector);
    if (place) place.textContent = sentence;
  };

  return {
    ...{ form, tell, part, nameOf, bodyOf, lineOf, fields, rows, numbers, short, came, read, write, addRow, known, paint, blame, post },
    say: put(".sheet-news"),
    hear: put(".sheet-heard"),
  };
})();

Sheet.form.addEventListener("input", ({ target }) => {
  const body = target.closest(".sites tbody");
  if (body && target.closest("tr") === body.rows[body.rows.length - 1]) Sheet.addRow(body);
});

// Choosing another period or town goes to its page.
document.querySelector("[data-goto]").addEventListener("submit", ({ target }) => {
  target.action = target.querySelector("[data-goto-path]").value;
});
