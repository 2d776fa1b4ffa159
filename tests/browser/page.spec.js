// The viewer's modules without the shell: files of this computer, what is refused by name, a lost device, a dead worker.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import zlib from "node:zlib";
import { start as startAll } from "./harness.js";
import { buildOf } from "./host.js";

let site;

before(async () => {
  site = await startAll();
});

after(() => site?.stop());

/** A page with a viewer of its own, under `window.viewer`; what it says is in `window.notices`. */
async function start(renderer) {
  const context = await site.browser.newContext({ viewport: { width: 800, height: 600 }, bypassCSP: true });
  const page = await context.newPage();
  page.problems = [];
  page.on("pageerror", (error) => page.problems.push(error.message));
  await page.goto(`${site.url}/favicon.svg`);
  await page.goto("about:blank");
  await page.route(`${site.url}/blank.html`, (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html><style>*{margin:0}canvas,div{position:fixed;inset:0;width:100%;height:100%}</style><canvas></canvas><div></div>" }));
  await page.goto(`${site.url}/blank.html`);
  await page.evaluate(async ({ renderer, build }) => {
    window.workers = [];
    const Real = Worker;
    window.Worker = class extends Real {
      constructor(...args) {
        super(...args);
        window.workers.push(this);
      }
    };
    const module = await import(`${build}/${renderer === "webgl2" ? "viewer_webgl" : "viewer_webgpu"}.js`);
    await module.default();
    window.parseConfig = module.parseConfig;
    window.notices = [];
    window.viewer = await module.Viewer.create({
      canvas: document.querySelector("canvas"), surface: document.querySelector("div"), renderer,
      config: JSON.stringify({ sources: [{ id: "main", label: "Archive", root: "/dicom-web" }], auth: { mode: "none" } }),
      workerUrl: `${build}/worker.js`, workerModule: WebAssembly.compileStreaming(fetch(`${build}/skiagraph_worker_bg.wasm`)),
      firstWorker: new Worker(`${build}/worker.js`, { type: "module" }),
      onNotice: (notice) => window.notices.push(notice), authorize: async () => undefined, takeEarly: () => undefined,
    });
  }, { renderer, build: `/${buildOf()}` });
  return page;
}

const isShown = (page) => page.waitForFunction(() => window.viewer.summary().viewports[0]?.state === "shown");

async function openStudy(page) {
  await page.evaluate((link) => window.viewer.dispatch({ type: "openStudy", ...link }), site.thorax);
  await isShown(page);
}

/** A ZIP archive of deflated files (APPNOTE 4.3). */
function zip(files) {
  const parts = [], central = [];
  let offset = 0;
  for (const [name, bytes] of files) {
    const packed = zlib.deflateRawSync(bytes);
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(8, 4);
    head.writeUInt32LE(zlib.crc32(bytes), 10);
    head.writeUInt32LE(packed.length, 14);
    head.writeUInt32LE(bytes.length, 18);
    head.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from("PK\x03\x04", "latin1"), head, Buffer.from(name), packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    central.push(Buffer.from("PK\x01\x02\x14\x00", "latin1"), head, tail, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...parts, directory, end]);
}

const openFiles = (page, files) => page.evaluate(
  (files) => window.viewer.openFiles(files.map(([name, text]) => new File([Uint8Array.from(atob(text), (c) => c.charCodeAt(0))], name))),
  files.map(([name, bytes]) => [name, bytes.toString("base64")]),
);

/** Every DICOM file of the samples that holds this text. */
function filesWith(text) {
  const names = fs.readdirSync(site.folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const paths = names.map((entry) => path.join(entry.parentPath, entry.name));
  return paths.filter((file) => file.endsWith(".dcm")).map((file) => [path.basename(file), fs.readFileSync(file)]).filter(([, bytes]) => bytes.includes(text));
}

test("a command, an option and a key that nobody knows are refused by name", { timeout: 60_000 }, async () => {
  const page = await start("cpu");
  const refusals = await page.evaluate(async () => {
    const attempt = async (act) => {
      try {
        await act();
        return "accepted";
      } catch (error) {
        return `${error.name}: ${error.message}`;
      }
    };
    return {
      command: await attempt(() => window.viewer.dispatch({ type: "fly" })),
      field: await attempt(() => window.viewer.dispatch({ type: "goToImage", viewport: 0, number: "three" })),
      absent: await attempt(() => window.viewer.dispatch({ type: "goToImage", viewport: 0, number: undefined })),
      config: await attempt(() => window.parseConfig('{ "sources": [], "colour": 1 }')),
      good: await attempt(() => window.viewer.dispatch({ type: "searchStudies", text: "", source: undefined })),
    };
  });
  assert.match(refusals.command, /^TypeError.*fly/);
  assert.match(refusals.field, /^TypeError.*number/);
  assert.match(refusals.absent, /^TypeError.*number/);
  assert.match(refusals.config, /^Error.*colour/);
  assert.equal(refusals.good, "accepted");
  await page.waitForFunction(() => window.viewer.studies().state === "ready");
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

test("files and a ZIP archive of this computer are shown and not sent anywhere", { timeout: 60_000 }, async () => {
  const page = await start("cpu");
  const uid = site.thorax.series;
  const files = filesWith(uid);
  assert.ok(files.length > 10);
  const requests = [];
  page.on("request", (request) => requests.push(request.url()));
  const half = files.length >> 1;
  await openFiles(page, [...files.slice(0, half), ["rest.zip", zip([...files.slice(half), ["readme.txt", Buffer.from("not DICOM")]])]]);
  await page.waitForFunction(() => window.notices.some((notice) => notice.type === "requestRoute"));
  const route = await page.evaluate(() => window.notices.find((notice) => notice.type === "requestRoute").route);
  assert.match(route, /source=local/);
  await page.evaluate((study) => window.viewer.dispatch({ type: "openStudy", source: "local", study }), site.thorax.study);
  await page.waitForFunction((n) => window.viewer.summary().series.some((series) => series.count === n && series.framesReady === n), files.length);
  await isShown(page);
  assert.deepEqual(requests.filter((request) => request.includes("dicom-web")), []);
  assert.deepEqual(page.problems, []);
  await page.context().close();
});

for (const renderer of ["webgpu", "webgl2"]) {
  test(`a lost device comes back with the same picture on ${renderer}`, { timeout: 60_000 }, async () => {
    const page = await start(renderer);
    await openStudy(page);
    const frames = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await frames();
    const before = await page.screenshot();
    await page.evaluate(() => {
      window.notices.length = 0;
      window.viewer.destroyDevice();
      window.viewer.dispatch({ type: "action", action: "invert" });
      window.viewer.dispatch({ type: "action", action: "invert" });
    });
    await page.waitForFunction(() => window.notices.some((notice) => JSON.stringify(notice).includes("device")) || window.viewer.summary().problems.length > 0, undefined, { timeout: 5_000 }).catch(() => undefined);
    await page.waitForFunction(() => new Promise((resolve) => requestAnimationFrame(() => resolve(true))));
    let same = false;
    for (let attempt = 0; attempt < 20 && !same; attempt += 1) {
      await frames();
      same = (await page.screenshot()).equals(before);
    }
    assert.ok(same, JSON.stringify(await page.evaluate(() => window.notices)));
    await page.evaluate(() => window.viewer.dispatch({ type: "action", action: "invert" }));
    await frames();
    assert.ok(!(await page.screenshot()).equals(before), "the new device draws");
    assert.deepEqual(page.problems, []);
    await page.context().close();
  });
}

test("workers that die are replaced and their frames come all the same", { timeout: 60_000 }, async () => {
  const page = await start("cpu");
  await page.evaluate(() => {
    // Each worker of the first set fails at its first job, as if its module had trapped.
    for (const worker of window.workers) {
      const post = worker.postMessage.bind(worker);
      worker.postMessage = (message) => {
        if (message.text?.includes("Fetch")) queueMicrotask(() => worker.dispatchEvent(new ErrorEvent("error")));
        else post(message);
      };
    }
  });
  const n = await page.evaluate(() => window.workers.length);
  await openStudy(page);
  await page.waitForFunction(() => performance.getEntriesByName("viewer:series-complete").length > 0);
  const load = await page.evaluate(() => window.viewer.summary().load);
  assert.equal(load.framesFailed, 0);
  assert.ok((await page.evaluate(() => window.workers.length)) > n);
  assert.deepEqual(page.problems, []);
  await page.evaluate(() => window.viewer.free());
  await page.context().close();
});

test("fault 42: a frame that ends its worker every time is unreadable in the end, and the page lives", { timeout: 60_000 }, async () => {
  const page = await start("cpu");
  await page.evaluate(() => {
    // Whatever worker is given the third frame that is asked for traps as soon as it decodes it.
    let victim;
    const seen = new Set();
    const post = Worker.prototype.postMessage;
    Worker.prototype.postMessage = function (message, ...rest) {
      const instance = message?.text?.includes("Fetch") && /"instance":"([\d.]+)"/.exec(message.text)?.[1];
      if (instance) seen.add(instance);
      victim ??= [...seen][2];
      if (instance && instance === victim) {
        const id = /"id":(\d+)/.exec(message.text)?.[1];
        this.addEventListener("message", ({ data }) => {
          if (data?.text?.includes("Decoding") && /"id":(\d+)/.exec(data.text)?.[1] === id) this.dispatchEvent(new ErrorEvent("error"));
        });
      }
      return post.call(this, message, ...rest);
    };
  });
  await openStudy(page);
  await page.waitForFunction(() => {
    const { framesFailed, framesReady, framesWanted } = window.viewer.summary().load;
    return framesFailed === 1 && framesReady === framesWanted - 1;
  });
  await page.evaluate(() => window.viewer.dispatch({ type: "action", action: "invert" }));
  await isShown(page);
  assert.deepEqual(page.problems, []);
  await page.evaluate(() => window.viewer.free());
  await page.context().close();
});
