// How the team makes a survey, draws firms, asks them and closes it; and each of its pages in each look.
import { follow, looks, origin, start, visit } from "./browser.mjs";
import { expect, heading, owner, shows } from "./team.mjs";

const press = (page, selector) => follow(page, () => page.click(selector));
const pages = ["", "/instrument", "/frame", "/people"];

// look at the survey's pages as they are at this moment.
async function lookAt(as, at, stage) {
  for (const look of looks) {
    for (const path of pages) await visit({ name: `survey ${stage}${path}`, path: at + path, as, weighed: false }, look);
  }
}

// runSurvey goes from the shipped questions to a closed survey. The parts that change something are done without a script.
export async function runSurvey(to) {
  const as = await owner();
  const { context, page } = await start({ as, script: false });
  try {
    to.at("making it");
    await page.goto(`${origin}/voices/new`);
    await press(page, "text=Make the survey");
    expect(await shows(page, "[role=alert]", "level"), "a survey is made without saying how far answers can be traced");
    await page.check("[name=level][value=anonymous]");
    await page.fill("#title", "What the browser asks");
    await page.fill("#contact", "The browser, browser@example.org");
    await press(page, "text=Make the survey");
    const at = page.url().replace(origin, "").replace(/\/instrument.*/, "");

    to.at("a text with a fault");
    const text = await page.inputValue("#draft");
    await page.fill("#draft", text.replace('kind = "number"', 'kind = "song"'));
    await press(page, "text=Keep the draft");
    expect(await shows(page, "[role=alert]", "song"), "the fault is not named");
    await page.fill("#draft", text);
    await press(page, "text=Keep the draft");
    for (const look of looks) await visit({ name: "survey drafted /instrument", path: `${at}/instrument`, as, weighed: false }, look);
    await press(page, "button[formaction$=publish]");
    expect((await heading(page)).startsWith("Version 1"), "the questions are not published");

    to.at("choosing whom to ask");
    await page.goto(`${origin}${at}/frame`);
    for (const look of looks) await visit({ name: "survey choosing /frame", path: `${at}/frame`, as, weighed: false }, look);
    await press(page, "text=/^Freeze these/");
    await reckonLive(as, at);
    await page.fill("#total", "40");
    await press(page, "text=/^Reckon$/");
    await press(page, "form[action$='/draw'] button.primary");
    expect((await heading(page)).includes("40 firms are drawn"), `nobody is drawn: ${await heading(page)}`);
    await press(page, `a[href="${at}"]`);
    await press(page, "form[action$='/open'] button");
    await lookAt(as, at, "open");

    to.at("taking the links");
    await page.goto(`${origin}${at}/people`);
    const [file] = await Promise.all([page.waitForEvent("download"), page.click("button[value=file]")]);
    expect(file.suggestedFilename() === "letters-invite.csv", `the file is called ${file.suggestedFilename()}`);
    await page.goto(`${origin}${at}/people`);
    expect((await heading(page)).startsWith("40 firms have been asked"), "the firms are not marked as asked");

    to.at("closing it");
    await page.goto(origin + at);
    await press(page, "form[action$='/close'] button");
    await lookAt(as, at, "closed");
    for (const look of looks) {
      for (const path of ["/voices", "/voices/new", "/voices/erase", "/voices/erase?organisation=boeing"]) await visit({ name: path, path, as, weighed: false }, look);
      await visit({ name: "/voices of visitors", path: "/voices", weighed: false }, look);
    }
  } finally {
    await context.close();
  }
}

// reckonLive wants the margin to follow the numbers as they are typed.
async function reckonLive(as, at) {
  const { context, page } = await start({ as });
  try {
    await page.goto(`${origin}${at}/frame`);
    await page.fill("#total", "30");
    await page.locator("#results", { hasText: "30 firms asked" }).waitFor();
  } finally {
    await context.close();
  }
}
