// What is not yet with the server, kept in this browser: lines as text, photos as files. Signing out removes both (portal.js).
"use strict";

Visit.store = (() => {
  const own = `sheet:${Visit.form.dataset.keep}:`;
  const [user] = Visit.form.dataset.keep.split(":");
  const visit = Visit.form.dataset.keep;

  // Whether it was kept: storage may be switched off or full.
  function put(name, entry) {
    try {
      localStorage.setItem(own + name, JSON.stringify(entry));
      return true;
    } catch {
      return false;
    }
  }

  function drop(name) {
    try {
      localStorage.removeItem(own + name);
    } catch {
      // nothing was kept there
    }
  }

  // What was kept before the page was loaded again, by name.
  function left() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(own));
      return new Map(keys.map((key) => [key.slice(own.length), JSON.parse(localStorage.getItem(key))]));
    } catch {
      return new Map();
    }
  }

  const opened = new Promise((resolve, reject) => {
    const request = indexedDB.open(`visit:${user}`, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("photos", { keyPath: "key" });
    request.onsuccess = () => {
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error);
  });
  opened.catch(() => undefined); // asked for again where a photo is put

  async function photos(mode, act) {
    const database = await opened;
    return new Promise((resolve, reject) => {
      const request = act(database.transaction("photos", mode).objectStore("photos"));
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
  }

  // A mark beside the file lets signing out see that something is kept.
  async function putPhoto(photo) {
    try {
      await photos("readwrite", (store) => store.put({ ...photo, visit }));
      return put(`photo:${photo.key}`, photo.name);
    } catch {
      return false;
    }
  }

  async function dropPhoto(key) {
    drop(`photo:${key}`);
    await photos("readwrite", (store) => store.delete(key)).catch(() => undefined);
  }

  async function leftPhotos() {
    const all = await photos("readonly", (store) => store.getAll()).catch(() => []);
    return all.filter((photo) => photo.visit === visit);
  }

  return { put, drop, left, putPhoto, dropPhoto, leftPhotos };
})();
