import type Graph from "graphology";
import { el } from "./dom";
import type { Edge, Node, State } from "./network";

let empty: ChildNode[] | undefined; // what the page said before anything was in focus

// showFocus lists the ties of the organisation in focus; with none it puts back what the page said at first.
export function showFocus(graph: Graph, state: State, focus: (id: string | undefined) => void): void {
  const box = document.getElementById("network-focus");
  if (!box) return;
  empty ??= [...box.childNodes];
  const pick = document.querySelector<HTMLSelectElement>("#network-pick");
  if (pick) pick.value = state.focus ?? "";
  if (state.focus === undefined) return box.replaceChildren(...empty);
  const id = state.focus;
  const node = graph.getNodeAttributes(id) as Node & { broker: boolean };
  const head = el("h2");
  head.append(el("a", node.label, { href: node.url }));
  const ties = graph.edges(id).filter((e) => state.showsEdge(e)).map((e) => ({ edge: graph.getEdgeAttributes(e) as Edge, other: graph.opposite(id, e) })).filter((t) => state.showsNode(t.other));
  ties.sort((a, b) => a.edge.kind.localeCompare(b.edge.kind) || name(graph, a.other).localeCompare(name(graph, b.other)));
  const many = ties.length === 1 ? "1 tie" : `${ties.length} ties`;
  const sub = el("p", `${words(node.role)}. ${many} shown.${node.broker ? " Among the strongest brokers." : ""}`, { class: "sub" });
  const list = el("ul", "", { class: "rows" });
  for (const { edge, other } of ties) list.append(tie(graph, edge, other, focus));
  const clear = el("button", "Show the whole network", { type: "button", class: "btn small" });
  clear.addEventListener("click", () => focus(undefined));
  box.replaceChildren(head, sub, list, clear);
}

function tie(graph: Graph, edge: Edge, other: string, focus: (id: string) => void): HTMLElement {
  const row = el("li", "", { class: "tie" });
  const go = el("button", name(graph, other), { type: "button" });
  go.addEventListener("click", () => focus(other));
  row.append(go);
  if (edge.url) row.append(el("a", "src", { class: "why", href: edge.url, "aria-label": `src: evidence of the tie with ${name(graph, other)}` }));
  row.append(el("small", [words(edge.kind), edge.label].filter(Boolean).join(": ")));
  return row;
}

// pickList makes every organisation reachable by keyboard: a list to choose the focus from.
// The page may bring select#network-pick with its options; else the island makes it.
export function pickList(graph: Graph, root: HTMLElement, focus: (id: string | undefined) => void): void {
  let pick = document.querySelector<HTMLSelectElement>("select#network-pick");
  if (!pick) {
    pick = el("select", "", { id: "network-pick" });
    const field = el("div", "", { class: "field" });
    field.append(el("label", "Organisation in focus", { for: "network-pick" }), pick);
    const form = document.querySelector("form#network-filter");
    if (form) form.append(field);
    else root.before(field);
  }
  if (pick.options.length === 0) {
    pick.append(el("option", "All", { value: "" }));
    for (const id of graph.nodes().sort((a, b) => name(graph, a).localeCompare(name(graph, b)))) pick.append(el("option", name(graph, id), { value: id }));
  }
  const chosen = pick;
  chosen.addEventListener("change", () => focus(chosen.value || undefined));
}

const name = (graph: Graph, id: string): string => String(graph.getNodeAttribute(id, "label") ?? id);
const words = (key: string): string => (key.charAt(0).toUpperCase() + key.slice(1)).replaceAll(/[_-]/g, " ");
