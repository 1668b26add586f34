// The island of writing a case: what a text comes to follows while it is typed, figures are picked from a list, Control and S keeps, and
// nobody leaves with something unkept. The page works without this.
const waitMs = 350; // without a key, before the server is asked what the text comes to

document.querySelectorAll<HTMLFormElement>("form[data-write]").forEach((form) => {
  const preview = document.querySelector<HTMLElement>(form.dataset["preview"] ?? "");
  const state = form.querySelector<HTMLElement>("[data-state]");
  let unkept = form.hasAttribute("data-unkept");
  let timer = 0;
  let request: AbortController | undefined;
  let last = form.querySelector<HTMLTextAreaElement>("textarea[data-text]"); // where an insertion goes

  const load = async (): Promise<void> => {
    request?.abort();
    request = new AbortController();
    const body = new URLSearchParams();
    new FormData(form).forEach((value, name) => {
      if (typeof value === "string") body.append(name, value);
    });
    try {
      const answer = await fetch(form.dataset["write"] ?? "", { method: "POST", body, headers: { "HX-Request": "true", Accept: "text/html" }, signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = document.createElement("div");
      fresh.innerHTML = await answer.text();
      if (preview) put(preview, fresh);
    } catch (err) {
      if ((err as Error).name !== "AbortError") preview?.setAttribute("data-stale", "");
    }
  };
  const changed = (): void => {
    unkept = true;
    if (state) state.textContent = "Not kept yet";
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), waitMs);
  };

  form.addEventListener("input", changed);
  form.addEventListener("focusin", (e) => {
    if (e.target instanceof HTMLTextAreaElement && e.target.hasAttribute("data-text")) last = e.target;
  });
  form.addEventListener("submit", () => (unkept = false));
  addEventListener("beforeunload", (e) => {
    if (unkept) e.preventDefault();
  });
  form.querySelectorAll<HTMLElement>("[data-without]").forEach((e) => (e.hidden = true));
  form.querySelectorAll<HTMLElement>("[data-keys]").forEach((e) => (e.hidden = false));

  // A problem leads to its line and column in the text.
  preview?.addEventListener("click", (e) => {
    const link = (e.target as Element).closest<HTMLAnchorElement>("a[data-line]");
    const text = link && document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!(text instanceof HTMLTextAreaElement)) return;
    e.preventDefault();
    toLine(text, Number(link?.dataset["line"]), Number(link?.dataset["column"] ?? 1));
  });

  let [from, to] = [0, 0]; // of the cursor when the picker was opened: a dialog makes the page forget it
  const show = picker((insertion, alone) => {
    if (!last) return;
    last.focus();
    last.setSelectionRange(from, to);
    insert(last, insertion, alone);
  });
  const open = show && ((): void => {
    if (last) [from, to] = [last.selectionStart, last.selectionEnd];
    show();
  });
  const button = form.querySelector<HTMLButtonElement>("[data-picker]");
  if (button && open && last) {
    button.hidden = false;
    button.addEventListener("click", open);
  }
  document.addEventListener("keydown", (e) => {
    if (!(e.ctrlKey || e.metaKey) || e.altKey || e.shiftKey) return;
    const key = e.key.toLowerCase();
    if (key === "s") {
      e.preventDefault();
      if (!e.repeat) form.requestSubmit(form.querySelector<HTMLButtonElement>('button[value="keep"]'));
    } else if (key === "k" && open && last) {
      e.preventDefault();
      open();
    }
  });
});

// put puts the answer in place. The sentence that is read out keeps its element, so that it is read when it says something new.
function put(target: HTMLElement, fresh: HTMLElement): void {
  const before = target.querySelector("#says");
  const now = fresh.querySelector("#says");
  target.removeAttribute("data-stale");
  if (!before || !now) {
    target.replaceChildren(...fresh.childNodes);
    return;
  }
  if (before.textContent !== now.textContent) before.textContent = now.textContent;
  now.remove();
  target.replaceChildren(before, ...fresh.childNodes);
}

// toLine puts the cursor on a line and column, which count from 1; columns are characters.
function toLine(text: HTMLTextAreaElement, line: number, column: number): void {
  const lines = text.value.split("\n");
  const from = lines.slice(0, line - 1).reduce((n, l) => n + l.length + 1, 0);
  const now = lines[line - 1] ?? "";
  const at = from + [...now].slice(0, Math.max(0, column - 1)).join("").length;
  text.focus();
  text.setSelectionRange(at, from + now.length);
  text.scrollTop = Math.max(0, (text.scrollHeight * (line - 4)) / Math.max(1, lines.length));
}

// insert writes at the cursor as if it were typed, so that it can be undone. What stands alone gets empty lines around it.
function insert(text: HTMLTextAreaElement, insertion: string, alone: boolean): void {
  if (alone) {
    const before = text.value.slice(0, text.selectionStart);
    const after = text.value.slice(text.selectionEnd);
    insertion = (before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n") + insertion + (after.startsWith("\n\n") || after === "" ? "" : after.startsWith("\n") ? "\n" : "\n\n");
  }
  // The one way in which every browser keeps the history of undoing.
  if (!document.execCommand("insertText", false, insertion)) {
    text.setRangeText(insertion, text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

// picker makes the panel work and gives what opens it; undefined where the page has none.
function picker(choose: (insertion: string, alone: boolean) => void): (() => void) | undefined {
  const dialog = document.querySelector<HTMLDialogElement>("#picker");
  const search = dialog?.querySelector<HTMLInputElement>("input[type=search]");
  const list = dialog?.querySelector<HTMLElement>("#picker-list");
  if (!dialog || !search || !list) return undefined;
  let timer = 0;
  let request: AbortController | undefined;
  let found: string | undefined; // what the list was searched for
  const load = async (): Promise<void> => {
    request?.abort();
    request = new AbortController();
    clearTimeout(timer);
    const words = search.value;
    try {
      const answer = await fetch(`${search.dataset["from"] ?? ""}?q=${encodeURIComponent(words)}`, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      list.innerHTML = await answer.text();
      list.querySelectorAll<HTMLElement>("[data-insert]").forEach((b) => (b.hidden = false));
      found = words;
    } catch (err) {
      if ((err as Error).name !== "AbortError") list.textContent = "The list cannot be loaded. Is the server there?";
    }
  };
  search.addEventListener("input", () => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), waitMs / 2);
  });
  search.addEventListener("keydown", (e) => {
    if (e.key === "Enter") {
      e.preventDefault();
      const first = (): void => list.querySelector<HTMLElement>("[data-insert]")?.click();
      if (found === search.value) first();
      else void load().then(() => found === search.value && first());
    } else if (e.key === "ArrowDown") {
      e.preventDefault();
      list.querySelector<HTMLElement>("[data-insert]")?.focus();
    }
  });
  list.addEventListener("click", (e) => {
    const b = (e.target as Element).closest<HTMLElement>("[data-insert]");
    if (!b) return;
    dialog.close();
    choose(b.dataset["insert"] ?? "", b.hasAttribute("data-alone"));
  });
  dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
  return () => {
    dialog.showModal();
    search.select();
    if (!list.firstChild) void load();
  };
}

export {};
