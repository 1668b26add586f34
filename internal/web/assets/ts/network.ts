// The network island: draws the organisations and ties of #network[data-src] in place of the page's static picture.
// The server has filtered and placed them; here one looks closer: search, focus, colours, sizes.
import Graph from "graphology";
import Sigma from "sigma";
import { canDraw, css, note, onTheme } from "./dom";
import { drawMarks } from "./netmarks";
import { readKeys, search, showFocus } from "./netfocus";
import { Look, watchLook } from "./netlook";

// Data is the file of the server: a column for each fact of organisations and ties, in the same order.
export type Data = {
  id: string[];
  name: string[];
  role: number[];
  sector: number[];
  x: number[];
  y: number[];
  degree: number[];
  between?: number[];
  group?: number[];
  a: number[];
  b: number[];
  kind: number[];
  strong: number[];
  first: number[];
  last: number[];
  roles: [string, string][];
  sectors: string[];
  groups?: string[];
  kinds: string[];
  focus?: string;
  note?: string;
};

const brokerCount = 8; // rings beyond these few would mark nothing

const island = document.getElementById("network");
if (island) void start(island);

async function start(root: HTMLElement): Promise<void> {
  if (!canDraw()) return;
  const data = await load(root.dataset["src"] ?? "/network.json");
  if (!data) return note(root, "The live network did not load; this is its picture. The table has the same ties.");
  const graph = build(data, root);
  const state = new State(graph, data);
  const box = document.createElement("div");
  box.style.cssText = "position:absolute;inset:0";
  root.append(box);
  const sigma = draw(graph, box, state);
  root.querySelectorAll<HTMLElement>(":scope > svg, :scope > figure").forEach((old) => old.remove());
  const focus = (id: string | undefined): void => {
    state.see(id !== undefined && graph.hasNode(id) ? id : undefined);
    const url = new URL(location.href);
    if (state.focus === undefined) url.searchParams.delete("focus");
    else url.searchParams.set("focus", state.focus);
    history.replaceState(history.state, "", url);
    showFocus(graph, state, focus);
    sigma.refresh({ skipIndexation: true });
  };
  sigma.on("clickNode", ({ node }) => focus(node));
  sigma.on("clickStage", () => focus(undefined));
  sigma.on("enterNode", ({ node }) => ((state.hover = node), (box.style.cursor = "pointer"), sigma.scheduleRender()));
  sigma.on("leaveNode", () => ((state.hover = undefined), (box.style.cursor = ""), sigma.scheduleRender()));
  onTheme(() => (state.recolour(), sigma.refresh({ skipIndexation: true })));
  watchLook(state, () => sigma.refresh());
  search(graph, state, focus);
  readKeys(root, sigma, graph, state, focus);
  const wanted = new URLSearchParams(location.search).get("focus") ?? undefined;
  if (wanted !== undefined) focus(wanted);
}

async function load(src: string): Promise<Data | undefined> {
  try {
    const answer = await fetch(src, { headers: { Accept: "application/json" } });
    return answer.ok ? ((await answer.json()) as Data) : undefined;
  } catch {
    return undefined;
  }
}

function build(data: Data, root: HTMLElement): Graph {
  const graph = new Graph({ multi: false, type: "undirected" });
  const between = data.between ?? [];
  const brokers = new Set(data.id.map((_, i) => i).filter((i) => (between[i] ?? 0) > 0).sort((i, j) => between[j]! - between[i]! || i - j).slice(0, brokerCount));
  const [across, down] = stretch(data, root);
  // The file's y grows downwards as in the static picture; the canvas's grows upwards.
  data.id.forEach((id, i) => graph.addNode(id, { i, label: data.name[i], x: data.x[i]! * across, y: -data.y[i]! * down, degree: data.degree[i], broker: brokers.has(i), size: 4 }));
  data.a.forEach((a, i) => {
    const [from, to] = [data.id[a]!, data.id[data.b[i]!]!];
    if (!graph.hasEdge(from, to)) graph.addEdgeWithKey(String(i), from, to, { i });
  });
  return graph;
}

// stretch fills the box: distances in the drawing are no measure, so they may be up to half as long again one way.
function stretch(data: Data, root: HTMLElement): [number, number] {
  const range = (list: number[]): number => Math.max(1, list.reduce((a, b) => Math.max(a, b), -Infinity) - list.reduce((a, b) => Math.min(a, b), Infinity));
  const ratio = range(data.x) / range(data.y) / (root.clientWidth / Math.max(1, root.clientHeight));
  return ratio < 1 ? [Math.min(1.5, 1 / ratio), 1] : [1, Math.min(1.5, ratio)];
}

// State is what the drawing depends on besides the data: focus, pointer, look and theme.
export class State {
  focus: string | undefined;
  hover: string | undefined;
  near = new Set<string>();
  look: Look;
  ranked: string[]; // organisations, the most important first, which are named first
  colours = { line: "", strong: "", faint: "", accent: "" };

  constructor(
    private graph: Graph,
    readonly data: Data,
  ) {
    this.look = new Look(data);
    this.recolour();
    const weight = (id: string): number => (graph.getNodeAttribute(id, "broker") ? 1e6 : 0) + (graph.getNodeAttribute(id, "degree") as number);
    this.ranked = graph.nodes().sort((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1));
  }
  recolour(): void {
    const many = this.graph.size > 1000; // where there are few ties the weak may be as dark as text
    this.colours = { line: css(many ? "--line-2" : "--line-3"), strong: css(many ? "--line-3" : "--ink-2"), faint: css("--line"), accent: css("--accent") };
    this.look.recolour();
  }
  see(id: string | undefined): void {
    this.focus = id;
    this.near = new Set(id === undefined ? [] : [id, ...this.graph.neighbors(id)]);
  }
}

function draw(graph: Graph, box: HTMLElement, state: State): Sigma {
  const sigma = new Sigma(graph, box, {
    renderLabels: false, zIndex: true, stagePadding: 36, minCameraRatio: 0.01, maxCameraRatio: 2, minEdgeThickness: graph.size > 4000 ? 0.7 : 1.3, allowInvalidContainer: true,
    hideEdgesOnMove: graph.size > 20000,
    defaultDrawNodeHover: () => undefined,
    nodeReducer: (id, data) => {
      const dim = state.focus !== undefined && !state.near.has(id);
      return { ...data, size: state.look.size(data["i"] as number), color: dim ? state.colours.faint : state.look.colour(data["i"] as number), zIndex: dim ? 0 : 1 };
    },
    edgeReducer: (id, data) => {
      const touches = state.focus !== undefined && graph.hasExtremity(id, state.focus);
      const i = data["i"] as number;
      const strong = state.data.strong[i] === 1;
      const own = state.look.line(i) ?? (strong ? state.colours.strong : state.colours.line);
      const color = touches ? state.colours.accent : state.focus === undefined ? own : state.colours.faint;
      return { ...data, color, size: touches ? 2.6 : strong ? 2 : 1.1, zIndex: touches ? 2 : strong ? 1 : 0 };
    },
  });
  drawMarks(sigma, graph, state);
  return sigma;
}
