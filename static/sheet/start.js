// The page is there: what this browser still keeps of the sheet is put back and sent.
"use strict";

(() => {
  const { tell, store, keeping } = Sheet;

  // Into their lines, the oldest first; an older text of the same line is shown beside the newest. What was `typed`
  // before the scripts were there is shown beside either.
  function takeBack(entries, typed) {
    const taken = new Set();
    for (const number of typed) keeping.touch(number, 0);
    for (const { number, fields, based, key } of entries) {
      const before = Sheet.read(number);
      if (JSON.stringify(fields) !== keeping.text(number)) {
        Sheet.write(number, fields);
        keeping.unsent.set(number, based);
        if (taken.has(number) || typed.includes(number)) Sheet.others.showLeft(number, before);
        taken.add(number);
        keeping.touch(number, 0);
      }
      store.remove(key);
    }
    Sheet.undo.commit([...taken]);
    if (taken.size) Sheet.say(tell("tookBack", { n: taken.size }));
  }

  // Lines that cannot be filled any more (the period is closed): their text is shown, to be copied or thrown away.
  function showStranded(entries) {
    const alert = document.getElementById("sheet-stranded").content.cloneNode(true).firstElementChild;
    const [item] = alert.querySelectorAll("li");
    for (const entry of entries) {
      const line = item.cloneNode();
      const values = Object.values(entry.fields).flat().filter(Boolean);
      line.textContent = tell("lineFaults", { line: entry.name, words: values.join(tell("comma")) });
      item.before(line);
    }
    item.remove();
    alert.querySelector("button").addEventListener("click", () => {
      entries.forEach((entry) => store.remove(entry.key));
      alert.remove();
    });
    document.getElementById("messages").append(alert);
  }

  keeping.begin();
  Sheet.undo.begin();
  const lines = new Set(Sheet.numbers());
  const typed = Sheet.numbers().filter((number) => keeping.text(number) !== JSON.stringify(Sheet.read(number, Sheet.came)));
  const left = store.left();
  if (Sheet.form.elements.as_at) store.takeDay(Sheet.form.elements.as_at);
  takeBack(left.filter((entry) => lines.has(entry.number)), typed);
  const stranded = left.filter((entry) => !lines.has(entry.number));
  if (stranded.length) showStranded(stranded);
})();
