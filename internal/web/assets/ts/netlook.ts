import { css, el, roleColour } from "./dom";
import type { Data, State } from "./network";

// The colours of groups, sectors and kinds, the most frequent first; what comes after them is grey.
const palette = ["driver", "firm", "education", "agency", "cultivator", "funder", "amenity"];

type Colours = "role" | "sector" | "group";
type Sizes = "degree" | "between";
type Lines = "strength" | "kind";

// Look is how organisations and ties are coloured and how large they are.
export class Look {
  colours: Colours = "role";
  sizes: Sizes = "degree";
  lines: Lines = "strength";
  private paints: string[] = [];
  private rest = "";
  private kindRank: number[] = []; // place of each kind by how often it is there
  private mostBetween: number;
  private scale: number;

  constructor(private data: Data) {
    this.mostBetween = (data.between ?? []).reduce((a, b) => Math.max(a, b), 0) || 1;
    this.scale = Math.min(1, Math.max(0.45, 14 / Math.sqrt(Math.max(1, data.id.length)))); // smaller marks where there are many
    const count = data.kinds.map((_, k) => data.kind.reduce((n, bits) => n + ((bits >>> k) & 1), 0));
    const order = count.map((_, k) => k).sort((a, b) => count[b]! - count[a]! || a - b);
    order.forEach((k, rank) => (this.kindRank[k] = count[k] ? rank : -1));
  }
  recolour(): void {
    this.paints = palette.map((name) => css(`--${name}`));
    this.rest = css("--ink-3");
  }
  colour(i: number): string {
    const d = this.data;
    if (this.colours === "role") return roleColour(d.roles[d.role[i]!]?.[0] ?? "");
    const at = this.colours === "sector" ? d.sector[i]! : (d.group?.[i] ?? -1);
    return this.paints[at] ?? this.rest;
  }
  size(i: number): number {
    if (this.sizes === "between" && this.data.between) return (3 + 15 * Math.sqrt((this.data.between[i] ?? 0) / this.mostBetween)) * this.scale;
    return Math.min(18, (3.2 + 1.7 * Math.sqrt(this.data.degree[i]!)) * this.scale);
  }
  // line is the colour of a tie by its most frequent kind; undefined: by strength.
  line(i: number): string | undefined {
    if (this.lines === "strength") return undefined;
    const rank = this.kindRank.filter((_, k) => (this.data.kind[i]! >>> k) & 1).reduce((a, b) => Math.min(a, b), 99);
    return this.paints[rank] ?? this.rest;
  }
  // key names the colours in use.
  key(): [string, string][] {
    const d = this.data;
    const tail = (names: string[], list: number[]): [string, string][] => {
      const used = names.map((name, i) => [this.paints[i] ?? this.rest, name] as [string, string]).filter((_, i) => i < palette.length && list.includes(i));
      return [...used, ...(list.some((v) => v < 0 || v >= palette.length) ? [[this.rest, "others"] as [string, string]] : [])];
    };
    const nodes: [string, string][] = this.colours === "role" ? d.roles.filter((_, i) => d.role.includes(i)).map(([key, label]) => [roleColour(key), label]) : this.colours === "sector" ? tail(d.sectors, d.sector) : tail(d.groups ?? [], d.group ?? []);
    if (this.lines === "strength") return nodes;
    const kinds = this.kindRank.map((rank, k) => [rank, k] as const).filter(([rank]) => rank >= 0).sort((a, b) => a[0] - b[0]);
    return [...nodes, ...kinds.map(([rank, k]) => [this.paints[rank] ?? this.rest, `tie: ${d.kinds[k]!}`] as [string, string])];
  }
}

// watchLook follows the choices of form#network-look and writes the key; the form has no use without this script's
// drawing beyond what its button does.
export function watchLook(state: State, change: () => void): void {
  const form = document.querySelector<HTMLFormElement>("form#network-look");
  const read = (): void => {
    const value = (name: string): string | undefined => form?.querySelector<HTMLSelectElement>(`select[name=${name}]`)?.value;
    state.look.colours = (value("colour") as Colours | undefined) ?? "role";
    state.look.sizes = (value("size") as Sizes | undefined) ?? "degree";
    state.look.lines = (value("lines") as Lines | undefined) ?? "strength";
    const key = document.getElementById("network-key");
    key?.replaceChildren(
      ...state.look.key().map(([colour, label]) => {
        const item = el("li");
        const dot = el("span", "", { class: "dot" });
        dot.style.background = colour;
        item.append(dot, label);
        return item;
      }),
    );
  };
  form?.querySelectorAll<HTMLElement>("[type=submit]").forEach((button) => (button.hidden = true));
  form?.addEventListener("submit", (ev) => ev.preventDefault());
  form?.addEventListener("change", () => (read(), change()));
  read();
  new MutationObserver(read).observe(document.documentElement, { attributeFilter: ["data-theme"] });
  change();
}
