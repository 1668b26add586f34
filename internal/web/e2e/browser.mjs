// What all parts of the browser test share: the browser, contexts that are watched, the checks that each page passes.
import { createRequire } from "node:module";
import { mkdirSync, readFileSync } from "node:fs";

const require = createRequire(new URL("../../../tools/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

// origin: address of the site; enter: link of the owner, once; chromium: program; picture: file for the README's
// screenshot; shots: folder for a picture of each page; only: names of the parts to do; linked: origin and enter of a
// second site, whose records people are asked about.
export const config = JSON.parse(process.argv[2]);
export const { origin } = config;

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
export const looks = [
  { name: "light", colorScheme: "light", viewport: { width: 1280, height: 900 } },
  { name: "dark, 360 px", colorScheme: "dark", viewport: { width: 360, height: 740 } },
];

// How long a condition is waited for before the test gives up; no check hangs on it.
const patience = 180_000;

export const say = (page, check, problems) => console.log(JSON.stringify({ page, check, problems }));
export const firstLine = (err) => String(err.message ?? err).split("\n")[0];

// wanted says whether a part of the test is to be done.
export const wanted = (name) => !config.only || new RegExp(config.only).test(name);

// Software drawing, so that maps and networks show on machines without a graphics card.
export const browser = await chromium.launch({
  executablePath: config.chromium,
  args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"],
});

// start is a new browser with one page, of which all is watched. as: the storage of somebody who has signed in.
export async function start({ look = looks[0], as, script = true, site = origin } = {}) {
  const context = await browser.newContext({ viewport: look.viewport, colorScheme: look.colorScheme, storageState: as, javaScriptEnabled: script });
  context.setDefaultTimeout(patience);
  const page = await context.newPage();
  return { context, page, seen: watch(page, site) };
}

// watch notes all that a page does. A page that answers with an error is asked for here, and so is what the browser
// itself writes down of it.
export function watch(page, site = origin) {
  const messages = [];
  const refused = new Set();
  const seen = { outside: [], failed: [], open: new Set(), tiles: 0, status: 0, url: "" };
  Object.defineProperty(seen, "console", {
    get: () => messages.filter((m) => !(/status of 4\d\d/.test(m.text) && refused.has(m.url))).map((m) => `${m.type}: ${m.text}`),
  });
  page.on("console", (m) => {
    if (!["error", "warning"].includes(m.type())) return;
    if (/GPU stall due to ReadPixels/.test(m.text())) return; // of drawing in software, when a picture is taken
    messages.push({ type: m.type(), text: m.text(), url: m.location().url });
  });
  page.on("pageerror", (err) => messages.push({ type: "exception", text: err.message }));
  page.on("requestfinished", (r) => seen.open.delete(r));
  page.on("requestfailed", (r) => seen.open.delete(r));
  page.on("request", (r) => {
    seen.open.add(r);
    if (!r.url().startsWith(site + "/") && !/^(data|blob):/.test(r.url())) seen.outside.push(r.url());
  });
  page.on("response", (r) => {
    if (r.ok() && r.url().includes("/tiles/")) seen.tiles++;
    if (r.request().isNavigationRequest()) {
      [seen.status, seen.url] = [r.status(), r.url()];
      if (r.status() >= 400 && r.status() < 500) refused.add(r.url());
    } else if (r.status() >= 400) {
      seen.failed.push(`${r.status()} ${r.url()}`);
    }
  });
  return seen;
}

// open loads a page as a first-time visitor.
export async function open(path, look) {
  const opened = await start({ look });
  await opened.page.goto(origin + path, { waitUntil: "load" });
  await settle(opened);
  return opened;
}

// settle waits until a page is loaded and has asked for nothing for half a second. The browser's own word for that is not
// waited for: on a busy machine it sometimes never comes.
async function settle({ page, seen }) {
  await page.waitForLoadState("load");
  const end = Date.now() + patience;
  for (let quiet = 0; quiet < 10; quiet = seen.open.size === 0 ? quiet + 1 : 0) {
    if (Date.now() > end) throw new Error(`the page does not come to rest; it still waits for ${[...seen.open].map((r) => r.url()).join(", ")}`);
    await page.waitForTimeout(50);
  }
}

// follow does something that leads to another page, and waits for that.
export async function follow(page, act) {
  await Promise.all([page.waitForEvent("load"), act()]);
}

// weigh counts the bytes of each address as they come over the wire, headers included, to a browser that has nothing yet.
async function weigh(context, page) {
  const bytes = new Map();
  const cdp = await context.newCDPSession(page);
  const urls = new Map();
  await cdp.send("Network.enable");
  await cdp.send("Network.setCacheDisabled", { cacheDisabled: true });
  cdp.on("Network.requestWillBeSent", (e) => urls.set(e.requestId, e.request.url));
  cdp.on("Network.loadingFinished", (e) => bytes.set(urls.get(e.requestId), e.encodedDataLength));
  return bytes;
}

// visit asks of a page what is asked of every page. name: how it is called; path: its address, or go: how it is come
// to; as: who looks; status: what it answers with; weighed: false where nothing is said on what it weighs.
// site: where it is, when that is not the demo.
export async function visit({ name, path = name, site = origin, go = (page) => page.goto(site + path), as, status = 200, weighed = true }, look) {
  const { context, page, seen } = await start({ look, as, site });
  const check = (what, problems) => say(name, `${what}, ${look.name}`, problems);
  try {
    const bytes = await weigh(context, page);
    await go(page, look);
    await settle({ page, seen });
    if (config.shots) await shot(page, name, look);
    check("status", seen.status === status ? [] : [`the page answers with ${seen.status}, want ${status}`]);
    check("axe", await violations(page));
    check("console", seen.console);
    check("requests stay here", seen.outside);
    check("requests succeed", seen.failed);
    const over = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
    check("no sideways scrolling", over > 0 ? [`${over} px too wide: ${await widest(page)}`] : []);
    if (look === looks[0] && weighed) {
      let sum = 0;
      for (const [url, n] of bytes) {
        if (url === seen.url || /\/(app\.css|app\.js|theme\.js)$/.test(url)) sum += n;
      }
      console.log(JSON.stringify({ page: name, check: "weight", bytes: sum }));
    }
  } catch (err) {
    check("can be looked at", [firstLine(err)]);
  } finally {
    await context.close();
  }
}

async function shot(page, name, look) {
  mkdirSync(config.shots, { recursive: true });
  await page.evaluate(() => document.fonts.ready);
  const file = name.replace(/[^\w.-]+/g, "_").replace(/^_/, "") || "overview";
  await page.screenshot({ path: `${config.shots}/${file}-${look.viewport.width}.png`, fullPage: true });
}

export async function violations(page) {
  await page.evaluate(axe);
  const found = await page.evaluate((values) => window.axe.run(document, { runOnly: { type: "tag", values }, resultTypes: ["violations"] }), tags);
  return found.violations.map((v) => `${v.id}: ${v.help} (${v.nodes.length}) ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.any[0]?.message ?? n.all[0]?.message ?? n.none[0]?.message ?? ""}`).join(" | ")}`);
}

// widest names what sticks out furthest, for whoever has to mend it.
async function widest(page) {
  return page.evaluate(() => {
    let most = null;
    let right = document.documentElement.clientWidth;
    for (const el of document.querySelectorAll("main *")) {
      const box = el.getBoundingClientRect();
      if (box.right > right && !el.closest(".table-wrap > *")) [most, right] = [el, box.right];
    }
    return most ? `${most.tagName.toLowerCase()}.${most.className}` : "unknown";
  });
}
