// poll shows the part of a page marked data-poll="MILLISECONDS" anew until the server's answer has no such wish any
// more. The server answers the page's own address with that part when asked with HX-Request.
export function poll(): void {
  const part = document.querySelector<HTMLElement>("[data-poll]");
  const every = Number(part?.dataset["poll"]);
  if (!part || !every) return;
  setTimeout(() => void again(part, every), every);
}

async function again(part: HTMLElement, every: number): Promise<void> {
  try {
    const answer = await fetch(location.href, { headers: { "HX-Request": "true", Accept: "text/html" } });
    if (!answer.ok) throw new Error(String(answer.status));
    const holder = document.createElement("div");
    holder.innerHTML = await answer.text();
    const fresh = holder.querySelector<HTMLElement>("[data-poll]");
    if (!fresh) return;
    part.replaceWith(fresh);
    if (!fresh.dataset["poll"]) return location.reload(); // it is over: the page may offer something else now
    poll();
  } catch {
    setTimeout(() => void again(part, every), 4 * every); // the server may be restarting
  }
}
