// Priorities and plan: a plan is kept as a scenario, changed, undone, compared and shared, without a script; and each page
// of deciding in each look.
import { follow, looks, origin, start, visit } from "./browser.mjs";
import { expect, heading, owner, shows } from "./team.mjs";

const press = (page, selector) => follow(page, () => page.click(selector));
const pathOf = (page) => page.url().replace(origin, "").replace(/\?.*/, "");

// keepPlans goes from a plan to two scenarios side by side, and on to the link by which others see one.
export async function keepPlans(to) {
  const as = await owner();
  const { context, page } = await start({ as, script: false });
  try {
    to.at("keeping a plan");
    for (const look of looks) await visit({ name: "/scenarios/EMPTY", path: "/scenarios", as, weighed: false }, look);
    const first = await keep(page, "/plan?budget=50000000&lens=growth", "Fifty of the browser");
    const second = await keep(page, "/plan?budget=100000000&lens=growth", "Hundred of the browser");

    to.at("changing it and undoing that");
    await page.goto(origin + first);
    await page.fill("#address", "/plan?budget=60000000&lens=growth");
    await press(page, "form[action$='/change'] button");
    expect(await shows(page, ".lede", "version 2 of 2"), "the change is no new version");
    await press(page, "form[action$='/undo'] button");
    expect(await shows(page, ".lede", "version 1 of 2"), "undo does not go back");
    await press(page, "form[action$='/redo'] button");
    expect(await shows(page, ".lede", "version 2 of 2"), "redo does not go on");
    for (const look of looks) await visit({ name: "/scenarios/ID", path: first, as, weighed: false }, look);

    to.at("comparing two");
    await page.goto(`${origin}/scenarios`);
    await page.selectOption("#a", first.replace("/scenarios/", ""));
    await page.selectOption("#b", second.replace("/scenarios/", ""));
    await press(page, "#compare button");
    expect(await shows(page, "#settings", "Budget"), "the budgets are not said to differ");
    const compared = page.url().replace(origin, "");
    for (const look of looks) {
      for (const path of ["/scenarios", compared, "/scenarios/compare"]) await visit({ name: path.replace(compared, "/scenarios/COMPARED"), path, as, weighed: false }, look);
    }

    to.at("sharing one");
    await page.goto(origin + first);
    await press(page, "form[action$='/share'] button");
    const link = (await page.locator(".secret").innerText()).trim();
    await seen(link, 200, to);
    await page.goto(origin + first);
    await press(page, "form[action$='/unshare'] button");
    await seen(link, 404, to);
  } finally {
    await context.close();
  }
}

// keep keeps the settings of a page from its foot, and gives the address of the scenario.
async function keep(page, path, name) {
  await page.goto(origin + path);
  await page.evaluate(() => (document.querySelector("#keep").open = true)).catch(() => {});
  if (!(await page.locator("#keep-name").isVisible())) await page.click("#keep summary");
  await page.fill("#keep-name", name);
  await press(page, "#keep button");
  expect((await heading(page)) === name, `the scenario has no page: ${await heading(page)}`);
  return pathOf(page);
}

// seen opens a link as somebody who has not signed in.
async function seen(link, status, to) {
  const { context, page } = await start({ script: false });
  try {
    to.at(`opening the link, which should answer ${status}`);
    const answer = await page.goto(link);
    expect(answer.status() === status, `the link answers ${answer.status()}`);
    if (status === 200) {
      expect(await shows(page, "main", "shared with you by this link"), "the shared page does not say what it is");
      expect((await page.locator("main form[method=post]").count()) === 0, "the shared page can change something");
    }
  } finally {
    await context.close();
  }
}

// lookAtDeciding looks at the pages on which people decide, as a visitor and as the owner.
export async function lookAtDeciding(to) {
  const as = await owner();
  to.at("looking at the pages");
  for (const look of looks) {
    for (const path of ["/delivery", "/delivery?light=red", "/delivery/south-yorkshire-investment-zone", "/delivery/sheffield-rotherham-tram-train-pilot", "/appraisal", "/appraisal/compass-composites-facility", "/plan/sequence", "/parameters", "/subsidies"]) {
      await visit({ name: path, path, weighed: false }, look);
    }
    for (const path of ["/delivery", "/workshops", "/priorities/compass-composites-facility", "/plan"]) await visit({ name: `${path}/OWNER`, path, as, weighed: false }, look);
  }
}

// reportDelivery adds a report by the row form, which is filled in as far as the page knows.
export async function reportDelivery(to) {
  const as = await owner();
  const { context, page } = await start({ as, script: false });
  try {
    to.at("reporting a milestone");
    await page.goto(`${origin}/delivery/factory-2050`);
    await press(page, "main .actions a:text-is('milestone')");
    expect((await page.inputValue("[name='f.intervention_id']")) === "factory-2050", "the form does not know the intervention");
    expect((await page.inputValue("[name='f.kind']")) === "milestone", "the form does not know the kind of report");
  } finally {
    await context.close();
  }
}
