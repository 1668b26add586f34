// Sets the reader's theme before the first paint. Loaded as a plain script in <head>, so that no page flashes.
const theme = (() => {
  try {
    return localStorage.getItem("theme");
  } catch {
    return null; // storage is blocked: the system's wish stands
  }
})();
if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
