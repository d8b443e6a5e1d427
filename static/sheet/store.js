// What is typed and not yet with the server, kept in this browser: an entry for each line, by person, sheet and window.
"use strict";

Sheet.store = (() => {
  const sheet = `sheet:${Sheet.form.dataset.keep}:`; // signing out (portal.js) removes what begins with the person
  const own = `${sheet}${crypto.getRandomValues(new Uint32Array(2)).join("-")}:`;

  // Whether it was kept: storage may be switched off or full.
  function put(number, entry) {
    try {
      localStorage.setItem(own + number, JSON.stringify({ ...entry, number, name: Sheet.nameOf(number), at: Date.now() }));
      return true;
    } catch {
      return false;
    }
  }

  function remove(key) {
    try {
      localStorage.removeItem(key);
    } catch {
      // nothing was kept there
    }
  }

  // What other windows left, or this one before it was loaded again; the oldest first.
  function left() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(sheet) && !key.startsWith(own));
      return keys.map((key) => ({ ...JSON.parse(localStorage.getItem(key)), key })).sort((a, b) => a.at - b.at);
    } catch {
      return [];
    }
  }

  // The stated day is the whole sheet's: the last one chosen, in whatever window.
  const day = `sheet:${Sheet.form.dataset.keep}@day`;

  function takeDay(field) {
    try {
      field.value ||= localStorage.getItem(day) ?? "";
    } catch {
      // nothing was kept there
    }
  }

  Sheet.form.addEventListener("change", ({ target }) => {
    if (target.name !== "as_at") return;
    try {
      localStorage.setItem(day, target.value);
    } catch {
      // it stays in the page alone
    }
  });

  return { put, remove, left, takeDay, dropDay: () => remove(day), drop: (number) => remove(own + number) };
})();
