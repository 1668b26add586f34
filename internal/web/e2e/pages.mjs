// Which pages are looked at, and how those are come to that have no address of their own.
import { browser, config, firstLine, follow, looks, origin, say, start, visit, wanted } from "./browser.mjs";
import { build, correct, expect, fillRow, invite, keepRow, member, owner, rowPage, signIn, undo, upload } from "./team.mjs";

// visitAll looks at all pages of a kind, in each look.
export async function visitAll(kind) {
  if (!wanted(kind.name)) return;
  try {
    const pages = await kind();
    // A page waits half of its time until it is at rest: two are looked at together. Those that do something first come alone.
    const still = pages.filter((p) => !p.go);
    for (const look of looks) {
      for (let i = 0; i < still.length; i += 2) await Promise.all(still.slice(i, i + 2).map((page) => visit(page, look)));
      for (const page of pages.filter((p) => p.go)) await visit(page, look);
    }
  } catch (err) {
    say("/", kind.name, [firstLine(err)]);
  }
}

// publicPages is every page of the navigation, one page of each kind below it, and pages that say no.
export async function publicPages() {
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
  const said = (await first("/voices", "main a[href$='/results']", "the results of a survey"))[0];
  if (said) out.push(said, said + "?part=here", said + "?part=obstacles&by=distance", said.replace("/results", "/method"), said.replace("/results", "/compare"));
  out.push("/profile/new", "/profile?near=-1.381,53.387&m=1500", "/compare?area=team/amp&area=team/corridor");
  out.push("/map/values?set=team&value=density", "/map/values?set=team&value=lq:C");
  out.push("/search?q=sheffield", "/search?q=zzzzzz");
  await context.close();
  const no = [["/organisations/nobody-at-all", 404], ["/why", 400], ["/nowhere-at-all", 404]];
  return [...[...new Set(out)].map((name) => ({ name })), ...no.map(([name, status]) => ({ name, status }))];
}

// The records of which the pages are shown; journeys have others.
const shown = "castings-technology-international-limited-cti";
const contested = "sheffield-chamber-of-commerce-and-industry";
const faulty = "made-in-sheffield-limited";
const gone = "northern-powerhouse-partnership";

// teamPages is every page on which people sign in, decide and manage. Something is decided, undone, built and brought
// before, so that there is something to see.
export async function teamPages() {
  const as = await owner();
  const { context, page } = await start({ as });
  const first = await correct(page, shown, { kind: "research and technology organisation", notes: "Owned by the University of Sheffield; part of the AMRC group." }, { source: "https://www.amrc.co.uk/facilities/castings", reason: "The company is a part of the AMRC, and no longer a private firm." });
  const taken = await correct(page, shown, { site: "AMP, Brindley Way" });
  await undo(page, taken, "The street is right, but the park is what people look for.");
  await exclude(page, gone);
  await build(page);
  const done = page.url();
  await correct(page, shown, { activities: "casting; metallurgy; simulation" }, { source: "talk with the works manager, 12 May 2026", reason: "Simulation was taken up in 2025." });
  const link = await invite(page, "first.colleague@example.org", "analyst", "First Colleague");
  const preview = await upload(page, brought);
  const tokens = await makeToken(page, "Dashboard of the combined authority");
  const editor = await member("pages.editor@example.org", "editor", "Edna Editor");
  await context.close();
  const running = await runningBuild(as);
  const signedIn = [
    { name: "/account" }, { name: "/people" }, { name: "/tables" }, { name: "/tables/organisations" }, { name: "/tables/ties" },
    { name: "/tables/organisations/rows/ID", path: `/tables/organisations/rows/${shown}` },
    { name: "/tables/organisations/rows/EXCLUDED", path: `/tables/organisations/rows/${gone}` },
    { name: "/tables/organisations/rows/ID/edit", path: `/tables/organisations/rows/${shown}/edit` },
    { name: "/tables/organisations/new" }, { name: "/tables/interventions/new" }, { name: "/tables/organisations/import" },
    { name: "/imports/ID", path: preview.replace(origin, "") },
    { name: "/imports/NOTHING", path: (await uploadAs(as, "id,name\nmercia,Mercia\n")).replace(origin, "") },
    { name: "/decisions" }, { name: "/decisions?state=undone" }, { name: "/decisions?text=zzzzzz" },
    { name: "/decisions/HOLDS", path: `/decisions/${first}` }, { name: "/decisions/UNDONE", path: `/decisions/${taken}` },
    { name: "/builds" }, { name: "/builds/DONE", path: done.replace(origin, "").split("?")[0] },
    { name: "/builds/RUNNING", go: running, weighed: false },
    { name: "/audit?verify=1" },
    { name: "/organisations/DECIDED", path: `/organisations/${shown}` },
    { name: "/organisations/DECIDED/decide?other=amrc", path: `/organisations/${shown}/decide?other=amrc` },
    { name: "/people/invite", go: (page, look) => invite(page, `asked.${look.colorScheme}@example.org`, "editor", "Ada Asked") },
    { name: "/account/tokens", go: (page) => makeToken(page, "A second program") },
    { name: "/sign-in?as=owner", path: "/sign-in" },
    ...[`/organisations/${shown}/decide?other=amrc+castings`, `/tables/organisations/rows/${shown}`, "/people", "/account", "/audit"].map((path) => ({ name: path.replace(shown, "DECIDED") + "#unfolded", go: unfolded(path), weighed: false })),
    { name: "/tables/organisations/rows/CONFLICT", go: conflict, status: 409 },
    { name: "/tables/organisations/rows/FAULTS", go: faults, status: 422 },
    { name: "/tables/organisations/import/UNREADABLE", go: (page) => upload(page, "PK\x03\x04 this is no workbook", "organisations.xlsx"), status: 422 },
  ].map((p) => ({ as, ...p }));
  return [
    { name: "/sign-in" }, { name: "/sign-in/WRONG", go: wrongPassword, status: 401 }, { name: "/join/SECRET", path: link.replace(origin, "") },
    { name: "/join/gone", status: 404 }, { name: "/enter/gone", status: 404 }, { name: "/decisions/VISITOR", path: "/decisions", status: 401 },
    { name: "/people/EDITOR", path: "/people", as: editor, status: 403 }, ...signedIn,
  ];
}

// linkedPages are those on which records stand side by side, of a place with several sources.
export async function linkedPages() {
  const site = config.linked.origin;
  const as = await owner(config.linked);
  const pair = "/linkage/pair?a=360g-gorge-composites-S98-1AD&b=GB-COH-99990015";
  const unfold = (path) => async (page) => {
    await page.goto(site + path);
    await page.evaluate(() => document.querySelectorAll("main details").forEach((d) => (d.open = true)));
  };
  const help = async (page) => {
    await page.goto(`${site}/review`);
    await page.keyboard.press("?");
    expect(await page.locator("#keys").isVisible(), "the key ? does not show the help");
  };
  return [
    { name: "/review/VISITOR", path: "/review" },
    ...[
      { name: "/review" }, { name: "/review#help", go: help, weighed: false }, { name: "/review?list=1" }, { name: "/review?list=1&source=nowhere" }, { name: "/linkage" }, { name: "/linkage/pair", path: pair },
      { name: "/organisations/LINKED", path: "/organisations/ironbridge-university" },
      { name: "/organisations/LINKED#unfolded", go: unfold("/organisations/ironbridge-university"), weighed: false },
      { name: "/organisations/GROUP", path: "/organisations/severn-forgings" }, { name: "/organisations/FUNDER", path: "/organisations/360g-GB-GOR-IV1" },
      { name: "/why?ref=link", path: "/why?ref=link%2F360g-gorge-composites-S98-1AD%2FGB-COH-99990015" }, { name: "/why?ref=award", path: "/why?ref=award%2Fcordis-990000001-999000011" },
    ].map((p) => ({ as, ...p })),
  ].map((p) => ({ site, ...p }));
}

async function exclude(page, id) {
  await page.goto(rowPage(id));
  await page.click("main > details summary");
  await page.fill("#reason-exclude", "The body was wound up.");
  await follow(page, () => page.click("form[action$='/exclude'] button"));
}

// A spreadsheet with new, changed, unchanged and faulty rows.
const brought = `id,name,role,kind,site,postcode,lon,lat,source_url,source_year,remarks
kada-research,Kada Research Ltd,intermediary,economic consultancy,Sheffield,,,,https://kadaresearch.co.uk/,2025,seen
civikas,Civikas,intermediary,consultancy,Sheffield,,,,https://civikas.co.uk/about-the-people-who-work-here-and-what-they-have-done-before,2026,
brightside-tools,Brightside Tools,firm,toolmaker,AMP Waverley,S60 5TZ,,,https://example.org/brightside,2026,
orgreave-robotics,Orgreave Robotics,firm,maker of robots and of the cells in which they work,AMP Waverley,S60 5WG,-1.3846,53.3861,https://example.org/orgreave,2026,
Bad Id,Somebody,firm,maker,Sheffield,,,,https://example.org/bad,2026,
mercia,Mercia,funder,investor,national,,east,53.4,https://example.org/mercia,last year,
nameless,,firm,maker,Sheffield,,,,,,
`;

async function uploadAs(as, content) {
  const { context, page } = await start({ as });
  try {
    return await upload(page, content);
  } finally {
    await context.close();
  }
}

async function makeToken(page, name) {
  await page.goto(`${origin}/account`);
  await page.fill("#token-name", name);
  await follow(page, () => page.click("form[action='/account/tokens'] button"));
  expect(await page.locator(".secret").count(), "the new token is not shown");
}

// runningBuild catches the page of a build that is under way, and gives a way to come to that page as it was then: how
// long a build takes must not matter.
async function runningBuild(as) {
  const { context } = await start({ as });
  try {
    for (let tries = 1; ; tries++) {
      expect(tries <= 20, "no build is caught while it is under way");
      const asked = await context.request.post(`${origin}/builds`, { maxRedirects: 0 });
      const address = new URL(asked.headers()["location"], origin).href;
      const answers = new Map();
      for (const part of [false, true]) {
        const answer = await context.request.get(address, { headers: part ? { "HX-Request": "true" } : {} });
        answers.set(part, { body: await answer.text(), headers: withoutLength(answer.headers()) });
      }
      if ([...answers.values()].some((a) => !a.body.includes("<progress"))) continue;
      return async (page) => {
        await page.route(address, (route) => route.fulfill(answers.get(route.request().headers()["hx-request"] === "true")));
        await page.goto(address);
      };
    }
  } finally {
    await context.close();
  }
}

function withoutLength(headers) {
  const out = { ...headers };
  delete out["content-encoding"];
  delete out["content-length"];
  return out;
}

// unfolded comes to a page and opens all that is folded up on it.
const unfolded = (path) => async (page) => {
  await page.goto(origin + path);
  await page.evaluate(() => document.querySelectorAll("main details").forEach((d) => (d.open = true)));
};

// conflict sends a correction of a record that somebody else has corrected since its form was opened.
async function conflict(page, look) {
  await page.goto(`${rowPage(contested)}/edit`);
  await fillRow(page, { name: `Sheffield Chamber, ${look.name}`, site: `Albion House, ${look.name}` });
  const other = await page.context().newPage();
  await correct(other, contested, { name: `Sheffield Chamber of Commerce, ${look.name}`, kind: `chamber of commerce, ${look.name}` }, { source: "https://www.scci.org.uk/about", reason: "It calls itself so since 2021." });
  await other.close();
  await keepRow(page);
}

// faults sends a form with something wrong in most kinds of fields.
async function faults(page) {
  await page.goto(`${rowPage(faulty)}/edit`);
  await fillRow(page, { name: "", lon: "east", lat: "53.4", source_url: "the web", source_year: "last year" }, { source: "", reason: "" });
  await keepRow(page);
}

async function wrongPassword(page) {
  await page.goto(`${origin}/sign-in?next=%2Fdecisions`);
  await signIn(page, "nobody@example.org");
}
