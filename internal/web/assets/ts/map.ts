// The map island: draws on #map, obeys form#map-filter, keeps #map-list to what is in view.
import { LngLatBounds, Map as Chart, NavigationControl, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { canDraw, note, onTheme } from "./dom";
import { query, watchFilter } from "./mapfilter";
import { areaTiles, layers } from "./maplayers";
import { watchLegend } from "./maplegend";
import { watchSave } from "./mapsave";
import { areaLabels, mapStyle, none, type Class, type Content, type Shapes } from "./mapstyle";
import { watchDraw } from "./mapdraw";
import { watchList } from "./maplist";
import { watchSites } from "./mapsites";

declare const WORKER: string; // address of map-worker.js beside this file, written by the build

const island = document.getElementById("map");
if (island) void start(island);

async function start(root: HTMLElement): Promise<void> {
  if (!canDraw()) return note(root, "This browser cannot draw the map. The list has the same organisations.", true);
  setWorkerUrl(new URL(WORKER, import.meta.url).href);
  const [areas, context, facilities] = await Promise.all([shapes(root, "areas"), shapes(root, "context"), shapes(root, "facilities")]);
  const content: Content = {
    tiles: tiles(root), classes: classes(root), areas, labels: areaLabels(areas), context, facilities, picked: none,
    base: root.dataset["base"] ?? "", attribution: root.dataset["attribution"] ?? "",
    areaTiles: areaTiles(root, ""), shade: undefined, over: false, hulls: none, squares: squareBreaks(root),
  };
  const choose = layers(root, content);
  await choose();
  root.replaceChildren(...root.querySelectorAll(".island-note"));
  const map = draw(root, content);
  const redraw = (): void => {
    content.tiles = tiles(root);
    map.setStyle(mapStyle(content), { diff: true });
  };
  onTheme(redraw);
  const reload = watchList(map, root);
  watchSites(map, root);
  watchDraw(map, root);
  watchLegend(map, root, content);
  watchSave(map, root, content);
  watchFilter(() => void choose().then(() => {
    redraw();
    reload();
  }));
}

function draw(root: HTMLElement, content: Content): Chart {
  const box = (root.dataset["bounds"] ?? "").split(",").map(Number) as [number, number, number, number];
  const bounds = box.length === 4 && box.every(Number.isFinite) ? new LngLatBounds(box) : undefined;
  const at = (new URLSearchParams(location.search).get("at") ?? "").split("/").map(Number);
  const view = at.length === 3 && at.every(Number.isFinite)
    ? { zoom: at[0]!, center: [at[2]!, at[1]!] as [number, number] }
    : bounds ? { bounds, fitBoundsOptions: { padding: 24 } } : {};
  const map = new Chart({
    container: root, style: mapStyle(content), ...view, maxZoom: 18, maxPitch: 0, dragRotate: false, pitchWithRotate: false,
    attributionControl: content.base ? { compact: false } : false, cooperativeGestures: matchMedia("(max-width: 60rem)").matches,
    fadeDuration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200,
    locale: { "Map.Title": "Map of organisations. Arrow keys move, plus and minus zoom, Enter opens what is in the middle." },
  });
  map.touchZoomRotate.disableRotation();
  map.addControl(new NavigationControl({ showCompass: false }), "top-right");
  map.addControl(new ScaleControl({ maxWidth: 90 }), "bottom-right");
  map.on("style.load", () => {
    if (!map.hasImage("square")) map.addImage("square", square(), { sdf: true, pixelRatio: 2 });
    if (!map.hasImage("hatch")) map.addImage("hatch", hatch(), { pixelRatio: 2 });
  });
  // With a listener the library keeps errors off the console; the reader gets words instead.
  map.on("error", (ev) => {
    if ((ev.error as Error | undefined)?.name !== "AbortError") note(root, "Part of the map did not load. The list has the same organisations; reload the page to try the map again.");
  });
  map.on("moveend", () => {
    const { lng, lat } = map.getCenter();
    const url = new URL(location.href);
    url.searchParams.set("at", `${map.getZoom().toFixed(2)}/${lat.toFixed(4)}/${lng.toFixed(4)}`);
    history.replaceState(history.state, "", decodeURIComponent(url.href));
  });
  return map;
}

// tiles gives the tile address with the present filter; workers need it whole, and its braces unescaped.
function tiles(root: HTMLElement): string {
  const path = root.dataset["tiles"] ?? "/tiles/sites/{z}/{x}/{y}.mvt";
  const whole = /^https?:/.test(path) ? path : location.origin + path;
  const filter = query().toString();
  return filter ? `${whole}${whole.includes("?") ? "&" : "?"}${filter}` : whole;
}

function squareBreaks(root: HTMLElement): number[][] {
  try {
    return JSON.parse(root.dataset["squares"] ?? "[[1]]") as number[][];
  } catch {
    return [[1]]; // one colour is better than no map
  }
}

function classes(root: HTMLElement): Class[] {
  try {
    return JSON.parse(root.dataset["classes"] ?? "[]") as Class[];
  } catch {
    return []; // grey points are better than no map
  }
}

async function shapes(root: HTMLElement, name: string): Promise<Shapes> {
  const url = root.dataset[name];
  if (!url) return none;
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as Shapes;
  } catch {
    note(root, `The map's ${name} did not load; the sites are complete.`);
    return none;
  }
}

// hatch is one tile of thin grey lines, for areas of which nothing can be said.
function hatch(): ImageData {
  const wide = 12;
  const image = new ImageData(wide, wide);
  for (let y = 0; y < wide; y++) {
    for (let x = 0; x < wide; x++) {
      if ((x + y) % wide < 3) image.data.set([133, 139, 143, 130], (y * wide + x) * 4);
    }
  }
  return image;
}

// square is a distance field 16 px wide: bright inside, falling off at the edge, tinted by the style.
function square(): ImageData {
  const wide = 24;
  const image = new ImageData(wide, wide);
  for (let y = 0; y < wide; y++) {
    for (let x = 0; x < wide; x++) {
      const inside = 8 - Math.max(Math.abs(x - 11.5), Math.abs(y - 11.5));
      image.data[(y * wide + x) * 4 + 3] = Math.max(0, Math.min(255, 192 + inside * 24));
    }
  }
  return image;
}
