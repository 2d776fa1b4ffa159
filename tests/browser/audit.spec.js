// The audit record (164.312(b)): what is on it, when it is there, what happens where it cannot be delivered, and what the reader sees of it.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { isShown, says, summary } from "./harness.js";
import { typeName } from "./provider.js";

const study = () => `#/study/${site.thorax.study}?series=${site.thorax.series}`;
const MINUTE = 60_000;

/** A clinic that keeps a record. @param {object} [audit] of the configuration */
async function beginAudited(audit = {}, how = {}) {
  await begin(how);
  clinic.config.audit = { root: "/fhir", site: "General Hospital", ...audit };
}

/** Signs in and goes to a place. @param {string} hash */
async function open(hash, before) {
  const page = await context.newPage();
  page.problems = [];
  page.said = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => page.said.push(message.text()));
  await before?.(page);
  await page.goto(`${clinic.home}?renderer=cpu${hash}`);
  await typeName(page);
  return page;
}

/** A picture for whoever looks at the test's work. */
async function keep(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
}

/** Names and numbers of all patients, as they are and as they stand in addresses. */
async function patients() {
  const answer = await (await fetch(`${site.url}/dicom-web/studies`, { headers: { Accept: "application/dicom+json" } })).json();
  const words = answer.flatMap((one) => [one["00100010"]?.Value[0].Alphabetic, one["00100020"]?.Value[0], one["00080050"]?.Value[0]]);
  return words.filter((word) => word && word.length > 3).flatMap((word) => [word, encodeURIComponent(word)]);
}

/** The entity in a role. */
const entity = (event, role) => event.entity.find((one) => one.role.code === role && one.name !== "Hash chain");

test("a visit is on record: start, login, search, study within 5 s of its first picture, logout and stop, in a chain that holds", { timeout: 90_000 }, async () => {
  await beginAudited();
  const page = await open("#/studies");
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  await page.locator("#studies input[type=search]").fill("thorax");
  await page.locator("#studies input[type=search]").press("Enter");
  await page.evaluate((hash) => (location.hash = hash), study());
  await isShown(page);
  const drawnAt = await page.evaluate(() => performance.timeOrigin + performance.getEntriesByName("viewer:frame-drawn")[0].startTime);
  const { event, at } = await clinic.fhir.has("110103");
  assert.ok(at - drawnAt <= 5_000, `${at - drawnAt} ms after the first picture`);
  assert.equal(entity(event, "3").what.identifier.value, `urn:oid:${site.thorax.study}`);
  assert.ok(entity(event, "1").what.identifier.value, "whose study");
  assert.deepEqual(event.agent[0].who.identifier, { system: clinic.sso.issuer, value: "ada" });
  assert.equal(event.source.site, "General Hospital");
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.locator("button[name=logout]").click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  assert.deepEqual(clinic.fhir.codes().sort(), ["110100 110120", "110100 110121", "110103", "110112", "110112", "110114 110122", "110114 110123"]);
  const queries = clinic.fhir.taken.filter((one) => one.event.type.code === "110112").map((one) => atob(entity(one.event, "24").query));
  assert.ok(queries.some((query) => /\/dicom-web\/studies\?.*thorax/.test(query)), queries.join("\n"));
  assert.equal(await clinic.fhir.verify(), 1, "one chain");
  // The record is in the bodies, and nowhere else.
  assert.deepEqual([...new Set(clinic.fhir.requests.map(({ method, url }) => `${method} ${url}`))], ["POST /fhir/AuditEvent"]);
  const open_ = [...page.said, ...page.problems].join("\n");
  for (const word of await patients()) assert.ok(!open_.includes(word), "nothing of a patient in the console");
  assert.deepEqual(page.problems, []);
});

test("the token goes to the configured audit server; a stranger without it adds nothing", { timeout: 60_000 }, async () => {
  await beginAudited();
  const page = await open("#/studies");
  await clinic.fhir.has("110114 110122");
  assert.ok(clinic.fhir.requests.every(({ status }) => status === 201));
  const answer = await fetch(`${clinic.url}/fhir/AuditEvent`, { method: "POST", body: "{}" });
  assert.equal(answer.status, 401);
  await page.close();
});

test("the reader sees the own record by keyboard, in words that stay words, and comes back to the image", { timeout: 90_000 }, async () => {
  await beginAudited();
  const page = await open("#/studies");
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  await page.locator("#studies input[type=search]").fill("<img src=x onerror=alert(1)>");
  await page.locator("#studies input[type=search]").press("Enter");
  await says(page, "#studies .nothing", /Nothing found/);
  await page.evaluate((hash) => (location.hash = hash), study());
  await isShown(page);
  await clinic.fhir.has("110103");
  await page.getByRole("link", { name: "Audit" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Audit record" }).waitFor();
  await says(page, "#audit tbody", /Searched for “<img src=x onerror=alert\(1\)>”/);
  assert.equal(await page.locator("#audit img").count(), 0);
  const { event } = await clinic.fhir.has("110101");
  assert.equal(entity(event, "13").name, "Security Audit Log");
  await says(page, "#audit .about", /All of it is with the audit server/);
  const rows = page.locator("#audit tbody tr");
  assert.equal(await rows.count(), clinic.fhir.taken.length);
  assert.ok((await rows.evaluateAll((all) => all.map((row) => row.dataset.delivery))).every((state) => state === "delivered"));
  await keep(page, "audit_page");
  // Keys are not those of the pictures behind.
  const { viewports: [{ index }] } = await summary(page);
  await page.keyboard.press("ArrowDown");
  assert.equal((await summary(page)).viewports[0].index, index);
  await page.getByRole("link", { name: "Back" }).focus();
  await page.keyboard.press("Enter");
  await page.locator("#audit").waitFor({ state: "hidden" });
  await isShown(page);
  assert.equal((await summary(page)).viewports[0].index, index);
  assert.deepEqual(page.problems, []);
});

test("fault 56, not required: a banner, the work goes on, and everything is delivered when the server is back", { timeout: 90_000 }, async () => {
  await beginAudited();
  clinic.fhir.isDown = true;
  const page = await open(study());
  await isShown(page);
  await says(page, ".card", /The audit record cannot be delivered\.[^]*You can go on/);
  await keep(page, "audit_banner");
  assert.deepEqual(clinic.fhir.taken, []);
  await page.getByRole("link", { name: "Show the record" }).click();
  await says(page, "#audit tbody", /Not delivered yet/);
  await keep(page, "audit_page_undelivered");
  const n = clinic.fhir.requests.length;
  await page.getByRole("button", { name: "Retry" }).click();
  await clinic.fhir.asked(n + 1);
  clinic.fhir.isDown = false;
  await page.locator(".card", { hasText: "audit record" }).waitFor({ state: "detached" });
  await clinic.fhir.has("110103");
  await clinic.fhir.has("110101");
  assert.equal(await clinic.fhir.verify(), 1, "nothing is lost");
});

test("fault 56, not required: it is tried again by itself", { timeout: 90_000 }, async () => {
  await beginAudited();
  clinic.fhir.isDown = true;
  await open(study());
  await clinic.fhir.asked(2);
  clinic.fhir.isDown = false;
  await clinic.fhir.has("110103");
  await clinic.fhir.verify();
});

test("fault 56, required: no pixel, no name and no list without the record; a sentence, and the picture once it is there", { timeout: 90_000 }, async () => {
  await beginAudited({ required: true });
  clinic.fhir.isDown = true;
  const page = await open(study());
  await says(page, ".viewport", /Not shown\. The audit record cannot be delivered, and this site does not open studies without it\.[^]*Retry/);
  await keep(page, "audit_required");
  const drawn = () => page.evaluate(() => performance.getEntriesByName("viewer:frame-drawn").length);
  assert.equal(await drawn(), 0);
  const text = await page.locator("body").innerText();
  for (const word of await patients()) assert.ok(!text.includes(word), "nothing of a patient on the page");
  assert.ok((await summary(page)).series.every(({ hasThumbnail }) => !hasThumbnail));
  clinic.log.length = 0;
  await page.evaluate(() => (location.hash = "#/studies"));
  await says(page, "#studies .nothing", /does not open studies without it/);
  assert.deepEqual(clinic.log.filter(({ url }) => /\/studies\?/.test(url)), [], "no search is sent");
  await page.evaluate((hash) => (location.hash = hash), study());
  await says(page, ".viewport", /Not shown/);
  clinic.fhir.isDown = false;
  await isShown(page);
  assert.ok((await drawn()) > 0);
  assert.ok(clinic.fhir.codes().includes("110103"), "the record was first");
  assert.deepEqual(page.problems, []);
});

test("A.5.3.12: the idle lock is a logout that nobody asked for", { timeout: 90_000 }, async () => {
  await beginAudited({}, { idleMinutes: 2 });
  const page = await open(study(), (one) => one.clock.install());
  await isShown(page);
  await page.clock.fastForward(2 * MINUTE + 1_000);
  await says(page, "#gate h1", /Locked/);
  const { event } = await clinic.fhir.has("110114 110123");
  assert.deepEqual(event.agent.map(({ requestor }) => requestor), [false, true]);
  assert.equal(event.outcomeDesc, "Nobody touched the page.");
});

test("A.5.3.12: a sign-in that failed is on record with the next one, with its own time", { timeout: 90_000 }, async () => {
  await beginAudited();
  const page = await context.newPage();
  await page.goto(`${clinic.home}?renderer=cpu&error=access_denied&state=forged`);
  await says(page, "#boot h1", /The sign-in cannot be completed/);
  assert.deepEqual(clinic.fhir.taken, []);
  await page.getByRole("button", { name: "Sign in" }).click();
  await typeName(page);
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  await clinic.fhir.has("110112");
  // Records overtake each other on the line: those before it come, too.
  await clinic.fhir.verify();
  const logins = clinic.fhir.taken.map(({ event }) => event).filter((event) => event.subtype?.[0].code === "110122");
  assert.deepEqual(logins.map(({ outcome }) => outcome).sort(), ["0", "4"]);
  const failed = logins.find(({ outcome }) => outcome === "4");
  assert.equal(failed.outcomeDesc, "The sign-in cannot be completed");
  assert.ok(Date.parse(failed.period.start) < Date.parse(failed.recorded));
  assert.deepEqual(await page.evaluate(() => ({ ...sessionStorage })), {}, "it is told once");
});

test("a page that is closed says so on its way out", { timeout: 60_000 }, async () => {
  await beginAudited();
  const page = await open(study());
  await isShown(page);
  await clinic.fhir.has("110103");
  await page.goto("about:blank");
  await clinic.fhir.has("110100 110121");
  await clinic.fhir.verify();
});

test("a file that is saved and a page that is printed are exports", { timeout: 90_000 }, async () => {
  await beginAudited();
  const page = await open(study());
  await isShown(page);
  await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  const paper = await clinic.fhir.has("110106");
  assert.equal(paper.event.agent.at(-1).media.code, "110038");
  clinic.fhir.taken.length = 0;
  await page.keyboard.press("Shift+T");
  const [download] = await Promise.all([page.waitForEvent("download"), page.locator("#object").getByRole("button", { name: "Download" }).click()]);
  assert.ok(fs.statSync(await download.path()).size > 0);
  const file = await clinic.fhir.has("110106");
  assert.equal(file.event.agent.at(-1).media.code, "110037");
  assert.ok(entity(file.event, "3").detail.some(({ type }) => type === "SOPInstanceUID"));
});
