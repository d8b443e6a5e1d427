// Small behaviours of every page; pages work without them.
(() => {
  // A question before what cannot be taken back.
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (question && !confirm(question)) event.preventDefault();
  });

  // What was not sent is said at the top: what was typed is still in the page.
  function tellLost() {
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = document.body.dataset.lost;
    alert.dataset.lost = "";
    document.getElementById("messages")?.replaceChildren(alert);
    return alert;
  }

  // Signing in again, in another window, brings a new token: the newest is sent, so that this page still works.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  document.addEventListener("htmx:configRequest", (event) => {
    if (!token() || event.detail.verb === "get") return;
    event.detail.headers["X-CSRFToken"] = token();
    event.detail.parameters.csrfmiddlewaretoken = token();
  });
  document.addEventListener("submit", (event) => {
    const field = event.target.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
  });

  // A form that leaves the page is sent once, and not without a connection; going back makes it usable again.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (!navigator.onLine) {
      event.preventDefault();
      tellLost().scrollIntoView({ block: "center" });
    } else if (form.dataset.sent) event.preventDefault();
    else form.dataset.sent = "true";
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // The first field at fault, or the first alert, is where the reader goes on.
  document.querySelector(".is-invalid, [aria-invalid=true], .is-error input")?.focus();

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, tellLost);
  }
  document.addEventListener("htmx:afterSwap", () => document.querySelector("#messages [data-lost]")?.remove());
})();

// A box marked data-check-all ticks every box of its card.
document.addEventListener("change", (event) => {
  if (!event.target.matches("[data-check-all]")) return;
  const card = event.target.closest(".card");
  card.querySelectorAll("input[type=checkbox][name]").forEach((box) => {
    box.checked = event.target.checked;
  });
});
