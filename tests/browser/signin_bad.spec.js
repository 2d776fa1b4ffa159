// Signing in with everything wrong that can be: nobody is let in, nothing is shown, and a sentence says what can be done.
import assert from "node:assert/strict";
import http from "node:http";
import { test } from "node:test";
import { begin, clinic, context, site } from "./clinic.js";
import { goTo, isComplete, isShown, says, summary } from "./harness.js";
import { counts, typeName } from "./provider.js";

const address = () => `${clinic.home}?renderer=cpu#/study/${site.thorax.study}?series=${site.thorax.series}`;

/** The page ends in this sentence, nobody was let in, and no archive was asked. */
async function isRefused(page, title, detail) {
  await says(page, "#boot h1", title);
  await says(page, "#boot p", detail);
  assert.equal(await page.locator("canvas").count(), 0);
  assert.deepEqual(clinic.log, [], "the archive was not asked");
  assert.equal(await page.evaluate(() => sessionStorage.length + localStorage.length), 0, "nothing of the attempt is kept");
}

/**
 * Signs in, and stops the answer of the provider on its way into the page: `change` sees its address and may change what the
 * tab keeps of the journey; the address that it returns is the one that the page gets.
 */
async function intercept(change) {
  await context.clearCookies();
  clinic.holds = true;
  const page = await context.newPage();
  await page.goto(address());
  await typeName(page);
  await page.waitForFunction(() => document.title === "held");
  await page.goto(await change(page.url(), page));
  return page;
}

/** Changes what the tab keeps of a journey. */
const alter = (page, change) => page.evaluate((change) => {
  const key = Object.keys(sessionStorage)[0];
  sessionStorage.setItem(key, JSON.stringify({ ...JSON.parse(sessionStorage.getItem(key)), ...change }));
}, change);

const OTHER = "A".repeat(43);

test("an answer to another question: state, nonce or verifier do not fit", { timeout: 120_000 }, async () => {
  await begin();
  // RFC 6749 10.12.
  const state = await intercept((url) => url.replace(/state=[^&]+/, `state=${OTHER}`));
  await isRefused(state, /could not be trusted/, /nobody was signed in/);
  await state.close();
  // OpenID Connect Core 3.1.3.7, 11.
  const nonce = await intercept(async (url, page) => {
    await alter(page, { nonce: OTHER });
    return url;
  });
  await isRefused(nonce, /could not be trusted/, /OAUTH_JWT_CLAIM_COMPARISON_FAILED/);
  await nonce.close();
  // RFC 7636 4.6.
  const verifier = await intercept(async (url, page) => {
    await alter(page, { verifier: OTHER });
    return url;
  });
  await isRefused(verifier, /could not be trusted/, /OAUTH_RESPONSE_BODY_ERROR/);
});

test("the answer of another provider (RFC 9207), and one that says no", { timeout: 90_000 }, async () => {
  await begin();
  const mixed = await intercept((url) => url.replace(/iss=[^&]+/, `iss=${encodeURIComponent("https://evil.example")}`));
  await isRefused(mixed, /could not be trusted/, /nobody was signed in/);
  await mixed.close();
  const refused = await intercept((url) => url.replace(/code=[^&]+/, "error=access_denied&error_description=%3Cb%3Eno"));
  await isRefused(refused, /You did not sign in/, /Sign in again/);
  assert.ok(!(await refused.locator("body").innerText()).includes("<b>no"), "nothing of what was sent is shown");
});

test("a code that was used before, and one that this tab never asked for", { timeout: 90_000 }, async () => {
  await begin();
  let used = "", journey = "";
  const page = await intercept(async (url, page) => {
    used = url;
    journey = await page.evaluate(() => JSON.stringify(sessionStorage));
    return url;
  });
  // Nothing that it asked for is still on its way when it is gone.
  await isComplete(page);
  await page.waitForLoadState("networkidle");
  await page.close();
  clinic.log.length = 0;
  const stranger = await context.newPage();
  await stranger.goto(used);
  await isRefused(stranger, /The sign-in cannot be completed/, /belongs to no sign-in that was begun in this tab/);
  await stranger.evaluate((journey) => Object.assign(sessionStorage, JSON.parse(journey)), journey);
  await stranger.goto(used);
  // RFC 6749 4.1.2: the provider must not take a code twice.
  await isRefused(stranger, /could not be trusted/, /OAUTH_RESPONSE_BODY_ERROR/);
});

test("an id token whose words were changed under its signature", { timeout: 90_000 }, async () => {
  await begin();
  const page = await context.newPage();
  await page.route(`${clinic.sso.issuer}/token`, async (route) => {
    const response = await route.fetch();
    const body = await response.json();
    const [head, claims, signature] = body.id_token.split(".");
    const changed = { ...JSON.parse(Buffer.from(claims, "base64url").toString()), sub: "somebody else" };
    body.id_token = [head, Buffer.from(JSON.stringify(changed)).toString("base64url"), signature].join(".");
    await route.fulfill({ response, json: body });
  });
  await page.goto(address());
  await typeName(page);
  await isRefused(page, /could not be trusted/, /nobody was signed in/);
});

test("an id token from yesterday", { timeout: 90_000 }, async () => {
  await begin();
  const page = await context.newPage();
  // The page's clock and the site's agree; the provider's token is a day old for both.
  await page.clock.install({ time: Date.now() + 24 * 3_600_000 });
  await page.route(`${clinic.url}/config.json`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, headers: { ...response.headers(), date: new Date(Date.now() + 24 * 3_600_000).toUTCString() } });
  });
  await page.goto(address());
  await typeName(page);
  await isRefused(page, /The sign-in is out of date/, /clock/);
});

test("a computer whose clock is two hours slow or fast still signs in, by the clock of the site", { timeout: 120_000 }, async () => {
  await begin();
  for (const hours of [-2, 2]) {
    const page = await context.newPage();
    await page.clock.install({ time: Date.now() + hours * 3_600_000 });
    await page.goto(address());
    await typeName(page);
    await isShown(page);
    await page.close();
    await context.clearCookies();
  }
});

test("the sign-in service is not the configured one, or is not there; when it is back, the same link works", { timeout: 120_000 }, async () => {
  await begin();
  const { issuer } = clinic.config.auth;
  clinic.config.auth.issuer = `${issuer}/realms/other`;
  const page = await context.newPage();
  // Discovery 4.3: the issuer in the document is the one that was asked.
  await page.route(`${issuer}/realms/other/.well-known/openid-configuration`, async (route) => route.fulfill({
    response: await route.fetch({ url: `${issuer}/.well-known/openid-configuration` }),
  }));
  await page.goto(address());
  await isRefused(page, /This is not the configured sign-in service/, /auth\.issuer in config\.json/);
  clinic.config.auth.issuer = issuer;
  await clinic.sso.stop();
  await page.reload();
  await isRefused(page, /The sign-in service does not answer/, /Check the connection/);
  await clinic.sso.goOn();
  await page.getByRole("button", { name: "Sign in" }).click();
  await typeName(page);
  await isShown(page);
});

test("the sign-in service goes while somebody reads: the token is used to its end, then the page says so", { timeout: 120_000 }, async () => {
  await begin({ seconds: 4 });
  const page = await context.newPage();
  await page.goto(address());
  await typeName(page);
  await isComplete(page);
  await clinic.sso.stop();
  await says(page, "#gate h1", /The sign-in service does not answer/);
  assert.equal(await page.locator("canvas, .viewport").count(), 0);
  await clinic.sso.goOn();
});

test("a token for another audience: the archive refuses it, and the page says that it is the archive", { timeout: 90_000 }, async () => {
  await begin();
  clinic.audience = "urn:other";
  const page = await context.newPage();
  await page.goto(address());
  await typeName(page);
  await says(page, "#gate h1", /The archive does not accept your sign-in/);
  assert.ok(Math.max(...counts(clinic.log)) <= 2, "one request and one replay, no more");
});

test("403 on one series: it says so, is not asked for again, and the rest can be read", { timeout: 90_000 }, async () => {
  await begin();
  const thorax = site.samples.studies.find((study) => study.study_uid === site.thorax.study);
  const other = thorax.series.find((series) => series.series_uid !== site.thorax.series);
  clinic.refuse = (url) => (url.includes(other.series_uid) ? [403] : undefined);
  const page = await context.newPage();
  await page.goto(address());
  await typeName(page);
  await isComplete(page);
  await says(page, "#cards .card", /You have no permission for this/);
  await goTo(page, 2);
  await isShown(page);
  const asked = counts(clinic.log.filter((entry) => entry.status === 403));
  assert.ok(asked.length > 0 && asked.every((count) => count === 1), "asked once each");
  assert.equal(clinic.sso.issued.length, 1, "no new token was asked for");
});

test("nothing in a link names an archive or a configuration, and a redirect does not take the token along", { timeout: 90_000 }, async () => {
  await begin();
  const heard = [];
  const evil = http.createServer((request, response) => {
    heard.push(request.url);
    response.writeHead(200, { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "*" }).end("[]");
  });
  await new Promise((resolve) => evil.listen(0, "127.0.0.1", () => resolve(undefined)));
  const there = `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (evil.address()).port}`;
  const page = await context.newPage();
  const traps = ["url", "config", "source", "root", "issuer", "server", "wadoRoot"].map((key) => `${key}=${encodeURIComponent(there)}`).join("&");
  await page.goto(`${clinic.home}?renderer=cpu&${traps}#/study/${site.thorax.study}?${traps}`);
  await typeName(page);
  await isShown(page);
  // RFC 9110 15.4: a client that follows would send the request, with its token, to where the answer points.
  clinic.refuse = (url) => (/\/frames\/|\/metadata/.test(url) ? [307, { Location: `${there}${url}` }] : undefined);
  await page.goto("about:blank");
  await page.goto(address());
  await says(page, "#surface .message, .card", /cannot be reached|could not be reached/i);
  assert.deepEqual(heard, []);
  await new Promise((resolve) => {
    evil.close(resolve);
    evil.closeAllConnections();
  });
});
