import type Graph from "graphology";
import type Sigma from "sigma";
import { el } from "./dom";
import type { Data, State } from "./network";

let empty: ChildNode[] | undefined; // what the page said before anything was in focus

type Focus = (id: string | undefined) => void;

// showFocus lists the ties of the organisation in focus; with none it puts back what the page said at first.
export function showFocus(graph: Graph, state: State, focus: Focus): void {
  const box = document.getElementById("network-focus");
  if (!box) return;
  empty ??= [...box.childNodes];
  if (state.focus === undefined) return box.replaceChildren(...empty);
  const { data, focus: id } = state;
  const i = graph.getNodeAttribute(id, "i") as number;
  const head = el("h2");
  head.append(el("a", data.name[i]!, { href: `/organisations/${encodeURIComponent(id)}` }));
  const ties = graph.edges(id).map((e) => ({ e: graph.getEdgeAttribute(e, "i") as number, other: graph.opposite(id, e) }));
  ties.sort((a, b) => data.strong[b.e]! - data.strong[a.e]! || name(graph, a.other).localeCompare(name(graph, b.other)));
  const group = data.group && data.groups?.[data.group[i]!];
  const many = ties.length === 1 ? "1 tie" : `${ties.length} ties`;
  const sub = el("p", [`${data.roles[data.role[i]!]?.[1] ?? "Organisation"}. ${many} here.`, group && `In the community of ${group}.`, graph.getNodeAttribute(id, "broker") && "Among the strongest brokers."].filter(Boolean).join(" "), { class: "sub" });
  const more = el("p", "", { class: "actions" });
  const own = new URL(location.href);
  own.search = ownFilter(own.searchParams);
  own.searchParams.set("org", id);
  more.append(el("a", "Its neighbourhood", { href: own.pathname + own.search, class: "btn small" }), el("a", "Path from here", { href: `/network/path?a=${encodeURIComponent(id)}`, class: "btn small" }));
  const list = el("ul", "", { class: "rows" });
  for (const { e, other } of ties.slice(0, 200)) list.append(tie(graph, data, e, id, other, focus));
  if (ties.length > 200) list.append(el("li", `and ${ties.length - 200} more; the table has all`));
  const clear = el("button", "Show all again", { type: "button", class: "btn small" });
  clear.addEventListener("click", () => focus(undefined));
  box.replaceChildren(head, sub, more, list, clear);
}

// ownFilter keeps what of an address is the filter.
function ownFilter(from: URLSearchParams): string {
  const out = new URLSearchParams();
  for (const [k, v] of from) if (["role", "kind", "sector", "family", "from", "to", "strength", "area", "ends", "undated"].includes(k)) out.append(k, v);
  return out.toString();
}

function tie(graph: Graph, data: Data, e: number, id: string, other: string, focus: Focus): HTMLElement {
  const row = el("li", "", { class: "tie" });
  const go = el("button", name(graph, other), { type: "button" });
  go.addEventListener("click", () => focus(other));
  const [a, b] = id < other ? [id, other] : [other, id];
  const ref = `tied/${encodeURIComponent(a)}/${encodeURIComponent(b)}`;
  row.append(go, el("a", "src", { class: "why", href: `/why?ref=${encodeURIComponent(ref)}`, "aria-label": `src: evidence of the tie with ${name(graph, other)}` }));
  row.append(el("small", [kinds(data, e), years(data.first[e]!, data.last[e]!), data.strong[e] ? "strong" : "weak"].join(", ")));
  return row;
}

const kinds = (data: Data, e: number): string => data.kinds.filter((_, k) => (data.kind[e]! >>> k) & 1).join(", ");

function years(first: number, last: number): string {
  if (!first) return "not dated";
  if (last >= 9999) return `since ${first}`;
  return first === last ? String(first) : `${first} to ${last}`;
}

// search finds an organisation of the picture by its name; what it finds are buttons, so that keys reach them.
export function search(graph: Graph, state: State, focus: Focus): void {
  const input = document.querySelector<HTMLInputElement>("input#network-find");
  const list = document.getElementById("network-found");
  if (!input || !list) return;
  const folded = state.ranked.map((id) => [id, fold(name(graph, id))] as const);
  input.addEventListener("input", () => {
    const words = fold(input.value).split(" ").filter(Boolean);
    const hits = words.length ? folded.filter(([, text]) => words.every((w) => text.includes(w))) : [];
    list.replaceChildren(
      ...hits.slice(0, 8).map(([id]) => {
        const item = el("li");
        const button = el("button", name(graph, id), { type: "button" });
        button.addEventListener("click", () => ((input.value = ""), list.replaceChildren(), focus(id)));
        item.append(button);
        return item;
      }),
    );
    if (words.length && hits.length === 0) list.append(el("li", "Nothing of that name is in the picture.", { class: "muted" }));
    if (hits.length > 8) list.append(el("li", `and ${hits.length - 8} more: type more of the name`, { class: "muted" }));
  });
  const form = input.closest("form");
  form?.addEventListener("submit", (ev) => {
    const first = list.querySelector("button");
    if (!first) return;
    ev.preventDefault();
    first.click();
  });
}

const fold = (text: string): string => text.normalize("NFKD").replaceAll(/\p{M}/gu, "").toLowerCase();

// readKeys moves the focus through the picture by arrow keys, from the organisation in focus to the nearest in that
// direction; plus and minus come nearer and go further, Escape lets go.
export function readKeys(root: HTMLElement, sigma: Sigma, graph: Graph, state: State, focus: Focus): void {
  root.tabIndex = 0;
  root.setAttribute("role", "application");
  root.setAttribute("aria-label", "Picture of the network. Arrow keys go from one organisation to the next, plus and minus change the scale, Escape shows all. The same is in the table.");
  const turn: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  root.addEventListener("keydown", (ev) => {
    if (ev.ctrlKey || ev.metaKey || ev.altKey) return;
    const to = turn[ev.key];
    if (to) focus(state.focus === undefined ? state.ranked[0] : (nearest(sigma, graph, state, to) ?? state.focus));
    else if (ev.key === "Escape") focus(undefined);
    else if (ev.key === "+" || ev.key === "=") void sigma.getCamera().animatedZoom({ duration: 150 });
    else if (ev.key === "-") void sigma.getCamera().animatedUnzoom({ duration: 150 });
    else return;
    ev.preventDefault();
  });
}

// nearest is the organisation that lies closest in a direction: what is off to the side counts as further away.
function nearest(sigma: Sigma, graph: Graph, state: State, [dx, dy]: [number, number]): string | undefined {
  const at = (id: string): { x: number; y: number } => sigma.graphToViewport(graph.getNodeAttributes(id) as { x: number; y: number });
  const from = at(state.focus!);
  let best: string | undefined;
  let least = Infinity;
  for (const id of state.ranked) {
    if (id === state.focus) continue;
    const to = at(id);
    const along = (to.x - from.x) * dx + (to.y - from.y) * dy;
    const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
    const far = along + 2 * aside;
    if (along > 0.5 && far < least) [best, least] = [id, far];
  }
  return best;
}

const name = (graph: Graph, id: string): string => String(graph.getNodeAttribute(id, "label") ?? id);
