// The island of weighing: a slider beside each number, and ranks that follow while a slider moves. The server reckons them; the page works without this.
const waitMs = 30; // between two questions while a slider moves

document.querySelectorAll<HTMLFormElement>("form[data-weigh]").forEach((form) => {
  const target = document.querySelector<HTMLElement>(form.dataset["weigh"] ?? "");
  if (!target) return;
  let timer = 0;
  let request: AbortController | undefined;

  const load = async (): Promise<void> => {
    request?.abort();
    request = new AbortController();
    const url = new URL(form.action);
    new FormData(form).forEach((value, name) => {
      if (typeof value === "string" && name !== "version" && name !== "note") url.searchParams.append(name, value);
    });
    try {
      const answer = await fetch(url, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: request.signal });
      if (!answer.ok) throw new Error(String(answer.status));
      const fresh = document.createElement("div");
      fresh.innerHTML = await answer.text();
      show(target, fresh);
    } catch (err) {
      if ((err as Error).name !== "AbortError") target.setAttribute("data-stale", "");
    }
  };
  const later = (): void => {
    clearTimeout(timer);
    timer = window.setTimeout(() => void load(), waitMs);
  };

  form.querySelectorAll<HTMLInputElement>("input[type=number]").forEach((number) => {
    const slider = document.createElement("input");
    slider.type = "range";
    slider.min = "0";
    slider.max = "100";
    slider.value = number.value || "0";
    slider.setAttribute("aria-label", `${form.querySelector(`label[for="${CSS.escape(number.id)}"]`)?.textContent ?? ""}, slider`);
    slider.addEventListener("input", () => {
      number.value = slider.value;
      later();
    });
    number.addEventListener("input", () => {
      slider.value = number.value || "0";
      later();
    });
    number.after(slider);
  });
  form.querySelectorAll<HTMLInputElement>("input[type=radio]").forEach((radio) => radio.addEventListener("change", later));
});

// show puts the answer in place. The sentence that is read out keeps its element, so that it is read when it says something new.
function show(target: HTMLElement, fresh: HTMLElement): void {
  const before = document.getElementById("says");
  const now = fresh.querySelector("#says");
  if (before && now) {
    if (before.textContent !== now.textContent) before.textContent = now.textContent;
    now.remove();
    target.replaceChildren(...fresh.childNodes);
  }
  target.removeAttribute("data-stale");
}
