type Theme = "auto" | "light" | "dark";
const next: Record<Theme, Theme> = { auto: "light", light: "dark", dark: "auto" };
const words: Record<Theme, string> = { auto: "as the system", light: "light", dark: "dark" };

// themeButton makes [data-theme-toggle] step through automatic, light and dark, and remembers the choice.
export function themeButton(): void {
  const button = document.querySelector<HTMLElement>("[data-theme-toggle]");
  if (!button) return;
  const root = document.documentElement;
  const set = (theme: Theme): void => {
    if (theme === "auto") delete root.dataset["theme"];
    else root.dataset["theme"] = theme;
    button.textContent = `Theme: ${words[theme]}`;
    try {
      if (theme === "auto") localStorage.removeItem("theme");
      else localStorage.setItem("theme", theme);
    } catch {
      // Storage is blocked: the choice lasts as long as the page.
    }
  };
  const current = (): Theme => (root.dataset["theme"] as Theme | undefined) ?? "auto";
  set(current());
  button.hidden = false;
  button.addEventListener("click", () => set(next[current()]));
}
