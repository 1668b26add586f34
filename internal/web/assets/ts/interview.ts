// The island of interviews. In the form it keeps every key on this device until the server has it: what is typed is never
// lost when the connection drops, the page reloads or the session ends. In the list it names what is kept here alone.
import { el } from "./dom";
import { questions } from "./questions";

type Pairs = [string, string][];

// Kept is what this device holds of one interview. sent is what was sent and never answered: it is sent again as it was, so
// that the server, which keeps the same once, tells what became of it.
interface Kept {
  key: string;
  id: string;
  survey: string;
  firm: string;
  at: string;
  version: string;
  now: Pairs;
  sent: Pairs | null;
}

interface Answer {
  id?: string;
  version?: number;
  at?: string;
  firm?: string;
  known?: boolean;
  faults?: { Field: string; Says: string }[];
  clash?: { field: string; label: string; mine: string; theirs: string }[];
  by?: string;
}

const pause = 1200; // ms without a key before what was typed is sent
const first = 4000; // ms until what could not be sent is tried again, at first and at most
const most = 60_000;
const missing = "Kept on this device. Not on the server yet: see below what is missing.";
const patience = 20_000; // ms for which an answer is waited

// own are fields that say of the form itself what it is; they are not what somebody typed.
const own = ["_key", "_version", "_survey", "shown"];

function read(store: string): Kept | null {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "null") as Kept | null;
  } catch {
    return null;
  }
}

// write keeps it on the device, or says that the browser does not let us.
function write(store: string, kept: Kept | null): boolean {
  try {
    if (kept) localStorage.setItem(store, JSON.stringify(kept));
    else localStorage.removeItem(store);
    return true;
  } catch {
    return false;
  }
}

// Keeper keeps one form.
class Keeper {
  private readonly store: string;
  private readonly line: HTMLElement | null;
  private sent: Pairs | null = null;
  private held: Pairs; // what the server has
  private refused: Pairs | null = null; // what it said cannot be kept, and so is not sent again as it is
  private named = true; // the firm is one of the register
  private wait = first;
  private timer = 0;
  private under: Promise<void> | null = null;
  private stopped = false; // somebody has to look first

  constructor(private readonly form: HTMLFormElement) {
    this.store = form.dataset["store"] ?? "";
    this.line = form.querySelector<HTMLElement>(".keeping");
    // What the server refused, or has never had, stands in the form too.
    this.held = form.dataset["id"] && !("unkept" in form.dataset) ? this.pairs() : [];
  }

  begin(): void {
    const { form } = this;
    this.restore();
    questions(form);
    this.gate();
    form.addEventListener("input", () => this.touched());
    form.addEventListener("change", () => this.touched());
    form.addEventListener("submit", (e) => this.submit(e));
    addEventListener("online", () => this.soon(0));
    addEventListener("offline", () => this.touched());
    addEventListener("focus", () => this.soon(0));
    document.addEventListener("visibilitychange", () => this.soon(0));
  }

  // pairs are the fields of the form, but those that the device keeps by themselves.
  private pairs(): Pairs {
    const out: Pairs = [];
    for (const [name, value] of new FormData(this.form)) {
      if (typeof value === "string" && value !== "" && !own.includes(name)) out.push([name, value]);
    }
    return out;
  }

  private field(name: string): HTMLInputElement {
    return this.form.elements.namedItem(name) as HTMLInputElement;
  }

  private dirty(): boolean {
    return this.sent !== null || !same(this.pairs(), this.held);
  }

  private waits(): boolean {
    return this.sent === null && this.refused !== null && same(this.pairs(), this.refused);
  }

  private agreed(): boolean {
    return this.field("_kept").checked && this.field("_agreed").value.trim() !== "" && this.field("_org").value.trim() !== "";
  }

  // gate shows notes and questions once there is consent. What was typed before it was taken back stays where it is.
  private gate(): void {
    const ok = this.agreed();
    for (const part of this.form.querySelectorAll<HTMLElement>("[data-after]")) part.classList.toggle("off", !ok);
    for (const part of this.form.querySelectorAll<HTMLElement>("[data-wait]")) part.hidden = ok;
  }

  private say(text: string, waits = false): void {
    if (!this.line) return;
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.classList.toggle("waits", waits);
  }

  // touched keeps what stands in the form on the device, at once, and sends it soon. Without consent nothing is kept.
  private touched(): void {
    this.gate();
    if (!this.agreed()) {
      write(this.store, null);
      return this.say("Nothing is kept before the consent is written down.");
    }
    if (!this.dirty()) return this.kept();
    if (!this.hold()) {
      this.say("This browser keeps nothing on the device: what you type is on the server only once this line says so.", true);
    } else if (this.waits()) {
      this.say(missing, true);
    } else if (!this.stopped) {
      this.say(navigator.onLine ? "Kept on this device. Being sent…" : "No connection. Kept on this device, and sent when there is one.", !navigator.onLine);
    }
    this.soon(pause);
  }

  // hold writes the form to the device.
  private hold(): boolean {
    return write(this.store, {
      key: this.form.dataset["interview"] ?? "",
      id: this.form.dataset["id"] ?? "",
      survey: this.field("_survey").value,
      firm: this.field("_org").value,
      at: new Date().toISOString(),
      version: this.field("_version").value,
      now: this.pairs(),
      sent: this.sent,
    });
  }

  // restore puts back what the device has and the server did not get.
  private restore(): void {
    const kept = read(this.store);
    if (!kept) return;
    if (!kept.sent && same(kept.now, this.held)) {
      write(this.store, null);
      return;
    }
    fill(this.form, kept.now);
    this.sent = kept.sent;
    // The version that the device last saw: the server says when somebody else was there since.
    this.field("_version").value = kept.version;
    this.say("What you typed on this device is here again. Being sent…", true);
    this.soon(0);
  }

  private soon(ms: number): void {
    clearTimeout(this.timer);
    this.timer = window.setTimeout(() => void this.run(), ms);
  }

  private run(): Promise<void> {
    if (this.under) return this.under;
    if (this.stopped || !this.agreed() || !this.dirty() || this.waits()) return Promise.resolve();
    this.under = this.send().finally(() => (this.under = null));
    return this.under;
  }

  private async send(): Promise<void> {
    const body = (this.sent ??= this.pairs());
    this.hold();
    let r: Response;
    try {
      const all: Pairs = [["_key", this.form.dataset["interview"] ?? ""], ["_version", this.field("_version").value], ["_survey", this.field("_survey").value], ...body];
      r = await fetch("/interviews", { method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(all), signal: AbortSignal.timeout(patience) });
    } catch {
      return this.later("No connection. Kept on this device, and sent when there is one.");
    }
    if (r.status === 401 || r.status === 403) return this.later("You are signed out. Kept on this device; sign in on another page, and it is sent from here.");
    if (r.status >= 500 || r.status === 429) return this.later("The server cannot take it at the moment. Kept on this device, and tried again.");
    await this.answered(r.status, body, r);
  }

  private async answered(status: number, body: Pairs, r: Response): Promise<void> {
    let a: Answer = {};
    try {
      a = (await r.json()) as Answer;
    } catch {
      if (status === 200) return this.later("The answer was cut off. Kept on this device, and sent again.");
    }
    this.sent = null;
    this.wait = first;
    if (status === 200) return this.taken(body, a);
    if (status === 410) {
      write(this.store, null);
      this.stopped = true;
      return this.say("This interview was erased because the firm asked for it. Nothing is kept, here or on the server.", true);
    }
    this.hold();
    if (status === 409 && a.clash) return this.clash(a);
    this.faults(a.faults ?? [{ Field: "main", Says: `The server does not take it (${status}). Send it by the button below to see why.` }]);
    this.refused = body;
    this.say(missing, true);
  }

  // taken notes that the server has what was sent; what was typed meanwhile goes next.
  private taken(body: Pairs, a: Answer): void {
    this.held = body;
    this.refused = null;
    this.field("_version").value = String(a.version ?? 0);
    this.faults([]);
    if (a.id && this.form.dataset["id"] !== a.id) {
      this.form.dataset["id"] = a.id;
      history.replaceState(null, "", `/interviews/${encodeURIComponent(a.id)}`);
    }
    this.named = a.known !== false;
    if (this.dirty()) {
      this.hold();
      return this.soon(pause);
    }
    this.kept();
  }

  private kept(): void {
    write(this.store, null);
    if (!this.form.dataset["id"]) return;
    const by = this.named ? "" : " The register has no firm of that name: it is kept as you wrote it.";
    this.say(`Kept on the server, ${new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" })}.${by}`);
  }

  private later(text: string): void {
    this.hold();
    this.say(text, true);
    this.soon(this.wait);
    this.wait = Math.min(2 * this.wait, most);
  }

  private faults(all: { Field: string; Says: string }[]): void {
    const box = this.form.querySelector<HTMLElement>("[data-faults]");
    if (!box) return;
    box.hidden = all.length === 0;
    const ul = el("ul");
    for (const f of all) {
      const li = el("li");
      li.append(el("a", f.Says, { href: `#${f.Field}` }));
      ul.append(li);
    }
    box.replaceChildren(el("p", "This cannot be kept on the server yet"), ul);
  }

  // clash shows what somebody else has put in the place of what this device last saw. Nothing is sent until one is chosen.
  private clash(a: Answer): void {
    const box = this.form.querySelector<HTMLElement>("[data-clash]");
    if (!box) return;
    this.stopped = true;
    const table = el("table", "", { class: "sides" });
    const head = el("tr");
    for (const t of ["Field", "Yours", "On the server"]) head.append(el("th", t, { scope: "col" }));
    table.createTHead().append(head);
    const rows = table.createTBody();
    for (const c of a.clash ?? []) {
      const tr = el("tr");
      tr.append(el("th", c.label, { scope: "row" }), el("td", c.mine || "nothing"), el("td", c.theirs || "nothing"));
      rows.append(tr);
    }
    const wrap = el("div", "", { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "What differs" });
    wrap.append(table);
    const mine = el("button", "Keep mine", { type: "button", class: "btn primary small" });
    const theirs = el("button", "Take theirs", { type: "button", class: "btn small" });
    mine.addEventListener("click", () => {
      this.field("_version").value = String(a.version ?? 0);
      this.stopped = false;
      box.hidden = true;
      this.held = [];
      this.soon(0);
    });
    theirs.addEventListener("click", () => {
      write(this.store, null);
      location.assign(`/interviews/${encodeURIComponent(a.id ?? "")}`);
    });
    const actions = el("p", "", { class: "actions" });
    actions.append(mine, theirs);
    box.replaceChildren(el("p", `${a.by ?? "Somebody"} has changed this meanwhile. Yours is kept on this device and not sent. Mend it above with what you want of theirs, then keep yours; it takes the place of theirs.`), wrap, actions);
    box.hidden = false;
    this.say("Kept on this device. Somebody else has changed this interview: see below.", true);
    box.scrollIntoView({ block: "center" });
  }

  // submit sends what is typed first; the page is left only when the server has it, or says itself what is missing.
  private submit(e: SubmitEvent): void {
    if (!navigator.onLine) {
      e.preventDefault();
      return this.touched();
    }
    if (!this.agreed() || this.stopped || this.waits()) return; // the server says what is missing, or shows both sides
    if (!this.dirty()) {
      write(this.store, null);
      return;
    }
    e.preventDefault();
    const by = e.submitter;
    void this.flush().then((done) => {
      if (done) this.form.requestSubmit(by);
    });
  }

  // flush sends until the server has all, and says whether it has.
  private async flush(): Promise<boolean> {
    clearTimeout(this.timer);
    for (let k = 0; k < 5 && this.dirty() && !this.stopped && !this.waits(); k++) {
      await this.run();
      if (this.sent) return false; // it could not be sent
    }
    return !this.dirty() || this.waits();
  }
}

function same(a: Pairs, b: Pairs): boolean {
  return a.length === b.length && a.every(([name, value], i) => b[i]?.[0] === name && b[i]?.[1] === value);
}

// fill puts values into the fields of a form; fields that are not among them are emptied.
function fill(form: HTMLFormElement, pairs: Pairs): void {
  const left = new Map<string, string[]>();
  for (const [name, value] of pairs) left.set(name, [...(left.get(name) ?? []), value]);
  for (const f of form.elements) {
    if (!(f instanceof HTMLInputElement || f instanceof HTMLTextAreaElement || f instanceof HTMLSelectElement) || !f.name) continue;
    if (own.includes(f.name)) continue;
    const values = left.get(f.name) ?? [];
    if (f instanceof HTMLInputElement && (f.type === "checkbox" || f.type === "radio")) f.checked = values.includes(f.value) || (f.type === "radio" && f.value === "" && values.length === 0);
    else f.value = values[0] ?? "";
  }
}

// list names the interviews of which this device has something that the server does not.
function list(): void {
  const box = document.querySelector<HTMLElement>("[data-kept-here]");
  const prefix = box?.dataset["keptHere"];
  const ul = box?.querySelector("ul");
  if (!box || !prefix || !ul) return;
  try {
    for (const store of Object.keys(localStorage).filter((k) => k.startsWith(prefix))) {
      const kept = read(store);
      if (!kept) continue;
      const li = el("li");
      const to = kept.id ? `/interviews/${encodeURIComponent(kept.id)}` : `/interviews/new?key=${encodeURIComponent(kept.key)}&survey=${encodeURIComponent(kept.survey)}`;
      li.append(el("a", kept.firm || "an interview", { href: to }), el("small", ` typed ${new Date(kept.at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" })}; open it to send it `, { class: "muted" }));
      const drop = el("button", "Remove it from this device", { type: "button", class: "btn quiet small" });
      drop.addEventListener("click", () => {
        if (drop.textContent !== "Really remove it?") {
          drop.textContent = "Really remove it?";
          return;
        }
        write(store, null);
        li.remove();
        box.hidden = ul.children.length === 0;
      });
      li.append(drop);
      ul.append(li);
    }
  } catch {
    return; // the browser keeps nothing
  }
  box.hidden = ul.children.length === 0;
}

const form = document.querySelector<HTMLFormElement>("form[data-interview]");
if (form) new Keeper(form).begin();
list();
for (const n of document.querySelectorAll<HTMLElement>("[data-not-here]")) write(n.dataset["notHere"] ?? "", null);
