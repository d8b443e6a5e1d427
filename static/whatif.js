// The what-if page as one types: the same page is asked for with what is in the boxes, and what follows from them is
// put in its place. Without this the form sends the same address.
"use strict";

(() => {
  const form = document.getElementById("what-if");
  const link = document.getElementById("try-link");
  if (!form) return;
  const WAIT = 120; // milliseconds after the last key
  let timer, request;

  form.querySelector("[data-plain]").hidden = true;
  link.hidden = !navigator.clipboard; // only where the connection is secure; the address bar has it, too

  // The dates, and of the boxes only what differs from what stands.
  function address() {
    const differs = (box) => !("now" in box.dataset) || box.value.trim() !== box.dataset.now;
    const boxes = [...form.elements].filter((box) => box.name && differs(box));
    const query = new URLSearchParams(boxes.map((box) => [box.name, box.value.trim()]));
    return `${location.pathname}${query.size ? `?${query}` : ""}`;
  }

  function show(page) {
    for (const live of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(live.id);
      if (fresh && live.innerHTML !== fresh.innerHTML) live.replaceChildren(...fresh.childNodes);
    }
    for (const box of form.querySelectorAll("input[data-now]")) {
      box.setAttribute("aria-invalid", document.getElementById(`error-${box.name}`).textContent !== "");
    }
  }

  async function recompute() {
    request?.abort();
    request = new AbortController();
    const wanted = address();
    try {
      const answer = await fetch(wanted, { headers: window.portal.owner(), signal: request.signal });
      if (!answer.ok || answer.redirected) throw new Error(answer.status);
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      history.replaceState(null, "", wanted);
    } catch (error) {
      if (error.name !== "AbortError") form.submit(); // the browser shows what is wrong, or asks to sign in
    }
  }

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(recompute, WAIT);
  });

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(timer);
    recompute();
  });

  link.addEventListener("click", async () => {
    const words = link.textContent;
    await navigator.clipboard.writeText(new URL(address(), location.href).href);
    link.textContent = link.dataset.copied;
    setTimeout(() => { link.textContent = words; }, 2000);
  });
})();
