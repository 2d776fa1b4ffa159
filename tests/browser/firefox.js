// A second engine: Firefox, driven over WebDriver BiDi (https://w3c.github.io/webdriver-bidi/) with the few words the tests need.
import { spawn } from "node:child_process";
import crypto from "node:crypto";
import fs from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";

/** Longest wait for the browser to start or for something to come true on a page, milliseconds. */
const PATIENCE = 45_000;

/** One text frame from a client, masked (RFC 6455 5.3). @param {string} text */
function frame(text) {
  const body = Buffer.from(text);
  const long = body.length > 65_535;
  const head = Buffer.alloc(body.length < 126 ? 2 : long ? 10 : 4);
  head[0] = 0x81;
  head[1] = 0x80 | (body.length < 126 ? body.length : long ? 127 : 126);
  if (head.length === 4) head.writeUInt16BE(body.length, 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(body.length), 2);
  const mask = crypto.randomBytes(4);
  return Buffer.concat([head, mask, body.map((byte, at) => byte ^ (mask[at % 4] ?? 0))]);
}

/**
 * Takes whole frames off the front of what came (RFC 6455 5.2).
 * @param {Buffer} bytes @returns {[{ isLast: boolean, isData: boolean, body: Buffer }[], Buffer]} the frames, and the rest
 */
function takeFrames(bytes) {
  const frames = [];
  let rest = bytes;
  while (rest.length >= 2) {
    const short = rest[1] & 0x7f;
    const head = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < head) break;
    const length = head === 2 ? short : head === 4 ? rest.readUInt16BE(2) : Number(rest.readBigUInt64BE(2));
    if (rest.length < head + length) break;
    frames.push({ isLast: (rest[0] & 0x80) !== 0, isData: (rest[0] & 0x0f) < 3, body: rest.subarray(head, head + length) });
    rest = rest.subarray(head + length);
  }
  return [frames, rest];
}

/** @param {string} address */
function connect(address) {
  return new Promise((resolve, reject) => {
    const request = http.get(address.replace(/^ws:/, "http:"), {
      headers: { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": crypto.randomBytes(16).toString("base64") },
    });
    request.on("error", reject);
    request.on("upgrade", (_, socket, head) => {
      let rest = Buffer.from(head);
      let parts = [];
      const listeners = [];
      socket.on("data", (bytes) => {
        const [frames, left] = takeFrames(Buffer.concat([rest, bytes]));
        rest = left;
        for (const { isLast, body } of frames.filter(({ isData }) => isData)) {
          parts.push(body);
          if (!isLast) continue;
          const message = JSON.parse(Buffer.concat(parts).toString("utf8"));
          parts = [];
          for (const listen of listeners) listen(message);
        }
      });
      resolve({ send: (message) => socket.write(frame(JSON.stringify(message))), listen: (one) => listeners.push(one), end: () => socket.end() });
    });
  });
}

/** Starts Firefox without a window; `stop` ends it. @param {string} program */
export async function startFirefox(program) {
  const profile = fs.mkdtempSync(path.join(os.tmpdir(), "skiagraph-firefox-"));
  // Nothing is asked of anybody but the test's own servers.
  const quiet = ["app.update.enabled", "browser.safebrowsing.malware.enabled", "network.captive-portal-service.enabled", "network.connectivity-service.enabled", "datareporting.policy.dataSubmissionEnabled", "services.settings.enabled"];
  fs.writeFileSync(path.join(profile, "user.js"), quiet.map((name) => `user_pref("${name}", false);\n`).join(""));
  const child = spawn(program, ["--headless", "--no-remote", "--remote-debugging-port=0", "--profile", profile], { stdio: ["ignore", "ignore", "pipe"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`Firefox did not start: ${said.slice(-400)}`)), PATIENCE);
    child.stderr.on("data", (text) => {
      said += text;
      const found = said.match(/BiDi listening on (ws:\S+)/);
      if (!found) return;
      clearTimeout(timer);
      resolve(found[1]);
    });
    child.on("exit", () => reject(new Error(`Firefox ended: ${said.slice(-400)}`)));
  });
  const line = await connect(`${address}/session`);
  let last = 0;
  const waiting = new Map();
  line.listen(({ id, error, message, result }) => {
    const entry = waiting.get(id);
    waiting.delete(id);
    if (error) entry?.reject(new Error(`${error}: ${message}`));
    else entry?.resolve(result);
  });
  const ask = (method, params = {}) => new Promise((resolve, reject) => {
    last += 1;
    waiting.set(last, { resolve, reject });
    line.send({ id: last, method, params });
  });
  await ask("session.new", { capabilities: {} });
  return {
    newPage: () => newPage(ask),
    async stop() {
      await ask("session.end").catch(() => undefined);
      line.end();
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill();
      await ended;
      fs.rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** A tab. @param {(method: string, params?: object) => Promise<any>} ask */
async function newPage(ask) {
  const { context } = await ask("browsingContext.create", { type: "tab" });
  await ask("browsingContext.setViewport", { context, viewport: { width: 1280, height: 800 } });
  /** What an expression or a promise comes to, as JSON. @param {string} expression */
  const evaluate = async (expression) => {
    const wrapped = `(async () => JSON.stringify((await (${expression})) ?? null))()`;
    const { type, result, exceptionDetails } = await ask("script.evaluate", { expression: wrapped, target: { context }, awaitPromise: true });
    if (type === "exception") throw new Error(exceptionDetails.text);
    return JSON.parse(result.value);
  };
  const page = {
    evaluate,
    goto: (/** @type {string} */ url) => ask("browsingContext.navigate", { context, url, wait: "interactive" }),
    /** Asks again at each animation frame until it is true; a page that is left meanwhile is asked again. */
    async until(/** @type {string} */ expression) {
      const end = Date.now() + PATIENCE;
      for (;;) {
        const one = `new Promise((resolve) => { const look = () => { let is = false; try { is = Boolean(${expression}); } catch {} if (is || performance.now() > start + 2000) resolve(is); else requestAnimationFrame(look); }; const start = performance.now(); look(); })`;
        if (await evaluate(one).catch(() => false)) return;
        if (Date.now() > end) throw new Error(`never true: ${expression}; the page says: ${await evaluate("document.body.innerText")}`);
      }
    },
    /** Types into the element that has the focus. */
    type: (/** @type {string} */ text) =>
      ask("input.performActions", { context, actions: [{ type: "key", id: "keys", actions: [...text].flatMap((value) => [{ type: "keyDown", value }, { type: "keyUp", value }]) }] }),
    /** A picture of a part of the page: a PNG. @param {{ x: number, y: number, width: number, height: number }} clip */
    async shot(clip) {
      const { data } = await ask("browsingContext.captureScreenshot", { context, clip: { type: "box", ...clip } });
      return Buffer.from(data, "base64");
    },
  };
  return page;
}
