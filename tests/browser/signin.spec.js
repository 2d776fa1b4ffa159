// Signing in by OpenID Connect: a reader types a name, reads, outlives tokens, is locked out, comes back, and leaves nothing behind.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { goTo, isShown, says, summary } from "./harness.js";
import { counts, typeName } from "./provider.js";

const link = (more = "") => `${clinic.home}?renderer=cpu#/study/${site.thorax.study}?series=${site.thorax.series}${more}`;

/** A tab with everything that it ever said and every address that it ever had. */
function watch(page) {
  page.problems = [];
  page.said = [];
  page.been = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  page.on("console", (message) => page.said.push(message.text()));
  page.on("framenavigated", (frame) => page.been.push(frame.url()));
  return page;
}

/** Opens an address, and signs in where asked. */
async function open(address, name = "ada") {
  const page = watch(await context.newPage());
  await page.goto(address);
  await typeName(page, name);
  return page;
}

const place = async (page) => {
  const { instance, index, state } = (await summary(page)).viewports[0];
  return { instance, index, state };
};

/** Everything that the browser would still know of this site tomorrow. */
const kept = (page) => page.evaluate(async () => JSON.stringify({
  local: { ...localStorage },
  session: { ...sessionStorage },
  databases: await indexedDB.databases(),
  // The viewer's own files, of which service.spec.js tells what they are.
  caches: (await caches.keys()).filter((name) => !/^skiagraph \/ build-[0-9a-f]{16}$/.test(name)),
  cookies: document.cookie,
  title: document.title,
  address: location.href,
  state: history.state,
  name: window.name,
}));

/** Nothing secret and nothing of a patient in what is kept, said or visited. */
async function leavesNothing(page) {
  const secrets = clinic.sso.issued.filter((entry) => entry.isGood).flatMap((entry) => [entry.access_token, entry.refresh_token, entry.id_token]);
  const answer = await (await fetch(`${site.url}/dicom-web/studies`, { headers: { Accept: "application/dicom+json" } })).json();
  const words = answer.flatMap((study) => [study["00100010"]?.Value[0].Alphabetic, study["00100020"]?.Value[0], study["00080050"]?.Value[0]]);
  const own = page.been.filter((url) => url.startsWith(clinic.home));
  const all = [await kept(page), ...page.said, ...own].join("\n");
  const patients = words.filter((word) => word && word.length > 3).flatMap((word) => [word, encodeURIComponent(word)]);
  assert.ok(secrets.length >= 3 && patients.length >= 3, "there is something to look for");
  for (const word of [...secrets, ...patients]) assert.ok(!all.includes(word), `${word.slice(0, 20)}… is kept`);
  const rest = JSON.parse(await kept(page));
  assert.deepEqual([rest.local, rest.session, rest.databases, rest.caches, rest.cookies], [{}, {}, [], [], ""]);
}

/** Neither picture nor word of a patient is in the document. */
async function isHidden(page, title) {
  await says(page, "#gate h1", title);
  assert.equal(await page.locator("canvas, .viewport, #studies, #bar, .card").count(), 0, "what was shown has left the document");
}

/** Signs in again, in the tab that the page opens for it. */
async function again(page, name = "ada") {
  const [beside] = await Promise.all([context.waitForEvent("page"), page.getByRole("link", { name: "Sign in again" }).click()]);
  const isGone = new Promise((resolve) => beside.on("close", resolve));
  await typeName(beside, name);
  await Promise.race([isGone, beside.getByRole("heading", { name: "You are signed in" }).waitFor().catch(() => undefined)]);
  return beside;
}

test("a link leads through the sign-in to its image; afterwards nothing is kept anywhere", { timeout: 90_000 }, async () => {
  await begin();
  const page = await open(link("&frame=1&window=40,400"));
  await isShown(page);
  const { study, viewports: [viewport] } = await summary(page);
  assert.deepEqual([study, viewport.series, viewport.window.center, viewport.window.width], [site.thorax.study, site.thorax.series, 40, 400]);
  assert.equal(new URL(page.url()).search, "?renderer=cpu", "the code has left the address");
  await says(page, "#status", /Dr ada/);
  // RFC 6749 4.1, RFC 7636 4.3: one code, with a challenge; OpenID Connect Core 3.1.2.1: with state and nonce.
  const asked = page.been.find((url) => url.startsWith(clinic.sso.issuer));
  assert.ok(asked, "the provider was visited");
  assert.deepEqual(clinic.sso.issued.map((entry) => entry.grant), ["authorization_code"]);
  // Standards 2.5: every request bears the token, none a cookie.
  assert.ok(clinic.log.length > 3 && clinic.log.every((entry) => entry.authorization?.startsWith("Bearer ") && entry.cookie === undefined && entry.status === 200));
  await leavesNothing(page);
  await page.locator("#status").getByRole("button", { name: "Sign out" }).click();
  await page.locator("button[name=logout]").click();
  await page.getByRole("heading", { name: "You are signed out" }).waitFor();
  await leavesNothing(page);
  // RFC 7009: the refresh token is worth nothing any more.
  const body = new URLSearchParams({ grant_type: "refresh_token", client_id: "viewer", refresh_token: clinic.sso.issued[0].refresh_token });
  const answer = await fetch(`${clinic.sso.issuer}/token`, { method: "POST", body });
  assert.equal((await answer.json()).error, "invalid_grant");
  // The provider's session is over too: it asks for the name again.
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.locator("input[name=login]").waitFor();
  assert.deepEqual(page.problems, []);
});

test("what is kept while the reader is at the provider: UIDs, and no accession number", { timeout: 90_000 }, async () => {
  await begin();
  /** Launches (RAD-106), stops at the way back, and gives what the tab keeps. */
  const launch = async (query) => {
    await context.clearCookies();
    clinic.holds = true;
    const page = await open(`${clinic.home}?renderer=cpu&requestType=STUDY&${query}`);
    await page.waitForFunction(() => document.title === "held");
    return { page, text: await page.evaluate(() => JSON.stringify({ ...sessionStorage, ...localStorage })) };
  };
  const byNumber = await launch("accessionNumber=ACC-77-0815");
  assert.ok(byNumber.text.includes("verifier") && !byNumber.text.includes("0815"), byNumber.text);
  await byNumber.page.reload();
  await says(byNumber.page, "#boot p", /Open the link that brought you here once more/);
  await byNumber.page.close();
  const byUid = await launch(`studyUID=${site.thorax.study}`);
  await byUid.page.reload();
  await isShown(byUid.page);
  assert.equal((await summary(byUid.page)).study, site.thorax.study);
});

test("the token ends and the reading does not: it is renewed before its end, each time with a new refresh token", { timeout: 90_000 }, async () => {
  await begin({ seconds: 4 });
  const page = await open(link());
  await isShown(page);
  await clinic.sso.given("refresh_token", 3);
  await goTo(page, 3);
  await isShown(page);
  const used = clinic.sso.issued.map((entry) => entry.used).filter(Boolean);
  assert.equal(new Set(used).size, used.length, "RFC 9700 4.14.2: no refresh token is used twice");
  assert.deepEqual([clinic.log.filter((entry) => entry.status === 401), clinic.sso.issued.filter((entry) => !entry.isGood)], [[], []]);
  assert.deepEqual(page.problems, []);
});

test("a second tab needs no sign-in, one tab renews for both, and leaving one leaves both", { timeout: 90_000 }, async () => {
  await begin({ seconds: 4 });
  const first = await open(link());
  await isShown(first);
  const second = watch(await context.newPage());
  await second.goto(`${clinic.home}?renderer=cpu#/studies`);
  await second.locator("#studies tbody tr[data-study]").first().waitFor();
  assert.ok(second.been.every((url) => !url.startsWith(clinic.sso.issuer)), "it was let in by the first");
  const n = clinic.sso.issued.length;
  await clinic.sso.given("refresh_token", n + 2);
  const renewals = clinic.sso.issued.filter((entry) => entry.grant === "refresh_token");
  assert.equal(new Set(renewals.map((entry) => entry.used)).size, renewals.length, "the tabs take turns");
  assert.ok(renewals.every((entry) => entry.isGood));
  await first.bringToFront();
  await goTo(first, 2);
  await isShown(first);
  await second.bringToFront();
  await second.locator("#studies").getByRole("button", { name: "Sign out" }).click();
  await first.getByRole("heading", { name: "You are signed out" }).waitFor();
  assert.equal(await first.locator("canvas").count(), 0);
});

test("a refused token is renewed once for all who wait, and each request is sent once more", { timeout: 90_000 }, async () => {
  await begin();
  const page = await open(`${clinic.home}?renderer=cpu#/studies`);
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  const old = clinic.log.at(-1).authorization;
  clinic.log.length = 0;
  // From now on the first token is as good as forged.
  const isOld = (entry) => entry.authorization === old;
  clinic.refuse = () => (isOld(clinic.log.at(-1)) ? [401] : undefined);
  await page.evaluate((hash) => (location.hash = hash), `#/study/${site.thorax.study}`);
  await isShown(page);
  assert.equal(clinic.sso.issued.filter((entry) => entry.grant === "refresh_token").length, 1, "one renewal");
  const refused = counts(clinic.log.filter((entry) => entry.status === 401));
  assert.ok(refused.length >= 1 && refused.every((count) => count === 1), "nothing was refused twice");
  assert.deepEqual((await summary(page)).problems, []);
});

test("a session that the provider ended: nothing is shown, the same reader comes back to the same image", { timeout: 120_000 }, async () => {
  await begin({ seconds: 4 });
  const page = await open(link());
  await isShown(page);
  await goTo(page, 3);
  await isShown(page);
  const before = await place(page);
  await clinic.sso.end();
  await context.clearCookies();
  await isHidden(page, /Your sign-in has ended/);
  await again(page);
  await isShown(page);
  assert.deepEqual(await place(page), before);
  assert.ok(await page.locator("#gate").isHidden());
  await goTo(page, 5);
  await isShown(page);
  await leavesNothing(page);
  assert.deepEqual(page.problems, []);
});

test("another reader who signs in over a held study does not get it", { timeout: 120_000 }, async () => {
  await begin({ seconds: 4 });
  const page = await open(link());
  await isShown(page);
  await clinic.sso.end();
  await context.clearCookies();
  await isHidden(page, /Your sign-in has ended/);
  await again(page, "grace");
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  await says(page, "#studies .foot", /Dr grace/);
  assert.equal((await summary(page)).study, null);
});
