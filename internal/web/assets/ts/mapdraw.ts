// Areas that people draw on the map: a polygon, a rectangle, a circle, or areas that are there joined. What is done is
// handed to the page of its profile; nothing is saved here. The drawing lies over the map as SVG, so that a new style
// of the map leaves it alone.
import type { Map as Chart } from "maplibre-gl";
import { el } from "./dom";
import { anticlockwise, circle, crosses, decodeRings, encodeRing, snapped, type Position } from "./shapecode";

type Mode = "" | "polygon" | "rectangle" | "circle" | "join";
type Area = { ref: string; name: string; set: string };

const stillPx = 4; // a click that moved further was a pan
const nearPx = 10; // a click this near to the first corner closes the boundary
const svgNS = "http://www.w3.org/2000/svg";

const says: Record<Exclude<Mode, "">, string> = {
  polygon: "Click the corners; double click or Enter ends. Backspace takes one back, Esc leaves. By keyboard: arrows move the map, Space sets a corner in its middle.",
  rectangle: "Click two opposite corners. Esc leaves it.",
  circle: "Click the middle, then how far it reaches, or type the distance.",
  join: "Click in the areas that shall be joined.",
};

// watchDraw puts the tools on the map.
export function watchDraw(map: Chart, root: HTMLElement): void {
  new Draw(map, root);
}

class Draw {
  private mode: Mode = "";
  private points: Position[] = [];
  private pointer: Position | undefined;
  private down: [number, number] = [0, 0];
  private joined: Area[] = [];
  // A shape that the address names is shown until something is drawn.
  private readonly shown = decodeRings(new URLSearchParams(location.search).get("shape") ?? "");
  private readonly svg = document.createElementNS(svgNS, "svg");
  private readonly path = document.createElementNS(svgNS, "path");
  private readonly dots = document.createElementNS(svgNS, "g");
  private readonly tools = el("div", "", { role: "group", "aria-label": "Draw an area", class: "map-draw" });
  private readonly more = el("div", "", { "aria-live": "polite" });
  private readonly buttons = new Map<Mode, HTMLButtonElement>();

  constructor(private readonly map: Chart, private readonly root: HTMLElement) {
    this.svg.setAttribute("aria-hidden", "true");
    Object.assign(this.svg.style, { position: "absolute", inset: "0", width: "100%", height: "100%", pointerEvents: "none", zIndex: "1" });
    for (const [name, value] of [["fill", "var(--firm)"], ["fill-opacity", ".14"], ["stroke", "var(--firm)"], ["stroke-width", "2"], ["fill-rule", "evenodd"]] as const) this.path.setAttribute(name, value);
    this.svg.append(this.path, this.dots);
    Object.assign(this.tools.style, { position: "absolute", left: "10px", top: "10px", zIndex: "3", maxWidth: "min(22rem, calc(100% - 70px))" });
    Object.assign(this.more.style, { background: "var(--card)", fontSize: "var(--step--1)", padding: ".5rem .7rem", border: "1px solid var(--line-3)", borderRadius: "var(--radius)", marginTop: ".4rem" });
    for (const [mode, label] of [["polygon", "Draw an area"], ["rectangle", "Rectangle"], ["circle", "Circle"], ["join", "Join areas"]] as const) {
      const b = el("button", label, { type: "button", class: "chip", "aria-pressed": "false" });
      b.addEventListener("click", () => this.start(this.mode === mode ? "" : mode));
      this.buttons.set(mode, b);
      this.tools.append(b, " ");
    }
    this.tools.append(el("a", "Upload", { class: "chip", href: "/profile/new#file" }), this.more);
    root.append(this.svg, this.tools);
    this.watch();
    this.refresh();
    if (location.hash === "#draw") this.start("polygon");
  }

  // watch takes clicks and keys before the map does, but only while something is drawn; pans and wheels stay the map's.
  private watch(): void {
    const at = (ev: MouseEvent): Position => {
      const box = this.map.getCanvas().getBoundingClientRect();
      const { lng, lat } = this.map.unproject([ev.clientX - box.left, ev.clientY - box.top]);
      return [lng, lat];
    };
    const mine = (ev: Event): boolean => this.mode !== "" && ev.target === this.map.getCanvas();
    this.root.addEventListener("mousedown", (ev) => (this.down = [ev.clientX, ev.clientY]), true);
    this.root.addEventListener("click", (ev) => {
      if (!mine(ev)) return;
      ev.stopPropagation();
      if (Math.hypot(ev.clientX - this.down[0], ev.clientY - this.down[1]) <= stillPx) this.click(at(ev));
    }, true);
    this.root.addEventListener("dblclick", (ev) => {
      if (!mine(ev)) return;
      ev.stopPropagation();
      ev.preventDefault();
      if (this.mode === "polygon") this.finish();
    }, true);
    this.root.addEventListener("mousemove", (ev) => {
      if (!mine(ev)) return;
      this.pointer = at(ev);
      this.paint();
    });
    this.root.addEventListener("keydown", (ev) => {
      if (mine(ev) && this.key(ev.key)) {
        ev.stopPropagation();
        ev.preventDefault();
      }
    }, true);
    this.map.on("move", () => this.paint());
    this.map.on("resize", () => this.paint());
  }

  private key(key: string): boolean {
    switch (key) {
      case "Escape":
        this.start("");
        return true;
      case "Backspace":
        if (this.mode === "join") this.joined.pop();
        else this.points.pop();
        this.refresh();
        return true;
      case " ":
        this.pointer = undefined;
        this.click(this.map.getCenter().toArray() as Position);
        return true;
      case "Enter":
        this.finish();
        return true;
    }
    return false;
  }

  private start(mode: Mode): void {
    this.mode = mode;
    [this.points, this.joined, this.pointer] = [[], [], undefined];
    this.buttons.forEach((b, of) => b.setAttribute("aria-pressed", String(of === mode)));
    this.map.getCanvas().style.cursor = mode ? "crosshair" : "";
    if (mode) this.map.getCanvas().focus({ preventScroll: true });
    this.refresh();
  }

  private click(at: Position): void {
    if (this.mode === "join") return void this.pick(at);
    const first = this.points[0];
    if (this.mode === "polygon" && first && this.points.length > 2 && this.apart(first, at) <= nearPx) return this.finish();
    if (this.mode !== "polygon" && first) {
      this.points[1] = at;
      return this.finish();
    }
    this.points.push(at);
    this.refresh();
  }

  private apart(a: Position, b: Position): number {
    const [p, q] = [this.map.project(a), this.map.project(b)];
    return Math.hypot(p.x - q.x, p.y - q.y);
  }

  // ring is the boundary as it stands, with the pointer as its next corner where one is shown.
  private ring(next?: Position): Position[] {
    const [a, b] = [this.points[0], this.points[1] ?? next];
    if (!a) return [];
    if (this.mode === "rectangle") return b ? [a, [b[0], a[1]], b, [a[0], b[1]]] : [a];
    if (this.mode === "circle") return circle(a, this.metres(next));
    return next ? [...this.points, next] : this.points;
  }

  private metres(next?: Position): number {
    const [a, b] = [this.points[0]!, this.points[1] ?? next];
    if (b) return Math.max(1, Math.round(meters(a, b)));
    return Number(this.tools.querySelector("input")?.value) || 1500;
  }

  private finish(): void {
    if (this.mode === "join") return this.leaveFor(`join=${this.joined.map((a) => encodeURIComponent(a.ref)).join(",")}`, this.joined.length > 1, "Click in two areas or more.");
    if (this.mode === "circle") {
      const middle = this.points[0];
      return this.leaveFor(middle ? `near=${middle.map((v) => v.toFixed(5)).join(",")}&m=${this.metres()}` : "", middle !== undefined, "Click the middle first.");
    }
    const ring = anticlockwise(this.ring().map(snapped).filter((p, i, all) => i === 0 || p[0] !== all[i - 1]![0] || p[1] !== all[i - 1]![1]));
    if (ring.length < 3) return this.say("An area has three corners or more.");
    const at = crosses(ring);
    if (at) return this.say(`The boundary crosses itself at longitude ${at[0].toFixed(4)}, latitude ${at[1].toFixed(4)}. Backspace takes the last corner back.`);
    this.leaveFor(`shape=${encodeRing(ring)}`, true, "");
  }

  private leaveFor(query: string, ready: boolean, otherwise: string): void {
    if (ready) location.assign(`/profile?${query}`);
    else this.say(otherwise);
  }

  private async pick(at: Position): Promise<void> {
    try {
      const answer = await fetch(`/areas/at.json?at=${at.map((v) => v.toFixed(5)).join(",")}`);
      if (!answer.ok) throw new Error(String(answer.status));
      const found = (await answer.json()) as Area[];
      if (found.length === 0) return this.say("No area of the release is there.");
      this.offer(found);
    } catch {
      this.say("The areas there did not load. Click again, or use the form.");
    }
  }

  // offer lets the reader choose which of the areas at a place is meant: they are of several sets.
  private offer(found: Area[]): void {
    this.refresh();
    for (const area of found) {
      if (this.joined.some((a) => a.ref === area.ref)) continue;
      const b = el("button", `+ ${area.name} (${area.set})`, { type: "button", class: "chip" });
      b.addEventListener("click", () => {
        this.joined.push(area);
        this.refresh();
        this.map.getCanvas().focus({ preventScroll: true });
      });
      this.more.append(b, " ");
    }
  }

  private say(text: string): void {
    this.refresh();
    this.more.hidden = false;
    this.more.append(el("p", text, { class: "alert", role: "status" }));
  }

  // refresh shows what can be done now.
  private refresh(): void {
    this.more.replaceChildren();
    if (this.mode) this.more.append(el("p", says[this.mode], { class: "sub" }));
    for (const a of this.joined) this.more.append(el("span", a.name, { class: "tag" }));
    if (this.mode === "circle" && this.points.length > 0) {
      const input = el("input", "", { value: "1500", inputmode: "decimal", "aria-label": "Distance in metres", size: "7" });
      input.addEventListener("input", () => this.paint());
      this.more.append(input, " m ");
    }
    if (this.points.length > 2 || (this.mode === "circle" && this.points.length > 0) || this.joined.length > 1) {
      const done = el("button", "See its profile", { type: "button", class: "btn small primary" });
      done.addEventListener("click", () => this.finish());
      this.more.append(done);
    }
    this.more.hidden = this.more.childNodes.length === 0;
    this.paint();
  }

  private paint(): void {
    const next = this.mode && this.points.length > 0 && !(this.mode === "circle" && document.activeElement?.tagName === "INPUT") ? this.pointer : undefined;
    const rings = this.mode ? [this.ring(next)] : this.shown;
    const line = (ring: Position[]): string => `M${ring.map((p) => this.map.project(p)).map((p) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("L")}z`;
    this.path.setAttribute("d", rings.filter((ring) => ring.length > 1).map(line).join(""));
    this.dots.replaceChildren(...this.points.map((p) => {
      const { x, y } = this.map.project(p);
      const dot = document.createElementNS(svgNS, "circle");
      for (const [name, value] of [["cx", x.toFixed(1)], ["cy", y.toFixed(1)], ["r", "5"], ["fill", "var(--card)"], ["stroke", "var(--firm)"], ["stroke-width", "2"]] as const) dot.setAttribute(name, value);
      return dot;
    }));
  }
}

// meters is the distance of two positions on a sphere.
function meters([lon1, lat1]: Position, [lon2, lat2]: Position): number {
  const rad = Math.PI / 180;
  const h = Math.sin(((lat2 - lat1) * rad) / 2) ** 2 + Math.cos(lat1 * rad) * Math.cos(lat2 * rad) * Math.sin(((lon2 - lon1) * rad) / 2) ** 2;
  return 2 * 6_371_008.8 * Math.asin(Math.min(1, Math.sqrt(h)));
}
