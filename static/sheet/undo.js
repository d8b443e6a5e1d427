// Undo and redo over the whole sheet: a step is what was typed in one cell, or pasted, or chosen, at once.
"use strict";

Sheet.undo = (() => {
  const LONGEST = 200; // steps
  const last = new Map(); // by line: what stood in it after the last step
  const done = [];
  let undone = [];

  const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

  function begin() {
    for (const number of Sheet.numbers()) last.set(number, Sheet.read(number));
  }

  // What changed in these lines since the last step is a step.
  function commit(numbers) {
    const changes = numbers.filter((number) => last.has(number) && !same(last.get(number), Sheet.read(number)));
    if (!changes.length) return;
    done.push(changes.map((number) => ({ number, before: last.get(number), after: Sheet.read(number) })));
    if (done.length > LONGEST) done.shift();
    undone = [];
    for (const number of changes) last.set(number, Sheet.read(number));
  }

  function go(from, to, side, words) {
    const step = from.pop();
    if (!step) return Sheet.say(Sheet.tell("nothingToUndo"));
    to.push(step);
    for (const change of step) {
      Sheet.write(change.number, change[side]);
      last.set(change.number, Sheet.read(change.number));
      Sheet.keeping.touch(change.number, 0);
    }
    changedField(step[0]).focus();
    Sheet.say(Sheet.tell(words, { n: step.length, line: Sheet.nameOf(step[0].number) }));
  }

  // The first field that the step changed.
  function changedField({ number, before, after }) {
    const name = Object.keys(after).find((key) => !same(before[key], after[key]));
    const place = Math.max(0, after[name].findIndex((value, index) => value !== before[name][index]));
    const fields = Sheet.fields(number);
    return fields.filter((field) => Sheet.short(field) === name)[place] ?? fields[0];
  }

  // What a cell held before it was typed in.
  function before(field) {
    const number = Sheet.lineOf(field);
    const name = Sheet.short(field);
    const place = Sheet.fields(number).filter((one) => Sheet.short(one) === name).indexOf(field);
    return last.get(number)[name][place] ?? "";
  }

  // What is being typed in a cell is the browser's own to undo; then the steps follow.
  document.addEventListener("keydown", (event) => {
    const key = event.key.toLowerCase();
    const redo = key === "y" || (key === "z" && event.shiftKey);
    if (!(event.ctrlKey || event.metaKey) || event.altKey || (key !== "z" && key !== "y")) return;
    const number = Sheet.lineOf(event.target);
    const typing = event.target.matches("input, textarea, select");
    if ((typing && !number) || (number && typing && event.target.value !== before(event.target))) return;
    if (redo && !undone.length) return;
    event.preventDefault();
    if (redo) go(undone, done, "after", "redone");
    else go(done, undone, "before", "undone");
  });
  for (const moment of ["change", "focusout"]) {
    Sheet.form.addEventListener(moment, ({ target }) => commit([Sheet.lineOf(target)]));
  }

  return { begin, commit, before };
})();
