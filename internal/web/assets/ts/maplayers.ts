import { note } from "./dom";
import { chosen } from "./mapfilter";
import { none, type Content, type Shade, type Shapes } from "./mapstyle";

// watchLayers keeps in the content what the form chooses beside the filter: by what areas are coloured, whether sites
// lie over them, and whose clusters are outlined. It gives the function that takes over the present choice and says
// whether anything needs to be drawn anew.
export function layers(root: HTMLElement, content: Content): () => Promise<void> {
  let value = "";
  let clusters = "";
  return async () => {
    content.over = chosen("over") === "1";
    if (chosen("value") !== value) {
      value = chosen("value");
      content.shade = value ? await ask<Shade>(root, `/map/values.json?${params(root, value)}`, "colours of the areas") : undefined;
      root.dataset["unit"] = content.shade?.unit ?? "";
      content.areaTiles = areaTiles(root, content.shade ? value : "");
    }
    if (chosen("clusters") !== clusters) {
      clusters = chosen("clusters");
      content.hulls = clusters ? (await ask<Shapes>(root, `/clusters/hulls.geojson?sector=${encodeURIComponent(clusters)}`, "clusters")) ?? none : none;
    }
  };
}

export const params = (root: HTMLElement, value: string): string => new URLSearchParams({ set: root.dataset["set"] ?? "", value }).toString();

// areaTiles is the address of the official areas' tiles, with the class of each where they are coloured.
export function areaTiles(root: HTMLElement, value: string): string {
  const path = root.dataset["areatiles"];
  if (!path) return "";
  return location.origin + path + (value ? `?value=${encodeURIComponent(value)}` : "");
}

async function ask<T>(root: HTMLElement, url: string, what: string): Promise<T | undefined> {
  try {
    const answer = await fetch(url);
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()) as T;
  } catch {
    note(root, `The ${what} did not load. The map is complete otherwise.`);
    return undefined;
  }
}
