import type { Map as Chart } from "maplibre-gl";
import { css, el } from "./dom";
import { chosen, query } from "./mapfilter";
import { params } from "./maplayers";
import { groups, type Group, type Key } from "./maplegend";
import type { Content } from "./mapstyle";
import { saveCanvas } from "./takeaway";

// watchSave offers the map as a picture with its legend and source, and what is in view as GeoJSON.
export function watchSave(map: Chart, root: HTMLElement, content: Content): void {
  const takes = document.getElementById("map-takes");
  if (!takes) return;
  const png = el("button", "PNG", { type: "button", class: "take" });
  png.addEventListener("click", () => {
    // The picture is read while it is drawn: afterwards the browser may have cleared it.
    map.once("render", () => saveCanvas(compose(map.getCanvas(), pixelsPerMetre(map), groups(map, content, root), (root.dataset["source"] ?? "").split("\n")), "map"));
    map.triggerRepaint();
  });
  const sites = el("a", "GeoJSON: sites in view", { class: "take", href: "/map/sites.geojson" });
  const areas = el("a", "GeoJSON: coloured areas", { class: "take", href: "/map/values" });
  const squares = el("a", "CSV: squares in view", { class: "take", href: "/map/squares" });
  const shapes = el("a", "GeoJSON: squares", { class: "take", href: "/map/squares" });
  takes.replaceChildren(png, sites, squares, shapes, areas);
  const update = (): void => {
    const b = map.getBounds();
    const box = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((v) => v.toFixed(5)).join(",");
    const q = query();
    q.set("bbox", box);
    sites.href = `/map/sites.geojson?${q}`;
    areas.href = `/map/values?${params(root, chosen("value"))}&format=geojson&bbox=${box}`;
    areas.hidden = !chosen("value");
    q.set("zoom", String(Math.floor(map.getZoom())));
    squares.href = `/map/squares?${q}&format=csv`;
    shapes.href = `/map/squares?${q}&format=geojson`;
    squares.hidden = shapes.hidden = !map.getLayer("cell") || map.queryRenderedFeatures({ layers: ["cell"] }).length === 0;
  };
  map.on("moveend", update);
  map.on("idle", update);
}

const edge = 16;

// pixelsPerMetre holds in the middle of the map.
const pixelsPerMetre = (map: Chart): number => (512 * 2 ** map.getZoom()) / (40_075_016.686 * Math.cos((map.getCenter().lat * Math.PI) / 180));

// compose draws the map, and under it the legend in columns and the lines of the source.
function compose(map: HTMLCanvasElement, metre: number, legend: Group[], source: string[]): HTMLCanvasElement {
  const scale = Math.max(devicePixelRatio, 1);
  const wide = map.width / scale;
  const canvas = el("canvas");
  const ctx = canvas.getContext("2d")!;
  const lines = source.flatMap((text) => wrap(ctx, text, wide - 2 * edge));
  const tall = Math.max(0, ...legend.map((g) => 24 + 18 * g.keys.length));
  canvas.width = map.width;
  canvas.height = map.height + (tall + 14 * lines.length + 3 * edge) * scale;
  ctx.fillStyle = css("--card");
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  ctx.drawImage(map, 0, 0);
  ctx.scale(scale, scale);
  scaleBar(ctx, metre, wide - edge, map.height / scale - 8);
  let y = map.height / scale + edge;
  legend.forEach((g, i) => group(ctx, g, edge + (i * (wide - 2 * edge)) / Math.max(legend.length, 1), y));
  y += tall + edge;
  ctx.fillStyle = css("--ink-3");
  ctx.font = small;
  for (const line of lines) ctx.fillText(line, edge, (y += 14) - 4);
  return canvas;
}

const small = "10px Inter, Helvetica, Arial, sans-serif";

function group(ctx: CanvasRenderingContext2D, g: Group, x: number, y: number): void {
  ctx.fillStyle = css("--ink");
  ctx.font = "600 12px Inter, Helvetica, Arial, sans-serif";
  ctx.fillText(g.title, x, y + 10);
  ctx.font = "12px Inter, Helvetica, Arial, sans-serif";
  g.keys.forEach((k, i) => {
    const at = y + 22 + 18 * i;
    mark(ctx, k, x, at);
    ctx.fillStyle = css("--ink-2");
    ctx.fillText(k.label, x + 32, at + 10);
  });
}

function mark(ctx: CanvasRenderingContext2D, k: Key, x: number, y: number): void {
  ctx.fillStyle = k.paint ?? css("--ink-3");
  ctx.beginPath();
  if (k.radius) ctx.arc(x + 12, y + 6, Math.min(k.radius, 8), 0, 2 * Math.PI);
  else if (!k.hatched && !k.line) ctx.rect(x, y, 24, 12);
  ctx.fill();
  if (!k.hatched && !k.line) return;
  ctx.strokeStyle = k.paint ?? css("--line-3");
  ctx.lineWidth = k.line ? 2 : 1;
  ctx.setLineDash(k.dashed ? [5, 3] : []);
  if (k.line) {
    ctx.moveTo(x, y + 6);
    ctx.lineTo(x + 24, y + 6);
  } else for (const dx of [0, 6, 12]) {
    ctx.moveTo(x + dx, y + 12);
    ctx.lineTo(x + dx + 12, y);
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

// scaleBar draws a round distance at the lower right of the map.
function scaleBar(ctx: CanvasRenderingContext2D, metre: number, right: number, bottom: number): void {
  const most = 90 / metre;
  const ten = 10 ** Math.floor(Math.log10(most));
  const long = [5, 2, 1].map((m) => m * ten).find((v) => v <= most) ?? ten;
  ctx.fillStyle = css("--card");
  ctx.globalAlpha = 0.8;
  ctx.fillRect(right - long * metre - 8, bottom - 24, long * metre + 12, 22);
  ctx.globalAlpha = 1;
  ctx.fillStyle = css("--ink-2");
  ctx.fillRect(right - long * metre, bottom - 6, long * metre, 1.5);
  ctx.font = small;
  ctx.textAlign = "right";
  ctx.fillText(`${long >= 1000 ? `${long / 1000} km` : `${long} m`}, north is up`, right, bottom - 11);
  ctx.textAlign = "left";
}

function wrap(ctx: CanvasRenderingContext2D, text: string, width: number): string[] {
  ctx.font = small;
  const out: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const next = line ? `${line} ${word}` : word;
    if (line && ctx.measureText(next).width > width) {
      out.push(line);
      line = word;
    } else line = next;
  }
  if (line) out.push(line);
  return out;
}
