const waitMs = 150; // long enough to skip letters typed in a run, short enough to feel immediate

// searchBox turns form.search into a combobox: the server answers the form's own address with a list fragment
// when asked with HX-Request. Arrow keys move, Enter opens, Escape closes; "/" comes here from anywhere.
export function searchBox(): void {
  const form = document.querySelector<HTMLFormElement>("form.search");
  const input = form?.querySelector<HTMLInputElement>("input[name=q]");
  if (!form || !input) return;
  const list = document.createElement("div");
  list.className = "hits";
  list.hidden = true;
  list.setAttribute("aria-live", "polite");
  form.append(list);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": "hits", "aria-expanded": "false", autocomplete: "off" })) input.setAttribute(name, value);

  let options: HTMLElement[] = [];
  let at = -1;
  let timer = 0;
  let request: AbortController | undefined;

  const mark = (index: number): void => {
    options[at]?.setAttribute("aria-selected", "false");
    at = index;
    const option = options[at];
    if (!option) return input.removeAttribute("aria-activedescendant");
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", option.id);
  };
  const show = (open: boolean): void => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open && options.length > 0));
    if (!open) mark(-1);
  };
  const fill = (html: string): void => {
    list.innerHTML = html;
    const ul = list.querySelector("ul");
    if (ul) {
      ul.setAttribute("role", "listbox");
      ul.setAttribute("aria-label", "Matches");
      ul.id = "hits";
    }
    // The link itself is the option: one control inside another would be hidden from some readers.
    options = [...list.querySelectorAll<HTMLElement>("li > a")];
    options.forEach((link, i) => {
      link.parentElement?.setAttribute("role", "presentation");
      for (const [name, value] of Object.entries({ id: `hit-${i}`, role: "option", "aria-selected": "false", tabindex: "-1" })) link.setAttribute(name, value);
    });
    at = -1;
    input.removeAttribute("aria-activedescendant");
    show(list.childElementCount > 0);
  };
  const ask = async (): Promise<void> => {
    request?.abort();
    const q = input.value.trim();
    if (q === "") return show(false);
    request = new AbortController();
    const url = new URL(form.action);
    url.searchParams.set("q", q);
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      fill(await answer.text());
    } catch (err) {
      if ((err as Error).name !== "AbortError") fill("<p>Search does not answer. Press Enter to try the full page.</p>");
    }
  };

  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void ask(), waitMs);
  });
  input.addEventListener("focus", () => {
    if (options.length > 0 && input.value.trim() !== "") show(true);
  });
  input.addEventListener("keydown", (ev) => {
    if (ev.key === "Escape" && !list.hidden) {
      show(false);
      ev.preventDefault();
    } else if ((ev.key === "ArrowDown" || ev.key === "ArrowUp") && options.length > 0) {
      ev.preventDefault();
      if (list.hidden) show(true);
      const step = ev.key === "ArrowDown" ? 1 : -1;
      mark(at < 0 && step < 0 ? options.length - 1 : (at + step + options.length) % options.length);
    } else if (ev.key === "Enter" && !list.hidden && options[at]) {
      ev.preventDefault();
      options[at]?.click();
    }
  });
  document.addEventListener("pointerdown", (ev) => {
    if (!form.contains(ev.target as Node)) show(false);
  });
  form.addEventListener("focusout", (ev) => {
    if (!form.contains(ev.relatedTarget as Node | null)) show(false);
  });
  document.addEventListener("keydown", (ev) => {
    const target = ev.target as HTMLElement;
    if (ev.key !== "/" || ev.ctrlKey || ev.metaKey || ev.altKey || target.closest("input,select,textarea,[contenteditable],dialog[open]")) return;
    ev.preventDefault();
    input.focus();
    input.select();
  });
}
