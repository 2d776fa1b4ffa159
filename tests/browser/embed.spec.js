// Row S6: the viewer in a frame of a page that the site allows, with a few words between them; and in nobody else's.
import assert from "node:assert/strict";
import http from "node:http";
import { after, before, test } from "node:test";
import { says, start } from "./harness.js";

let site, records, stranger;

/** A page of another origin (a port of its own) that shows the viewer and keeps what it says. */
async function around(frame) {
  const html = `<!doctype html><title>Records</title><script>
    window.heard = [];
    addEventListener("message", ({ origin, data }) => heard.push({ origin, ...data }));
    window.say = (message) => document.querySelector("iframe").contentWindow.postMessage(message, "*");
  </script><iframe width="1100" height="700" src="${frame}"></iframe>`;
  const server = http.createServer((request, response) => response.writeHead(200, { "Content-Type": "text/html" }).end(html));
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { server, origin: `http://127.0.0.1:${server.address().port}` };
}

before(async () => {
  site = await start();
  [records, stranger] = await Promise.all([1, 2].map(() => around(`${site.url}/?renderer=cpu#/studies`)));
});

after(async () => {
  for (const { server } of [records, stranger]) {
    server.closeAllConnections();
    server.close();
  }
  await site?.stop();
});

/** The page's own headers as a site sends them that allows frames: of `origin`, and without isolation. */
async function unlock(page, origin) {
  await page.route(`${site.url}/?renderer=cpu*`, async (route) => {
    const response = await route.fetch();
    const { "cross-origin-embedder-policy": _e, "cross-origin-opener-policy": _o, ...headers } = response.headers();
    const policy = headers["content-security-policy"];
    assert.match(policy, /frame-ancestors 'none'/, "closed at first");
    await route.fulfill({ response, headers: { ...headers, "content-security-policy": policy.replace("frame-ancestors 'none'", `frame-ancestors ${origin}`) } });
  });
}

/** Opens a page around the viewer; the configuration allows that of the records. */
async function open({ origin }) {
  const page = await site.browser.newPage({ viewport: { width: 1200, height: 800 } });
  const config = {
    sources: [{ id: "main", label: "Archive", root: "/dicom-web" }],
    auth: { mode: "none" },
    embed: { origins: [records.origin] },
  };
  await page.route("**/config.json", (route) => route.fulfill({ json: config }));
  await unlock(page, origin);
  await page.goto(origin);
  return page;
}

const heard = (page, type) => page.waitForFunction((type) => window.heard.find((message) => message.type === type), type).then((handle) => handle.jsonValue());

test("the page around opens a study, hears which image is shown, and closes it", { timeout: 60_000 }, async () => {
  const page = await open(records);
  assert.equal((await heard(page, "skiagraph:ready")).origin, site.url);
  const frame = page.frames()[1];
  await page.evaluate((study) => window.say({ type: "skiagraph:open", study }), site.thorax.study);
  const shown = await heard(page, "skiagraph:shown");
  assert.deepEqual([shown.study, shown.number], [site.thorax.study, 1]);
  assert.deepEqual(Object.keys(shown).sort(), ["count", "frame", "instance", "number", "origin", "series", "study", "type"], "UIDs and numbers, no words of the patient");
  await page.evaluate(() => window.say({ type: "skiagraph:close" }));
  await frame.waitForFunction(() => window.skiagraph.summary().screen === "studies");
  await page.close();
});

test("what is no address is refused, and no message names an archive", { timeout: 60_000 }, async () => {
  const page = await open(records);
  await heard(page, "skiagraph:ready");
  await page.evaluate(() => window.say({ type: "skiagraph:open", study: "<img src=x onerror=alert(1)>" }));
  assert.equal((await heard(page, "skiagraph:refused")).reason, "no such address");
  const frame = page.frames()[1];
  await page.evaluate((study) => window.say({ type: "skiagraph:open", study, source: "http://elsewhere.example", url: "http://elsewhere.example" }), site.thorax.study);
  await heard(page, "skiagraph:shown");
  assert.equal(await frame.evaluate(() => window.skiagraph.summary().source), "main");
  assert.doesNotMatch(frame.url(), /elsewhere/);
  await page.close();
});

test("a page that is not named shows nothing of the viewer, and a window that is not around it is not heard", { timeout: 60_000 }, async () => {
  const page = await open(stranger);
  const frame = page.frames()[1];
  await frame.waitForFunction(() => document.querySelector("#boot h1"));
  await says(frame, "#boot h1", /may not be shown inside another page/);
  assert.match(await frame.locator("#boot p").innerText(), /embed\.origins/);
  assert.deepEqual(await page.evaluate(() => window.heard), []);
  assert.equal(await frame.locator("#studies").count(), 0);
  await page.close();

  // The viewer in a tab of its own does what no other window says.
  const tab = await site.browser.newPage();
  await tab.goto(`${site.url}/?renderer=cpu#/studies`);
  await tab.waitForFunction(() => window.skiagraph);
  await tab.evaluate((study) => new Promise((resolve) => {
    addEventListener("message", resolve, { once: true });
    postMessage({ type: "skiagraph:open", study }, "*");
  }), site.thorax.study);
  assert.equal(await tab.evaluate(() => location.hash), "#/studies");
  await tab.close();
});

test("cross-origin isolated, as the sample configurations ask for, and not: the same picture", { timeout: 90_000 }, async () => {
  for (const isIsolated of [true, false]) {
    const page = await site.browser.newPage();
    if (!isIsolated) await unlock(page, "'none'");
    await page.goto(`${site.url}/?renderer=cpu#/study/${site.thorax.study}`);
    await page.waitForFunction(() => window.skiagraph?.summary().viewports[0]?.state === "shown");
    assert.equal(await page.evaluate(() => crossOriginIsolated), isIsolated);
    await page.close();
  }
});
