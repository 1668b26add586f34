// Walks the running site in a real browser and prints what it finds as JSON lines, one a check:
// {"page": "/map", "check": "axe light", "problems": []}. The Go test beside it judges them.
// Use: node browse.mjs ADDRESS CHROMIUM [SCREENSHOT]
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const require = createRequire(new URL("../../../tools/browser/package.json", import.meta.url));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

const [origin, executablePath, screenshot] = process.argv.slice(2);
const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];
const wide = { width: 1280, height: 900 };
const narrow = { width: 360, height: 740 };
const looks = [
  { name: "light", colorScheme: "light", viewport: wide },
  { name: "dark, 360 px", colorScheme: "dark", viewport: narrow },
];

// Roles that have a colour in the style, --driver and so on.
const roles = ["driver", "cultivator", "firm", "amenity", "agency"];

const say = (page, check, problems) => console.log(JSON.stringify({ page, check, problems }));

// Software drawing, so that maps and networks show on machines without a graphics card.
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader", "--ignore-gpu-blocklist"] });
try {
  if (screenshot) await picture(screenshot);
  else await walk();
} finally {
  await browser.close();
}

async function walk() {
  const pages = await discover();
  for (const look of looks) {
    for (const path of pages) await visit(path, look);
  }
  for (const part of [skipLink, searchByKeys, sourcePanel, mapShows, networkShows]) {
    try {
      await part();
    } catch (err) {
      say("/", part.name, [String(err.message ?? err).split("\n")[0]]);
    }
  }
}

// discover gives every page of the navigation, one page of each kind below it, and pages that say no.
async function discover() {
  const context = await browser.newContext();
  const page = await context.newPage();
  const links = async (selector) =>
    [...new Set(await page.$$eval(selector, (all) => all.map((a) => a.href)))].map((h) => h.replace(origin, "")).filter((h) => h.startsWith("/"));
  const first = async (from, selector, what) => {
    await page.goto(origin + from);
    const found = await links(selector);
    say(from, `leads to ${what}`, found.length > 0 ? [] : [`no link matches ${selector}`]);
    return found.slice(0, 1);
  };
  await page.goto(origin + "/");
  const out = await links("nav[aria-label=Main] li a");
  say("/", "has a navigation", out.length >= 5 ? [] : [`${out.length} links`]);
  out.push(...(await first("/", "main a.why", "the source of a figure")));
  out.push(...(await first("/organisations", "main a[href^='/organisations/']", "an organisation")));
  const set = (await first("/areas", "main a[href^='/areas/']:not([href*='/employment/'])", "areas"))[0];
  if (set) out.push(set, ...(await first(set, "main a[href^='/areas/']:not([href*='?'])", "an area")));
  out.push(...(await first("/areas", "main a[href^='/areas/employment/']", "an area of the employment table")));
  out.push(...(await first("/priorities", "main a[href^='/priorities/']", "an intervention")));
  out.push(...(await first("/sources", "main a[href^='/sources/']", "a source")));
  out.push("/search?q=sheffield", "/search?q=zzzzzz", "/organisations/nobody-at-all", "/why", "/nowhere-at-all");
  await context.close();
  return [...new Set(out)];
}

// open loads a page as a first-time visitor and watches all that it does.
async function open(path, look) {
  const context = await browser.newContext({ viewport: look.viewport, colorScheme: look.colorScheme });
  const page = await context.newPage();
  const seen = { console: [], outside: [], failed: [], tiles: 0, bytes: new Map() };
  page.on("console", (m) => {
    // The browser itself writes down a page that answers with an error, which is what is asked for here.
    if (!["error", "warning"].includes(m.type()) || (m.location().url === origin + path && /status of 40[04]/.test(m.text()))) return;
    if (/GPU stall due to ReadPixels/.test(m.text())) return; // of drawing in software, when a picture is taken
    seen.console.push(`${m.type()}: ${m.text()}`);
  });
  page.on("pageerror", (err) => seen.console.push(`exception: ${err.message}`));
  page.on("request", (r) => {
    if (!r.url().startsWith(origin + "/") && !/^(data|blob):/.test(r.url())) seen.outside.push(r.url());
  });
  page.on("response", (r) => {
    if (r.ok() && r.url().includes("/tiles/")) seen.tiles++;
    if (r.status() >= 400 && r.url() !== origin + path) seen.failed.push(`${r.status()} ${r.url()}`);
  });
  await weigh(context, page, seen.bytes);
  await page.goto(origin + path, { waitUntil: "load" });
  await page.waitForLoadState("networkidle");
  return { context, page, seen };
}

// weigh counts the bytes of each address as they come over the wire, headers included.
async function weigh(context, page, bytes) {
  const cdp = await context.newCDPSession(page);
  const urls = new Map();
  await cdp.send("Network.enable");
  cdp.on("Network.requestWillBeSent", (e) => urls.set(e.requestId, e.request.url));
  cdp.on("Network.loadingFinished", (e) => bytes.set(urls.get(e.requestId), e.encodedDataLength));
}

async function visit(path, look) {
  const { context, page, seen } = await open(path, look);
  const check = (name, problems) => say(path, `${name}, ${look.name}`, problems);
  check("axe", await violations(page));
  check("console", seen.console);
  check("requests stay here", seen.outside);
  check("requests succeed", seen.failed);
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
  check("no sideways scrolling", over > 0 ? [`${over} px too wide: ${await widest(page)}`] : []);
  if (look.name === "light") {
    let sum = 0;
    for (const [url, n] of seen.bytes) {
      if (url === origin + path || /\/(app\.css|app\.js|theme\.js)$/.test(url)) sum += n;
    }
    console.log(JSON.stringify({ page: path, check: "weight", bytes: sum }));
  }
  await context.close();
}

async function violations(page) {
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

async function skipLink() {
  const { context, page } = await open("/", looks[0]);
  await page.keyboard.press("Tab");
  const onSkip = await page.evaluate(() => document.activeElement?.classList.contains("skip"));
  await page.keyboard.press("Enter");
  const onMain = await page.evaluate(() => document.activeElement?.id === "main");
  say("/", "skip link", [...(onSkip ? [] : ["the first Tab does not reach it"]), ...(onMain ? [] : ["Enter on it does not focus the content"])]);
  await context.close();
}

async function searchByKeys() {
  const { context, page } = await open("/", looks[0]);
  const problems = [];
  await page.keyboard.press("/");
  await page.keyboard.type("rolls", { delay: 20 });
  await page.waitForSelector("form.search .hits [role=option]", { timeout: 5000 });
  await page.keyboard.press("ArrowDown");
  const marked = await page.$eval("form.search input", (i) => document.getElementById(i.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "");
  if (!/rolls/i.test(marked)) problems.push(`the arrow marks "${marked}"`);
  problems.push(...(await violations(page)));
  await page.keyboard.press("Escape");
  if (await page.isVisible("form.search .hits")) problems.push("Escape leaves the list open");
  await page.keyboard.press("ArrowDown");
  await Promise.all([page.waitForURL(/\/organisations\//, { timeout: 5000 }), page.keyboard.press("Enter")]);
  say("/", "search by keys", problems);
  await context.close();
}

async function sourcePanel() {
  for (const look of looks) {
    const { context, page, seen } = await open("/", look);
    const problems = [];
    await page.focus("main a.why");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog.panel[open] .chain", { timeout: 5000 });
    if (!(await page.evaluate(() => document.querySelector("dialog.panel").contains(document.activeElement)))) problems.push("the focus is not in the panel");
    problems.push(...(await violations(page)));
    await page.keyboard.press("Escape");
    if (await page.isVisible("dialog.panel")) problems.push("Escape leaves the panel open");
    if (!(await page.evaluate(() => document.activeElement?.matches("a.why")))) problems.push("the focus does not come back to the mark");
    say("/", `source panel, ${look.name}`, [...problems, ...seen.console]);
    await context.close();
  }
}

async function mapShows() {
  const { context, page, seen } = await open("/map", looks[0]);
  await page.waitForTimeout(1500); // points fade in
  const problems = seen.tiles > 0 ? [] : ["no tile was fetched"];
  problems.push(...(await coloured(page, "#map canvas", 200)));
  const note = await page.$$eval("#map .island-note", (all) => all.map((n) => n.textContent));
  const listed = await page.$$eval("#map-list a", (all) => all.length);
  if (listed === 0) problems.push("the list beside the map is empty");
  say("/map", "the map shows sites", [...problems, ...note]);
  await context.close();
}

async function networkShows() {
  const { context, page } = await open("/network", looks[0]);
  const problems = [];
  await page.waitForSelector("#network canvas", { timeout: 8000, state: "attached" });
  await page.waitForTimeout(800);
  if ((await page.$$("#network > svg, #network > figure")).length > 0) problems.push("the static picture is still there");
  problems.push(...(await coloured(page, "#network", 500)));
  problems.push(...(await page.$$eval("#network .island-note", (all) => all.map((n) => n.textContent))));
  say("/network", "the network shows organisations", problems);
  await context.close();
}

// coloured counts, on a picture of the element, the pixels in the colour of a role.
async function coloured(page, selector, least) {
  const want = await page.evaluate((names) => {
    const probe = document.createElement("canvas").getContext("2d");
    return names.map((n) => getComputedStyle(document.documentElement).getPropertyValue(`--${n}`).trim()).filter(Boolean).map((c) => {
      probe.fillStyle = c;
      probe.fillRect(0, 0, 1, 1);
      return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    });
  }, roles);
  const shot = (await page.locator(selector).first().screenshot()).toString("base64");
  const n = await page.evaluate(async ([data, colours]) => {
    const img = new Image();
    img.src = `data:image/png;base64,${data}`;
    await img.decode();
    const c = document.createElement("canvas");
    [c.width, c.height] = [img.width, img.height];
    const g = c.getContext("2d", { willReadFrequently: true });
    g.drawImage(img, 0, 0);
    const px = g.getImageData(0, 0, c.width, c.height).data;
    let count = 0;
    for (let i = 0; i < px.length; i += 4) {
      if (colours.some(([r, gr, b]) => Math.abs(px[i] - r) + Math.abs(px[i + 1] - gr) + Math.abs(px[i + 2] - b) < 24)) count++;
    }
    return count;
  }, [shot, want]);
  return n >= least ? [] : [`${n} pixels have the colour of a role, want ${least} or more`];
}

// picture takes the screenshot of the README.
async function picture(file) {
  const { context, page } = await open("/", { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: file });
  await context.close();
}
