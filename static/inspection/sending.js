// Submitting the visit, when everything has arrived. An answer that got lost is asked for again with the same key.
"use strict";

(() => {
  const { form, tell, store, keeping } = Visit;
  const PAUSE = 3000; // milliseconds between tries
  const PATIENCE = 60000;
  const BROKEN = [500, 502, 503, 504];
  let isBusy = false;

  const rest = () =>
    Promise.race([
      new Promise((resolve) => setTimeout(resolve, PAUSE)),
      new Promise((resolve) => addEventListener("online", resolve, { once: true })),
    ]);

  // Whether all has arrived; false where somebody has to choose or to sign in first.
  async function isAllSent() {
    for (;;) {
      await keeping.flush();
      if (keeping.held.size) {
        complain([tell("chooseFirst")]);
        return false;
      }
      if (keeping.isEmpty()) return true;
      if (["signedOut", "closed"].includes(document.querySelector(".sheet-connection").dataset.state)) return false;
      keeping.state("waiting");
      await rest();
    }
  }

  async function answerTo(body) {
    for (;;) {
      try {
        const answer = await Visit.post(location.pathname, body, { "X-Visit": "1" }, PATIENCE);
        if (!BROKEN.includes(answer.status)) return answer;
      } catch {
        // asked again with the same key
      }
      keeping.state("unanswered");
      await rest();
    }
  }

  async function submit() {
    if (!(await isAllSent())) return;
    keeping.state("submitting");
    const body = new FormData();
    for (const field of document.querySelectorAll("#visit-end [name]")) body.append(field.name, field.value);
    const answer = await answerTo(body);
    if (answer.ok) {
      const { url } = await answer.json();
      keeping.close();
      store.drop("head");
      location.assign(url);
    } else if (answer.status === 422) {
      complain((await answer.json()).faults);
      keeping.state("saved");
    } else await keeping.isTaken(answer);
  }

  function complain(faults) {
    const alert = document.createElement("div");
    alert.className = "alert alert-danger";
    alert.setAttribute("role", "alert");
    for (const words of faults) alert.append(Object.assign(document.createElement("p"), { className: "mb-0", textContent: words }));
    const place = document.getElementById("messages");
    place.replaceChildren(alert);
    place.scrollIntoView({ block: "center" });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (isBusy) return;
    isBusy = true;
    await submit();
    isBusy = false;
  });
})();
