import type Graph from "graphology";
import type Sigma from "sigma";
import { css } from "./dom";
import type { State } from "./network";

type Box = { x0: number; y0: number; x1: number; y1: number };

const mustName = 6; // the first few may lie over a node rather than go without a name
const labelled = 28; // names in the whole picture; a nearer view has room for more
const tried = 1500; // organisations that are looked at for a name in one drawing

// drawMarks adds a layer over the nodes: rings for brokers, and names placed one after the other, the most important
// first, each only where it covers no earlier name.
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
    const shown = order(sigma, graph, state, width, height);
    rings(paper, sigma, graph, shown, state);
    names(paper, sigma, graph, shown, state, width, height);
  });
  // Bundled fonts may arrive after the first drawing.
  void document.fonts?.ready.then(() => sigma.scheduleRender());
}

// order is what is in view, for naming: pointer, focus, its neighbours, then by importance.
function order(sigma: Sigma, graph: Graph, state: State, width: number, height: number): string[] {
  const inView = (id: string): boolean => {
    const { x, y } = sigma.graphToViewport(graph.getNodeAttributes(id) as { x: number; y: number });
    return x > -20 && y > -20 && x < width + 20 && y < height + 20;
  };
  const out = [state.hover, state.focus].filter((id, i, all): id is string => id !== undefined && all.indexOf(id) === i);
  const first = new Set(out);
  for (const id of state.ranked) {
    if (out.length >= tried) break;
    if (first.has(id) || (state.focus !== undefined && !state.near.has(id))) continue;
    if (inView(id)) out.push(id);
  }
  return out;
}

function rings(paper: CanvasRenderingContext2D, sigma: Sigma, graph: Graph, shown: string[], state: State): void {
  paper.lineWidth = 1.75;
  paper.strokeStyle = css("--ink");
  for (const id of shown) {
    if (!graph.getNodeAttribute(id, "broker") && id !== state.focus) continue;
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
  // Nearer views have room for more names, narrow ones for fewer.
  const room = Math.min(1.6, (width * height) / 450_000);
  const most = state.focus === undefined ? Math.max(6, (labelled * room) / Math.max(0.15, sigma.getCamera().ratio)) : Infinity;
  const font = css("--ui", "sans-serif");
  const [ink, halo] = [css("--ink"), css("--card")];
  let count = 0;
  for (const id of shown) {
    if (count >= most) break;
    const strong = id === state.focus || id === state.hover;
    const broker = graph.getNodeAttribute(id, "broker") as boolean;
    paper.font = `${strong || broker ? 600 : 400} 12px ${font}`;
    const text = short(graph.getNodeAttribute(id, "label") as string, strong, width);
    const { x, y, r } = spot(sigma, graph, id);
    const wide = paper.measureText(text).width;
    const gap = r + (broker ? 7 : 4);
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

// short cuts a name at a word, to what a picture of that width has room for; of a long name with its letters in brackets it takes
// the letters, which tell more than its first words.
function short(text: string, whole: boolean, width: number): string {
  const most = width < 500 ? 20 : 28;
  if (whole || text.length <= most) return text;
  const letters = /\(([A-Z][A-Za-z0-9&-]{1,9})\)$/.exec(text)?.[1];
  if (letters && /[A-Z].*[A-Z]/.test(letters)) return letters;
  const cut = text.slice(0, most - 1);
  const space = cut.lastIndexOf(" ");
  return `${(space > most / 2 ? cut.slice(0, space) : cut).trimEnd()}…`;
}
