// What people do on the site, as steps for pages and journeys: come in, invite, correct, build.
import { config, follow, origin, start } from "./browser.mjs";

export const password = "four words that do not belong together";
export const orgPage = (id) => `${origin}/organisations/${id}`;
export const rowPage = (id, table = "organisations") => `${origin}/tables/${table}/rows/${id}`;

// expect ends the part of the test that it stands in.
export function expect(ok, message) {
  if (!ok) throw new Error(message);
}

// shows says that some element of the page has the text.
export async function shows(page, selector, text) {
  return (await page.locator(selector, { hasText: text }).count()) > 0;
}

export const heading = (page) => page.locator("h1").first().innerText();

const entered = new Map();

// owner comes in by the link that the program prints, which works once, and gives the storage of that browser. No
// script runs: the link works without.
export function owner(of = config) {
  if (!entered.has(of)) entered.set(of, enter(of));
  return entered.get(of);
}

async function enter({ origin: site, enter: link }) {
  const { context, page } = await start({ script: false, site });
  try {
    await page.goto(link);
    expect(page.url().startsWith(`${site}/?`), `the owner link leads to ${page.url()}, want the overview`);
    expect(await shows(page, ".who", "owner"), "the owner link does not make an owner of the visitor");
    return await context.storageState();
  } finally {
    await context.close();
  }
}

// invite makes the link by which somebody joins, on the page of people.
export async function invite(page, email, role, name = "") {
  await page.goto(`${origin}/people`);
  await page.fill("#email", email);
  await page.fill("#name", name);
  await page.selectOption("#role", role);
  await follow(page, () => page.click("form[action='/people/invite'] button"));
  expect(await page.locator(".secret").count(), `the invitation shows no link but "${await heading(page)}"`);
  return (await page.locator(".secret").innerText()).trim();
}

export async function join(page, link, name) {
  await page.goto(link);
  await page.fill("#name", name);
  await page.fill("#password", password);
  await follow(page, () => page.click("main form button[type=submit]"));
}

// member is somebody new with that role: the storage of a browser that is signed in.
export async function member(email, role, name) {
  const boss = await start({ as: await owner() });
  const fresh = await start();
  try {
    await join(fresh.page, await invite(boss.page, email, role), name);
    expect(await shows(fresh.page, ".who", role), `who joins as ${role} is not ${role}`);
    return await fresh.context.storageState();
  } finally {
    await boss.context.close();
    await fresh.context.close();
  }
}

export async function signIn(page, email) {
  await page.fill("#email", email);
  await page.fill("#password", password);
  await follow(page, () => page.click("form[action='/sign-in'] button[type=submit]"));
}

// fillRow types into the form of a row, with its grounds.
export async function fillRow(page, fields, { source = "https://example.org/page", reason = "The page says so." } = {}) {
  for (const [name, value] of Object.entries(fields)) await page.fill(`[id="f.${name}"]`, value);
  await page.fill("#source", source);
  await page.fill("#reason", reason);
}

export const keepRow = (page) => follow(page, () => page.click("form.record button[type=submit]"));

// correct opens a row's form, changes fields and keeps that; it gives the decision.
export async function correct(page, id, fields, grounds, table) {
  await page.goto(`${rowPage(id, table)}/edit`);
  await fillRow(page, fields, grounds);
  await keepRow(page);
  expect(page.url().startsWith(`${rowPage(id, table)}?`), `the correction of ${id} is not kept: "${await heading(page)}"`);
  return newest(page);
}

// newest is the last decision in the history of the page.
export async function newest(page) {
  const ids = await page.locator("a[href^='/decisions/D']").evaluateAll((all) => all.map((a) => a.textContent.trim()).filter((t) => /^D\d+$/.test(t)));
  expect(ids.length > 0, `${page.url()} lists no decision`);
  return ids.sort((a, b) => Number(b.slice(1)) - Number(a.slice(1)))[0];
}

export async function undo(page, id, reason = "It was a mistake.") {
  await page.goto(`${origin}/decisions/${id}`);
  await page.fill("#reason-undo", reason);
  await follow(page, () => page.click(`form[action='/decisions/${id}/undo'] button`));
  expect(await shows(page, "dl.facts dd", "undone"), `${id} is not undone`);
}

// upload brings a file to the table of organisations and gives the address of its preview.
export async function upload(page, content, name = "organisations.csv", table = "organisations") {
  await page.goto(`${origin}/tables/${table}/import`);
  await page.setInputFiles("#file", { name, mimeType: "application/octet-stream", buffer: Buffer.from(content) });
  await follow(page, () => page.click("form[action$='/import'] button"));
  return page.url();
}

// build asks for a build and waits until its page says by itself that it is done.
export async function build(page) {
  await page.goto(`${origin}/builds`);
  await follow(page, () => page.click("form[action='/builds'] button"));
  await over(page);
}

// over waits for the end of the build that the page shows, and for the page to show itself anew then.
export async function over(page) {
  await page.locator("#state dd", { hasText: /^(done|failed|cancelled)/ }).waitFor();
  await page.locator("form[action$='/cancel']").waitFor({ state: "detached" });
  const state = await page.locator("#state dd").first().innerText();
  expect(state === "done", `the build is ${state}: ${await page.locator("#state dl").innerText()}`);
}
