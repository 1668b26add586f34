// The island of forms with questions of a survey. Where the form says data-save, what is typed is kept on the server as it
// is typed, and the page says so; what could not be sent is tried again, and never silently lost.
import { questions } from "./questions";

const pause = 900; // ms without a key before what was typed is sent
const again = 5000; // ms until what could not be sent is tried once more

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-questions]")) {
  questions(form);
  if (form.dataset["save"]) keep(form, form.dataset["save"]);
}

// A page that the browser had put aside shows what stood there before later pages were filled in.
addEventListener("pageshow", (e) => {
  if (e.persisted) location.reload();
});

interface Kept {
  version?: string;
  was?: string;
  says?: string; // why it cannot be kept
}

// keep sends the form whenever it has changed, one request at a time.
function keep(form: HTMLFormElement, address: string): void {
  const says = form.querySelector<HTMLElement>(".saved");
  let changed = 0; // counts changes
  let sent = 0; // changes that are on the server
  let stopped = false; // the server has refused: somebody has to look first
  let timer = 0;
  let under: Promise<void> | null = null;

  const say = (text: string, bad = false) => {
    if (!says) return;
    if (says.textContent !== text) says.textContent = text;
    says.classList.toggle("flag", bad);
  };
  const body = () => {
    const b = new URLSearchParams();
    for (const [k, v] of new FormData(form)) if (typeof v === "string") b.append(k, v);
    return b;
  };
  const send = async () => {
    const upTo = changed;
    try {
      const r = await fetch(address, { method: "POST", body: body(), keepalive: true });
      if (r.status !== 200 && r.status !== 409) throw new Error(String(r.status));
      const kept = (await r.json()) as Kept;
      if (kept.says) {
        stopped = true;
        return say(kept.says, true);
      }
      put(form, "version", kept.version);
      put(form, "was", kept.was);
      sent = upTo;
      say("Saved. You can leave and come back by the same link.");
    } catch {
      say("Not saved yet: there is no connection. What you typed stays on this page, and is tried again.", true);
      later(again);
    }
  };
  const run = () => {
    if (under || stopped || sent === changed) return;
    under = send().finally(() => {
      under = null;
      if (sent !== changed && !stopped) later(pause);
    });
  };
  const later = (ms: number) => {
    clearTimeout(timer);
    timer = window.setTimeout(run, ms);
  };
  const touched = () => {
    changed++;
    later(pause);
  };
  form.addEventListener("input", touched);
  form.addEventListener("change", touched);
  addEventListener("online", run);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") run();
  });
  let leaving = false;
  addEventListener("beforeunload", (e) => {
    if (!leaving && sent !== changed) e.preventDefault();
  });
  form.addEventListener("submit", (e) => {
    clearTimeout(timer);
    if (!navigator.onLine) {
      e.preventDefault();
      return say("There is no connection. What you typed stays on this page; send it when you are connected again.", true);
    }
    leaving = true;
    if (!under) return;
    e.preventDefault(); // the request under way changes what the form has to carry
    const by = e.submitter;
    void under.finally(() => form.requestSubmit(by));
  });
}

function put(form: HTMLFormElement, name: string, value: string | undefined): void {
  const field = form.elements.namedItem(name);
  if (value !== undefined && field instanceof HTMLInputElement) field.value = value;
}
