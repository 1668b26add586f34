// Small helpers that both islands share.

// css reads a custom property of the page, so that canvases follow the theme.
export function css(name: string, fallback = "#888888"): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || fallback;
}

// onTheme calls back when the reader or the system changes between light and dark.
export function onTheme(change: () => void): void {
  new MutationObserver(change).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", change);
}

// el makes an element with text and attributes; text is never read as HTML.
export function el<K extends keyof HTMLElementTagNameMap>(tag: K, text = "", attrs: Record<string, string> = {}): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  if (text) node.textContent = text;
  for (const [name, value] of Object.entries(attrs)) node.setAttribute(name, value);
  return node;
}

// note shows one line over the island; an empty text removes it.
export function note(island: HTMLElement, text: string, over = false): void {
  island.querySelector(".island-note")?.remove();
  if (text) island.append(el("p", text, { class: over ? "island-note over" : "island-note", role: "status" }));
}

// checked gives the values of the ticked boxes of one name, or undefined when all are ticked (no filter).
export function checked(form: HTMLFormElement | null, name: string): string[] | undefined {
  const boxes = [...(form?.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${name}"]`) ?? [])];
  const on = boxes.filter((box) => box.checked);
  return on.length === boxes.length ? undefined : on.map((box) => box.value);
}

// colours of the eight roles; anything else is grey.
export function roleColour(role: string): string {
  return /^[a-z]+$/.test(role) ? css(`--${role}`, css("--ink-3")) : css("--ink-3");
}

// canDraw says whether this browser gives a WebGL 2 canvas.
export function canDraw(): boolean {
  try {
    return document.createElement("canvas").getContext("webgl2") !== null;
  } catch {
    return false;
  }
}
