// whyPanel opens a.why in a side panel with the fragment behind the link; without scripts the link is a page.
// An address that begins with "?" is a page in its own right, and one with rel leads to another site: these are followed.
// One panel a page, so a source opened from within a source replaces it.
export function whyPanel(): void {
  let panel: HTMLDialogElement | undefined;
  let body: HTMLElement;
  let full: HTMLAnchorElement;

  const build = (): HTMLDialogElement => {
    const dialog = document.createElement("dialog");
    dialog.className = "panel";
    dialog.setAttribute("aria-label", "Source of the figure");
    const head = document.createElement("div");
    head.className = "panel-head";
    full = document.createElement("a");
    full.textContent = "Open as a page";
    const close = document.createElement("button");
    close.type = "button";
    close.className = "btn small";
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    head.append(full, close);
    body = document.createElement("div");
    dialog.append(head, body);
    dialog.addEventListener("click", (ev) => {
      if (ev.target === dialog && ev.clientX < dialog.getBoundingClientRect().left) dialog.close();
    });
    document.body.append(dialog);
    return dialog;
  };

  document.addEventListener("click", async (ev) => {
    const link = (ev.target as Element).closest<HTMLAnchorElement>("a.why:not([href^='?'],[rel])");
    if (!link || ev.button !== 0 || ev.ctrlKey || ev.metaKey || ev.shiftKey || ev.altKey) return;
    ev.preventDefault();
    panel ??= build();
    full.href = link.href;
    try {
      const answer = await fetch(link.href, { headers: { "HX-Request": "true", Accept: "text/html" } });
      if (!answer.ok) throw new Error(String(answer.status));
      body.innerHTML = await answer.text();
      if (!panel.open) panel.showModal();
    } catch {
      location.assign(link.href); // the page itself says what is wrong
    }
  });
}
