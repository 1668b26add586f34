import { Popup, type Map as Chart, type MapGeoJSONFeature, type PointLike } from "maplibre-gl";
import { el } from "./dom";
import { fragment, listURL } from "./maplist";
import { siteLayers } from "./mapstyle";

const reachPx = 7; // a finger or a pointer this near to a site means it

// watchSites opens a popup on what is clicked, or with Enter on what is in the middle of the map.
export function watchSites(map: Chart, root: HTMLElement): void {
  let popup: Popup | undefined;
  const open = async (x: number, y: number): Promise<void> => {
    const box: [PointLike, PointLike] = [[x - reachPx, y - reachPx], [x + reachPx, y + reachPx]];
    const found = map.queryRenderedFeatures(box, { layers: siteLayers.filter((id) => map.getLayer(id)) });
    popup?.remove();
    const area = found.length ? undefined : map.queryRenderedFeatures([x, y], { layers: ["hull-fill", "shade"].filter((id) => map.getLayer(id)) })[0];
    if (area) {
      popup = new Popup({ maxWidth: "20rem", focusAfterOpen: true }).setLngLat(map.unproject([x, y])).setDOMContent(areaBody(root, area)).addTo(map);
      return;
    }
    if (found.length === 0) return;
    const body = el("div", "", { class: "map-pop" });
    const first = found[0]!;
    const at = middle(first);
    popup = new Popup({ maxWidth: "20rem", focusAfterOpen: true, offset: 12 }).setLngLat(at).setDOMContent(body).addTo(map);
    const ids = new Set(found.map((f) => f.properties["id"] as unknown));
    const single = ids.size === 1 && first.properties["id"] !== undefined && count(first) <= 1;
    if (single) body.append(site(root, first));
    else await several(map, root, body, found, box);
  };
  map.on("click", (ev) => void open(ev.point.x, ev.point.y));
  for (const id of siteLayers) {
    map.on("mouseenter", id, () => (map.getCanvas().style.cursor = "pointer"));
    map.on("mouseleave", id, () => (map.getCanvas().style.cursor = ""));
  }
  map.getCanvas().addEventListener("keydown", (ev) => {
    if (ev.key === "Escape") popup?.remove();
    if (ev.key !== "Enter") return;
    ev.preventDefault();
    const { clientWidth: w, clientHeight: h } = map.getCanvas();
    void open(w / 2, h / 2);
  });
  root.addEventListener("keydown", (ev) => {
    if (ev.key !== "Escape" || ev.target === map.getCanvas()) return;
    popup?.remove();
    map.getCanvas().focus();
  });
  root.append(el("span", "", { class: "crosshair", "aria-hidden": "true" }));
}

// corners are the positions of a mark: one of a site, all of a square.
const corners = (f: MapGeoJSONFeature): [number, number][] =>
  (f.geometry.type === "Point" ? [f.geometry.coordinates] : f.geometry.type === "Polygon" ? f.geometry.coordinates.flat() : []) as [number, number][];

function middle(f: MapGeoJSONFeature): [number, number] {
  const all = corners(f);
  const mid = (k: 0 | 1): number => (Math.min(...all.map((p) => p[k])) + Math.max(...all.map((p) => p[k]))) / 2;
  return [mid(0), mid(1)];
}

const count = (f: MapGeoJSONFeature): number => Number(f.properties["n"] ?? 1);

// areaBody says what a coloured area or a hull is.
function areaBody(root: HTMLElement, f: MapGeoJSONFeature): HTMLElement {
  const out = el("div", "", { class: "map-pop" });
  const p = f.properties as Record<string, unknown>;
  const text = (key: string): string => String(p[key] ?? "");
  if (f.layer.id === "shade") {
    out.append(el("a", text("name"), { href: `/areas/${encodeURIComponent(root.dataset["set"] ?? "")}/${encodeURIComponent(text("id"))}` }));
    out.append(el("small", `${root.dataset["unit"] ?? "Value"}: ${text("say")}`));
    return out;
  }
  const url = text("url");
  out.append(url.startsWith("/") ? el("a", text("name") || "Cluster", { href: url }) : el("b", text("name") || "Cluster"));
  if (text("organisations")) out.append(el("small", `${Number(text("organisations")).toLocaleString("en-GB")} organisations`));
  return out;
}

function site(root: HTMLElement, f: MapGeoJSONFeature): HTMLElement {
  const out = el("div");
  const address = (root.dataset["org"] ?? "/organisations/{id}").replace("{id}", encodeURIComponent(String(f.properties["id"])));
  out.append(el("a", String(f.properties["name"] ?? "Open the organisation"), { href: address }));
  const size = Number(f.properties["size"] ?? 0);
  if (size > 0) out.append(el("small", `${size.toLocaleString("en-GB")} employees`));
  out.append(el("a", "What is within 1.5 km", { href: `/profile?site=${encodeURIComponent(String(f.properties["id"]))}&m=1500` }));
  if (Number(f.properties["approx"] ?? 0) === 1) out.append(el("small", "The place is approximate."));
  return out;
}

// several lists what is at one place: rows from the server for the box around it, and a way in for a large cell.
async function several(map: Chart, root: HTMLElement, body: HTMLElement, found: MapGeoJSONFeature[], box: [PointLike, PointLike]): Promise<void> {
  const total = found.reduce((sum, f) => sum + count(f), 0);
  const at = middle(found[0]!);
  body.append(el("b", `${total.toLocaleString("en-GB")} sites here`));
  if (map.getZoom() < 15.5) {
    const nearer = el("button", "Zoom in", { type: "button", class: "btn small" });
    nearer.addEventListener("click", () => map.easeTo({ center: at, zoom: Math.min(map.getZoom() + 2, 17) }));
    body.append(nearer);
  }
  const rows = el("div", "Loading the list", { class: "map-pop-list", "aria-live": "polite" });
  body.append(rows);
  const ends = found.flatMap((f) => corners(f).map((p) => map.project(p)));
  const [a, b] = box as [[number, number], [number, number]];
  const xs = [a[0], b[0], ...ends.flatMap((p) => [p.x - 2, p.x + 2])];
  const ys = [a[1], b[1], ...ends.flatMap((p) => [p.y - 2, p.y + 2])];
  const sw = map.unproject([Math.min(...xs), Math.max(...ys)]);
  const ne = map.unproject([Math.max(...xs), Math.min(...ys)]);
  try {
    rows.innerHTML = await fragment(listURL(root, sw.lng, sw.lat, ne.lng, ne.lat));
  } catch {
    rows.textContent = "The list for this place did not load. Zoom in, or use the list beside the map.";
  }
}
