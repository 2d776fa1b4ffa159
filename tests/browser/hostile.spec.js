// A file that attacks: markup, script addresses and marks that turn the writing in every text of it, and in its name. All of
// it is text on the page and nothing else (threats: script in a DICOM attribute).
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { dicom, uid } from "./dicom.js";
import { isShown, openPage, says, start, summary } from "./harness.js";

const STUDY = 5;
/** Markup that would run where text were taken for markup. */
const MARKUP = "<img src=x onerror=window.broken=1 class=evil>";
const LINK = "javascript:window.broken=1";
/** RIGHT-TO-LEFT OVERRIDE and a bell, in UTF-8 as `dicom` writes bytes: what follows would be read backwards. */
const TURNED = Buffer.from("Doe\u202Etxt.exe\u0007^Jane <b class=evil>", "utf8");

/** Every kind of text (PS3.5 6.2), in attributes that the page shows and in others; those whose kind has no room for it too. */
const TEXTS = {
  "00080005": ["CS", "ISO_IR 192"], "00080008": ["CS", `${MARKUP}\\PRIMARY`], "00080020": ["DA", MARKUP], "00080030": ["TM", MARKUP],
  "00080050": ["SH", MARKUP], "00080070": ["LO", MARKUP], "00080080": ["LO", LINK], "00080090": ["PN", MARKUP],
  "00081010": ["SH", MARKUP], "00081030": ["LO", MARKUP], "0008103E": ["LO", MARKUP], "00081090": ["LO", MARKUP],
  "00082111": ["ST", MARKUP], "00100010": ["PN", TURNED], "00100020": ["LO", MARKUP], "00100021": ["LO", MARKUP],
  "00100030": ["DA", MARKUP], "00100040": ["CS", MARKUP], "00101010": ["AS", MARKUP], "00104000": ["LT", MARKUP],
  "00180015": ["CS", MARKUP], "00180022": ["CS", MARKUP], "00181030": ["LO", MARKUP], "00181210": ["SH", MARKUP],
  "00200010": ["SH", MARKUP], "00200020": ["CS", `${MARKUP}\\F`], "00204000": ["LT", MARKUP], "00281055": ["LO", `${MARKUP}\\${LINK}`],
  "00283003": ["LO", MARKUP], "00400275": ["SQ", Buffer.alloc(0)], "00321060": ["LO", MARKUP], "00401400": ["LT", MARKUP],
  "00080201": ["SH", MARKUP], "00080120": ["UR", LINK], "00189004": ["CS", MARKUP],
};

let site;
let folder;

before(async () => {
  site = await start({ files: { "hostile.dcm": dicom({ study: STUDY, series: 1, number: 1 }, TEXTS) } });
  folder = fs.mkdtempSync(path.join(site.folder, "local-"));
});

after(() => site?.stop());

/** Nothing of the texts became an element, ran, or was refused by the policy of the page. */
async function isHarmless(page) {
  const found = await page.evaluate(() => ({
    elements: document.querySelectorAll(".evil, [onerror], a[href^='javascript' i], iframe, object, embed").length,
    broken: window.broken, violations: window.violations, title: document.title,
  }));
  assert.deepEqual(found, { elements: 0, broken: undefined, violations: [], title: "Skiagraph" });
  assert.deepEqual(page.problems, []);
}

const watch = (page) =>
  page.addInitScript(() => {
    window.violations = [];
    addEventListener("securitypolicyviolation", ({ violatedDirective }) => window.violations.push(violatedDirective));
  });

/** The marks that turn the writing, and other controls, are not on the page (standards 1.4); the page's own isolates are. */
async function isReadable(page) {
  const text = await page.locator("body").innerText();
  assert.ok(!/[\u202A-\u202E\u2066\u2067\u0007\u001B]/u.test(text), "a control character reached the page");
}

test("every text of a hostile file is text: in the list, over the picture, in the strip, the details, the chain and the attributes", { timeout: 90_000 }, async () => {
  const page = await openPage(site, "#/studies", { before: watch });
  const row = page.locator(`tr[data-study="${uid(STUDY)}"]`);
  await row.waitFor();
  assert.match(await row.innerText(), /<img src=x/);
  await isHarmless(page);
  await isReadable(page);
  await row.press("Enter");
  await isShown(page);
  await says(page, "#strip", /<img src=x/);
  await says(page, ".corner.top.right", /<img src=x/);
  const name = await page.locator(".corner .name").first().innerText();
  assert.match(name, /Doetxt\.exe/, "in the order in which it is written");
  await page.keyboard.press("y");
  await page.mouse.move(640, 400);
  const details = page.getByRole("button", { name: /details/i }).first();
  await details.click();
  await isHarmless(page);
  await page.keyboard.press("Shift+T");
  await page.locator("dialog[open] table.attributes tr").nth(30).waitFor();
  await page.locator("dialog[open] input[type=search]").fill("<img src=x onerror");
  await says(page, "dialog[open] [role=status]", /[1-9]\d* of \d+/);
  assert.match(await page.locator("dialog[open] table").innerText(), /javascript:|<img src=x/);
  await isHarmless(page);
  await isReadable(page);
  await page.close();
});

test("an address with markup in it opens the list, and nothing of it is shown or run", { timeout: 60_000 }, async () => {
  const markup = "<img src=x onerror=window.broken=1 class=evil alt=of-the-address>";
  for (const hash of [`#/study/${encodeURIComponent(markup)}`, `#/study/${markup}?series=${LINK}`, `#/study/1.2.3,${markup}`, `#/${LINK}?${markup}`]) {
    const page = await openPage(site, hash, { before: watch });
    await page.waitForFunction(() => window.skiagraph?.summary().screen !== undefined);
    const { study, studies } = await summary(page);
    assert.ok([null, "1.2.3"].includes(study) && studies.every((one) => one === "1.2.3"), `${hash} leads to ${studies}`);
    assert.ok(!(await page.locator("body").innerText()).includes("of-the-address"));
    await isHarmless(page);
    await page.close();
  }
});

test("a file of this computer with markup for a name is named as it is, and does nothing", { timeout: 60_000 }, async () => {
  const file = path.join(folder, "<img src=x onerror=window.broken=1 class=evil>.dcm");
  fs.writeFileSync(file, "not DICOM");
  const page = await openPage(site, "#/studies", { before: watch });
  await page.locator("tr[data-study]").first().waitFor();
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open files" }).click()]);
  await chooser.setFiles(file);
  assert.match(await says(page, "#cards .card", /could not be opened/), /<img src=x/);
  await isHarmless(page);
  await page.close();
});
