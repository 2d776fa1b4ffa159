// A link with a token of its own: one study to look at for a while, nothing kept of the token, nothing else opened, and a sentence when it is over.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { frames, isComplete, isShown, says, summary } from "./harness.js";

/** A clinic whose archive takes links' tokens. @param {object} [config] more of the configuration */
async function beginWithLinks(config = {}) {
  await begin();
  Object.assign(clinic.config, { capability: { source: "main" }, audit: { root: "/fhir" } }, config);
}

/** A token as the archive's own server would issue it. @param {number} seconds its life from now */
const issue = (seconds) => clinic.sso.sign({ iss: clinic.sso.issuer, aud: clinic.audience, sub: "link", exp: Math.floor(Date.now() / 1000) + seconds });

/** Opens a link; what its very first script sees of the address later is in `page.seen`. */
async function follow(token, { study = site.thorax.study, more = "", clock } = {}) {
  const page = await context.newPage();
  page.problems = [];
  page.said = [];
  page.asked = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => page.said.push(message.text()));
  page.on("request", (request) => page.asked.push({ url: request.url(), at: page.url(), referer: request.headers().referer }));
  if (clock) await page.clock.install();
  await page.goto(`${clinic.home}?renderer=cpu#/study/${study}?series=${site.thorax.series}${more}&token=${token}`);
  return page;
}

async function keep(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
}

/** Everything that the tab and the browser would still know. */
async function remembered(page) {
  const devtools = await context.newCDPSession(page);
  const { entries } = await devtools.send("Page.getNavigationHistory");
  const kept = await page.evaluate(async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, await indexedDB.databases(), await caches.keys(), document.cookie, document.title, location.href, history.state, window.name,
  ]));
  return [kept, ...entries.map(({ url }) => url), ...page.said, await page.locator("body").innerText()].join("\n");
}

test("the link opens its study, the token leaves the address before anything is asked, and is kept nowhere", { timeout: 90_000 }, async () => {
  await beginWithLinks();
  // Whoever is signed in at the site beside lends the link nothing.
  await context.addCookies([{ name: "session", value: "of-somebody", url: clinic.home }]);
  const token = await issue(3600);
  const page = await follow(token);
  await isComplete(page);
  assert.equal((await summary(page)).study, site.thorax.study);
  // The site's own files are on their way by then; none of them learns of it.
  const first = page.asked.find(({ url }) => url.includes("/dicom-web/"));
  assert.ok(!first.at.includes("token") && first.at.includes("/study/"), "clean before the first question");
  assert.ok(page.asked.every(({ url, referer }) => !`${url} ${referer}`.includes(token.slice(-40))));
  const of = clinic.log.filter(({ url }) => url.startsWith("/dicom-web"));
  assert.ok(of.length > 3 && of.every(({ authorization, cookie }) => authorization === `Bearer ${token}` && cookie === undefined));
  assert.ok(!(await remembered(page)).includes(token.slice(-40)));
  await says(page, "#status", /By link, to look at only · until/);
  await keep(page, "capability");
  assert.deepEqual(page.problems, []);
});

for (const [name, hours] of [["today or tomorrow", 1], ["of this week", 50], ["further away", 400]]) {
  test(`on a page as narrow as a telephone, an end ${name} is not cut`, { timeout: 60_000 }, async () => {
    await beginWithLinks();
    const page = await follow(await issue(hours * 3600));
    await isShown(page);
    await page.setViewportSize({ width: 390, height: 700 });
    await frames(page);
    await keep(page, `capability_narrow_${hours}`);
    await says(page, "#status", /until .*\d/);
    const cut = await page.locator("#status").evaluate((line) => [...line.querySelectorAll(".chip, .light")].filter((part) => {
      const { left, right, bottom } = part.getBoundingClientRect();
      return right > 0 && (left < 0 || right > innerWidth || bottom > innerHeight);
    }).map((part) => part.textContent));
    assert.deepEqual(cut, []);
  });
}

test("it opens at the archive that takes such tokens, whichever comes first, and nothing beside it", { timeout: 60_000 }, async () => {
  await beginWithLinks();
  clinic.config.sources.unshift({ id: "first", label: "Another", root: "/elsewhere" });
  const other = site.samples.studies.find((study) => study.study_uid !== site.thorax.study).study_uid;
  const page = await context.newPage();
  await page.goto(`${clinic.home}?renderer=cpu&requestType=STUDY&studyUID=${other}#/study/${site.thorax.study},${other}?token=${await issue(3600)}`);
  await isShown(page);
  const { source, studies } = await summary(page);
  assert.deepEqual([source, studies], ["main", [site.thorax.study]]);
  assert.ok(clinic.log.every(({ url }) => !url.includes(other)));
});

test("it is on record as a reader of its own, by a number that only the token gives", { timeout: 90_000 }, async () => {
  await beginWithLinks();
  const token = await issue(3600);
  const page = await follow(token);
  await isShown(page);
  const { event } = await clinic.fhir.has("110103");
  const { createHash } = await import("node:crypto");
  const number = createHash("sha256").update(token).digest("hex").slice(0, 32);
  assert.deepEqual(event.agent[0].who.identifier, { system: `${clinic.home}dicom-web`, value: `link ${number}` });
  assert.equal(event.agent[0].name, "Holder of a link");
});

test("one study and nothing else: no list, no other study, no other one beside it, no file, no saving, no handing on", { timeout: 120_000 }, async () => {
  await beginWithLinks();
  const page = await follow(await issue(3600));
  await isComplete(page);
  const other = site.samples.studies.find((study) => study.study_uid !== site.thorax.study).study_uid;
  clinic.log.length = 0;
  for (const hash of ["#/studies", `#/study/${other}`, `#/study/${site.thorax.study},${other}`, `#/study/${other}?source=main`, `#/study/${site.thorax.study}?source=local`]) {
    await page.evaluate((hash) => (location.hash = hash), hash);
    await says(page, ".card.note", /This link opens one study only/);
    await page.waitForFunction((study) => location.hash.startsWith(`#/study/${study}?`), site.thorax.study);
    await page.locator(".card.note").getByRole("button", { name: "Dismiss" }).click();
    await page.locator(".card.note").waitFor({ state: "detached" });
  }
  await page.keyboard.press("Shift+S");
  await says(page, ".card.note", /This link opens one study only/);
  await keep(page, "capability_other");
  assert.deepEqual(clinic.log.filter(({ url }) => !url.includes(site.thorax.study)), [], "nothing else was asked for");
  assert.equal((await summary(page)).study, site.thorax.study);
  assert.equal(await page.locator("#bar [data-action=studyList], #bar [data-action=share]").count(), 0);
  await page.keyboard.press("Shift+L");
  await says(page, ".card.note", /cannot be handed on/);
  await page.keyboard.press("Shift+T");
  await page.locator("#object tbody tr").first().waitFor();
  assert.equal(await page.locator("#object").getByRole("button", { name: "Download" }).count(), 0);
  await page.keyboard.press("Escape");
  await page.emulateMedia({ media: "print" });
  assert.ok(await page.locator("#study").isHidden(), "paper is a copy too");
  assert.ok(!clinic.fhir.codes().includes("110106"));
});

test("a link that has expired says so, and nothing is asked of the archive", { timeout: 60_000 }, async () => {
  await beginWithLinks();
  const page = await follow(await issue(-1));
  await says(page, "#boot h1", /This link has expired/);
  await says(page, "#boot p", /Ask whoever gave it to you/);
  await keep(page, "capability_expired");
  assert.deepEqual(clinic.log, []);
  assert.ok(!page.url().includes("token"));
});

test("RFC 7519 4.1.4: at its end the pictures go, and a sentence says why", { timeout: 90_000 }, async () => {
  await beginWithLinks();
  const page = await follow(await issue(1800), { clock: true });
  await isShown(page);
  await page.mouse.move(300, 300);
  await page.clock.fastForward(14 * 60_000);
  await page.mouse.move(320, 300);
  await page.clock.fastForward(14 * 60_000);
  await page.mouse.move(340, 300);
  await isShown(page);
  await page.clock.fastForward(3 * 60_000);
  await says(page, "#gate h1", /This link has expired/);
  assert.equal(await page.locator("canvas, .viewport, #gate a, #gate button").count(), 0);
});

test("a token that the archive refuses, expired or withdrawn: asked once, a sentence, no sign-in", { timeout: 60_000 }, async () => {
  await beginWithLinks();
  const page = await follow("b3BhcXVlLXRva2Vu");
  await says(page, "#gate h1", /This link is not accepted/);
  await says(page, "#gate p", /expired or been withdrawn/);
  await keep(page, "capability_refused");
  const asked = clinic.log.map(({ url }) => url);
  assert.equal(new Set(asked).size, asked.length, "no question was sent twice");
  assert.deepEqual(clinic.sso.issued, []);
});

test("where the site takes no such links, or the link is cut, the token leaves the address and goes nowhere", { timeout: 60_000 }, async () => {
  await beginWithLinks({ capability: undefined });
  const page = await follow(await issue(3600));
  await says(page, "#boot h1", /This site takes no links with a token/);
  assert.ok(!page.url().includes("token"));
  clinic.config.capability = { source: "main" };
  for (const how of [{ study: "1.2.x" }, { more: "&source=local" }]) {
    const cut = await follow(await issue(3600), how);
    await says(cut, "#boot h1", /This link cannot be used/);
    assert.ok(!cut.url().includes("token"));
  }
  const odd = await follow("%0d%0aX-Evil:1");
  await says(odd, "#boot h1", /This link cannot be used/);
  assert.deepEqual(clinic.log, []);
});

test("a link that is pasted into a page that is open does not stay in its address", { timeout: 90_000 }, async () => {
  await beginWithLinks();
  const page = await follow(await issue(3600));
  await isShown(page);
  const second = await issue(7200);
  await page.evaluate((hash) => (location.hash = hash), `#/study/${site.thorax.study}?token=${second}`);
  await says(page, ".card.note", /needs a page of its own/);
  assert.ok(!(await remembered(page)).includes(second.slice(-40)));
});
