// What questions of a survey do while somebody answers: those that hang on an answer come and go, an answer that goes with
// no other stands alone, points are added up, ranks are not given twice, names are looked up. The form works without it.
import { el } from "./dom";

// questions watches a form whose questions were drawn by the template "question".
export function questions(form: HTMLFormElement): void {
  for (const q of form.querySelectorAll<HTMLElement>(".q[data-kind]")) question(form, q);
  form.addEventListener("change", () => route(form));
  route(form);
}

// question gives one question what its kind needs.
function question(form: HTMLFormElement, q: HTMLElement): void {
  const name = q.dataset["q"] ?? "";
  q.addEventListener("input", (e) => answered(q, name, e.target as HTMLInputElement));
  const kind = q.dataset["kind"];
  if (kind === "multi") {
    q.addEventListener("change", (e) => alone(q, name, e.target as HTMLInputElement));
    most(q, name);
  }
  if (kind === "rank") {
    q.addEventListener("change", () => ranks(q));
    ranks(q);
  }
  if (kind === "budget") {
    q.addEventListener("input", () => sum(q));
    sum(q);
  }
  const list = q.querySelector<HTMLElement>("[data-suggest]");
  if (list) for (const input of list.querySelectorAll<HTMLInputElement>("input.line")) suggest(form, list.dataset["suggest"] ?? "", input);
}

// route shows the questions that are asked after what has been chosen. A condition on a question that is not asked does not
// hold, turned round or not; conditions look back only, so one walk from the top settles all.
function route(form: HTMLFormElement): void {
  for (const q of form.querySelectorAll<HTMLElement>("[data-if]")) {
    const rule = q.dataset["if"] ?? "";
    const not = rule.startsWith("!");
    const [on = "", ...any] = rule.slice(not ? 1 : 0).split(" ");
    const other = form.querySelector<HTMLElement>(`.q[data-q="${CSS.escape(on)}"]`);
    if (!other) continue; // it stands on another page: the server has judged it
    const chosen = [...other.querySelectorAll<HTMLInputElement>("input:checked")].some((i) => i.name === on && any.includes(i.value));
    const asked = !gone(other) && !gone(q.parentElement) && chosen !== not;
    q.hidden = !asked;
    for (const set of q.querySelectorAll("fieldset")) set.disabled = !asked;
  }
  for (const page of form.querySelectorAll<HTMLElement>("section:not([data-if])")) page.hidden = !page.querySelector(".q:not([hidden])");
}

function gone(q: HTMLElement | null): boolean {
  return q?.closest("[hidden]") != null;
}

// answered keeps an answer and "I do not know" from standing side by side: the newer of both holds.
function answered(q: HTMLElement, name: string, at: HTMLInputElement): void {
  if (at.name === `${name}.state`) {
    if (at.value !== "") clear(q, name);
    return;
  }
  if (at.value === "other" && !at.checked) for (const words of q.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(name)}.other"]`)) words.value = "";
  const none = q.querySelector<HTMLInputElement>(`input[name="${CSS.escape(name)}.state"][value=""]`);
  if (none) none.checked = true;
  if (at.name === `${name}.other` && at.value !== "") {
    const other = q.querySelector<HTMLInputElement>('input[value="other"]');
    if (other && !other.checked) {
      other.checked = true;
      other.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
}

function clear(q: HTMLElement, name: string): void {
  for (const i of q.querySelectorAll<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>("input, select, textarea")) {
    if (i.name === `${name}.state` || i.name === "shown") continue;
    if (i instanceof HTMLInputElement && (i.type === "radio" || i.type === "checkbox")) i.checked = false;
    else i.value = "";
  }
  if (q.dataset["kind"] === "budget") sum(q);
  if (q.dataset["kind"] === "rank") ranks(q);
  if (q.dataset["kind"] === "multi") most(q, name);
}

// alone lets an option such as "none of these" stand by itself.
function alone(q: HTMLElement, name: string, at: HTMLInputElement): void {
  if (at.type === "checkbox" && at.checked) {
    for (const box of q.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) {
      if (box !== at && ("alone" in at.dataset || "alone" in box.dataset)) box.checked = false;
    }
  }
  most(q, name);
}

// most keeps further boxes from being ticked once there are as many as the question takes.
function most(q: HTMLElement, name: string): void {
  const limit = Number(q.dataset["most"] ?? 0);
  if (!limit) return;
  const boxes = [...q.querySelectorAll<HTMLInputElement>(`input[type=checkbox][name="${CSS.escape(name)}"]`)];
  const full = boxes.filter((b) => b.checked).length >= limit;
  for (const b of boxes) b.disabled = full && !b.checked && !("alone" in b.dataset);
}

// ranks offers at each place only what has no other place.
function ranks(q: HTMLElement): void {
  const places = [...q.querySelectorAll("select")];
  const taken = new Map(places.filter((p) => p.value !== "").map((p) => [p.value, p]));
  for (const p of places) {
    for (const o of p.options) o.disabled = o.value !== "" && taken.has(o.value) && taken.get(o.value) !== p;
  }
}

// sum says how many of the 100 points are given.
function sum(q: HTMLElement): void {
  const out = q.querySelector<HTMLElement>(".sum");
  if (!out) return;
  let total = 0;
  for (const i of q.querySelectorAll<HTMLInputElement>(".points input")) total += Number(i.value.replaceAll(",", "")) || 0;
  total = Math.round(total * 100) / 100;
  const left = Math.round((100 - total) * 100) / 100;
  const text = left === 0 ? "All 100 points are given." : left > 0 ? `${total} of 100 points given, ${left} left.` : `${total} points given: ${-left} too many.`;
  out.hidden = total === 0;
  if (out.textContent !== text) out.textContent = text;
  out.classList.toggle("flag", left < 0);
}

// suggest offers organisations on record while a name is typed; what is chosen is kept with its id, and any other name as it is.
function suggest(form: HTMLFormElement, address: string, input: HTMLInputElement): void {
  const id = input.parentElement?.querySelector<HTMLInputElement>("input[type=hidden]");
  if (!id) return;
  const list = el("ul", "", { class: "suggest", role: "listbox", id: `${input.id}-list`, "aria-label": "Organisations on record" });
  list.hidden = true;
  input.after(list);
  for (const [k, v] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"], ["aria-controls", list.id]] as const) input.setAttribute(k, v);
  let at = -1;
  let asked = 0;
  const show = (open: boolean) => {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) input.removeAttribute("aria-activedescendant");
    at = -1;
  };
  const take = (li: Element) => {
    input.value = li.textContent ?? "";
    id.value = (li as HTMLElement).dataset["id"] ?? "";
    show(false);
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const mark = (k: number) => {
    at = (k + list.children.length) % list.children.length;
    [...list.children].forEach((li, n) => li.setAttribute("aria-selected", String(n === at)));
    input.setAttribute("aria-activedescendant", list.children[at]?.id ?? "");
    list.children[at]?.scrollIntoView({ block: "nearest" });
  };
  let wait = 0;
  input.addEventListener("input", () => {
    id.value = "";
    clearTimeout(wait);
    const typed = input.value.trim();
    if (typed.length < 3) return show(false);
    wait = window.setTimeout(async () => {
      const n = ++asked;
      let found: { id: string; name: string }[] = [];
      try {
        const r = await fetch(`${address}?q=${encodeURIComponent(typed)}`);
        if (r.ok) found = await r.json();
      } catch {
        // without an answer the name is kept as it was typed
      }
      if (n !== asked || document.activeElement !== input) return;
      list.replaceChildren(...found.map((o, k) => el("li", o.name, { role: "option", id: `${list.id}-${k}`, "data-id": o.id, "aria-selected": "false" })));
      show(found.length > 0);
    }, 250);
  });
  input.addEventListener("keydown", (e) => {
    if (list.hidden) return;
    if (e.key === "ArrowDown" || e.key === "ArrowUp") mark(e.key === "ArrowDown" ? at + 1 : at < 0 ? -1 : at - 1);
    else if (e.key === "Escape") show(false);
    else if (e.key === "Enter" && at >= 0) take(list.children[at]!);
    else return;
    e.preventDefault();
  });
  list.addEventListener("mousedown", (e) => e.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (e) => {
    const li = (e.target as Element).closest("li");
    if (li) take(li);
  });
  input.addEventListener("blur", () => show(false));
}
