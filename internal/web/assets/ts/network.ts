// The network island: draws /network.json in place of the page's static picture, obeys form#network-filter,
// and lists the ties of the organisation in focus in #network-focus, each with its evidence.
import Graph from "graphology";
import Sigma from "sigma";
import { canDraw, checked, css, note, onTheme, roleColour } from "./dom";
import { drawMarks } from "./netmarks";
import { pickList, showFocus } from "./netfocus";

export type Node = { id: string; label: string; role: string; x: number; y: number; degree: number; betweenness: number; url: string };
export type Edge = { id: string; from: string; to: string; kind: string; label: string; url: string };
type File = { nodes: Node[]; edges: Edge[] };

const brokerCount = 8; // rings beyond these few would mark nothing

const island = document.getElementById("network");
if (island) void start(island);

async function start(root: HTMLElement): Promise<void> {
  if (!canDraw()) return;
  const file = await load(root.dataset["src"] ?? "/network.json");
  if (!file) return note(root, "The live network did not load; this is its picture. The table has the same ties.");
  const graph = build(file);
  const state = new State(graph);
  const box = document.createElement("div");
  box.style.cssText = "position:absolute;inset:0";
  root.append(box);
  const sigma = draw(graph, box, state);
  root.querySelectorAll<HTMLElement>(":scope > svg, :scope > figure").forEach((old) => old.remove());
  const focus = (id: string | undefined): void => {
    state.focus = id !== undefined && graph.hasNode(id) ? id : undefined;
    state.near = new Set(state.focus === undefined ? [] : [state.focus, ...graph.neighbors(state.focus)]);
    const url = new URL(location.href);
    if (state.focus === undefined) url.searchParams.delete("focus");
    else url.searchParams.set("focus", state.focus);
    history.replaceState(history.state, "", url);
    showFocus(graph, state, focus);
    sigma.refresh();
  };
  sigma.on("clickNode", ({ node }) => focus(node));
  sigma.on("clickStage", () => focus(undefined));
  sigma.on("enterNode", ({ node }) => ((state.hover = node), (box.style.cursor = "pointer"), sigma.refresh({ skipIndexation: true })));
  sigma.on("leaveNode", () => ((state.hover = undefined), (box.style.cursor = ""), sigma.refresh({ skipIndexation: true })));
  onTheme(() => (state.recolour(), sigma.refresh()));
  watchFilter(() => (state.filter(), showFocus(graph, state, focus), sigma.refresh()));
  pickList(graph, root, focus);
  const wanted = new URLSearchParams(location.search).get("focus") ?? undefined;
  if (wanted !== undefined) focus(wanted);
}

async function load(src: string): Promise<File | undefined> {
  try {
    const answer = await fetch(src, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as File) : undefined;
  } catch {
    return undefined;
  }
}

function build(file: File): Graph {
  const graph = new Graph({ multi: true, type: "undirected" });
  const brokers = new Set([...file.nodes].filter((n) => n.betweenness > 0).sort((a, b) => b.betweenness - a.betweenness || (a.id < b.id ? -1 : 1)).slice(0, brokerCount).map((n) => n.id));
  for (const n of file.nodes) {
    // The file's y grows downwards as in the static picture; the canvas's grows upwards.
    graph.mergeNode(n.id, { ...n, y: 1 - n.y, broker: brokers.has(n.id), size: 3.5 + 1.7 * Math.sqrt(n.degree) });
  }
  for (const e of file.edges) {
    if (graph.hasNode(e.from) && graph.hasNode(e.to) && !graph.hasEdge(e.id)) graph.addEdgeWithKey(e.id, e.from, e.to, { ...e, size: 1 });
  }
  return graph;
}

// State is what the drawing depends on besides the data: focus, pointer, filter and theme.
export class State {
  focus: string | undefined;
  hover: string | undefined;
  near = new Set<string>();
  colours = { line: "", faint: "", accent: "" };
  private roles: string[] | undefined;
  private kinds: string[] | undefined;
  private tied = new Set<string>();

  constructor(private graph: Graph) {
    this.recolour();
    this.filter();
  }
  recolour(): void {
    this.colours = { line: css("--line-2"), faint: css("--line"), accent: css("--accent") };
  }
  // filter reads the form; under a filter of kinds a node without a visible tie goes too.
  filter(): void {
    const form = document.querySelector<HTMLFormElement>("form#network-filter");
    this.roles = checked(form, "role");
    this.kinds = checked(form, "kind");
    this.tied = new Set(this.graph.edges().filter((e) => this.showsEdge(e)).flatMap((e) => this.graph.extremities(e)));
  }
  showsNode(id: string): boolean {
    const role = this.graph.getNodeAttribute(id, "role") as string;
    return (this.roles?.includes(role) ?? true) && (this.kinds === undefined || this.tied.has(id));
  }
  showsEdge(id: string): boolean {
    return this.kinds?.includes(this.graph.getEdgeAttribute(id, "kind") as string) ?? true;
  }
}

function draw(graph: Graph, box: HTMLElement, state: State): Sigma {
  const sigma = new Sigma(graph, box, {
    renderLabels: false, zIndex: true, stagePadding: 40, minCameraRatio: 0.05, maxCameraRatio: 2, minEdgeThickness: 1.2, allowInvalidContainer: true,
    defaultDrawNodeHover: () => undefined,
    nodeReducer: (id, data) => {
      const dim = state.focus !== undefined && !state.near.has(id);
      return { ...data, hidden: !state.showsNode(id), color: dim ? state.colours.faint : roleColour(data["role"] as string), zIndex: dim ? 0 : 1 };
    },
    edgeReducer: (id, data) => {
      const touches = state.focus !== undefined && graph.hasExtremity(id, state.focus);
      const dim = state.focus !== undefined && !touches;
      return { ...data, hidden: !state.showsEdge(id), color: touches ? state.colours.accent : dim ? state.colours.faint : state.colours.line, size: touches ? 2.2 : 1.2, zIndex: touches ? 1 : 0 };
    },
  });
  drawMarks(sigma, graph, state);
  return sigma;
}

function watchFilter(change: () => void): void {
  const form = document.querySelector<HTMLFormElement>("form#network-filter");
  form?.addEventListener("change", (ev) => {
    if ((ev.target as HTMLElement).matches("input[type=checkbox]")) change();
  });
  form?.addEventListener("submit", (ev) => ev.preventDefault());
  form?.querySelectorAll<HTMLElement>("[type=submit]").forEach((button) => (button.hidden = true));
}
