// Photos: each gets a key, is kept in this browser, and is sent until it has arrived; sent twice, it is kept once.
"use strict";

(() => {
  const { form, tell, store, keeping } = Visit;
  const KINDS = form.dataset.photoKinds.split(",");
  const LIMIT = Number(form.dataset.photoLimit);
  const PATIENCE = 120000; // milliseconds: a photo is large, a phone's line is slow
  const unsent = new Map(); // by key: the photo and its line in the list

  const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(16).padStart(8, "0")).join("");

  function fault(file) {
    const name = file.name;
    if (!KINDS.some((kind) => name.toLowerCase().endsWith(kind))) return tell("photoKind", { name, kinds: KINDS.join(" ") });
    return file.size > LIMIT ? tell("photoLarge", { name, limit: LIMIT / 1024 / 1024 }) : "";
  }

  function show(photo) {
    const line = document.createElement("li");
    line.textContent = tell("photoWaiting", { name: photo.name });
    Visit.item(photo.item).querySelector(".visit-photos").append(line);
    Visit.item(photo.item).querySelector("details").open = true;
    unsent.set(photo.key, { photo, line });
  }

  async function take(number, files) {
    for (const file of files) {
      const wrong = fault(file);
      Visit.say(number, wrong);
      if (wrong) continue;
      const photo = { key: newKey(), item: number, name: file.name, file };
      show(photo);
      await store.putPhoto(photo);
    }
    keeping.flush();
  }

  // One after the other; false where one did not arrive. One that the server does not take is shown as such and not sent again.
  async function send() {
    for (const [key, { photo, line }] of unsent) {
      const body = new FormData();
      body.append("key", key);
      body.append("item", photo.item);
      body.append("file", photo.file, photo.name);
      const answer = await Visit.post(form.dataset.photos, body, {}, PATIENCE);
      if (answer.status === 422) refuse(key, line, (await answer.json()).fault);
      else if (!(await keeping.isTaken(answer))) return false;
      else {
        const { name, url } = await answer.json();
        line.replaceChildren(Object.assign(document.createElement("a"), { href: url, textContent: tell("photoSent", { name }) }));
        unsent.delete(key);
        await store.dropPhoto(key);
      }
    }
    return true;
  }

  function refuse(key, line, words) {
    const drop = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm", textContent: tell("drop") });
    drop.addEventListener("click", () => line.remove());
    line.replaceChildren(words, " ", drop);
    unsent.delete(key);
    store.dropPhoto(key);
  }

  keeping.jobs.push({ count: () => unsent.size, send });
  form.addEventListener("change", ({ target }) => {
    if (!target.matches("[data-photo]")) return;
    take(Visit.numberOf(target), [...target.files]);
    target.value = "";
  });
  form.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    try {
      const answer = await Visit.post(button.getAttribute("formaction"), new FormData());
      if (answer.ok) button.closest("li").remove();
      else await keeping.isTaken(answer);
    } catch {
      keeping.state("offline");
    }
  });

  const lines = keeping.begin();
  store.leftPhotos().then((photos) => {
    photos.filter((photo) => Visit.item(photo.item)).forEach(show);
    if (lines || photos.length) keeping.state("takenBack", { words: tell("takenBack", { n: lines, photos: photos.length }) });
    keeping.flush();
  });
})();
