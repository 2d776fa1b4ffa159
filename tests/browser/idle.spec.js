// The idle lock: a page that nobody touches shows nothing after a while, in all tabs, asleep or awake; who comes back goes on.
import assert from "node:assert/strict";
import { test } from "node:test";
import { begin, clinic, context, openBrowser, site } from "./clinic.js";
import { goTo, isShown, says, summary } from "./harness.js";
import { typeName } from "./provider.js";

const MINUTE = 60_000;
const hash = () => `#/study/${site.thorax.study}?series=${site.thorax.series}`;

/** A page whose clock the test moves; everything else in it runs. */
async function open(url) {
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(url);
  return page;
}

const isLocked = async (page) => {
  await says(page, "#gate h1", /Locked/);
  assert.equal(await page.locator("canvas, .viewport, #studies, #bar, .card").count(), 0, "what was shown has left the document");
};

test("164.312(a)(2)(iii): a warning a minute before, a touch that keeps, and the lock after 15 minutes", { timeout: 90_000 }, async () => {
  await openBrowser();
  const page = await open(`${site.url}/?renderer=cpu${hash()}`);
  await isShown(page);
  await goTo(page, 3);
  await page.clock.fastForward(14 * MINUTE + 1_000);
  await says(page, "#idle", /This page locks in \d\d s/);
  await page.mouse.move(300, 300);
  await page.waitForFunction(() => !document.querySelector("#idle").open);
  await page.clock.fastForward(13 * MINUTE);
  assert.ok(await page.locator("#idle").isHidden(), "the touch counts from its own moment");
  await page.clock.fastForward(2 * MINUTE + 1_000);
  await isLocked(page);
  // Keys that were meant for the pictures do nothing.
  await page.keyboard.press("ArrowDown");
  await page.getByRole("button", { name: "Go on" }).click();
  await isShown(page);
  assert.equal((await summary(page)).viewports[0].index, 2, "the same image");
});

test("sleep counts: the first touch afterwards comes too late", { timeout: 90_000 }, async () => {
  await openBrowser();
  const page = await open(`${site.url}/?renderer=cpu${hash()}`);
  await isShown(page);
  // Timers stand still in sleep; the clock on the wall does not.
  await page.clock.setSystemTime(Date.now() + 20 * MINUTE);
  await page.mouse.move(400, 400);
  await isLocked(page);
});

test("tabs are touched together and locked together; only a new sign-in opens them, and the token is gone", { timeout: 120_000 }, async () => {
  await begin({ idleMinutes: 2 });
  const first = await open(`${clinic.home}?renderer=cpu${hash()}`);
  await typeName(first);
  await isShown(first);
  await goTo(first, 2);
  const second = await open(`${clinic.home}?renderer=cpu#/studies`);
  await second.locator("#studies tbody tr[data-study]").first().waitFor();
  await first.clock.fastForward(MINUTE + 5_000);
  await says(first, "#idle", /Still there/);
  await second.clock.fastForward(5_000);
  await second.mouse.move(200, 200);
  await first.waitForFunction(() => !document.querySelector("#idle").open);
  await first.clock.fastForward(2 * MINUTE + 1_000);
  await isLocked(first);
  await isLocked(second);
  const [{ refresh_token }] = clinic.sso.issued;
  assert.equal(await clinic.sso.isLive(refresh_token), false, "RFC 7009: it was given back");
  // Nor does a new tab let anybody in by what the provider remembers.
  const third = await context.newPage();
  await third.goto(clinic.home);
  await third.locator("input[name=login]").waitFor();
  await third.close();
  const [beside] = await Promise.all([context.waitForEvent("page"), first.getByRole("link", { name: "Sign in again" }).click()]);
  // The provider still knows the reader, and asks all the same (OpenID Connect Core 3.1.2.1, prompt=login).
  await typeName(beside);
  await first.locator("#gate").waitFor({ state: "hidden" });
  await isShown(first);
  assert.equal((await summary(first)).viewports[0].index, 1);
  await says(second, "#studies tbody", /CT/);
});

test("behind a proxy that keeps a cookie, the way back is the proxy's", { timeout: 60_000 }, async () => {
  const config = { sources: [{ id: "main", label: "Archive", root: "/dicom-web" }], auth: { mode: "cookie" }, idleMinutes: 2 };
  await openBrowser();
  await context.route("**/config.json", (route) => route.fulfill({ json: config }));
  const page = await open(`${site.url}/?renderer=cpu${hash()}`);
  await isShown(page);
  await page.clock.fastForward(2 * MINUTE + 1_000);
  await isLocked(page);
  await Promise.all([page.waitForEvent("load"), page.getByRole("button", { name: "Sign in again" }).click()]);
  await isShown(page);
});
