import { el } from "./dom";

// takeaway puts a PNG beside each chart's SVG: the file that the server gives, drawn at twice its size.
export function takeaway(): void {
  for (const link of document.querySelectorAll<HTMLAnchorElement>("a[data-take]")) {
    const button = el("button", "PNG", { type: "button", class: "take" });
    button.addEventListener("click", () => void png(link.href, button));
    link.after(button);
  }
}

async function png(href: string, button: HTMLElement): Promise<void> {
  try {
    const answer = await fetch(href);
    if (!answer.ok) throw new Error(String(answer.status));
    const name = /filename="([^"]+)\.svg"/.exec(answer.headers.get("Content-Disposition") ?? "")?.[1] ?? "chart";
    const image = new Image();
    image.src = URL.createObjectURL(await answer.blob());
    await image.decode();
    const canvas = el("canvas");
    canvas.width = image.width * 2;
    canvas.height = image.height * 2;
    canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
    URL.revokeObjectURL(image.src);
    saveCanvas(canvas, name);
  } catch {
    button.textContent = "PNG did not work; take the SVG";
  }
}

// saveCanvas offers what a canvas shows as a file.
export function saveCanvas(canvas: HTMLCanvasElement, name: string): void {
  canvas.toBlob((blob) => {
    if (!blob) return;
    const link = el("a", "", { href: URL.createObjectURL(blob), download: `${name}.png` });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }, "image/png");
}
