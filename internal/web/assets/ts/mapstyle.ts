import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { css, roleColour } from "./dom";

export type Class = { id: number; key: string; label: string };
export type Shapes = GeoJSON.FeatureCollection;
export type Content = { tiles: string; classes: Class[]; areas: Shapes; labels: Shapes; context: Shapes; facilities: Shapes; picked: Shapes; base: string; attribution: string };

export const none: Shapes = { type: "FeatureCollection", features: [] };
export const siteLayers = ["site", "site-many"];

const font = ["Inter", "sans-serif"];
// The library's types cannot follow expressions put together from parts; the style is validated when it loads.
const expr = (...parts: unknown[]): ExpressionSpecification => parts as unknown as ExpressionSpecification;
const kind = (...kinds: string[]): ExpressionSpecification => expr("in", ["get", "kind"], ["literal", kinds]);
const zoomed = (...stops: number[]): ExpressionSpecification => expr("interpolate", ["linear"], ["zoom"], ...stops);
const many = expr(">", ["coalesce", ["get", "n"], 1], 1);
const one = expr("<=", ["coalesce", ["get", "n"], 1], 1);

const approx = ["==", ["coalesce", ["get", "approx"], 0], 1];

// mapStyle gives the whole style from the page's colours. It is built anew when the theme or a filter changes;
// the map applies only the difference. Without a glyph address the map draws its text with the page's own fonts.
export function mapStyle(c: Content): StyleSpecification {
  const geojson = (data: Shapes) => ({ type: "geojson" as const, data });
  return {
    version: 8,
    sources: {
      ...(c.base ? { base: { type: "raster" as const, tiles: [c.base], tileSize: 256, attribution: c.attribution } } : {}),
      context: geojson(c.context),
      areas: geojson(c.areas),
      labels: geojson(c.labels),
      facilities: geojson(c.facilities),
      picked: geojson(c.picked),
      sites: { type: "vector", tiles: [c.tiles], minzoom: 0, maxzoom: 16 },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": css("--map-ground") } },
      ...(c.base ? [{ id: "base", type: "raster" as const, source: "base", paint: { "raster-opacity": 0.6, "raster-saturation": -0.7 } }] : []),
      ...contextLayers(),
      ...areaLayers(),
      // Names of the surroundings lie under the sites, names of areas over them; all make way for the numbers,
      // because a place with several sites must always say so.
      ...labelLayers(),
      ...siteLayersFor(c.classes),
      areaNames(),
      ...numberLayers(),
    ],
  };
}

function contextLayers(): LayerSpecification[] {
  const line = (id: string, filter: FilterSpecification, colour: string, width: DataDrivenPropertyValueSpecification<number>, dash?: number[]): LayerSpecification => ({
    id, type: "line", source: "context", filter, layout: { "line-cap": dash ? "butt" : "round", "line-join": "round" },
    paint: { "line-color": css(colour), "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return [
    { id: "water", type: "fill", source: "context", filter: expr("all", kind("river"), ["==", ["geometry-type"], "Polygon"]), paint: { "fill-color": css("--map-water") } },
    line("river", kind("river"), "--map-water", zoomed(8, 1, 12, 2.5, 15, 5)),
    line("road", kind("road"), "--map-road", zoomed(8, 0.6, 12, 2, 15, 6)),
    line("motorway", kind("motorway"), "--map-motorway", zoomed(8, 1.4, 12, 4, 15, 9)),
    line("rail", kind("rail"), "--map-rail", zoomed(8, 0.6, 12, 1.2, 15, 2)),
    line("tram", kind("tram"), "--map-rail", zoomed(8, 0.6, 12, 1.2, 15, 2), [3, 2]),
  ];
}

function areaLayers(): LayerSpecification[] {
  const outline = (id: string, filter: FilterSpecification, colour: string, width: number, dash?: number[]): LayerSpecification => ({
    id, type: "line", source: "areas", filter, layout: { "line-join": "round" }, paint: { "line-color": css(colour), "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return [
    { id: "area-fill", type: "fill", source: "areas", filter: kind("drawn"), paint: { "fill-color": css("--accent"), "fill-opacity": 0.06 } },
    outline("area-official", kind("official"), "--ink-3", 1, [4, 3]),
    outline("area-hull", kind("cluster"), "--ink-2", 1.25, [1.5, 1.5]),
    outline("area-drawn", expr("!", kind("official", "cluster")), "--accent", 2),
  ];
}

function siteLayersFor(classes: Class[]): LayerSpecification[] {
  const colour = (classes.length === 0
    ? css("--ink-3")
    : expr("match", ["get", "class"], ...classes.flatMap((c) => [c.id, roleColour(c.key)]), css("--ink-3")));
  // Area grows with the number counted: square root of employees for one site, logarithm of the count for many.
  const size = expr("min", 13, ["+", 3.5, ["*", 0.28, ["sqrt", ["coalesce", ["get", "size"], 0]]]]);
  const count = expr("min", 26, ["+", 8, ["*", 2.2, ["ln", ["coalesce", ["get", "n"], 1]]]]);
  const scaled = (radius: ExpressionSpecification) => expr("interpolate", ["linear"], ["zoom"], 7, ["*", 0.75, radius], 13, radius, 17, ["*", 1.4, radius]);
  const paint = (radius: ExpressionSpecification) => ({
    "circle-color": expr("case", approx, css("--card"), colour),
    "circle-stroke-color": expr("case", approx, colour, css("--card")),
    "circle-stroke-width": expr("case", approx, 2, 1),
    "circle-radius": radius,
  });
  return [
    { id: "facility", type: "symbol", source: "facilities", layout: { "icon-image": "square", "icon-size": zoomed(9, 0.5, 14, 1), "icon-allow-overlap": true }, paint: { "icon-color": css("--ink-2"), "icon-halo-color": css("--card"), "icon-halo-width": 1 } },
    { id: "site", type: "circle", source: "sites", "source-layer": "sites", filter: one, layout: { "circle-sort-key": ["-", 0, ["coalesce", ["get", "size"], 0]] }, paint: paint(scaled(size)) },
    { id: "site-many", type: "circle", source: "sites", "source-layer": "sites", filter: many, layout: { "circle-sort-key": ["-", 0, ["get", "n"]] }, paint: paint(count) },
  ];
}

function labelLayers(): LayerSpecification[] {
  const halo = textHalo();
  const label = (id: string, source: string, filter: FilterSpecification, colour: string, size: number, minzoom: number, offset: [number, number]): LayerSpecification => ({
    id, type: "symbol", source, filter, minzoom,
    layout: { "text-field": ["get", "name"], "text-font": font, "text-size": size, "text-max-width": 9, "text-offset": offset, "text-anchor": offset[1] ? "top" : "center", "text-padding": 4 },
    paint: { "text-color": css(colour), ...halo },
  });
  return [
    label("town", "context", kind("town"), "--ink-2", 13, 7, [0, 0]),
    { id: "stop", type: "circle", source: "context", minzoom: 10, filter: kind("landmark", "station"), paint: { "circle-radius": 2.5, "circle-color": css("--map-ground"), "circle-stroke-color": css("--ink-2"), "circle-stroke-width": 1.2 } },
    label("landmark", "context", kind("landmark", "station"), "--ink-2", 11, 11.5, [0, 0.5]),
    { id: "line-name", type: "symbol", source: "context", minzoom: 11, filter: kind("motorway", "road", "river", "tram", "rail"), layout: { "symbol-placement": "line", "symbol-spacing": 350, "text-field": ["coalesce", ["get", "name"], ""], "text-font": font, "text-size": 11 }, paint: { "text-color": css("--ink-3"), ...halo } },
    label("facility-name", "facilities", ["has", "name"], "--ink-2", 11, 13, [0, 0.7]),
  ];
}

const textHalo = () => ({ "text-halo-color": css("--map-ground"), "text-halo-width": 1.6 });

function areaNames(): LayerSpecification {
  return { id: "area-name", type: "symbol", source: "labels", layout: { "text-field": ["get", "name"], "text-font": ["Inter Semibold", "Inter", "sans-serif"], "text-size": 12, "text-max-width": 10, "text-variable-anchor": ["bottom", "bottom-left", "bottom-right", "top", "left", "right"], "text-radial-offset": 0.3, "text-overlap": "never", "text-padding": 2 }, paint: { "text-color": expr("match", ["get", "kind"], "official", css("--ink-3"), "cluster", css("--ink-2"), css("--accent")), ...textHalo() } };
}

function numberLayers(): LayerSpecification[] {
  return [
    { id: "site-count", type: "symbol", source: "sites", "source-layer": "sites", filter: many, layout: { "text-field": ["to-string", ["get", "n"]], "text-font": ["Inter Semibold", "Inter", "sans-serif"], "text-size": ["step", ["get", "n"], 11, 100, 12], "text-allow-overlap": true }, paint: { "text-color": expr("case", approx, css("--ink"), css("--card")) } },
    { id: "picked", type: "circle", source: "picked", paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": css("--ink"), "circle-stroke-width": 2 } },
  ];
}

// areaLabels places each area's name above the middle of its outline's top edge, where few sites are.
export function areaLabels(areas: Shapes): Shapes {
  const features = areas.features.flatMap((area) => {
    const rings = area.geometry.type === "Polygon" ? area.geometry.coordinates : area.geometry.type === "MultiPolygon" ? area.geometry.coordinates.flat() : [];
    const points = rings.flat() as [number, number][];
    if (points.length === 0) return [];
    const xs = points.map((p) => p[0]);
    const at = [(Math.min(...xs) + Math.max(...xs)) / 2, Math.max(...points.map((p) => p[1]))];
    return [{ type: "Feature" as const, properties: area.properties, geometry: { type: "Point" as const, coordinates: at } }];
  });
  return { type: "FeatureCollection", features };
}
