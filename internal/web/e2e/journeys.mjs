// What people come to the site for, from beginning to end. Each journey has its own records, people and browsers, so
// that none hangs on another.
import { readFileSync } from "node:fs";
import { drawAcross, drawByKeys, makeWithoutScript } from "./areas.mjs";
import { reviewCase, writeCase, writeCaseWithoutScript } from "./cases.mjs";
import { config, firstLine, follow, origin, say, start, wanted } from "./browser.mjs";
import { interviewClash, interviewLost, interviewOffline, interviewPages, interviewRefused, interviewWithoutScript } from "./interviews.mjs";
import { keepPlans, lookAtDeciding, reportDelivery } from "./plans.mjs";
import { landProspect } from "./prospects.mjs";
import { runSurvey } from "./surveys.mjs";
import { answerByKeys, answerOffline, answerOnPhone, answerWithoutScript, previewQuestions } from "./voices.mjs";
import { build, correct, expect, fillRow, heading, invite, join, keepRow, member, newest, orgPage, over, owner, rowPage, shows, signIn, undo, upload } from "./team.mjs";

export async function journeys() {
  for (const journey of [answerByKeys, answerOffline, answerOnPhone, answerWithoutScript, previewQuestions, landProspect, keepPlans, lookAtDeciding, reportDelivery, runSurvey, decideByKeys, decideWithoutScript, drawAcross, drawByKeys, makeWithoutScript, mergeConflict, takeAwayAndBringBack, joinAsEditor, interviewClash, interviewLost, interviewOffline, interviewPages, interviewRefused, interviewWithoutScript, joinRecords, leaveOut, reviewByKeys, reviewCase, reviewWithoutScript, signOut, writeCase, writeCaseWithoutScript]) {
    if (wanted(journey.name)) await walk(journey);
  }
}

// walk goes a journey and says where it ended, if it did not go well. A journey opens browsers and says what it is
// about to do.
async function walk(journey) {
  const opened = [];
  const problems = [];
  let at = "at the beginning";
  const to = {
    open: async (options) => {
      const one = await start(options);
      opened.push(one);
      return one.page;
    },
    at: (what) => (at = what),
  };
  try {
    await journey(to);
  } catch (err) {
    problems.push(`${at}: ${firstLine(err)}`);
  }
  for (const { context, seen } of opened) {
    problems.push(...seen.console, ...seen.outside.map((url) => `asked for ${url}`), ...seen.failed);
    await context.close();
  }
  say("journey", journey.name, problems);
}

// tab goes on by Tab until the focus is where it should be, and no further than once around the page.
async function tab(page, selector, what) {
  const most = (await page.locator("a[href], button, input, select, textarea, summary, [tabindex]").count()) + 5;
  for (let k = 0; k < most; k++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) return;
  }
  throw new Error(`Tab does not reach ${what} on ${page.url()}`);
}

// press follows what has the focus.
const press = (page) => follow(page, () => page.keyboard.press("Enter"));

async function follows(page, selector, what) {
  await tab(page, selector, what);
  await press(page);
}

// writes replaces what stands in a field: a field that Tab comes to is marked as a whole.
async function writes(page, selector, text, what) {
  await tab(page, selector, what);
  await page.keyboard.type(text);
}

const decideByKeys = (to) => decide(to, { id: "royce-translational-centre", was: "research facility", is: "translation centre", script: true });

const decideWithoutScript = (to) => decide(to, { id: "royce-discovery-centre", was: "research facility", is: "discovery centre", script: false });

// decide corrects the kind of an organisation, builds, sees both sides, undoes it and builds again: all by keyboard.
async function decide(to, { id, was, is, script }) {
  const page = await to.open({ as: await owner(), script });
  const kind = page.locator("dl.facts dt:text-is('Kind') + dd");

  to.at("before anything is decided");
  await page.goto(orgPage(id));
  expect((await kind.innerText()).toLowerCase().startsWith(was), `the page says "${await kind.innerText()}" of the kind, want ${was}`);

  to.at("correcting the kind");
  await follows(page, `a[href="/organisations/${id}/decide"]`, "Decide");
  await follows(page, `a[href="/tables/organisations/rows/${id}/edit"]`, "Correct its facts");
  await writes(page, '[id="f.kind"]', is, "the field of the kind");
  await writes(page, "#source", "https://example.org/about", "the field of the source");
  await writes(page, "#reason", "It calls itself so.", "the field of the reason");
  await follows(page, "form.record button[type=submit]", "the button that keeps the correction");

  to.at("on the page of the row");
  expect(page.url() === `${rowPage(id)}?said=decided`, `the correction leads to ${page.url()}: "${await heading(page)}"`);
  expect(await shows(page, ".notice", "Kept."), "the page does not say that the correction is kept");
  const row = await page.locator("table.sides tr.differs").allInnerTexts();
  expect(row.length === 1 && row[0].toLowerCase().includes("kind") && row[0].includes(was) && row[0].includes(is), `source and team do not stand side by side: ${JSON.stringify(row)}`);
  const decision = await newest(page);
  expect(await shows(page, "table.history tr", "waits for the next build"), "the history does not say that the decision waits");

  to.at("building with the decision");
  await builds(page);

  to.at("on the page of the organisation after the build");
  await page.goto(orgPage(id));
  expect((await kind.innerText()).toLowerCase().startsWith(is), `the kind is "${await kind.innerText()}" after the build, want ${is}`);
  const sides = await page.locator("table.sides tbody tr").allInnerTexts();
  expect(sides.some((t) => t.includes(was) && t.includes(is) && t.includes(decision)), `source, team and ${decision} do not stand side by side: ${JSON.stringify(sides)}`);
  expect(await shows(page, "table.history tr", decision), `the page does not list ${decision}`);
  expect(await shows(page, "table.history tr", "in force"), `${decision} is not in force`);

  to.at("undoing the decision");
  await follows(page, `table.history a[href="/decisions/${decision}"]`, `the link to ${decision}`);
  await writes(page, "#reason-undo", "The page means the building.", "the reason for undoing");
  await follows(page, `form[action="/decisions/${decision}/undo"] button`, "the button that undoes");
  expect(await shows(page, "dl.facts dd", "undone; leaves with the next build"), `${decision} is "${await page.locator("dl.facts dd").first().innerText()}" after it was undone`);

  to.at("building without the decision");
  await builds(page);
  await page.goto(orgPage(id));
  expect((await kind.innerText()).toLowerCase().startsWith(was), `the kind is "${await kind.innerText()}" after undoing and building, want ${was}`);
  expect(!(await shows(page, "table.sides tbody tr", decision)), `${decision} still stands beside the source`);
  expect(await shows(page, "table.history tr.undone", decision), `the page does not list ${decision} as undone`);
}

// builds asks for a build by keyboard, sees its progress and waits until the page says by itself that it is done. What
// the page asks for by itself is held back until the progress has been seen; a build that was over before is asked for
// again, so that it does not matter how fast it is.
async function builds(page) {
  const address = /\/builds\/[^/?]+/;
  for (let shown = false, tries = 1; !shown; tries++) {
    expect(tries <= 20, "no build shows its progress");
    let go;
    const seen = new Promise((resolve) => (go = resolve));
    const hold = async (route) => {
      await seen;
      await route.continue();
    };
    await page.route(address, hold); // the answer to the form leads on to the page without coming by here
    await page.goto(`${origin}/builds`);
    await follows(page, 'form[action="/builds"] button', "Build now");
    expect(address.test(page.url()), `asking for a build leads to ${page.url()}`);
    shown = (await page.locator("progress").count()) > 0;
    go();
    await over(page);
    await page.unroute(address, hold);
  }
  await page.locator(".log", { hasText: "decisions applied" }).waitFor();
}

// mergeConflict has two people correct the same record at the same time.
async function mergeConflict(to) {
  const id = "sharing-in-growth";
  to.at("coming in");
  const one = await to.open({ as: await owner() });
  const two = await to.open({ as: await member("second.hand@example.org", "editor", "Second Hand") });
  const value = (name) => two.locator(`[id="f.${name}"]`).inputValue();

  to.at("opening the same form twice");
  await one.goto(`${rowPage(id)}/edit`);
  await two.goto(`${rowPage(id)}/edit`);
  await fillRow(one, { kind: "supplier programme", notes: "Ended in 2024." });
  await keepRow(one);
  expect(one.url().startsWith(`${rowPage(id)}?`), "the first correction is not kept");

  to.at("saving what somebody else has saved meanwhile");
  await fillRow(two, { kind: "training programme", site: "Derby" }, { source: "https://example.org/second", reason: "Their report says so." });
  await keepRow(two);
  expect(await shows(two, ".alert", "Somebody else saved this record"), `the second sees no conflict but "${await heading(two)}"`);
  expect(await shows(two, ".alert table.history", "supplier programme"), "the conflict does not show what the other decided");
  expect(await shows(two, ".field.clash", "They saved: supplier programme"), "the other's value does not stand beside the field");
  expect((await two.locator(".field.clash").count()) === 1, "more fields clash than both have changed");
  expect((await value("kind")) === "training programme", `the kind that the second typed is lost: "${await value("kind")}"`);
  expect((await value("site")) === "Derby", `the site that the second typed is lost: "${await value("site")}"`);
  expect((await value("notes")) === "Ended in 2024.", `what only the first changed is not taken over: "${await value("notes")}"`);
  expect((await two.inputValue("#reason")) === "Their report says so.", "the reason that the second typed is lost");

  to.at("merging");
  await two.fill('[id="f.kind"]', "supplier and training programme");
  await keepRow(two);
  expect(two.url() === `${rowPage(id)}?said=decided`, `the merged record is not kept: "${await heading(two)}"`);
  for (const text of ["supplier and training programme", "Derby", "Ended in 2024."]) {
    expect(await shows(two, "table.sides tr.differs", text), `"${text}" is not what the team says now`);
  }
  expect(await shows(two, "table.history", "Second Hand"), "the history does not name the second");
}

// takeAwayAndBringBack exports a table, edits it and imports it.
async function takeAwayAndBringBack(to) {
  const id = "oxford-innovation-advice-manufacturing-growth-programme";
  const page = await to.open({ as: await owner() });
  const take = async (format) => {
    await page.goto(`${origin}/tables/organisations`);
    const [file] = await Promise.all([page.waitForEvent("download"), page.click(`a.take[href$="format=${format}"]`)]);
    expect(file.suggestedFilename() === `organisations.${format}`, `the ${format} is called ${file.suggestedFilename()}`);
    return readFileSync(await file.path());
  };

  to.at("taking the table away");
  const csv = (await take("csv")).toString("utf8");
  const workbook = await take("xlsx");
  const lines = csv.trimEnd().split(/\r?\n/);
  const at = lines.findIndex((l) => l.startsWith(`${id},`));
  expect(at > 0, `the CSV has no row ${id}`);
  expect(workbook.subarray(0, 4).toString("latin1") === "PK\x03\x04", "the XLSX is no workbook");

  to.at("bringing the workbook back as it is");
  await upload(page, workbook, "organisations.xlsx");
  expect(await shows(page, ".empty", "There is nothing to import"), `the preview of the table as it was taken away says "${await heading(page)}"`);

  to.at("bringing the edited CSV");
  const header = lines[0].replace(/^\ufeff/, "").split(",");
  lines[at] = lines[at].replace(",business support,", ",business advice,");
  const added = { id: "templeborough-tooling", name: "Templeborough Tooling", role: "firm", kind: "toolmaker", source_url: "https://example.org/templeborough" };
  lines.push(header.map((h) => added[h] ?? "").join(","));
  const edited = lines.join("\n") + "\n";
  await upload(page, edited);
  expect((await heading(page)).startsWith("The file has 1 new record, 1 record that says something else and "), `the preview finds "${await heading(page)}", want one new and one changed`);
  const rows = await page.locator("table.brought tbody tr").allInnerTexts();
  expect(rows.length === 2, `the preview lists ${rows.length} rows, want 2`);
  expect(rows.some((t) => t.includes(id) && t.includes("business support") && t.includes("business advice")), `the preview does not show the changed cell: ${JSON.stringify(rows)}`);
  expect(rows.some((t) => t.includes("Templeborough Tooling")), `the preview does not show the new row: ${JSON.stringify(rows)}`);

  to.at("importing");
  await page.fill("#reason", "Read again in spring.");
  await follow(page, () => page.click("form[action^='/imports/'] button[type=submit]"));
  expect(page.url().startsWith(`${origin}/decisions?`), `the import leads to ${page.url()}: "${await heading(page)}"`);
  expect((await page.locator("table.history tbody tr").count()) === 2, "the import did not make two decisions");
  expect(await shows(page, "table.history", "business advice"), "the correction is not among the decisions of the import");

  to.at("importing the same file again");
  await upload(page, edited);
  expect(await shows(page, ".empty", "There is nothing to import"), `the same file again finds "${await heading(page)}"`);
  expect((await page.locator("table.brought").count()) === 0, "the preview offers rows though there is nothing to do");
}

// joinAsEditor follows somebody from the invitation to what the role may not, and on to a lesser role.
async function joinAsEditor(to) {
  const email = "new.hand@example.org";
  const id = "lifearc";
  to.at("inviting");
  const boss = await to.open({ as: await owner() });
  const link = await invite(boss, email, "editor");
  expect(link.startsWith(`${origin}/join/`), `the link is ${link}`);

  to.at("joining by the link");
  const page = await to.open();
  await join(page, link, "New Hand");
  expect(await shows(page, ".notice", "Welcome"), `joining leads to "${await heading(page)}"`);
  expect(await shows(page, ".who", "New Hand") && await shows(page, ".who", "editor"), "the rail does not name the new editor");

  to.at("signing out and in again");
  await follow(page, () => page.click("form[action='/sign-out'] button"));
  expect(await shows(page, ".who", "Sign in"), "the rail does not offer to sign in after signing out");
  await follow(page, () => page.click(".who a"));
  await signIn(page, email);
  expect(await shows(page, ".who", "New Hand"), `signing in with the password leads to "${await heading(page)}"`);

  to.at("using the link a second time");
  const late = await to.open();
  await late.goto(link);
  expect((await late.locator("#password").count()) === 0, "the link of the invitation works twice");

  to.at("being refused as editor");
  for (const path of ["/people", "/audit"]) {
    const answer = await page.goto(origin + path);
    expect(answer.status() === 403, `${path} answers an editor with ${answer.status()}, want 403`);
    expect(await shows(page, ".lede", "This takes the role manager"), `${path} does not say what role it takes`);
    expect((await page.locator(`nav a[href="${path}"]`).count()) === 0, `the rail offers ${path} to an editor`);
  }
  const offered = async (path, selector, want, what) => {
    await page.goto(origin + path);
    const n = await page.locator(selector).count();
    expect(n > 0 === want, `${path} ${want ? "does not offer" : "offers"} ${what}`);
  };
  const controls = async (want) => {
    await offered(`/organisations/${id}`, "a[href$='/decide']", want, "to decide");
    await offered(`/tables/organisations/rows/${id}`, "a[href$='/edit']", want, "to correct");
    await offered(`/tables/organisations/rows/${id}`, "form[action$='/exclude']", want, "to leave out");
    await offered("/tables/organisations", "a[href$='/new']", want, "to add");
    await offered("/tables/organisations", "a[href$='/import']", want, "to import");
    await offered("/builds", "main form[method=post]", want, "to build");
    await offered(`/decisions/${decision}`, "main form[method=post]", want, "to undo");
  };
  to.at("deciding as editor");
  const decision = await correct(page, id, { kind: "medical charity" });
  await controls(true);

  to.at("being made a reader");
  await boss.goto(`${origin}/people`);
  await boss.getByLabel("Role of New Hand", { exact: true }).selectOption("reader");
  await follow(boss, () => boss.getByRole("button", { name: "Change the role of New Hand" }).click());
  await page.goto(origin);
  expect(await shows(page, ".who", "reader"), "the rail does not show the new role");
  await controls(false);
  await offered("/tables/organisations", "a.take", false, "to take the table away");
  await offered("/account", "#tokens", false, "to make tokens");
  const answer = await page.goto(`${rowPage(id)}/edit`);
  expect(answer.status() === 403, `the form of a row answers a reader with ${answer.status()}, want 403`);
}

// joinRecords says that two organisations are the same, and takes that back.
async function joinRecords(to) {
  const [one, other] = ["business-sheffield", "business-doncaster"];
  const page = await to.open({ as: await owner() });
  const opensAs = async (id) => {
    await page.goto(orgPage(id));
    return heading(page);
  };
  to.at("before they are joined");
  expect((await opensAs(one)) !== (await opensAs(other)), "the two have one page to begin with");

  to.at("saying that they are the same");
  await page.goto(`${orgPage(one)}/decide?other=Business+Doncaster`);
  const found = page.locator("ul.rows > li", { hasText: "Business Doncaster" }).first();
  await found.locator("summary").click();
  await found.locator("input[name=reason]").fill("One service under two names.");
  await follow(page, () => found.getByRole("button", { name: "They are the same" }).click());
  expect(await shows(page, ".notice", "Kept."), `it is not kept that they are the same: "${await heading(page)}"`);
  await build(page);

  to.at("looking at the one page of both");
  const names = new Map();
  for (const id of [one, other]) {
    if ((await page.goto(orgPage(id))).status() === 200) names.set(await heading(page), id);
  }
  expect(names.size === 1, `the two have ${names.size} pages, want one: ${[...names.keys()].join(" and ")}`);
  await page.goto(orgPage([...names.values()][0]));
  expect(await shows(page, "#records .sub", "2 records in 1 source"), "the page does not say that it is made of two records");
  for (const id of [one, other]) expect(await shows(page, "#records ul.rows li", id), `the page of both does not list the record ${id}`);

  to.at("parting them again");
  await follow(page, () => page.click("a[href$='/decide']"));
  const joined = page.locator("ul.rows > li", { hasText: "joined by" }).first();
  await joined.locator("summary").click();
  await joined.locator("input[name=reason]").fill("They are two services.");
  await follow(page, () => joined.getByRole("button", { name: "Part them" }).click());
  expect(await shows(page, ".notice", "Kept."), `it is not kept that they are two: "${await heading(page)}"`);
  await build(page);
  const apart = [await opensAs(one), await opensAs(other)];
  expect(apart[0] === "Business Sheffield" && apart[1] === "Business Doncaster", `after parting the pages are ${apart.join(" and ")}`);
}

const reviewByKeys = (to) => review(to, true);

const reviewWithoutScript = (to) => review(to, false);

// review goes through the queue: same, not the same, later, undo, next and previous. Each answer leads to the next pair at
// once, and in the end all is taken back, so that the other journey finds the same queue.
async function review(to, script) {
  const site = config.linked.origin;
  const page = await to.open({ as: await owner(config.linked), script, site });
  const names = async () => (await page.locator("table.pair tr.lead td").allInnerTexts()).join(" and ");
  const place = async () => (await page.locator("h1 + .note b").innerText()).trim();
  const press = (key) => follow(page, () => (script ? page.keyboard.press(key) : page.click(`[data-key="${key}"]`)));
  const expectPair = async (pair, at, after) => {
    expect((await names()) === pair, `after ${after} the pair is ${await names()}, want ${pair}`);
    expect((await place()) === at, `after ${after} the place is ${await place()}, want ${at}`);
  };

  to.at("opening the queue");
  await page.goto(`${site}/review`);
  const all = Number((await place()).split(" ").pop());
  expect(all >= 5, `only ${all} pairs wait`);
  const first = await names();

  to.at("moving on and back without deciding");
  await press("j");
  const second = await names();
  await expectPair(second, `2 of ${all}`, "next");
  await press("j");
  const third = await names();
  await press("k");
  await press("k");
  await expectPair(first, `1 of ${all}`, "previous");

  to.at("deciding, putting off");
  await press("d");
  await expectPair(second, `1 of ${all - 1}`, "not the same");
  expect(await shows(page, "h1 + .note", "Kept."), "the page does not say that it is kept");
  await press("l");
  await expectPair(third, `1 of ${all - 2}`, "later");
  await press("s");
  const fourth = await names();
  expect(![first, second, third].includes(fourth), `after the same the pair is ${fourth}, which has been seen`);

  to.at("reading what was decided");
  const decisions = await to.open({ as: await owner(config.linked), script, site });
  await decisions.goto(`${site}/decisions?table=pairs&state=holds`);
  expect((await decisions.locator("table.history tbody tr").count()) === 2, "the two answers are not the two decisions that hold");

  if (script) {
    to.at("typing a reason");
    await page.click(".because");
    await page.keyboard.type("sdl");
    expect((await names()) === fourth && (await page.inputValue(".because")) === "sdl", "keys decide while somebody types");
    await page.keyboard.press("Escape");
    await page.evaluate(() => document.activeElement.blur());
    to.at("asking for help");
    await page.keyboard.press("?");
    expect(await page.locator("#keys").isVisible(), "the key ? shows no help");
    await page.keyboard.press("Escape");
    expect(!(await page.locator("#keys").isVisible()), "Escape leaves the help open");
  }

  to.at("taking all of it back");
  await press("u");
  expect((await names()) === third, `undo leads to ${await names()}, want ${third}`);
  await press("u");
  expect((await names()) === second, `the second undo leads to ${await names()}, want ${second}`);
  await press("u");
  await expectPair(first, `1 of ${all}`, "undoing all");
  expect((await page.locator("[data-key=u]").count()) === 0, "there is more to undo");
}

// leaveOut excludes an organisation, and takes that back.
async function leaveOut(to) {
  const id = "centre-for-cities";
  const page = await to.open({ as: await owner() });
  to.at("leaving an organisation out");
  await page.goto(`${orgPage(id)}/decide`);
  await page.getByText("Leave this organisation out of the place").click();
  await page.fill("#reason-exclude", "It is not of this place.");
  await follow(page, () => page.click("form[action$='/exclude'] button"));
  expect(await shows(page, ".alert", "Left out of the place by"), "the row does not say that it is left out");
  const decision = await newest(page);
  await build(page);

  to.at("looking for it after the build");
  const gone = await page.goto(orgPage(id));
  expect(gone.status() === 404, `the page of what is left out answers with ${gone.status()}, want 404`);
  await page.goto(`${origin}/search?q=Centre+for+Cities`);
  expect((await page.locator(`main a[href="/organisations/${id}"]`).count()) === 0, "the search still finds what is left out");

  to.at("undoing that");
  await undo(page, decision);
  await build(page);
  const back = await page.goto(orgPage(id));
  expect(back.status() === 200, `its page answers with ${back.status()} after undoing and building, want 200`);
  expect((await heading(page)) === "Centre for Cities", `its page is called "${await heading(page)}"`);
}

// signOut ends a session for good, and comes back to the page that asked to sign in.
async function signOut(to) {
  const email = "leaving.hand@example.org";
  to.at("joining");
  const page = await to.open({ as: await member(email, "analyst", "Leaving Hand") });
  await page.goto(`${origin}/decisions`);
  expect((await heading(page)) === "Decisions", `the decisions answer an analyst with "${await heading(page)}"`);
  const kept = await page.context().cookies();
  expect(kept.length === 1 && kept[0].httpOnly && kept[0].sameSite === "Lax", `the session is not one cookie out of reach of scripts: ${JSON.stringify(kept.map((c) => [c.name, c.httpOnly, c.sameSite]))}`);

  to.at("signing out");
  await follow(page, () => page.click("form[action='/sign-out'] button"));
  expect((await page.context().cookies()).length === 0, "the browser keeps a cookie after signing out");

  to.at("coming with the cookie of before");
  await page.context().addCookies(kept);
  const answer = await page.goto(`${origin}/decisions?state=holds`);
  expect(answer.status() === 401, `/decisions answers the old session with ${answer.status()}, want 401`);

  to.at("signing in from the page that asked for it");
  await follow(page, () => page.locator("main").getByRole("link", { name: "Sign in" }).click());
  await signIn(page, email);
  const back = new URL(page.url());
  expect(back.pathname === "/decisions" && back.searchParams.get("state") === "holds", `signing in leads to ${page.url()}, want back to /decisions?state=holds`);
  expect((await heading(page)) === "Decisions", `after signing in the page is "${await heading(page)}"`);
}
