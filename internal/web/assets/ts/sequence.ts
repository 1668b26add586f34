// The island of the sequence: a bar of the Gantt chart can be drawn to another year. Where it is let go the page is asked
// for again with that beginning, as the buttons beside the table do without scripts.
const box = document.querySelector<HTMLElement>("[data-move]");

function bar(e: Event): SVGRectElement | null {
  return (e.target as Element).closest<SVGRectElement>("rect[data-bar]");
}

function years(rect: SVGRectElement, from: number, to: number): number {
  const svg = rect.ownerSVGElement!;
  const scale = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
  return Math.round(((to - from) * scale) / Number(rect.dataset["step"]));
}

function move(rect: SVGRectElement, by: number): void {
  const u = new URL(location.href);
  u.searchParams.set("move", rect.dataset["bar"]!);
  u.searchParams.set("to", String(Number(rect.dataset["from"]) + by));
  location.assign(u);
}

box?.addEventListener("pointerdown", (down) => {
  const rect = bar(down);
  if (!rect || down.button !== 0) return;
  down.preventDefault();
  rect.setPointerCapture(down.pointerId);
  const at = (e: PointerEvent) => years(rect, down.clientX, e.clientX);
  const draw = (e: PointerEvent) => rect.setAttribute("transform", `translate(${at(e) * Number(rect.dataset["step"])} 0)`);
  const end = (e: PointerEvent) => {
    rect.removeEventListener("pointermove", draw);
    rect.removeEventListener("pointerup", end);
    rect.removeEventListener("pointercancel", end);
    const by = e.type === "pointerup" ? at(e) : 0;
    if (by === 0) rect.removeAttribute("transform");
    else move(rect, by);
  };
  rect.addEventListener("pointermove", draw);
  rect.addEventListener("pointerup", end);
  rect.addEventListener("pointercancel", end);
});
