// A long file is seen to go on: how much of it has been sent, then what the portal does with it and how far it is.
(() => {
  const PAUSE = 400; // milliseconds between two questions
  const PATIENCE = 3000; // after which an answer is not waited for

  // Before the form is sent, it is given a name under which its progress can be asked for.
  document.addEventListener(
    "submit",
    ({ target }) => {
      if (target.elements.watch) target.elements.watch.value = Array.from(crypto.getRandomValues(new Uint32Array(3))).join("-");
    },
    true,
  );

  async function watch(form, bar) {
    const address = `${form.dataset.progress}?watch=${form.elements.watch.value}`;
    while (bar.isConnected) {
      try {
        const answer = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
        const { words, share } = await answer.json();
        if (words) show(bar, words, share, 1);
      } catch {
        // A busy portal answers the next question.
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  }

  function show(bar, words, done, whole) {
    bar.previousSibling.textContent = words;
    if (done) {
      bar.max = whole;
      bar.value = done;
    } else {
      bar.removeAttribute("value");
    }
  }

  function wait(form) {
    const label = document.createElement("label");
    label.className = "import-wait";
    label.setAttribute("role", "status");
    const words = document.createElement("span");
    words.textContent = form.dataset.upload ?? form.dataset.wait;
    const bar = document.createElement("progress");
    label.append(words, bar);
    form.append(label);
    watch(form, bar);
    form.querySelector("[type=submit]").disabled = true;
  }

  function stop(form) {
    form.querySelector(".import-wait")?.remove();
    form.querySelector("[type=submit]").disabled = false;
  }

  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented && event.target.dataset.wait) wait(event.target);
  });
  addEventListener("pageshow", () => document.querySelectorAll("form[data-wait]").forEach(stop));

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target.dataset.wait) wait(event.target);
  });
  document.addEventListener("htmx:xhr:progress", (event) => {
    const bar = event.target.querySelector?.(".import-wait progress");
    if (!bar || !event.detail.lengthComputable) return;
    const { loaded, total } = event.detail;
    if (loaded < total) show(bar, event.target.dataset.upload, loaded, total);
    else show(bar, event.target.dataset.wait, 0);
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.dataset.wait) stop(event.target);
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelector(".is-invalid, #main")?.focus();
    scrollTo(0, 0);
  });
})();
