// A line that another window or another official has changed meanwhile: both versions side by side, and a choice.
"use strict";

Sheet.others = (() => {
  const { part, read, fields, short } = Sheet;

  // A list of sites, a row a line.
  function listed(values) {
    const columns = ["name", "address", "facility", "on"].map((column) => values[`site.${column}`] ?? []);
    return columns[0].map((_name, row) => columns.map((column) => column[row]).filter(Boolean).join(" ")).join("\n");
  }

  // What stands in this window's fields, as it is shown.
  function mine(number, name) {
    const values = read(number);
    if (name === "sites") return listed(values);
    const field = fields(number).find((one) => short(one) === name);
    return field.tagName === "SELECT" ? (field.value && field.selectedOptions[0].text) : field.value;
  }

  function compare(number) {
    for (const cell of part("other", number)?.querySelectorAll("[data-mine]") ?? []) {
      cell.textContent = mine(number, cell.dataset.mine);
      cell.closest("tr").classList.toggle("is-different", cell.textContent !== cell.nextElementSibling.textContent);
    }
  }

  // Show what the status cell of a line brought of another version; whether the line waits for a choice.
  function show(number) {
    part("other", number)?.remove();
    const template = part("status", number).querySelector("template[data-other]");
    if (!template) return false;
    lay(number, template);
    Sheet.keeping.hold(number, template.dataset.version);
    return true;
  }

  function lay(number, template) {
    part("line", number).after(template.content.cloneNode(true));
    compare(number);
    Sheet.hear(part("other", number).querySelector("p").textContent);
  }

  // What an earlier window left in this browser, beside what a later one left: in the same frame.
  function showLeft(number, values) {
    const row = document.getElementById("sheet-left").content.cloneNode(true).querySelector("tr");
    row.id = `other-${number}`;
    row.dataset.values = JSON.stringify(values);
    const group = row.querySelector("[aria-label]");
    group.setAttribute("aria-label", group.getAttribute("aria-label").replace("{line}", Sheet.nameOf(number)));
    const line = row.querySelector("tbody tr");
    const single = fields(number).filter((field) => !short(field).startsWith("site."));
    for (const field of single) line.before(lineOf(line, field.getAttribute("aria-label"), short(field), values));
    if (Sheet.bodyOf(number)) line.before(lineOf(line, line.cells[0].textContent, "sites", values));
    line.remove();
    part("line", number).after(row);
    compare(number);
    Sheet.keeping.hold(number);
  }

  function lineOf(line, label, name, values) {
    const copy = line.cloneNode(true);
    copy.cells[0].textContent = label;
    copy.cells[1].dataset.mine = name;
    copy.cells[2].textContent = name === "sites" ? listed(values) : (values[name]?.[0] ?? "");
    return copy;
  }

  Sheet.form.addEventListener("input", ({ target }) => compare(Sheet.lineOf(target)));
  Sheet.form.addEventListener("click", ({ target }) => {
    const choice = target.closest("[data-choose]")?.dataset.choose;
    if (!choice) return;
    const number = Sheet.lineOf(target);
    if (choice === "theirs") Sheet.write(number, JSON.parse(part("other", number).dataset.values));
    part("other", number).remove();
    Sheet.undo.commit([number]);
    Sheet.keeping.release(number);
    Sheet.say(Sheet.tell(choice === "mine" ? "tookMine" : "tookTheirs", { line: Sheet.nameOf(number) }));
    Sheet.fields(number)[0].focus();
  });

  return { show, showLeft };
})();
