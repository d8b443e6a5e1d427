// A long file is seen to go on: how much of it has been sent, then that the portal is reading it.
(() => {
  function wait(form) {
    const label = document.createElement("label");
    label.className = "import-wait";
    label.setAttribute("role", "status");
    const words = document.createElement("span");
    words.textContent = form.dataset.upload ?? form.dataset.wait;
    label.append(words, document.createElement("progress"));
    form.append(label);
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
    if (event.detail.loaded < event.detail.total) {
      bar.max = event.detail.total;
      bar.value = event.detail.loaded;
    } else {
      bar.removeAttribute("value");
      bar.previousSibling.textContent = event.target.dataset.wait;
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target.dataset.wait) stop(event.target);
  });
  document.addEventListener("htmx:afterSettle", () => {
    document.querySelector(".is-invalid, #main")?.focus();
    scrollTo(0, 0);
  });
})();
