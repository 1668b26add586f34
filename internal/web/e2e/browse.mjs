// Walks the running site in a real browser and prints what it finds as JSON lines, one a check:
// {"page": "/map", "check": "axe light", "problems": []}. The Go test beside it judges them.
// Use: node browse.mjs CONFIG, which is the JSON that browser.mjs describes.
import { browser, config, open } from "./browser.mjs";
import { journeys } from "./journeys.mjs";
import { linkedPages, publicPages, teamPages, visitAll } from "./pages.mjs";
import { tryParts } from "./parts.mjs";

try {
  if (config.picture) {
    await picture(config.picture);
  } else {
    await visitAll(publicPages);
    await visitAll(teamPages);
    await visitAll(linkedPages);
    await tryParts();
    await journeys();
  }
} finally {
  await browser.close();
}

// picture takes the screenshot of the README.
async function picture(file) {
  const { context, page } = await open("/", { viewport: { width: 1280, height: 800 }, colorScheme: "light" });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: file });
  await context.close();
}
