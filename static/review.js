// The review by keyboard, and nothing typed or ticked lost on the way. The page works without it.
(() => {
  const form = document.getElementById("review");
  const keys = document.querySelector("[data-keys]");
  if (!form || !keys) return;
  const lines = [...form.querySelectorAll("[data-line]")];
  const reason = form.querySelector("input[name=reason]");
  const status = form.querySelector("[data-status]");
  const box = (line) => line.querySelector("input[name=report]");
  const ticked = () => lines.filter((line) => box(line)?.checked);
  let current = -1;

  function say(words) {
    status.textContent = words;
  }

  function go(place) {
    if (!lines[place]) return;
    lines[current]?.classList.remove("is-current");
    current = place;
    const line = lines[place];
    line.classList.add("is-current");
    (box(line) ?? line).focus({ preventScroll: true });
    line.scrollIntoView({ block: "nearest" });
    const words = { n: place + 1, total: lines.length, line: line.querySelector("th").textContent.trim() };
    say(form.dataset.at.replace(/\{(\w+)\}/g, (_whole, name) => words[name]));
  }

  function tick(line, wanted = !box(line).checked) {
    box(line).checked = wanted;
    say(wanted ? form.dataset.ticked : form.dataset.unticked);
  }

  // What is ticked, else the line that one stands on.
  function choose() {
    const line = lines[current];
    if (!ticked().length && line && box(line)) tick(line, true);
    return ticked().length > 0;
  }

  function ask() {
    reason.focus();
    reason.scrollIntoView({ block: "nearest" });
  }

  const press = (action) => form.requestSubmit(form.querySelector(`.sheet-bar [value=${action}]`));
  const acts = {
    j: () => go(Math.min(current + 1, lines.length - 1)),
    k: () => go(Math.max(current - 1, 0)),
    x: () => lines[current] && box(lines[current]) && tick(lines[current]),
    a: () => choose() && press("accept"),
    r: () => choose() && ask(),
    "?": () => {
      keys.open = !keys.open;
      keys.querySelector("summary").focus();
    },
  };

  const on = keys.querySelector("[data-keys-on]");
  keys.hidden = false;
  try {
    on.checked = localStorage.getItem("review-keys") !== "off";
    on.addEventListener("change", () => localStorage.setItem("review-keys", on.checked ? "on" : "off"));
  } catch {
    // storage is switched off: the choice holds for this page
  }

  document.addEventListener("keydown", (event) => {
    const isTyping = event.target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");
    if (isTyping || !on.checked || event.ctrlKey || event.metaKey || event.altKey || !acts[event.key]) return;
    event.preventDefault();
    acts[event.key]();
  });
  reason.addEventListener("keydown", (event) => {
    if (event.key === "Escape") go(Math.max(current, 0));
  });
  form.addEventListener("focusin", (event) => {
    const line = event.target.closest("[data-line]");
    if (line && lines[current] !== line) {
      lines[current]?.classList.remove("is-current");
      current = lines.indexOf(line);
      line.classList.add("is-current");
    }
  });

  // A line's own return without a reason asks for it first.
  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[name=return]");
    if (!button || reason.value.trim()) return;
    event.preventDefault();
    tick(button.closest("[data-line]"), true);
    ask();
  });

  const named = lines.findIndex((line) => `#${line.id}` === location.hash);
  if (reason.value || document.querySelector("#main .alert-danger, #messages .alert-danger")) ask();
  else if (named >= 0) go(named);
})();
