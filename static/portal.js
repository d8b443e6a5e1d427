// Small behaviours of every page; pages work without them.
(() => {
  const { user, alive, signIn, signInWords, lost } = document.body.dataset;
  const PATIENCE = 15000; // milliseconds after which an answer is not waited for

  // What was not sent is said at the top: what was typed is still in the page.
  function tell(words, { signedOut = false } = {}) {
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    alert.textContent = words;
    alert.dataset.lost = "";
    if (signedOut) alert.append(" ", signInLink());
    document.getElementById("messages")?.replaceChildren(alert);
  }

  function signInLink() {
    const link = document.createElement("a");
    Object.assign(link, { href: signIn, target: "_blank", rel: "noopener", textContent: signInWords });
    return link;
  }

  // Signing in again, in another window, brings a new token: the newest is sent, so that this page still works; whose
  // page it is goes along, so that nothing is written in another person's name.
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1];
  const owner = () => (user ? { "X-User": user } : {});
  document.addEventListener("htmx:configRequest", ({ detail }) => {
    Object.assign(detail.headers, owner());
    if (!token() || detail.verb === "get") return;
    detail.headers["X-CSRFToken"] = token();
    detail.parameters.csrfmiddlewaretoken = token();
  });
  window.portal = { owner, token, signInLink, PATIENCE };

  async function maySend() {
    try {
      const answer = await fetch(alive, { headers: owner(), signal: AbortSignal.timeout(PATIENCE) });
      if (answer.ok) return true;
      if (answer.status === 401) tell(await answer.text(), { signedOut: true });
      else tell(lost);
    } catch {
      tell(lost);
    }
    return false;
  }

  // What the entry sheet keeps in this browser goes when its owner signs out.
  function kept() {
    try {
      return Object.keys(localStorage).filter((key) => key.startsWith(`sheet:${user}:`));
    } catch {
      return []; // storage is switched off
    }
  }

  document.addEventListener("click", ({ target }) => target.closest("[data-print]") && window.print());

  function dropKept() {
    kept().forEach((key) => localStorage.removeItem(key));
    indexedDB.deleteDatabase(`visit:${user}`); // photos of visits
  }

  // A question before what cannot be taken back.
  function agrees({ dataset }, submitter) {
    const drops = kept().length ? dataset.drops : "";
    const question = drops || (submitter?.dataset.confirm ?? dataset.confirm);
    return !question || confirm(question);
  }

  // A form that leaves the page is sent once, and only when the portal would take it; going back makes it usable again.
  // `data-sent` is how far it is: asking, ready, gone.
  document.addEventListener("submit", async (event) => {
    const { target: form, submitter } = event;
    if (event.defaultPrevented || (form.dataset.sent !== "ready" && form.dataset.sent)) return event.preventDefault();
    if (form.dataset.sent !== "ready" && !agrees(form, submitter)) return event.preventDefault();
    if (form.method !== "post") return;
    if (!user || form.dataset.sent === "ready") return send(form); // nobody is signed in yet: there is nothing to ask
    event.preventDefault();
    form.dataset.sent = "asking";
    if (await maySend()) {
      form.dataset.sent = "ready";
      form.requestSubmit(submitter);
    } else {
      delete form.dataset.sent;
      document.querySelector("#messages [data-lost]")?.scrollIntoView({ block: "center" });
    }
  });

  function send(form) {
    form.dataset.sent = "gone";
    const field = form.querySelector("input[name=csrfmiddlewaretoken]");
    if (field && token()) field.value = token();
    if ("drops" in form.dataset) dropKept();
  }
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  // What was chosen before the scripts were there, or put back by a browser that loaded the page again, is taken up now.
  const came = (field) => [...field.options].find((option) => option.defaultSelected) ?? field.options[0];
  addEventListener("pageshow", () => {
    for (const field of document.querySelectorAll("[hx-trigger^=change]")) {
      const isNews = field.type === "file" ? field.files.length : field.selectedOptions[0] !== came(field);
      if (isNews) field.dispatchEvent(new Event("change", { bubbles: true }));
    }
  });

  // The first field at fault, or the first alert, is where the reader goes on.
  document.querySelector(".is-invalid, [aria-invalid=true], .is-error input")?.focus();

  for (const failure of ["htmx:responseError", "htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(failure, ({ detail: { xhr } }) => {
      const signedOut = xhr?.status === 401;
      tell(signedOut ? xhr.responseText : lost, { signedOut });
    });
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
