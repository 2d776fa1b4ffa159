// SMART App Launch: the configured EHR opens its study in the viewer; any other address, patient or answer opens nothing and is said so.
import assert from "node:assert/strict";
import path from "node:path";
import { afterEach, test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { startEhr } from "./ehr.js";
import { frames, isComplete, isShown, says, summary } from "./harness.js";
import { freePort, typeName } from "./provider.js";

let ehr;

afterEach(async () => {
  await ehr?.stop();
  ehr = undefined;
});

/** A clinic and its EHR. @param {object} [more] of `smart.issuers` */
async function beginWithEhr(more) {
  await begin();
  ehr = await startEhr(clinic, site.thorax.study, more);
}

/** As the EHR launches it. */
async function launch({ iss = ehr.iss, launch = "launch-1", before = undefined } = {}) {
  const page = await context.newPage();
  await before?.(page);
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await page.goto(`${clinic.home}?renderer=cpu&iss=${encodeURIComponent(iss)}&launch=${launch}`);
  return page;
}

/** Every address that the tab can go back to. */
async function entries(page) {
  const devtools = await context.newCDPSession(page);
  const { entries: all } = await devtools.send("Page.getNavigationHistory");
  return all.map(({ url }) => url).filter((url) => url.startsWith(clinic.home));
}

async function keep(page, name) {
  if (process.env.SCREENSHOTS) await page.screenshot({ path: path.join(process.env.SCREENSHOTS, `${name}.png`) });
}

/** Says why, and asked the archive for nothing. */
async function opensNothing(page, title, detail) {
  await says(page, "#boot h1", title);
  await says(page, "#boot p", detail);
  assert.deepEqual(clinic.log, [], "the archive was not asked");
  assert.equal(await page.locator(".viewport").count(), 0);
  assert.ok(!page.url().includes("launch"), page.url());
}

test("the EHR's study opens; the launch leaves the address; the EHR's token goes to the EHR alone", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  const page = await launch();
  await typeName(page);
  await isComplete(page);
  assert.equal((await summary(page)).study, site.thorax.study);
  assert.equal(new URL(page.url()).search, "?renderer=cpu");
  // SMART App Launch 2.2, "Obtain authorization code": launch, aud and PKCE are required.
  const { launch: given, aud, scope, code_challenge_method: method, state } = ehr.asked;
  assert.deepEqual([given, aud, method], ["launch-1", ehr.iss, "S256"]);
  assert.ok(scope.split(" ").includes("launch") && state.length >= 20, scope);
  assert.deepEqual(ehr.log.map(({ url }) => url), ["/fhir/.well-known/smart-configuration", "/fhir/.well-known/smart-configuration", "/fhir/ImagingStudy/s1"]);
  assert.deepEqual(ehr.log.map(({ authorization }) => authorization), [undefined, undefined, `Bearer ${ehr.token}`]);
  assert.ok(clinic.log.length > 3 && clinic.log.every(({ authorization }) => authorization && !authorization.includes(ehr.token)), "the archive has a token of its own");
  for (const url of await entries(page)) assert.ok(!/launch|code=|state=/.test(url), url);
  const kept = await page.evaluate(() => JSON.stringify([{ ...sessionStorage }, { ...localStorage }]));
  assert.equal(kept, "[{},{}]");
  assert.deepEqual(page.problems, []);
});

test("one authority for both: the reader signs in once, and the archive takes the EHR's token", { timeout: 90_000 }, async () => {
  await beginWithEhr({ tokenForSource: true });
  clinic.config.audit = { root: "/fhir" };
  const page = await launch();
  await typeName(page);
  await isComplete(page);
  assert.equal((await summary(page)).study, site.thorax.study);
  assert.equal(clinic.sso.issued.length, 1);
  assert.ok(clinic.log.length > 3 && clinic.log.every(({ authorization, cookie }) => authorization === `Bearer ${ehr.token}` && cookie === undefined));
  await says(page, "#status", /ada · until/);
  const { event } = await clinic.fhir.has("110103");
  assert.deepEqual(event.agent[0].who.identifier, { system: clinic.sso.issuer, value: "ada" });
  assert.deepEqual(page.problems, []);
});

test("the archive's refusal of the EHR's token ends the session in a sentence, and the token is not sent again", { timeout: 90_000 }, async () => {
  await beginWithEhr({ tokenForSource: true });
  clinic.audience = "urn:other";
  const page = await launch();
  await typeName(page);
  await says(page, "#gate h1", /does not accept the EHR's sign-in/);
  await says(page, "#gate p", /Launch the viewer from the EHR again/);
  assert.equal(await page.locator("canvas, .viewport").count(), 0);
});

test("the study can be named by fhirContext (SMART App Launch 2.2), also by its full address", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  ehr.context = { patient: "p1", fhirContext: [{ reference: "Encounter/e1" }, { reference: `${ehr.iss}/ImagingStudy/s1` }] };
  const page = await launch();
  await typeName(page);
  await isShown(page);
  assert.equal((await summary(page)).study, site.thorax.study);
});

test("where the EHR has only a patient in hand, the reader chooses by keyboard among that patient's studies", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  ehr.context = { patient: "p1" };
  const page = await launch();
  await typeName(page);
  await page.getByRole("heading", { name: "Which study?" }).waitFor();
  const texts = await page.locator(".choose button").allInnerTexts();
  assert.equal(texts.length, 2, "none of another patient");
  assert.match(texts[0], /Skull <b>bold<\/b>/, "the newest first, words as words");
  assert.match(texts[1], /Thorax[^]*2026-03-02 · CT · 12 images/);
  await keep(page, "smart_choose");
  await page.setViewportSize({ width: 390, height: 700 });
  await frames(page);
  await keep(page, "smart_choose_narrow");
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  await page.setViewportSize({ width: 1280, height: 800 });
  assert.deepEqual(clinic.log, []);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await isShown(page);
  assert.equal((await summary(page)).study, site.thorax.study);
});

test("a choice that nobody makes is locked like any page", { timeout: 60_000 }, async () => {
  await begin({ idleMinutes: 2 });
  ehr = await startEhr(clinic, site.thorax.study);
  ehr.context = { patient: "p1" };
  const page = await launch({ before: (one) => one.clock.install() });
  await typeName(page);
  await page.getByRole("heading", { name: "Which study?" }).waitFor();
  await page.clock.fastForward(2 * 60_000 + 1_000);
  await says(page, "#boot h1", /Locked/);
  assert.equal(await page.locator(".choose").count(), 0);
});

test("an EHR that gives no id token (scope without openid) opens its study too", { timeout: 90_000 }, async () => {
  await beginWithEhr({ scope: "launch dicom" });
  const page = await launch();
  await typeName(page);
  await isShown(page);
  assert.equal(ehr.asked.scope, "launch dicom");
  assert.equal((await summary(page)).study, site.thorax.study);
});

test("A.5.3.12: a launch that came to nothing is on record with the next sign-in of the tab", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  clinic.config.audit = { root: "/fhir" };
  const page = await launch({ iss: "https://evil.example/fhir" });
  await says(page, "#boot h1", /This EHR may not launch the viewer/);
  await page.getByRole("button", { name: "Studies" }).click();
  await typeName(page);
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  await clinic.fhir.has("110112");
  await clinic.fhir.verify();
  const failed = clinic.fhir.taken.map(({ event }) => event).find(({ outcome }) => outcome === "4");
  assert.equal(failed.outcomeDesc, "This EHR may not launch the viewer");
});

test("an EHR that is not configured is told nothing, also where its address only looks like the other", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  for (const iss of [`${ehr.iss}/../evil`, `${ehr.iss}.evil.example`, `${ehr.iss}?x`, ehr.iss.replace("127.0.0.1", "localhost"), ""]) {
    const page = await launch({ iss });
    await opensNothing(page, /This EHR may not launch the viewer/, /Nothing was sent to it/);
    await keep(page, "smart_refused");
    await page.close();
  }
  assert.deepEqual(ehr.log, []);
  delete clinic.config.smart;
  await opensNothing(await launch(), /This EHR may not launch the viewer/, /smart\.issuers/);
  assert.deepEqual(ehr.log, []);
});

test("a launch that has expired: a sentence, and nothing of what the EHR sent", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  ehr.launches = [];
  const page = await launch();
  await opensNothing(page, /The launch cannot be used/, /expired, or have been used before/);
  assert.ok(!(await page.locator("body").innerText()).includes("<b>"));
});

test("no context, another patient's study, a study without a UID, a refusal: a sentence each, and nothing is opened", { timeout: 180_000 }, async () => {
  await beginWithEhr();
  const cases = [
    [() => (ehr.context = {}), /did not say whose study to open/, /without a patient/],
    [() => (ehr.context = { patient: "p1", imagingStudy: "s003" }), /This study is of another patient/, /names another/],
    [() => delete ehr.studies[0].subject, /This study is of another patient/, /or none/],
    [() => (ehr.studies[0].identifier = [{ system: "urn:dicom:uid", value: "urn:oid:1.2.3<script>" }]), /cannot be opened/, /no Study Instance UID/],
    [() => (ehr.refuse = () => 403), /does not show this study/, /403/],
    [() => (ehr.context = { patient: "p1", imagingStudy: "s9" }), /has no such study/, /Nothing is opened/],
    [() => (ehr.context = { patient: "p1", imagingStudy: "../Patient/p1" }), /Which study\?/, undefined],
  ];
  for (const [index, [change, title, detail]] of cases.entries()) {
    const before = structuredClone({ context: ehr.context, studies: ehr.studies });
    const { refuse } = ehr;
    change();
    ehr.token = "";
    const page = await launch();
    if (index === 0) await typeName(page);
    if (detail) await opensNothing(page, title, detail);
    else await says(page, "#boot h1", title);
    await page.close();
    Object.assign(ehr, before, { refuse });
  }
});

test("a FHIR server whose sign-in lacks PKCE, goes over an open line, or does not answer", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  const good = ehr.smart;
  for (const [change, word] of [
    [{ code_challenge_methods_supported: ["plain"] }, /PKCE with S256/],
    [{ code_challenge_methods_supported: undefined }, /PKCE with S256/],
    [{ token_endpoint: "http://ehr.example.org/token" }, /token_endpoint/],
    [{ authorization_endpoint: "javascript:alert(1)" }, /authorization_endpoint/],
  ]) {
    ehr.smart = { ...good, ...change };
    const page = await launch();
    await opensNothing(page, /The EHR's sign-in cannot be used/, word);
    await page.close();
  }
  const gone = `http://127.0.0.1:${await freePort()}/fhir`;
  clinic.origins.push(new URL(gone).origin);
  clinic.config.smart.issuers.push({ iss: gone, clientId: "viewer" });
  await opensNothing(await launch({ iss: gone }), /The EHR does not answer/, /no answer from its FHIR server/);
});

test("the answer of another provider, and a state that was not ours (RFC 9207, RFC 6749 10.12)", { timeout: 90_000 }, async () => {
  await beginWithEhr();
  const changes = [(url) => url.replace(/iss=[^&]+/, "iss=https%3A%2F%2Fevil.example"), (url) => url.replace(/state=[^&]+/, "state=forged0000000000000000")];
  for (const [index, change] of changes.entries()) {
    clinic.holds = true;
    ehr.token = "";
    const page = await launch();
    if (index === 0) await typeName(page);
    await page.waitForFunction(() => document.title === "held");
    await page.goto(change(page.url()));
    await opensNothing(page, /The launch could not be trusted/, /nobody was signed in/);
    await page.close();
  }
  assert.equal(ehr.token, "", "no code was spent");
});
