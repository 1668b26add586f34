// Cases: one is started and written by the keyboard, with figures from the picker and what the text comes to beside it, and without a
// script; and each page of writing in each look.
import { follow, looks, origin, visit } from "./browser.mjs";
import { expect, heading, member, owner, shows } from "./team.mjs";

const press = (page, selector) => follow(page, () => page.click(selector));

// begin starts a case with headings alone, and gives its address.
async function begin(page, title) {
  await page.goto(`${origin}/cases`);
  await page.fill("#title", title);
  await page.selectOption("#from", "empty");
  await press(page, "form[action='/cases'] button");
  return page.url().replace(origin, "").replace(/\/write.*/, "");
}

// writeCase writes with the keyboard alone once the page is there.
export async function writeCase(to) {
  const as = await owner();
  const page = await to.open({ as });
  to.at("starting a case");
  const at = await begin(page, "Case of the browser");
  expect((await heading(page)) === "Case of the browser", `writing does not begin: ${await heading(page)}`);
  expect(await shows(page, "main", "How to begin"), "a blank case does not say how to begin");

  to.at("typing, with what it comes to beside it");
  await page.goto(`${origin}${at}/write/summary`);
  const text = page.locator("[id='f.text']");
  await text.fill("Firms are here.\n\nThere are {{organisations}} of them, and {{nothing}}.");
  await page.locator("#preview .problems a").first().waitFor();
  expect(await shows(page, "#preview", "Broken"), "a broken insertion is not told");
  const [left, right] = [await text.boundingBox(), await page.locator("#preview").boundingBox()];
  expect(right.x >= left.x + left.width && right.y < left.y, "what the text comes to does not stand beside it");
  expect((await page.locator("#preview a.why").count()) > 0, "the figure has no source");
  expect(await shows(page, "[data-state]", "Not kept yet"), "the page does not say that nothing is kept");

  to.at("going to the place of a problem");
  await page.locator("#preview .problems a").first().focus();
  await page.keyboard.press("Enter");
  const cursor = await text.evaluate((t) => [document.activeElement === t, t.value.slice(t.selectionStart, t.selectionStart + 11)]);
  expect(cursor[0] && cursor[1] === "{{nothing}}", `the cursor is at ${cursor[1]}`);

  to.at("picking a figure");
  await page.keyboard.press("Control+End");
  await page.keyboard.type(" With ");
  await page.keyboard.press("Control+k");
  await page.locator("#picker [data-insert]").first().waitFor();
  await page.keyboard.type("facilities");
  await page.locator("#picker [data-insert='{{facilities}}']").waitFor();
  await page.keyboard.press("Enter");
  await page.locator("#picker").waitFor({ state: "hidden" }); // it is searched for first
  expect((await text.inputValue()).endsWith(" With {{facilities}}"), `the figure is not at the cursor: ${await text.inputValue()}`);
  await page.keyboard.press("Control+z");
  expect((await text.inputValue()).endsWith(" With "), "the insertion cannot be undone by a key");
  await page.keyboard.press("Control+y");

  to.at("keeping it by a key");
  await text.fill("There are {{organisations}} of them, with {{facilities}} facilities.");
  await follow(page, () => page.keyboard.press("Control+s"));
  expect(await shows(page, ".notice", "Kept."), "Control and S does not keep");
  expect((await page.inputValue("[id='f.text']")).includes("{{facilities}}"), "what was kept is not there");

  to.at("reading it, and taking it away");
  await page.goto(origin + at);
  expect(await shows(page, "#summary", "of them, with"), "the page of the case does not show what was kept");
  const [file] = await Promise.all([page.waitForEvent("download").catch(() => null), page.click("main .actions a:text-is('Markdown')").catch(() => null)]);
  expect(file?.suggestedFilename().endsWith(".md"), "the case cannot be taken away as Markdown");
  await page.goto(`${origin}${at}/write/summary`);

  to.at("leaving with something unkept");
  await page.fill("[id='f.text']", "Not kept.");
  const asked = page.waitForEvent("dialog");
  await Promise.all([asked.then((d) => (expect(d.type() === "beforeunload", d.type()), d.dismiss())), page.close({ runBeforeUnload: true })]);

  to.at("looking at the pages");
  for (const look of looks) {
    for (const path of ["", "/write", "/write/summary", "/write/settings", "/write/goals", "/figures"]) await visit({ name: `/cases/ID${path}`, path: at + path, as, weighed: false }, look);
    await visit({ name: "/cases", path: "/cases", as, weighed: false }, look);
  }
}

// writeCaseWithoutScript previews, adds a row and keeps by buttons alone.
export async function writeCaseWithoutScript(to) {
  const page = await to.open({ as: await owner(), script: false });
  to.at("starting a case");
  const at = await begin(page, "Case without a script");
  to.at("asking what a text comes to");
  await page.goto(`${origin}${at}/write/strategic`);
  await page.fill("[id='f.text']", "There are {{organisations}} of them.");
  await press(page, "button[formaction$='/preview']");
  expect(await shows(page, ".notice", "not kept yet"), "the page does not say that nothing is kept");
  expect((await page.locator("#preview a.why").count()) === 1, "the figure is not shown");
  await press(page, "button[value='keep']");
  expect(await shows(page, ".notice", "Kept."), "it is not kept");
  to.at("adding a goal");
  await page.goto(`${origin}${at}/write/goals`);
  await press(page, "button[value='add']");
  await page.fill("[id='r0.name']", "More firms");
  await page.fill("[id='r0.baseline']", "{{organisations firm}}");
  await press(page, "button[value='keep']");
  expect(await shows(page, "#preview", "More firms"), "the goal is not kept");
  to.at("finding a figure");
  await press(page, "main a[href^='/cases/'][href$='/figures']");
  await page.fill("#pick-q", "facilities");
  await press(page, "form[action$='/figures'] button");
  expect(await shows(page, "#picks", "{{facilities}}"), "the figure is not found");
}

// reviewCase has one person suggest and another take it up, approves and publishes it, and opens the link as a stranger.
export async function reviewCase(to) {
  const as = await owner();
  const page = await to.open({ as });
  to.at("starting a case");
  const at = await begin(page, "Case to be reviewed");
  await page.goto(`${origin}${at}/write/summary`);
  await page.fill("[id='f.text']", "There are {{organisations}} of them.\n\nThey should all be asked.");
  await press(page, "button[value='keep']");

  to.at("commenting and suggesting");
  const reader = await to.open({ as: await member("reader.of.cases@example.org", "reader", "Rita Reader") });
  await reader.goto(`${origin}${at}/review`);
  await press(reader, "#summary a[href*='at=']:has-text('They should all be asked')");
  await reader.fill("#say", "By whom?");
  await press(reader, "form[action$='/comment']:has(#say) button");
  expect(await shows(reader, "#summary article", "By whom?"), "the comment is not beside its part");
  await press(reader, "#summary a[href*='at=']:has-text('They should all be asked')");
  await reader.fill("#to", "They should all be asked, by us.");
  await press(reader, "form[action$='/suggest'] button");
  expect((await reader.locator("form[action$='/accept']").count()) === 0, "a reader may accept");

  to.at("accepting");
  await page.goto(`${origin}${at}/review`);
  await press(page, "form[action$='/accept'] button");
  await page.goto(origin + at);
  expect(await shows(page, "#summary", "asked, by us."), "what was accepted is not in the case");

  to.at("approving");
  await page.goto(`${origin}${at}/review`);
  await page.locator("#standing summary", { hasText: "Approve version" }).click();
  await press(page, "form[action$='/approve'] button");
  expect(await shows(page, "#standing", "Withdraw my approval"), "the approval is not shown");

  to.at("publishing");
  await page.goto(`${origin}${at}/publish`);
  await press(page, "form[action$='/publish'] button");
  const link = await page.locator(".secret").innerText();
  const stranger = await to.open();
  await stranger.goto(link.replace(/^https?:\/\/[^/]+/, origin));
  expect(await shows(stranger, "#summary", "asked, by us."), "the link does not show the case");
  await press(stranger, "#summary a.why");
  expect((await stranger.locator("dialog[open]").count()) === 0, "the source of what is published opens in the panel");
  expect(await shows(stranger, "main", "organisations.csv"), "a figure of what is published does not lead to its file");

  to.at("looking at the pages");
  for (const look of looks) {
    for (const path of ["/review", "/versions", "/publish", "/compare?from=1&to=now"]) await visit({ name: `/cases/ID${path}`, path: at + path, as, weighed: false }, look);
    await visit({ name: "/published/SECRET", path: new URL(link).pathname, weighed: false }, look);
  }

  to.at("withdrawing");
  await page.goto(`${origin}${at}/publish`);
  await press(page, "form[action$='/unpublish'] button");
  await stranger.goto(link.replace(/^https?:\/\/[^/]+/, origin));
  expect((await stranger.locator("#summary").count()) === 0, "a withdrawn link still shows the case");
}
