import type Graph from "graphology";
import type Sigma from "sigma";
import { css } from "./dom";
import type { State } from "./network";

type Box = { x0: number; y0: number; x1: number; y1: number };

const mustName = 10; // the first few may lie over a node rather than go without a name
const labelled = 24; // with nothing in focus, at most this many names: the picture stays readable

// drawMarks adds a layer over the nodes: rings for brokers, and names placed one after the other,
// the most important first, each only where it covers no earlier name.
export function drawMarks(sigma: Sigma, graph: Graph, state: State): void {
  const canvas = sigma.createCanvas("marks", { afterLayer: "nodes", style: { pointerEvents: "none" } });
  const paper = canvas.getContext("2d");
  if (!paper) return;
  sigma.on("afterRender", () => {
    const { width, height } = sigma.getDimensions();
    const ratio = window.devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      canvas.style.width = `${width}px`;
      canvas.style.height = `${height}px`;
    }
    paper.setTransform(ratio, 0, 0, ratio, 0, 0);
    paper.clearRect(0, 0, width, height);
    const shown = order(graph, state);
    rings(paper, sigma, graph, shown, state);
    names(paper, sigma, graph, shown, state, width, height);
  });
  // Bundled fonts may arrive after the first drawing.
  void document.fonts?.ready.then(() => sigma.refresh({ skipIndexation: true }));
}

// order ranks the visible nodes for naming: pointer, focus, neighbours, brokers, then degree.
function order(graph: Graph, state: State): string[] {
  const weight = (id: string): number => {
    if (id === state.hover) return 1e9;
    if (id === state.focus) return 1e8;
    const a = graph.getNodeAttributes(id);
    return (state.near.has(id) ? 1e6 : 0) + (a["broker"] ? 1e3 : 0) + (a["degree"] as number);
  };
  return graph.nodes().filter((id) => state.showsNode(id)).sort((a, b) => weight(b) - weight(a) || (a < b ? -1 : 1));
}

function rings(paper: CanvasRenderingContext2D, sigma: Sigma, graph: Graph, shown: string[], state: State): void {
  paper.lineWidth = 1.75;
  paper.strokeStyle = css("--ink");
  for (const id of shown) {
    if (!graph.getNodeAttribute(id, "broker") || (state.focus !== undefined && !state.near.has(id))) continue;
    const { x, y, r } = spot(sigma, graph, id);
    paper.beginPath();
    paper.arc(x, y, r + 2.75, 0, 2 * Math.PI);
    paper.stroke();
  }
}

function names(paper: CanvasRenderingContext2D, sigma: Sigma, graph: Graph, shown: string[], state: State, width: number, height: number): void {
  // Names keep off the nodes that matter; over the small ones they may lie.
  const taken: Box[] = shown.slice(0, labelled).map((id) => {
    const { x, y, r } = spot(sigma, graph, id);
    return { x0: x - r, y0: y - r, x1: x + r, y1: y + r };
  });
  const nodes = taken.length;
  const clear = (b: Box, others: Box[]): boolean => b.x0 >= 0 && b.y0 >= 0 && b.x1 <= width && b.y1 <= height && !others.some((t) => b.x0 < t.x1 && t.x0 < b.x1 && b.y0 < t.y1 && t.y0 < b.y1);
  // Nearer views have room for more names.
  const most = state.focus === undefined ? labelled / Math.max(0.15, sigma.getCamera().ratio) : Infinity;
  const font = css("--ui", "sans-serif");
  const [ink, halo] = [css("--ink"), css("--card")];
  let count = 0;
  for (const id of shown) {
    if (count >= most) break;
    if (state.focus !== undefined && !state.near.has(id) && id !== state.hover) continue;
    const strong = id === state.focus || id === state.hover;
    paper.font = `${strong ? 600 : 400} 12px ${font}`;
    const text = short(graph.getNodeAttribute(id, "label") as string, strong);
    const { x, y, r } = spot(sigma, graph, id);
    const wide = paper.measureText(text).width;
    const gap = r + (graph.getNodeAttribute(id, "broker") ? 7 : 4);
    const places: Box[] = [
      { x0: x + gap, y0: y - 8, x1: x + gap + wide, y1: y + 8 },
      { x0: x - gap - wide, y0: y - 8, x1: x - gap, y1: y + 8 },
      { x0: x - wide / 2, y0: y - gap - 15, x1: x + wide / 2, y1: y - gap + 1 },
      { x0: x - wide / 2, y0: y + gap - 1, x1: x + wide / 2, y1: y + gap + 15 },
    ];
    const place = places.find((b) => clear(b, taken)) ?? (count < mustName ? places.find((b) => clear(b, taken.slice(nodes))) : undefined) ?? (strong ? places[0] : undefined);
    if (!place) continue;
    taken.push(place);
    count++;
    paper.lineJoin = "round";
    paper.lineWidth = 3.5;
    paper.strokeStyle = halo;
    paper.fillStyle = ink;
    paper.textBaseline = "middle";
    paper.strokeText(text, place.x0, (place.y0 + place.y1) / 2);
    paper.fillText(text, place.x0, (place.y0 + place.y1) / 2);
  }
}

function spot(sigma: Sigma, graph: Graph, id: string): { x: number; y: number; r: number } {
  const { x, y } = sigma.graphToViewport(graph.getNodeAttributes(id) as { x: number; y: number });
  return { x, y, r: sigma.scaleSize(sigma.getNodeDisplayData(id)?.size ?? 4) };
}

function short(text: string, whole: boolean): string {
  return whole || text.length <= 28 ? text : `${text.slice(0, 27).trimEnd()}…`;
}
