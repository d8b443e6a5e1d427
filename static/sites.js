// The list of sites below a line: it grows as it is filled, takes a block from a spreadsheet, moves by keys.
"use strict";

const lists = document.getElementById("sheet");
const SITE = ".sheet-sites input[type=text]";
const cellsOf = (row) => [...row.querySelectorAll("input")];

function addRow(body) {
  const row = body.rows[0].cloneNode(true);
  const number = body.rows.length + 1;
  row.cells[0].textContent = number;
  for (const cell of cellsOf(row)) {
    cell.value = "";
    cell.setAttribute("aria-label", cell.getAttribute("aria-label").replace(/\d+/, number));
  }
  body.append(row);
}

// There is always an empty row to go on with.
lists.addEventListener("input", (event) => {
  if (!event.target.matches(SITE)) return;
  const body = event.target.closest("tbody");
  if (event.target.closest("tr") === body.rows[body.rows.length - 1]) addRow(body);
});

// A block copied from a spreadsheet fills rows and columns from here on.
lists.addEventListener("paste", (event) => {
  const text = event.clipboardData.getData("text").replace(/\r?\n$/, "");
  if (!event.target.matches(SITE) || !/[\t\n]/.test(text)) return;
  event.preventDefault();
  const row = event.target.closest("tr");
  const body = row.closest("tbody");
  const first = [...body.rows].indexOf(row);
  const column = cellsOf(row).indexOf(event.target);
  text.split(/\r?\n/).forEach((line, number) => {
    while (body.rows.length <= first + number + 1) addRow(body);
    const cells = cellsOf(body.rows[first + number]).slice(column);
    line.split("\t").forEach((value, place) => {
      if (cells[place]) cells[place].value = value.trim();
    });
  });
  htmx.trigger(row.closest(".sheet-sites"), "change");
});

lists.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, Enter: 1, ArrowUp: -1 }[event.key];
  if (!step || !event.target.matches(SITE) || (event.target.list && event.key !== "Enter")) return;
  event.preventDefault();
  const row = event.target.closest("tr");
  const next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  if (next) cellsOf(next)[cellsOf(row).indexOf(event.target)].focus();
});
