// Light or dark before the first paint: the reader's own choice, else what the system prefers.
(() => {
  const KEY = "theme";
  const system = matchMedia("(prefers-color-scheme: dark)");

  function stored() {
    try {
      return localStorage.getItem(KEY);
    } catch {
      return null; // storage is switched off: the system decides
    }
  }

  function show(theme) {
    document.documentElement.dataset.bsTheme = theme;
    dispatchEvent(new CustomEvent("themechange", { detail: theme })); // charts draw themselves again
  }

  const wanted = () => stored() ?? (system.matches ? "dark" : "light");
  show(wanted());
  system.addEventListener("change", () => show(wanted()));
  document.addEventListener("click", (event) => {
    if (!event.target.closest("[data-theme-toggle]")) return;
    const theme = document.documentElement.dataset.bsTheme === "dark" ? "light" : "dark";
    show(theme);
    try {
      localStorage.setItem(KEY, theme);
    } catch {
      // not remembered, still shown
    }
  });
})();
