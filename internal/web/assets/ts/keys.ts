const kept = "milieu-keys";

// pageKeys lets single keys press what a page marks with data-key. Who types or has switched it off is left alone, and
// so is a page that is on its way to the next: a key that is held down or pressed twice decides once.
export function pageKeys(): void {
  if (!document.querySelector("[data-key]")) return;
  let on = localStorage.getItem(kept) !== "off";
  let leaving = false;
  const label = document.querySelector<HTMLElement>("[data-keys-switch]");
  const box = label?.querySelector("input");
  if (label && box) {
    label.hidden = false;
    box.checked = on;
    box.addEventListener("change", () => {
      on = box.checked;
      localStorage.setItem(kept, on ? "on" : "off");
    });
  }
  addEventListener("pageshow", () => (leaving = false));
  document.addEventListener("submit", () => (leaving = true));
  document.addEventListener("keydown", (e) => {
    if (!on || leaving || e.repeat || e.ctrlKey || e.metaKey || e.altKey || e.defaultPrevented) return;
    if ((e.target as Element).closest("input:not([type=checkbox]),textarea,select,dialog")) return;
    const pressed = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(e.key)}"]`);
    if (!pressed) return;
    e.preventDefault();
    if (pressed instanceof HTMLAnchorElement) leaving = true;
    pressed.click();
  });
}
