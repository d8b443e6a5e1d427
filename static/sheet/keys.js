// Moving about as in a spreadsheet: up and down a column, left and right at a text's ends, Enter, Escape.
"use strict";

(() => {
  const FIGURE = ".sheet-figures :is(input[type=text], select)";
  const columns = [FIGURE, "textarea:not(.sheet-reason)", ".sheet-reason"];
  const seen = (cells) => cells.filter((cell) => cell.offsetParent);

  // The cells above and below each other: of the sheet, or of a list of sites.
  function columnOf(cell) {
    const body = cell.closest(".sites tbody");
    if (!body) return seen([...Sheet.form.querySelectorAll(columns.find((column) => cell.matches(column)))]);
    return [...body.querySelectorAll(`input[name="${CSS.escape(cell.name)}"]`)];
  }

  function rowOf(cell) {
    return seen([...cell.closest("tr").querySelectorAll("input[type=text], select, textarea")]);
  }

  function go(cells, cell, step) {
    const next = cells[cells.indexOf(cell) + step];
    if (!next) return;
    next.focus();
    if (next.tagName === "INPUT") next.select();
    else if (next.tagName === "TEXTAREA") {
      const place = step > 0 ? next.value.length : 0;
      next.setSelectionRange(place, place);
    }
  }

  // Whether the caret can go no further: everything is selected, or it stands at that end.
  function atEnd(cell, step) {
    if (cell.tagName === "SELECT") return false;
    const { selectionStart: start, selectionEnd: end, value } = cell;
    if (cell.tagName === "INPUT" && start === 0 && end === value.length) return true;
    return start === end && start === (step > 0 ? value.length : 0);
  }

  const sideways = { ArrowLeft: -1, ArrowRight: 1 };
  const upright = { ArrowUp: -1, ArrowDown: 1 };

  // Where a key leads from a cell: the cells along which it moves and the step, or nothing.
  function way({ target: cell, key, shiftKey }) {
    if (key === "Enter") return [columnOf(cell), shiftKey ? -1 : 1];
    if (shiftKey) return null;
    if (key in sideways) return atEnd(cell, sideways[key]) ? [rowOf(cell), sideways[key]] : null;
    // A list to choose from has its own use for these keys; words end where their text ends.
    const isFree = cell.tagName === "INPUT" ? !cell.list : atEnd(cell, upright[key]);
    return key in upright && isFree ? [columnOf(cell), upright[key]] : null;
  }

  function moves(event) {
    const found = way(event);
    if (found) go(found[0], event.target, found[1]);
    return Boolean(found);
  }

  // Enter within words ends them, as in a spreadsheet; with Alt or Ctrl it breaks the line.
  function breaks(event) {
    const isBreak = event.key === "Enter" && (event.altKey || event.ctrlKey) && event.target.tagName === "TEXTAREA";
    if (isBreak) document.execCommand("insertText", false, "\n");
    return isBreak;
  }

  // Escape gives the cell back what it held.
  function reverts({ target, key }) {
    if (key !== "Escape" || target.value === Sheet.undo.before(target)) return false;
    target.value = Sheet.undo.before(target);
    Sheet.keeping.touch(Sheet.lineOf(target), 0);
    Sheet.say(Sheet.tell("reverted"));
    return true;
  }

  Sheet.form.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.isComposing || !target.matches("input[type=text], select, textarea") || !Sheet.lineOf(target)) return;
    const plain = !(event.altKey || event.ctrlKey || event.metaKey);
    if (breaks(event) || (plain && (reverts(event) || moves(event)))) event.preventDefault();
  });
})();
