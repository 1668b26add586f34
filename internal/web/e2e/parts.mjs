// The parts of pages that need a script: skip link, search, source panel, map, network and pictures to be taken away.
import { readFileSync } from "node:fs";
import { firstLine, looks, open, say, violations, wanted } from "./browser.mjs";

// Roles that have a colour in the style, --driver and so on.
const roles = ["driver", "cultivator", "firm", "amenity", "agency"];

export async function tryParts() {
  for (const part of [skipLink, searchByKeys, sourcePanel, mapShows, networkShows, picturesTaken]) {
    if (!wanted(part.name)) continue;
    try {
      await part();
    } catch (err) {
      say("/", part.name, [firstLine(err)]);
    }
  }
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
  await page.waitForSelector("form.search .hits [role=option]");
  await page.keyboard.press("ArrowDown");
  const marked = await page.$eval("form.search input", (i) => document.getElementById(i.getAttribute("aria-activedescendant") ?? "")?.textContent ?? "");
  if (!/rolls/i.test(marked)) problems.push(`the arrow marks "${marked}"`);
  problems.push(...(await violations(page)));
  await page.keyboard.press("Escape");
  if (await page.isVisible("form.search .hits")) problems.push("Escape leaves the list open");
  await page.keyboard.press("ArrowDown");
  await Promise.all([page.waitForURL(/\/organisations\//), page.keyboard.press("Enter")]);
  say("/", "search by keys", problems);
  await context.close();
}

async function sourcePanel() {
  for (const look of looks) {
    const { context, page, seen } = await open("/", look);
    const problems = [];
    await page.focus("main a.why");
    await page.keyboard.press("Enter");
    await page.waitForSelector("dialog.panel[open] .chain");
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
  const problems = await coloured(page, "#map canvas", 200);
  if (seen.tiles === 0) problems.push("no tile was fetched");
  problems.push(...seen.console);
  const note = await page.$$eval("#map .island-note", (all) => all.map((n) => n.textContent));
  const listed = await page.$$eval("#map-list [data-lng]", (all) => all.map((n) => `${n.dataset.lat}/${n.dataset.lng}`));
  if (listed.length === 0) problems.push("the list beside the map is empty");
  say("/map", "the map shows sites", [...problems, ...note]);
  await context.close();
  if (listed.length > 0) await popupOpens(listed[0]);
}

// popupOpens puts a site in the middle of the map and opens it by key: what the map's library makes only then must
// pass the policy too.
async function popupOpens(at) {
  const { context, page, seen } = await open(`/map?at=17/${at}`, looks[0]);
  const problems = await coloured(page, "#map canvas", 10); // the point is there to be opened
  await page.focus("#map canvas");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#map .maplibregl-popup .map-pop a");
  say("/map", "a site opens by key", [...problems, ...seen.console, ...(await violations(page))]);
  await context.close();
}

async function networkShows() {
  const { context, page, seen } = await open("/network", looks[0]);
  await page.waitForSelector("#network canvas", { state: "attached" });
  const problems = await coloured(page, "#network", 500);
  if ((await page.$$("#network > svg, #network > figure")).length > 0) problems.push("the static picture is still there");
  await page.fill("#network-find", "research");
  await page.click("#network-found button");
  await page.waitForSelector("#network-focus .tie");
  problems.push(...seen.console);
  problems.push(...(await page.$$eval("#network .island-note", (all) => all.map((n) => n.textContent))));
  say("/network", "the network shows organisations", problems);
  await context.close();
}

// picturesTaken takes a chart and the map away as PNG: each is a picture that is larger than what was on the page.
async function picturesTaken() {
  for (const [path, button] of [["/priorities", "main .takes button"], ["/map", "#map-takes button"]]) {
    const { context, page, seen } = await open(path, looks[0]);
    if (path === "/map") await coloured(page, "#map canvas", 200);
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator(button).first().click()]);
    const bytes = readFileSync(await file.path());
    const [wide, high] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
    const problems = [];
    if (!file.suggestedFilename().endsWith(".png") || bytes.toString("latin1", 1, 4) !== "PNG") problems.push(`${file.suggestedFilename()} is no PNG`);
    if (wide < 400 || high < 300) problems.push(`the picture is ${wide} by ${high}`);
    say(path, "can be taken away as a picture", [...problems, ...seen.console]);
    await context.close();
  }
}

// pictures is how often a picture is looked at until it shows what it should: points fade in.
const pictures = 60;

// coloured waits until a picture of the element has so many pixels in the colour of a role.
async function coloured(page, selector, least) {
  let n = 0;
  for (let k = 0; k < pictures; k++) {
    if ((n = await count(page, selector)) >= least) return [];
    await page.waitForTimeout(250);
  }
  return [`${n} pixels have the colour of a role, want ${least} or more`];
}

async function count(page, selector) {
  const want = await page.evaluate((names) => {
    const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    return names.map((n) => getComputedStyle(document.documentElement).getPropertyValue(`--${n}`).trim()).filter(Boolean).map((c) => {
      probe.fillStyle = c;
      probe.fillRect(0, 0, 1, 1);
      return [...probe.getImageData(0, 0, 1, 1).data.slice(0, 3)];
    });
  }, roles);
  const shot = (await page.locator(selector).first().screenshot()).toString("base64");
  return page.evaluate(async ([data, colours]) => {
    const img = new Image();
    img.src = `data:image/png;base64,${data}`;
    await img.decode();
    const c = document.createElement("canvas");
    [c.width, c.height] = [img.width, img.height];
    const g = c.getContext("2d", { willReadFrequently: true });
    g.drawImage(img, 0, 0);
    const px = g.getImageData(0, 0, c.width, c.height).data;
    let n = 0;
    for (let i = 0; i < px.length; i += 4) {
      if (colours.some(([r, gr, b]) => Math.abs(px[i] - r) + Math.abs(px[i + 1] - gr) + Math.abs(px[i + 2] - b) < 24)) n++;
    }
    return n;
  }, [shot, want]);
}
