// What a refused reader can do in an emergency, and what is on record when a link is handed on.
import assert from "node:assert/strict";
import path from "node:path";
import { test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { frames, goTo, isComplete, isShown, says, summary } from "./harness.js";
import { typeName } from "./provider.js";

/** @param {object} audit of the configuration */
async function beginAudited(audit) {
  await begin();
  clinic.config.audit = { root: "/fhir", ...audit };
}

async function open(hash = `#/study/${site.thorax.study}?series=${site.thorax.series}`) {
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await page.goto(`${clinic.home}?renderer=cpu${hash}`);
  await typeName(page);
  return page;
}

async function keep(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
}

/** The archive refuses the study until an emergency is on record. */
function refuseUntilRecorded() {
  const isBroken = () => clinic.fhir.codes().includes("110113 110127");
  clinic.refuse = (url) => (url.includes(site.thorax.study) && !isBroken() ? [403] : undefined);
}

test("164.312(a)(2)(ii): a reason is asked for, goes on record, and then it is tried again", { timeout: 90_000 }, async () => {
  await beginAudited({ breakGlass: true });
  refuseUntilRecorded();
  const page = await open();
  await says(page, "#cards .card", /You have no permission for this/);
  await keep(page, "emergency_card");
  await page.locator("#cards").getByRole("button", { name: "Emergency access" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Emergency access" });
  await dialog.getByRole("button", { name: "Put on record" }).click();
  assert.ok(await dialog.isVisible(), "no reason, no access");
  assert.ok(!clinic.fhir.codes().includes("110113 110127"));
  await dialog.getByLabel("Reason").fill("Stroke, <b>unconscious</b>");
  await keep(page, "emergency_reason");
  await page.setViewportSize({ width: 390, height: 700 });
  await frames(page);
  await keep(page, "emergency_narrow");
  await page.setViewportSize({ width: 1280, height: 800 });
  await dialog.getByRole("button", { name: "Put on record" }).click();
  await isComplete(page);
  const { event } = await clinic.fhir.has("110113 110127");
  // HL7 v3-ActReason BTG; PS3.15 A.5.3.11.
  assert.deepEqual([event.purposeOfEvent[0].coding[0].code, event.outcomeDesc], ["BTG", "Stroke, <b>unconscious</b>"]);
  assert.equal(event.entity.find((one) => one.role.code === "3").what.identifier.value, `urn:oid:${site.thorax.study}`);
  await says(page, "#status", /Emergency access/);
  assert.equal(await page.locator("body.glass-broken").count(), 1);
  await keep(page, "emergency_open");
  assert.deepEqual(page.problems, []);
});

test("only where the configuration allows it", { timeout: 60_000 }, async () => {
  await beginAudited({});
  refuseUntilRecorded();
  const page = await open();
  await says(page, "#cards .card", /You have no permission for this/);
  assert.equal(await page.getByRole("button", { name: "Emergency access" }).count(), 0);
});

test("where the record is required and cannot be delivered, it goes no further", { timeout: 90_000 }, async () => {
  await beginAudited({ breakGlass: true, required: true });
  refuseUntilRecorded();
  const page = await open();
  await says(page, "#cards .card", /You have no permission for this/);
  clinic.fhir.isDown = true;
  clinic.log.length = 0;
  await page.locator("#cards").getByRole("button", { name: "Emergency access" }).first().click();
  const dialog = page.getByRole("dialog", { name: "Emergency access" });
  await dialog.getByLabel("Reason").fill("Stroke");
  await dialog.getByRole("button", { name: "Put on record" }).click();
  await says(page, "#glass", /cannot be delivered, and this site goes no further/);
  assert.deepEqual(clinic.log, [], "the archive was not asked again");
  clinic.fhir.isDown = false;
  await dialog.getByRole("button", { name: "Put on record" }).click();
  await isShown(page);
  assert.equal(clinic.fhir.codes().filter((code) => code === "110113 110127").length, 1, "one emergency");
});

test("Shift+L copies a link to the image shown; it is on record, and nothing of a patient stands in it", { timeout: 90_000 }, async () => {
  await beginAudited({});
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: new URL(clinic.home).origin });
  const page = await open();
  await isComplete(page);
  await goTo(page, 4);
  await isShown(page);
  await page.keyboard.press("Shift+L");
  await says(page, ".card.note", /Link copied[^]*signs in/);
  await keep(page, "share");
  const link = await page.evaluate(() => navigator.clipboard.readText());
  const { event } = await clinic.fhir.has("110106");
  assert.deepEqual(event.agent.at(-1).who.display, "A link");
  const { viewports: [{ instance }] } = await summary(page);
  assert.ok(link.startsWith(`${clinic.home}#/study/${site.thorax.study}?`) && link.includes(instance), link);
  assert.ok(/^[\w:/.#?=&,-]+$/.test(link) && !/ada|Phantom/i.test(link), "UIDs and numbers");
  const there = await context.newPage();
  await there.goto(link);
  await isShown(there);
  assert.equal((await summary(there)).viewports[0].instance, instance);
});

test("where the browser does not copy, the link stands there to be taken", { timeout: 60_000 }, async () => {
  await beginAudited({});
  const page = await open();
  await isShown(page);
  await page.evaluate(() => Object.defineProperty(navigator, "clipboard", { value: undefined }));
  await page.locator("#bar [data-action=share]").click();
  await says(page, ".card.note", /Copy this link/);
  assert.ok((await page.getByLabel("Link", { exact: true }).inputValue()).includes(site.thorax.study));
});

test("the reader's role and organisation, from the claims that the configuration names, are on record", { timeout: 60_000 }, async () => {
  await beginAudited({});
  clinic.config.auth.claims = { role: "roles.viewer", organisation: "organization" };
  clinic.sso.hooks.claims = { roles: { viewer: ["radiologist", "on call"] }, organization: "General Hospital" };
  await open("#/studies");
  const { event } = await clinic.fhir.has("110114 110122");
  // IHE BALP, SAML Access Token Use: agent[user].role, agent[userorg].
  assert.deepEqual(event.agent[0].role, [{ text: "radiologist, on call" }]);
  const organization = event.agent.find((agent) => agent.type.coding[0].code === "HPROV");
  assert.deepEqual([organization.who.display, organization.requestor], ["General Hospital", false]);
});
