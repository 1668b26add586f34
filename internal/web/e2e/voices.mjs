// How somebody answers a survey: on a phone, by keyboard alone, without scripts, without a connection; and how the team
// looks at the questions.
import { readFileSync } from "node:fs";
import { config, follow, looks, origin, start, violations } from "./browser.mjs";
import { expect, heading, owner, shows } from "./team.mjs";

const phone = { name: "light, 360 px", colorScheme: "light", viewport: { width: 360, height: 740 } };

// Each journey has links of its own, since each link counts once.
const used = { anonymous: 0, attributable: 0 };
const link = (level) => config.answer[level][used[level]++];

// browserOf is a browser of its own, of which nothing is wrong but what is allowed.
async function browserOf({ look = phone, script = true, as, allowed = /status of 422/ } = {}) {
  const { context, page, seen } = await start({ look, script, as });
  const done = async () => {
    const wrong = [...seen.console.filter((m) => !allowed.test(m)), ...seen.outside, ...seen.failed];
    await context.close();
    expect(wrong.length === 0, wrong.join("; "));
  };
  return { context, page, done };
}

// fits wants a page without faults for people who cannot see it well, no wider than the screen, with targets that a thumb hits.
async function fits(page) {
  const found = await violations(page);
  expect(found.length === 0, `${page.url()}: ${found.join("; ")}`);
  const over = await page.evaluate(() => document.scrollingElement.scrollWidth - document.documentElement.clientWidth);
  expect(over <= 0, `${page.url()} is ${over} px too wide`);
  const small = await page.evaluate(() =>
    [...document.querySelectorAll(".opts label, .scale label, .answering .btn, .q select, .q input.line, .q textarea")]
      .map((e) => [e, e.getBoundingClientRect()])
      .filter(([, r]) => r.width > 0 && (r.height < 43.5 || r.width < 24))
      .map(([e, r]) => `${e.tagName} ${Math.round(r.width)}×${Math.round(r.height)}`),
  );
  expect(small.length === 0, `too small for a thumb on ${page.url()}: ${small.join(", ")}`);
}

const kept = (page) => page.locator(".saved", { hasText: /^Saved/ }).waitFor();
const next = (page) => follow(page, () => page.click("button[value=next]"));

// answerOnPhone begins, leaves without pressing anything, comes back on another device, and sends: 360 px wide.
export async function answerOnPhone(to) {
  const address = link("attributable");
  const first = await browserOf();
  to.at("opening the link");
  await first.page.goto(address);
  expect(await shows(first.page, ".promise", "Attributable."), "the first page does not say how the answers are treated");
  await fits(first.page);
  await follow(first.page, () => first.page.click("text=Begin"));

  to.at("on the first page of questions");
  await fits(first.page);
  const called = first.page.locator("#q-called");
  expect((await called.inputValue()) !== "" && (await shows(first.page, ".q", "Filled in from: ")), "what is known is not filled in with its source");
  expect(!(await first.page.isVisible("text=Why did it come?")), "a question that hangs on an answer is asked before that");
  await first.page.fill("#q-staff", "25");
  await first.page.check("#q-came");
  expect(await first.page.isVisible("text=Why did it come?"), "the question that hangs on an answer does not come");
  await first.page.check("#q-why-2");
  await first.page.check("#q-why-1");
  expect(!(await first.page.isChecked("#q-why-2")), "“none of these” stands beside another answer");
  await kept(first.page);
  await fits(first.page);

  to.at("going away without pressing a button");
  await first.done();

  to.at("coming back on another device");
  const second = await browserOf();
  const page = second.page;
  await page.goto(address);
  expect(await shows(page, "p", "answers saved"), `the first page does not say that something is saved: "${await heading(page)}"`);
  await page.goto(`${address}/part/firm`);
  expect((await page.inputValue("#q-staff")) === "25" && (await page.isChecked("#q-why-1")), "what was typed is lost");
  await next(page);

  to.at("on the second page");
  await page.fill("#q-money", "60");
  expect(await shows(page, ".sum", "60 of 100 points given, 40 left."), "points are not added up");
  await page.fill("#q-money-1", "60");
  await next(page);
  expect(await shows(page, ".alert", "How would you share the money?"), "120 points are taken for 100");
  await fits(page);
  await page.fill("#q-money-1", "40");
  await page.selectOption("#q-first", "lab");
  expect(await page.locator('#q-first-1 option[value="lab"]').evaluate((o) => o.disabled), "what has the first place is offered for the second");
  await page.locator("#q-buys").pressSequentially("advanced manu");
  await page.locator(".suggest li").first().waitFor();
  await fits(page);
  await page.keyboard.press("ArrowDown");
  const name = (await page.locator(".suggest li[aria-selected=true]").innerText()).trim();
  await page.keyboard.press("Enter");
  expect((await page.inputValue("#q-buys")) === name && (await page.inputValue('[name="buys.1.id"]')) !== "", `the name that was chosen does not stand in its field: ${name}`);
  await page.fill("#q-buys-1", "Nobody Knows It Ltd");
  await next(page);

  to.at("on the third page, which hangs on an answer");
  expect((await heading(page)) === "Coming here", `after the second page comes "${await heading(page)}"`);
  await page.locator(".instead summary").click();
  await page.check("#q-where-s2");
  await next(page);

  to.at("checking and sending");
  expect((await heading(page)) === "Check and send", `after the last page comes "${await heading(page)}" at ${page.url()}: ${await page.locator("main").innerText()}`);
  await fits(page);
  for (const text of ["25 people", "What space costs", name, "Nobody Knows It Ltd", "I prefer not to say", "A shared laboratory: 40"]) {
    expect(await shows(page, ".said dd", text), `the check does not show "${text}"`);
  }
  await page.check("#named");
  await follow(page, () => page.click("text=Send my answers"));
  expect(await shows(page, ".alert", "Say who agrees"), "nobody is asked who agrees");
  await page.fill("#by", "Works manager");
  await follow(page, () => page.click("text=Send my answers"));
  expect((await heading(page)) === "Thank you: your answers are in", `sending leads to "${await heading(page)}"`);
  await fits(page);

  to.at("taking the answers away");
  const [copy] = await Promise.all([page.waitForEvent("download"), page.click("main button[type=submit]")]);
  expect(readFileSync(await copy.path(), "utf8").includes("Nobody Knows It Ltd"), "the copy does not hold the answers");

  to.at("opening the link once more");
  await page.goto(address);
  expect((await shows(page, ".lede", "each link counts once")) && !(await shows(page, "main", "Nobody Knows It")), "the link still shows the answers");
  await second.done();
}

// answerByKeys answers an anonymous survey with nothing but the keyboard.
export async function answerByKeys(to) {
  const address = link("anonymous");
  const { page, done } = await browserOf();
  const tab = async (selector) => {
    for (let k = 0; k < 80; k++) {
      await page.keyboard.press("Tab");
      if (await page.evaluate((s) => document.activeElement?.matches(s), selector)) {
        const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
        expect(ring !== "none", `${selector} does not show that it has the focus`);
        return;
      }
    }
    throw new Error(`Tab does not reach ${selector} on ${page.url()}`);
  };
  const press = (key) => page.keyboard.press(key);
  const enter = () => follow(page, () => press("Enter"));

  to.at("beginning");
  await page.goto(address);
  await tab("main .btn.primary");
  await enter();

  to.at("leaving out what is needed");
  await tab("button[value=next]");
  await enter();
  const fault = await page.locator(".alert a").first().innerText();
  expect(fault.includes("Did the firm come here"), `the fault says "${fault}"`);
  await tab('.alert a[href="#q-came"]');
  await press("Enter");
  expect(await page.evaluate(() => document.activeElement?.id === "q-came"), "the fault does not lead to its question");

  to.at("choosing with arrows");
  await press("Space");
  await press("ArrowDown");
  expect(await page.isChecked("#q-came-1"), "the arrow does not move the choice");
  await tab("button[value=next]");
  await enter();

  to.at("the second page");
  await tab("#q-happy");
  await press("Space");
  for (let k = 0; k < 7; k++) await press("ArrowRight");
  expect(await page.isChecked("#q-happy-7"), "the arrows do not go along the scale");
  await tab("#q-first");
  await press("ArrowDown");
  await tab("#q-money");
  await page.keyboard.type("100");
  await tab("#q-words");
  await page.keyboard.type("Nothing more.");
  await tab("button[value=next]");
  await enter();

  to.at("checking");
  expect((await shows(page, ".said dd", "No, it began here")) && (await shows(page, ".said dd", "Nothing more.")), "the check does not show what was typed");
  await tab('main button[type="submit"]');
  await enter();
  expect((await heading(page)) === "Thank you: your answers are in", `sending leads to "${await heading(page)}"`);
  await done();
}

// answerWithoutScript goes the whole way by forms alone.
export async function answerWithoutScript(to) {
  const address = link("anonymous");
  const { page, done } = await browserOf({ script: false });
  to.at("on the first page of questions");
  await page.goto(address);
  await follow(page, () => page.click("text=Begin"));
  await page.click("text=Yes");
  await next(page);
  expect(await shows(page, ".alert", "1 more question is asked"), "the page does not say that more is asked");
  await page.click("text=People with the skills");
  await next(page);
  to.at("leaving and coming back");
  await page.click("label[for=q-happy-3]");
  await follow(page, () => page.click("button[value=leave]"));
  await follow(page, () => page.click("text=Go on where you left"));
  expect(await page.isChecked("#q-happy-3"), "what was chosen is lost");
  await page.locator(".q[data-q=happy] summary").click();
  await page.locator(".q[data-q=happy]").getByText("I do not know").click();
  await next(page);
  await next(page);
  to.at("sending");
  expect(await shows(page, ".said dd", "I do not know"), "“I do not know” does not take the place of the answer");
  await follow(page, () => page.click("text=Send my answers"));
  expect((await heading(page)) === "Thank you: your answers are in", `sending leads to "${await heading(page)}"`);
  await done();
}

// answerOffline types while the connection is gone: the page says so, keeps it, and saves it when the connection is back.
export async function answerOffline(to) {
  const address = link("attributable");
  const { context, page, done } = await browserOf({ allowed: /ERR_INTERNET_DISCONNECTED/ });
  await page.goto(`${address}/part/place`);
  to.at("losing the connection");
  await context.setOffline(true);
  await page.fill("#q-words", "Written in the lift.");
  await page.locator(".saved.flag", { hasText: "Not saved yet" }).waitFor();
  await page.click("button[value=next]");
  await page.locator(".saved.flag", { hasText: "There is no connection" }).waitFor();
  expect(page.url() === `${address}/part/place` && (await page.inputValue("#q-words")) === "Written in the lift.", "the page or what was typed is gone");
  to.at("getting it back");
  await context.setOffline(false);
  await kept(page);
  const other = await browserOf({ look: looks[1] }); // dark
  await other.page.goto(`${address}/part/place`);
  await fits(other.page);
  expect((await other.page.inputValue("#q-words")) === "Written in the lift.", "what was typed is not on the server");
  to.at("changing the same page in two windows");
  await other.page.fill("#q-words", "Written at the desk.");
  await kept(other.page);
  await page.fill("#q-words", "Written on the stairs.");
  await page.locator(".saved.flag", { hasText: "answered elsewhere" }).waitFor();
  await other.done();
  await context.close();
}

// previewQuestions looks at the questions as the team does.
export async function previewQuestions(to) {
  for (const look of looks) {
    const { page, done } = await browserOf({ look, as: await owner() });
    to.at(`finding the survey, ${look.name}`);
    await page.goto(`${origin}/voices`);
    const path = await page.locator("main a[href^='/voices/v-']").first().getAttribute("href");
    await page.goto(`${origin}${path}/preview`);
    await fits(page);
    await page.goto(`${origin}${path}/preview?show=all`);
    await fits(page);
    await done();
  }
}
