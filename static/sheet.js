// The entry sheet: the row tells what the server said of it, and says so when the server could not be reached.
"use strict";

const sheet = document.getElementById("sheet");

const CELL = ".sheet-figures input[type=text]";
const LINE = "tr[id^=line-]";

// The row of a line, also from within the list of sites below it.
function lineOf(element) {
  const row = element.closest("tr[id]");
  return row && row.matches(".sheet-sites") ? document.getElementById(row.id.replace("sites-", "line-")) : row;
}

function paint(row) {
  const cell = row.querySelector(".sheet-state");
  row.classList.remove("is-error", "is-warning", "is-saved", "is-changed");
  if (cell && cell.dataset.state) row.classList.add(`is-${cell.dataset.state}`);
}

sheet.addEventListener("input", (event) => {
  const row = lineOf(event.target);
  if (row) row.classList.add("is-changed");
});

document.body.addEventListener("htmx:afterSwap", (event) => {
  const row = event.target.closest ? event.target.closest(LINE) : null;
  if (row) paint(row);
});

// An expired session answers with the sign-in page: that must not be written into a cell.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.responseURL.includes("/accounts/login")) {
    event.detail.shouldSwap = false;
    event.detail.isError = true;
    if (!sheet.dataset.signedOut) window.alert(sheet.dataset.expired);
    sheet.dataset.signedOut = "true";
  } else delete sheet.dataset.signedOut;
});

// Signed out, a submit would leave the page and lose what is typed: the lines are tried again instead.
sheet.addEventListener("submit", (event) => {
  if (!sheet.dataset.signedOut) return;
  event.preventDefault();
  delete sheet.dataset.signedOut;
  resend();
});

// A line that did not reach the server says so; it is sent again when the connection is back.
for (const failure of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  sheet.addEventListener(failure, (event) => {
    const cell = event.target.matches("tr") ? lineOf(event.target).querySelector(".sheet-state") : null;
    if (!cell || cell.querySelector(".sheet-unsaved")) return;
    const note = document.createElement("div");
    note.className = "sheet-error sheet-unsaved";
    note.textContent = sheet.dataset.unsaved;
    cell.append(note);
  });
}
function resend() {
  for (const note of sheet.querySelectorAll(".sheet-unsaved")) htmx.trigger(note.closest("tr"), "change");
}
addEventListener("online", resend);

// Enter and the arrow keys move between the cells of a column.
sheet.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches(CELL)) return;
  event.preventDefault();
  const cells = [...sheet.querySelectorAll(CELL)];
  const next = cells[cells.indexOf(event.target) + step];
  if (next) next.focus();
});

// A block copied from a spreadsheet fills the lines from here on, field by field; its empty cells change nothing.
sheet.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
  if (!event.target.matches(CELL) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const fieldsOf = (row) => [...row.querySelectorAll("input[type=text], textarea:not(.sheet-reason)")];
  const rows = [...sheet.querySelectorAll(LINE)];
  const first = event.target.closest("tr");
  const column = fieldsOf(first).indexOf(event.target);
  const block = text.split(/\r?\n/).map((line) => line.split("\t"));
  rows.slice(rows.indexOf(first)).slice(0, block.length).forEach((row, number) => {
    const fields = fieldsOf(row).slice(column, column + block[number].length);
    fields.forEach((field, place) => {
      field.value = block[number][place].trim() || field.value;
    });
    htmx.trigger(row, "change");
  });
});

// Choosing another quarter or town goes to its page.
document.querySelector("[data-goto]").addEventListener("submit", (event) => {
  event.target.action = event.target.querySelector("[data-goto-path]").value;
});
