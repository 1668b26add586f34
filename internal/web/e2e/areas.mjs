// Areas that people make: drawn on the map, found again, compared; and the same without scripts and without a mouse.
import { follow, origin } from "./browser.mjs";
import { build, expect, heading, newest, owner, shows, undo } from "./team.mjs";

// Where the district's two boroughs meet, between the park at Waverley and the business park.
const border = { lat: 53.3905, lon: -1.3925 };

// atBorder shows the map with the border in its middle, and gives the box of the canvas once sites can be drawn over.
async function atBorder(page) {
  await page.goto(`${origin}/map?at=12.5/${border.lat}/${border.lon}`);
  await page.locator("#map .map-draw button").first().waitFor();
  return page.locator("#map canvas").boundingBox();
}

// drawAcross draws an area across the border of two districts with the mouse, reads its profile, saves it and finds it
// on the page of areas, before and after a build.
export async function drawAcross(to) {
  const page = await to.open({ as: await owner() });
  to.at("drawing on the map");
  const box = await atBorder(page);
  await page.getByRole("button", { name: "Draw an area" }).click();
  const at = (x, y) => [box.x + x * box.width, box.y + y * box.height];
  await page.mouse.click(...at(0.5, 0.9)); // a corner that is taken back again
  await page.keyboard.press("Backspace");
  for (const [x, y] of [[0.4, 0.8], [0.75, 0.8], [0.8, 0.45]]) await page.mouse.click(...at(x, y));
  await follow(page, () => page.mouse.dblclick(...at(0.45, 0.45)));

  to.at("reading the profile");
  expect(page.url().startsWith(`${origin}/profile?shape=`), `the drawing leads to ${page.url()}: "${await heading(page)}"`);
  const size = Number((await page.locator("dl.facts dt:text-is('Size') + dd").innerText()).replace(/[^0-9.]/g, ""));
  expect(size > 1 && size < 20, `the drawn area has ${size} km²`);
  const text = await page.locator("main").innerText();
  expect(/Drawn, not saved/.test(text), "the page does not say that the area is not saved");
  expect(/[1-9]\d* (src )?organisations/.test(text.replace(/\s+/g, " ")), "the profile counts no organisations in an area that holds the park at Waverley");

  to.at("saving it");
  await page.getByText("Save this area with a name").click();
  await page.fill("#area-name", "Across the border");
  await page.fill("#area-reason", "The park does not stop at the border of the boroughs.");
  await follow(page, () => page.getByRole("button", { name: "Save it" }).click());
  expect(page.url() === `${origin}/areas/team/across-the-border?said=area-saved`, `saving leads to ${page.url()}: "${await heading(page)}"`);
  expect((await heading(page)) === "Across the border", `the saved area is called "${await heading(page)}"`);

  to.at("finding it on the page of areas");
  await page.goto(`${origin}/areas`);
  const waiting = page.locator("section", { has: page.getByRole("heading", { name: "Saved, not built yet" }) });
  expect((await waiting.locator("a", { hasText: "Across the border" }).count()) === 1, "the page of areas does not list what was saved");
  await page.goto(`${origin}/tables/areas/rows/across-the-border`);
  const decision = await newest(page);

  to.at("finding it after a build");
  await build(page);
  await page.goto(`${origin}/areas`);
  expect((await waiting.count()) === 0, "the page of areas still lists it as not built");
  await follow(page, () => page.locator("main a[href='/areas/team/across-the-border']").first().click());
  expect((await heading(page)) === "Across the border", `the built area is called "${await heading(page)}"`);
  expect(await shows(page, ".crumbs", "Drawn by the team"), "the built area is not among those of the team");

  to.at("undoing that");
  await undo(page, decision);
  await build(page);
  const gone = await page.goto(`${origin}/areas/team/across-the-border`);
  expect(gone.status() === 404, `its page answers with ${gone.status()} after undoing and building, want 404`);
}

// drawByKeys draws a triangle with the keyboard alone: the map moves, Space sets a corner in its middle.
export async function drawByKeys(to) {
  const page = await to.open({});
  to.at("drawing with the keyboard");
  await atBorder(page);
  await page.getByRole("button", { name: "Draw an area" }).focus();
  await page.keyboard.press("Enter");
  for (const key of ["ArrowRight", "ArrowDown", "ArrowLeft"]) {
    await page.keyboard.press("Space");
    await page.keyboard.press(key);
    await page.waitForTimeout(700); // the map glides to its new middle
  }
  await follow(page, () => page.keyboard.press("Enter"));
  expect(page.url().startsWith(`${origin}/profile?shape=`), `the drawing leads to ${page.url()}: "${await heading(page)}"`);
  expect(await shows(page, "main", "Sign in"), "a visitor is not told how to save the area");
}

// makeWithoutScript makes areas by the form: joined, around a position, from a file; and refuses what is none.
export async function makeWithoutScript(to) {
  const page = await to.open({ script: false });
  const form = (name) => page.locator("section.card", { has: page.getByRole("heading", { name }) });
  to.at("joining two areas");
  await page.goto(`${origin}/profile/new`);
  const two = await page.locator("#join option").evaluateAll((all) => all.slice(0, 2).map((o) => o.value));
  await page.selectOption("#join", two);
  await follow(page, () => form("Several areas joined").locator("button").click());
  expect(await shows(page, "dl.facts dd", "joined from"), `the joined area is "${await heading(page)}"`);

  to.at("bringing a file");
  await page.goto(`${origin}/profile/new`);
  const square = { type: "Polygon", coordinates: [[[-1.4, 53.38], [-1.36, 53.38], [-1.36, 53.4], [-1.4, 53.4], [-1.4, 53.38]]] };
  await page.setInputFiles("#file", { name: "waverley.geojson", mimeType: "application/geo+json", buffer: Buffer.from(JSON.stringify(square)) });
  await follow(page, () => form("From a file or text").locator("button").click());
  expect(await shows(page, "dl.facts dd", "waverley.geojson"), `the uploaded area is "${await heading(page)}"`);

  to.at("bringing what is no area");
  await page.goto(`${origin}/profile/new`);
  await page.fill("#text", "somewhere in the north");
  await follow(page, () => form("From a file or text").locator("button").click());
  expect(await shows(page, ".alert", "neither GeoJSON"), `what is no area leads to "${await heading(page)}"`);
}
