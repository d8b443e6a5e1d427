// A block copied from Excel or WPS fills the cells from the cursor on; its empty cells change nothing.
"use strict";

(() => {
  // Rows of cells: tabs between cells; a cell with line breaks, tabs or quotes stands in quotes; the last line may be empty.
  function parse(text) {
    const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    const rows = [[]];
    const cell = /(?:"((?:[^"]|"")*)"(?=[\t\n]|$)|([^\t\n]*))(\t|\n|$)/y;
    for (;;) {
      const [, quoted, plain, after] = cell.exec(source);
      rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
      if (!after) return rows;
      if (after === "\n") rows.push([]);
    }
  }

  // The cells that a block lands on, row by row; a list of sites grows.
  function gridFrom(target, count) {
    const body = target.closest(".sites tbody");
    if (body) {
      const first = [...body.rows].indexOf(target.closest("tr"));
      while (body.rows.length <= first + count) Sheet.addRow(body);
      const cells = [...body.rows].map((row) => [...row.querySelectorAll("input")]);
      return cells.slice(first).map((row) => row.slice(cells[first].indexOf(target)));
    }
    const isReason = target.matches(".sheet-reason");
    const choose = isReason ? ".sheet-reason" : "input[type=text], select, textarea:not(.sheet-reason)";
    const cells = Sheet.rows().map((row) => [...row.querySelectorAll(choose)]);
    const first = cells.findIndex((row) => row.includes(target));
    return cells.slice(first).map((row) => row.slice(cells[first].indexOf(target)));
  }

  // Whether the value stands in the field now; a choice takes only its own words.
  function fill(field, value) {
    if (field.tagName !== "SELECT") field.value = value;
    else {
      const option = [...field.options].find((one) => one.value && [one.text, one.value].includes(value));
      if (!option) return refuse(field, value);
      field.value = option.value;
    }
    return true;
  }

  function refuse(field, value) {
    const options = [...field.options].filter((one) => one.value).map((one) => one.text);
    const note = document.createElement("div");
    note.className = "sheet-error sheet-note";
    note.textContent = Sheet.tell("noSuchState", { found: value.slice(0, 40), states: options.join(Sheet.tell("comma")) });
    field.nextElementSibling?.matches(".sheet-error") && field.nextElementSibling.remove();
    field.after(note);
    field.setAttribute("aria-invalid", "true");
    field.addEventListener("change", () => note.remove(), { once: true });
    return false;
  }

  function paste(target, block) {
    const grid = gridFrom(target, block.length);
    const found = { n: 0, lost: [], refused: 0 };
    const touched = new Set();
    block.forEach((row, y) =>
      row.forEach((cell, x) => {
        const value = cell.trim();
        const field = grid[y]?.[x];
        if (!value) return;
        if (!field) found.lost.push(value);
        else if (fill(field, value)) {
          found.n += 1;
          touched.add(Sheet.lineOf(field));
        } else found.refused += 1;
      }),
    );
    Sheet.undo.commit([...touched]);
    for (const number of touched) Sheet.keeping.touch(number, 0);
    told(found);
  }

  function told({ n, lost, refused }) {
    const parts = [Sheet.tell("pasted", { n })];
    if (lost.length) parts.push(Sheet.tell("noRoom", { n: lost.length, found: lost.slice(0, 5).join(Sheet.tell("comma")).slice(0, 80) }));
    if (refused) parts.push(Sheet.tell("notTaken", { n: refused }));
    Sheet.say(parts.join(""));
  }

  Sheet.form.addEventListener("paste", (event) => {
    const { target, clipboardData } = event;
    if (!target.matches("input[type=text], select, textarea") || !Sheet.lineOf(target)) return;
    const text = clipboardData.getData("text/plain");
    const isTable = /<t[dr]\b/i.test(clipboardData.getData("text/html"));
    // Paragraphs pasted into words are one text, cells copied from a table are not.
    if (!text || (target.tagName === "TEXTAREA" && !text.includes("\t") && !isTable)) return;
    const block = parse(text);
    const isOne = block.length === 1 && block[0].length === 1;
    if (isOne && target.tagName !== "SELECT" && block[0][0] === text) return;
    event.preventDefault();
    if (isOne && target.tagName !== "SELECT") document.execCommand("insertText", false, block[0][0]);
    else paste(target, block);
  });
})();
