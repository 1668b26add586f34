import type { DataDrivenPropertyValueSpecification, ExpressionSpecification, FilterSpecification, LayerSpecification, StyleSpecification } from "maplibre-gl";
import { css, roleColour } from "./dom";

export type Class = { id: number; key: string; label: string };
export type Shapes = GeoJSON.FeatureCollection;
export type Shade = { unit: string; method: string; labels: string[]; counts: number[]; tokens: string[]; few: number; empty: number; from_zoom: number };
export type Content = {
  areaTiles: string; // of official areas, "" for none
  shade: Shade | undefined; // by which they are coloured
  over: boolean; // sites are drawn over coloured areas too
  hulls: Shapes;
  squares: number[][]; // breaks of squares by zoom
  tiles: string; classes: Class[]; areas: Shapes; labels: Shapes; context: Shapes; facilities: Shapes; picked: Shapes; base: string; attribution: string;
};

export const none: Shapes = { type: "FeatureCollection", features: [] };
export const siteLayers = ["site", "site-many", "cell"];

// squareTokens are the colours of squares from few to many sites; the last three carry light figures.
const squareTokens = ["--q1", "--q3", "--q4", "--q7", "--q8", "--q9"];
const lightFigures = 3;

// countSteps gives breaks and tokens of squares at a zoom; fewer breaks use the darker tokens.
export function countSteps(squares: number[][], zoom: number): [number, string][] {
  const breaks = squares[Math.max(0, Math.min(Math.floor(zoom), squares.length - 1))] ?? [1];
  return breaks.map((least, i) => [least, squareTokens[squareTokens.length - breaks.length + i] ?? "--q9"]);
}

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
      hulls: geojson(c.hulls),
      ...(c.areaTiles ? { official: { type: "vector" as const, tiles: [c.areaTiles], minzoom: 0, maxzoom: 14 } } : {}),
      sites: { type: "vector", tiles: [c.tiles], minzoom: 0, maxzoom: 16 },
    },
    layers: [
      { id: "ground", type: "background", paint: { "background-color": css("--map-ground") } },
      ...(c.base ? [{ id: "base", type: "raster" as const, source: "base", paint: { "raster-opacity": 0.6, "raster-saturation": -0.7 } }] : []),
      ...shadeLayers(c),
      ...contextLayers(),
      ...areaLayers(c),
      ...(c.shade && !c.over ? [] : cellLayers(c.squares)),
      ...hullLayers(),
      // Names of the surroundings lie under the sites, names of areas over them; all make way for the numbers,
      // because a place with several sites must always say so.
      ...labelLayers(),
      ...(c.shade && !c.over ? [] : siteLayersFor(c.classes)),
      areaNames(c.labels.features.length > crowded),
      ...(c.shade && !c.over ? [] : numberLayers(c.squares)),
      { id: "picked", type: "circle", source: "picked", paint: { "circle-radius": 15, "circle-color": "rgba(0,0,0,0)", "circle-stroke-color": css("--ink"), "circle-stroke-width": 2 } },
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

// shadeLayers colours the official areas by class; those with too few to say are hatched, those without any stay ground.
function shadeLayers(c: Content): LayerSpecification[] {
  if (!c.shade || !c.areaTiles) return [];
  const paints = c.shade.tokens.flatMap((token, k) => [k, css(token)]);
  const from = { source: "official", "source-layer": "areas" };
  return [
    { id: "shade", type: "fill", ...from, paint: { "fill-color": paints.length ? expr("match", ["get", "k"], ...paints, "rgba(0,0,0,0)") : "rgba(0,0,0,0)", "fill-opacity": 0.85 } },
    { id: "shade-few", type: "fill", ...from, filter: expr("==", ["get", "k"], -1), paint: { "fill-pattern": "hatch" } },
  ];
}

// cellLayers are squares by how many sites lie in them; the breaks are those of the zoom.
function cellLayers(squares: number[][]): LayerSpecification[] {
  const from = { source: "sites", "source-layer": "cells" };
  const colours = byZoom(squares, (steps) => steps.map(([, token]) => css(token)));
  return [
    { id: "cell", type: "fill", ...from, paint: { "fill-color": colours, "fill-opacity": 0.82, "fill-antialias": false } },
    { id: "cell-line", type: "line", ...from, paint: { "line-color": css("--map-ground"), "line-width": 1 } },
  ];
}

// byZoom chooses a colour by the number in a square, with other breaks at each zoom.
function byZoom(squares: number[][], colours: (steps: [number, string][]) => string[]): ExpressionSpecification {
  const at = (zoom: number): unknown => {
    const steps = countSteps(squares, zoom);
    const all = colours(steps);
    return steps.length < 2 ? all[0] : ["step", ["get", "n"], all[0], ...steps.slice(1).flatMap(([least], i) => [least, all[i + 1]])];
  };
  return expr("step", ["zoom"], at(0), ...squares.slice(1).flatMap((_, i) => [i + 1, at(i + 1)]));
}

// hullLayers outline clusters over all areas; those that chance would make too are dashed.
function hullLayers(): LayerSpecification[] {
  const line = (id: string, filter: FilterSpecification, colour: string, width: number, dash?: number[]): LayerSpecification => ({
    id, type: "line", source: "hulls", filter, layout: { "line-join": "round" }, paint: { "line-color": css(colour), "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  const sure = expr("==", ["get", "significant"], "true");
  return [
    { id: "hull-fill", type: "fill", source: "hulls", paint: { "fill-color": css("--warn"), "fill-opacity": 0.12 } },
    line("hull-case", true, "--card", 4),
    line("hull", sure, "--warn", 2),
    line("hull-chance", expr("!", sure), "--warn", 1.5, [3, 2]),
  ];
}

function areaLayers(c: Content): LayerSpecification[] {
  const outline = (id: string, filter: FilterSpecification, colour: string, width: number, dash?: number[]): LayerSpecification => ({
    id, type: "line", source: "areas", filter, layout: { "line-join": "round" }, paint: { "line-color": css(colour), "line-width": width, ...(dash ? { "line-dasharray": dash } : {}) },
  });
  return [
    { id: "area-fill", type: "fill", source: "areas", filter: kind("drawn"), paint: { "fill-color": css("--accent"), "fill-opacity": 0.06 } },
    ...(c.areaTiles ? [{ id: "area-official", type: "line" as const, source: "official", "source-layer": "areas", layout: { "line-join": "round" as const }, paint: c.shade ? { "line-color": css("--map-ground"), "line-width": zoomed(5, 0.3, 9, 0.8, 13, 1.5) } : { "line-color": css("--ink-3"), "line-width": zoomed(5, 0.4, 11, 1), "line-opacity": zoomed(5, 0.45, 11, 0.9) } }] : []),
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

// crowded is how many areas are named from afar; more only near by.
const crowded = 60;

function areaNames(many: boolean): LayerSpecification {
  return { id: "area-name", type: "symbol", source: "labels", minzoom: many ? 11 : 0, layout: { "text-field": ["get", "name"], "text-font": ["Inter Semibold", "Inter", "sans-serif"], "text-size": 12, "text-max-width": 10, "text-variable-anchor": ["bottom", "bottom-left", "bottom-right", "top", "left", "right"], "text-radial-offset": 0.3, "text-overlap": "never", "text-padding": 2 }, paint: { "text-color": expr("match", ["get", "kind"], "official", css("--ink-3"), "cluster", css("--ink-2"), css("--accent")), ...textHalo() } };
}

function numberLayers(squares: number[][]): LayerSpecification[] {
  const figures = byZoom(squares, (steps) => steps.map((_, i) => css(steps.length - i <= lightFigures ? "--card" : "--ink")));
  return [
    { id: "cell-count", type: "symbol", source: "sites", "source-layer": "cells", layout: { "text-field": expr("case", [">=", ["get", "n"], 10000], ["concat", ["to-string", ["round", ["/", ["get", "n"], 1000]]], "k"], ["to-string", ["get", "n"]]), "text-font": ["Inter Semibold", "Inter", "sans-serif"], "text-size": 11, "text-allow-overlap": true }, paint: { "text-color": figures } },
    { id: "site-count", type: "symbol", source: "sites", "source-layer": "sites", filter: many, layout: { "text-field": ["to-string", ["get", "n"]], "text-font": ["Inter Semibold", "Inter", "sans-serif"], "text-size": ["step", ["get", "n"], 11, 100, 12], "text-allow-overlap": true }, paint: { "text-color": expr("case", approx, css("--ink"), css("--card")) } },
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
