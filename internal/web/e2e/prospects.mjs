// A firm that thought of coming: written down, moved on, landed, without a script; and each page in each look.
import { follow, looks, origin, start, visit } from "./browser.mjs";
import { expect, heading, owner, shows } from "./team.mjs";

const press = (page, selector) => follow(page, () => page.click(selector));

// landProspect goes from the empty list to a firm that has landed.
export async function landProspect(to) {
  const as = await owner();
  const { context, page } = await start({ as, script: false });
  try {
    to.at("writing it down");
    for (const look of looks) {
      for (const path of ["/prospects", "/prospects/new"]) await visit({ name: path, path, as, weighed: false }, look);
    }
    await page.goto(`${origin}/prospects/new`);
    await press(page, "text=/^Write it down$/");
    expect(await shows(page, "[role=alert]", "name"), "a prospect without a name is kept");
    await page.fill("#name", "Gear Works of the Browser");
    await page.check("[name=attract][value=premises]");
    await page.fill("#deter-other", "Where would we park?");
    await press(page, "text=/^Write it down$/");
    const at = page.url().replace(origin, "").replace(/\?.*/, "");
    expect((await heading(page)).startsWith("Gear Works"), `the prospect has no page: ${await heading(page)}`);

    to.at("saying what happened");
    await page.selectOption("#stage", "visited");
    await press(page, "form[action$='/move'] button");
    expect(await shows(page, "table.history", "Visited"), "the visit is not on its way here");
    await page.fill("#find", "Boeing");
    await press(page, "text=/^Find it$/");
    for (const look of looks) await visit({ name: "/prospects/OPEN", path: `${at}?find=Boeing`, as, weighed: false }, look);

    to.at("letting it land");
    await page.locator("[name=organisation]").first().check();
    await press(page, "form[action$='/land'] button");
    expect(await shows(page, ".notice", "landed"), "it has not landed");
    await press(page, ".lede a");
    expect(await shows(page, "main", "Its way here"), "the organisation's page does not tell its way here");
    for (const look of looks) {
      for (const path of [at, "/prospects?show=landed"]) await visit({ name: path.replace(at, "/prospects/LANDED"), path, as, weighed: false }, look);
    }
  } finally {
    await context.close();
  }
}
