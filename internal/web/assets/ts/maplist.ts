import type { GeoJSONSource, Map as Chart } from "maplibre-gl";
import { query } from "./mapfilter";
import { none } from "./mapstyle";

const restMs = 250; // a pan ends in several small moves; one request is enough

// listURL asks for the sites in a box as an HTML fragment, under the present filter.
export function listURL(root: HTMLElement, w: number, s: number, e: number, n: number): URL {
  const url = new URL(root.dataset["list"] ?? "/map/list", location.href);
  url.searchParams.set("bbox", [w, s, e, n].map((v) => v.toFixed(5)).join(","));
  query().forEach((value, name) => url.searchParams.set(name, value));
  return url;
}

export async function fragment(url: URL, signal?: AbortSignal): Promise<string> {
  const answer = await fetch(url, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: signal ?? null });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.text();
}

// watchList keeps #map-list to the sites in view, and rings on the map the row that is pointed at or focused
// (a row carries data-lng and data-lat). It gives the function that reloads the list.
export function watchList(map: Chart, root: HTMLElement): () => void {
  const list = document.getElementById("map-list");
  if (!list) return () => undefined;
  let timer = 0;
  let request: AbortController | undefined;
  const load = async (): Promise<void> => {
    request?.abort();
    request = new AbortController();
    const b = map.getBounds();
    try {
      const html = await fragment(listURL(root, b.getWest(), b.getSouth(), b.getEast(), b.getNorth()), request.signal);
      if (!list.contains(document.activeElement)) list.innerHTML = html;
    } catch (err) {
      if ((err as Error).name !== "AbortError") list.innerHTML = '<p class="alert">The list did not load. Move the map to try again.</p>';
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), restMs);
  };
  map.on("moveend", later);
  map.once("load", later);

  const ring = (ev: Event): void => {
    const row = (ev.target as Element).closest<HTMLElement>("[data-lng][data-lat]");
    const source = map.getSource<GeoJSONSource>("picked");
    if (!source) return;
    const at = row ? [Number(row.dataset["lng"]), Number(row.dataset["lat"])] : [];
    source.setData(row ? { type: "Feature", properties: {}, geometry: { type: "Point", coordinates: at } } : none);
  };
  for (const name of ["mouseover", "mouseleave", "focusin", "focusout"]) list.addEventListener(name, ring);
  return later;
}
