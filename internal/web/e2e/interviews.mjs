// What an adviser does in the room: consent, notes, a connection that drops, a colleague who was there meanwhile.
import { firstLine, follow, looks, origin, start, violations, visit } from "./browser.mjs";
import { expect, member, owner, shows } from "./team.mjs";

const narrow = { name: "light, 360 px", colorScheme: "light", viewport: { width: 360, height: 740 } };

// room is a browser of its own: what it writes down while it has no connection, or where somebody was first, is no fault.
async function room(as, look = narrow) {
  const { context, page, seen } = await start({ as, look });
  const allowed = /ERR_INTERNET_DISCONNECTED|status of 409|status of 422/;
  return {
    context,
    page,
    done: async () => {
      const wrong = [...seen.console.filter((m) => !allowed.test(m)), ...seen.outside, ...seen.failed.filter((f) => !/^(409|422) /.test(f))];
      await context.close();
      expect(wrong.length === 0, wrong.join("; "));
    },
  };
}

const line = (page, text) => page.locator(".keeping", { hasText: text }).waitFor();
const notes = (page) => page.locator("#_notes").inputValue();

// begin opens a new interview and writes down who and the consent.
async function begin(page, firm) {
  await page.goto(`${origin}/interviews/new?survey=`);
  await page.fill("#_org", firm);
  expect(!(await page.isVisible("#_notes")), "notes can be written before there is consent");
  const before = await page.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("milieu-interview/")).length);
  expect(before === 0, "something is kept on the device before there is consent");
  await page.check("#_kept");
  await page.fill("#_agreed", "the works manager, in the room");
  await page.locator("#_notes").waitFor();
}

// interviewOffline types with and without a connection, loses the page, comes back, and has lost nothing: 360 px wide.
export async function interviewOffline(to) {
  const { context, page, done } = await room(await owner());
  to.at("writing down the consent");
  await begin(page, "Offline Works");
  to.at("typing with a connection");
  await page.locator("#_notes").pressSequentially("They came for the furnace. ");
  await line(page, "Kept on the server");
  expect(/\/interviews\/v-/.test(page.url()), `the page has no address of its own: ${page.url()}`);
  const address = page.url();
  const found = await violations(page);
  expect(found.length === 0, found.join("; "));
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
  expect(over <= 0, `the form is ${over} px too wide`);

  to.at("typing without a connection");
  await context.setOffline(true);
  await page.locator("#_notes").press("End");
  await page.locator("#_notes").pressSequentially("The bus stops at six.");
  await line(page, "No connection. Kept on this device");
  to.at("pressing the button without a connection");
  await page.click("button[value=keep]");
  await line(page, "Kept on this device");
  expect(page.url() === address, `the button leads away to ${page.url()}`);
  to.at("losing the page");
  await page.close();

  to.at("coming back");
  await context.setOffline(false);
  const again = await context.newPage();
  await again.goto(`${origin}/interviews`);
  expect(await shows(again, "[data-kept-here] li", "Offline Works"), "the list does not name what this device has alone");
  const listed = await violations(again);
  expect(listed.length === 0, listed.join("; "));
  await follow(again, () => again.click("[data-kept-here] li a"));
  await line(again, "Kept on the server");
  expect((await notes(again)) === "They came for the furnace. The bus stops at six.", `the notes are "${await notes(again)}"`);
  const left = await again.evaluate(() => Object.keys(localStorage).filter((k) => k.startsWith("milieu-interview/")).length);
  expect(left === 0, "the device keeps what the server has");

  to.at("looking from another device");
  const other = await room(await owner(), looks[0]);
  await other.page.goto(address);
  expect((await notes(other.page)) === "They came for the furnace. The bus stops at six.", `the server has "${await notes(other.page)}"`);
  await other.done();

  to.at("finishing");
  await follow(again, () => again.click("button[value=finish]"));
  expect(await shows(again, ".notice", "Finished."), `the page does not say that it is finished: ${await again.locator("h1").first().innerText()}`);
  await done();
}

// interviewLost loses the answers of the server: the form sends the same again, and it is kept once.
export async function interviewLost(to) {
  const { page, done } = await room(await owner(), looks[0]);
  to.at("losing the first two answers");
  await begin(page, "Lost Answers Limited");
  let lost = 0;
  await page.route("**/interviews", async (route) => {
    if (route.request().method() !== "POST" || lost >= 2) return route.continue();
    lost++;
    await route.fetch(); // it arrives
    await route.abort("internetdisconnected"); // its answer does not
  });
  await page.fill("#_notes", "First words");
  await page.locator(".keeping.waits").waitFor();
  await page.fill("#_notes", "First words, and more");
  await line(page, "Kept on the server");
  expect(lost === 2, `${lost} answers were lost`);
  await page.unroute("**/interviews");
  const address = page.url();
  await page.goto(`${origin}/interviews`);
  const rows = await page.locator("tbody th", { hasText: "Lost Answers Limited" }).count();
  expect(rows === 1, `the interview is there ${rows} times`);
  await page.goto(address);
  expect((await notes(page)) === "First words, and more", `the server has "${await notes(page)}"`);
  await done();
}

// interviewRefused types what the server cannot keep: the page says what, this device has it, and it goes once it is mended.
export async function interviewRefused(to) {
  const { page, done } = await room(await owner(), looks[0]);
  to.at("typing a day that has not come");
  await begin(page, "Tomorrow Tools");
  await page.fill("#_day", "2099-01-01");
  await page.fill("#_notes", "Not yet");
  await page.locator("[data-faults] li", { hasText: "has not come yet" }).waitFor();
  await line(page, "Kept on this device. Not on the server yet");
  to.at("loading the page again");
  await page.goto(`${origin}/interviews`);
  await follow(page, () => page.click("[data-kept-here] li a:text('Tomorrow Tools')"));
  expect((await notes(page)) === "Not yet", `the notes are "${await notes(page)}"`);
  await page.locator("[data-faults] li", { hasText: "has not come yet" }).waitFor();
  to.at("mending it");
  await page.fill("#_day", "2026-01-05");
  await line(page, "Kept on the server");
  expect(!(await page.isVisible("[data-faults]")), "the page still says that something is missing");
  await done();
}

// interviewClash has a colleague change the notes while the form is open: both sides are shown, and nothing is sent before
// one is chosen.
export async function interviewClash(to) {
  const mine = await room(await owner(), looks[0]);
  const theirs = await room(await member("room.mate@example.org", "editor", "Room Mate"), looks[0]);
  to.at("writing");
  await begin(mine.page, "Clash and Sons");
  await mine.page.fill("#_notes", "From the first");
  await line(mine.page, "Kept on the server");
  to.at("a colleague writing");
  await theirs.page.goto(mine.page.url());
  await theirs.page.fill("#_notes", "From the second");
  await line(theirs.page, "Kept on the server");
  to.at("writing on");
  await mine.page.fill("#_notes", "From the first, longer");
  await mine.page.locator("[data-clash] table").waitFor();
  const both = await mine.page.locator("[data-clash]").innerText();
  expect(/Room Mate/.test(both) && both.includes("From the second") && both.includes("From the first, longer"), `the page shows "${both}"`);
  const found = await violations(mine.page);
  expect(found.length === 0, found.join("; "));
  await mine.page.fill("#_notes", "From the first, longer. From the second");
  await mine.page.click("[data-clash] button.primary");
  await line(mine.page, "Kept on the server");
  await theirs.page.reload();
  expect((await notes(theirs.page)) === "From the first, longer. From the second", `the server has "${await notes(theirs.page)}"`);
  await mine.done();
  await theirs.done();
}

// interviewWithoutScript does without a script what an interview is: consent, notes, an excerpt, its code.
export async function interviewWithoutScript(to) {
  const { context, page } = await start({ as: await owner(), script: false });
  try {
    to.at("forgetting the consent");
    await page.goto(`${origin}/interviews/new?survey=`);
    await page.fill("#_org", "No Script Forge");
    await page.fill("#_notes", "They cast by night.");
    await follow(page, () => page.click("button[value=keep]"));
    expect(await shows(page, ".alert", "The consent is missing"), "the form does not say that the consent is missing");
    expect((await notes(page)) === "They cast by night.", "what was typed is gone");
    to.at("keeping it");
    await page.check("#_kept");
    await page.fill("#_agreed", "the founder");
    await page.check("#_quotes-named");
    await follow(page, () => page.click("button[value=finish]"));
    expect(await shows(page, ".notice", "Finished."), "it is not finished");
    to.at("adding an excerpt");
    await page.fill("#text", "We cast by night");
    await page.check("#permission-named");
    await follow(page, () => page.click("form[action$='/excerpts'] button"));
    expect(await shows(page, ".excerpt blockquote", "We cast by night"), "the excerpt is not there");
    to.at("coding it");
    const at = page.url();
    await page.goto(`${origin}/codebook`);
    if (await page.locator("form[action='/codebook/start']").count()) await follow(page, () => page.click("form[action='/codebook/start'] button"));
    await page.goto(at);
    await page.click(".excerpt summary >> nth=0");
    await page.check(".excerpt input[name=code] >> nth=0");
    await follow(page, () => page.click("form[action$='/code'] button"));
    expect(await shows(page, ".excerpt p", "You: Reason to be here"), `the excerpt does not have the code: ${firstLine({ message: await page.locator(".excerpt").first().innerText() })}`);
  } finally {
    await context.close();
  }
}

// interviewPages has two people code the same words, and looks at every page of interviews in each look.
export async function interviewPages(to) {
  const one = await owner();
  const other = await member("second.coder@example.org", "editor", "Second Coder");
  const mine = await room(one, looks[0]);
  const { page } = mine;
  to.at("writing");
  await begin(page, "Looked-at Castings");
  await page.check("#_quotes-named");
  await page.fill("#_notes", "The bus stops at six.\n\nTwelve apprentices left.");
  await line(page, "Kept on the server");
  const open = page.url().replace(origin, "");
  await begin(page, "Finished Forge");
  await page.check("#_quotes-named");
  await page.fill("#_notes", "You do not move a furnace.");
  await follow(page, () => page.click("button[value=finish]"));
  const done = page.url().replace(/\?.*/, "").replace(origin, "");
  for (const words of ["You do not move a furnace", "The late shift drives"]) {
    await page.fill("#text", words);
    await page.check("#permission-named");
    await follow(page, () => page.click("form[action$='/excerpts'] button"));
  }
  to.at("coding by two");
  await page.goto(`${origin}/codebook`);
  if (await page.locator("form[action='/codebook/start']").count()) await follow(page, () => page.click("form[action='/codebook/start'] button"));
  const theirs = await room(other, looks[0]);
  for (const [who, codes] of [[page, [0, 2]], [theirs.page, [0, 5]]]) {
    for (const k of [0, 1]) {
      await who.goto(origin + done);
      const excerpt = who.locator(".excerpt").nth(k);
      await excerpt.locator("summary").first().click();
      await excerpt.locator("input[name=code]").nth(codes[k]).check();
      await follow(who, () => excerpt.locator("form[action$='/code'] button").click());
    }
  }
  expect(await shows(theirs.page, ".excerpt p", "Owner of this machine: Reason to be here"), "the second coder does not see what the first gave");
  await mine.done();
  await theirs.done();
  to.at("looking");
  for (const look of [...looks, narrow]) {
    for (const path of ["/interviews", "/interviews/new?survey=", "/codebook", "/interviews/agreement"]) await visit({ name: path, path, as: one, weighed: false }, look);
    await visit({ name: "/interviews/OPEN", path: open, as: one, weighed: false }, look);
    await visit({ name: "/interviews/DONE", path: done, as: other, weighed: false }, look);
    await visit({ name: "/interviews/DONE?edit", path: `${done}?edit=1`, as: one, weighed: false }, look);
  }
}
