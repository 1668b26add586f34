import { checked } from "./dom";

const form = (): HTMLFormElement | null => document.querySelector<HTMLFormElement>("form#map-filter");

// query gives the present filter as the server reads it: class=0,2 and section=C and mass=1, each only when it narrows.
// No class ticked asks for class=-1, which is no site.
export function query(): URLSearchParams {
  const out = new URLSearchParams();
  const f = form();
  if (!f) return out;
  const classes = checked(f, "class");
  if (classes) out.set("class", classes.length > 0 ? classes.join(",") : "-1");
  const section = f.querySelector<HTMLSelectElement>("select[name=section]")?.value;
  if (section) out.set("section", section);
  if (f.querySelector<HTMLInputElement>("input[name=mass]")?.checked) out.set("mass", "1");
  return out;
}

// chosen is the value of a list or a ticked box of the form, "" for none.
export function chosen(name: string): string {
  const f = form();
  return f ? String(new FormData(f).get(name) ?? "") : "";
}

// watchFilter writes a changed filter into the page's address and then calls back; the form no longer needs its button.
export function watchFilter(change: () => void): void {
  const f = form();
  if (!f) return;
  // A link to another set of areas keeps the view and the filter as they are now.
  document.querySelectorAll<HTMLAnchorElement>("a[data-set]").forEach((link) => link.addEventListener("click", (ev) => {
    if (ev.ctrlKey || ev.metaKey || ev.shiftKey) return;
    ev.preventDefault();
    const url = new URL(location.href);
    url.searchParams.set("set", link.dataset["set"] ?? "");
    location.assign(decodeURIComponent(url.href));
  }));
  f.querySelectorAll<HTMLElement>("[type=submit]").forEach((button) => (button.hidden = true));
  const apply = (): void => {
    const url = new URL(location.href);
    for (const name of ["class", "section", "mass", "value", "over", "clusters"]) url.searchParams.delete(name);
    query().forEach((value, name) => url.searchParams.set(name, value));
    for (const name of ["value", "over", "clusters"]) if (chosen(name)) url.searchParams.set(name, chosen(name));
    history.replaceState(history.state, "", decodeURIComponent(url.href));
    change();
  };
  f.addEventListener("change", apply);
  f.addEventListener("submit", (ev) => {
    ev.preventDefault();
    apply();
  });
}
