const waitMs = 250; // long enough to skip letters typed in a run

// liveForms refreshes the part of the page that form[data-live] names while its search box or one of its numbers is typed in: the server
// answers the form's own address with that part when asked with HX-Request. The page's address follows.
export function liveForms(): void {
  document.querySelectorAll<HTMLFormElement>("form[data-live]").forEach((form) => {
    const target = document.querySelector<HTMLElement>(form.dataset["live"] ?? "");
    if (!target) return;
    let timer = 0;
    let request: AbortController | undefined;
    const load = async (): Promise<void> => {
      request?.abort();
      request = new AbortController();
      const url = new URL(form.action);
      new FormData(form).forEach((value, name) => {
        if (typeof value === "string" && value !== "") url.searchParams.append(name, value);
      });
      try {
        const answer = await fetch(url, { headers: { "HX-Request": "true", Accept: "text/html" }, signal: request.signal });
        if (!answer.ok) throw new Error(String(answer.status));
        target.innerHTML = await answer.text();
        history.replaceState(history.state, "", url);
      } catch (err) {
        if ((err as Error).name !== "AbortError") location.assign(url); // the page itself says what is wrong
      }
    };
    form.querySelectorAll<HTMLInputElement>("input[type=search],input[type=number]").forEach((input) => input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = window.setTimeout(() => void load(), waitMs);
    }));
  });
}
