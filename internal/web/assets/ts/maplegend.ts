import type { Map as Chart } from "maplibre-gl";
import { css, el } from "./dom";
import { countSteps, type Content } from "./mapstyle";

// A legend is groups of keys; it is drawn as HTML over the map and into the picture that is taken away.
export type Key = { label: string; paint?: string; hatched?: boolean; line?: boolean; dashed?: boolean; radius?: number };
export type Group = { title: string; keys: Key[]; note?: string; href?: string };

// groups says what the map shows at this moment.
export function groups(map: Chart, content: Content, root: HTMLElement): Group[] {
  const out: Group[] = [];
  const shows = (id: string): boolean => map.getLayer(id) !== undefined && map.queryRenderedFeatures({ layers: [id] }).length > 0;
  if (content.shade) out.push(shadeGroup(content, map.getZoom(), root));
  if (shows("cell")) out.push(squareGroup(content, map.getZoom()));
  if (map.getLayer("site") && map.queryRenderedFeatures({ layers: ["site"] }).some((f) => Number(f.properties["size"] ?? 0) > 0)) out.push({ title: "Employees", keys: [0, 100, 1000].map((n) => ({ radius: radius(n, map.getZoom()), label: n ? number(n) : "not stated or few" })) });
  if (content.hulls.features.length > 0) out.push(hullGroup(content));
  return out;
}

function squareGroup(content: Content, zoom: number): Group {
  const steps = countSteps(content.squares, zoom);
  return { title: "Sites in a square", keys: steps.map(([least, token], i) => ({ paint: css(token), label: steps[i + 1] ? between(least, steps[i + 1]![0] - 1) : `${number(least)} and more` })) };
}

function hullGroup(content: Content): Group {
  const all = content.hulls.features;
  const sure = all.filter((f) => f.properties?.["significant"] === "true").length;
  const keys: Key[] = [];
  if (sure > 0) keys.push({ paint: css("--warn"), line: true, label: `more than chance (${number(sure)})` });
  if (all.length > sure) keys.push({ paint: css("--warn"), line: true, dashed: true, label: `chance would do (${number(all.length - sure)})` });
  return { title: "Clusters of firms", keys };
}

function shadeGroup(content: Content, zoom: number, root: HTMLElement): Group {
  const s = content.shade!;
  const keys: Key[] = s.labels.map((label, k) => ({ paint: css(s.tokens[k] ?? "--line"), label: `${label} (${number(s.counts[k] ?? 0)})` }));
  if (s.few > 0) keys.push({ hatched: true, label: `Too few to say (${number(s.few)})` });
  const far = zoom < s.from_zoom ? "Zoom in: these areas are too small to be drawn here. " : "";
  return { title: s.unit, keys, note: far + s.method, href: root.dataset["values"] ?? "" };
}

const number = (n: number): string => n.toLocaleString("en-GB");
const between = (a: number, b: number): string => (a === b ? number(a) : `${number(a)} to ${number(b)}`);

// radius is that of one site's mark, as the style has it.
function radius(size: number, zoom: number): number {
  const r = Math.min(13, 3.5 + 0.28 * Math.sqrt(size));
  const scale = zoom <= 7 ? 0.75 : zoom <= 13 ? 0.75 + ((zoom - 7) / 6) * 0.25 : Math.min(1 + ((zoom - 13) / 4) * 0.4, 1.4);
  return r * scale;
}

// watchLegend keeps the legend on the map.
export function watchLegend(map: Chart, root: HTMLElement, content: Content): void {
  const box = el("details", "", { class: "map-legend" });
  box.open = root.clientWidth > 560;
  const body = el("div");
  box.append(el("summary", "Legend"), body);
  root.append(box);
  let shown = "";
  map.on("idle", () => {
    const now = groups(map, content, root);
    const text = JSON.stringify(now);
    if (text === shown) return;
    shown = text;
    box.hidden = now.length === 0;
    body.replaceChildren(...now.map(html));
  });
}

function html(g: Group): HTMLElement {
  const out = el("div");
  out.append(el("b", g.title));
  const list = el("ul");
  for (const k of g.keys) {
    const item = el("li");
    item.append(swatch(k), document.createTextNode(k.label));
    list.append(item);
  }
  out.append(list);
  if (g.note) out.append(el("small", g.note));
  if (g.href) out.append(el("a", "Table behind", { href: g.href }));
  return out;
}

function swatch(k: Key): SVGElement {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  const high = Math.max(14, 2 * (k.radius ?? 0) + 2);
  svg.setAttribute("viewBox", `0 0 28 ${high}`);
  svg.setAttribute("width", "28");
  svg.setAttribute("height", String(high));
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(ns, k.radius ? "circle" : k.hatched || k.line ? "path" : "rect");
  const attrs: Record<string, string> = k.radius
    ? { cx: "13", cy: String(high / 2), r: String(Math.min(k.radius, 13)), fill: css("--ink-3") }
    : k.line ? { d: "M2 7H24", stroke: k.paint ?? "none", "stroke-width": "2", "stroke-dasharray": k.dashed ? "5 3" : "none" }
      : k.hatched ? { d: "M0 13L12 1M6 13L18 1M12 13L24 1", stroke: css("--line-3"), "stroke-width": "1.5" }
        : { x: "2", y: "1", width: "22", height: "12", fill: k.paint ?? "none" };
  for (const [name, value] of Object.entries(attrs)) shape.setAttribute(name, value);
  svg.append(shape);
  return svg;
}
