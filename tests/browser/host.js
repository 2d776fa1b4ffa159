// A web server of the tests' own before the embedded archive: it tells who asked for what, and can be given another build of the site.
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { listen } from "./provider.js";

const TYPES = { html: "text/html", js: "text/javascript", css: "text/css", wasm: "application/wasm", json: "application/json", svg: "image/svg+xml" };
/** The name of the folder of a build. */
const NAME = /build-[0-9a-f]{16}/g;

/** The folder of the site's build. @param {string} [site] */
export const buildOf = (site = process.env.SITE) => fs.readdirSync(site).find((name) => name.startsWith("build-"));

/** Copies the site as another build: the same files in a folder of another name. @param {string} to @param {string} digit of the new name */
export function buildAgain(to, digit) {
  const [old, name] = [buildOf(), `build-${digit.repeat(16)}`];
  fs.cpSync(process.env.SITE, to, { recursive: true });
  fs.renameSync(path.join(to, old), path.join(to, name));
  const page = path.join(to, "index.html");
  fs.writeFileSync(page, fs.readFileSync(page, "utf8").replaceAll(NAME, name));
  return name;
}

/**
 * Serves a folder, and the archive behind it. `log` has the paths that were asked for, in order; `changed` what is sent in
 * place of a file (null: there is none); `cache` says how long files of a build may be kept.
 * @param {{ url: string }} archive
 */
export async function startHost(archive) {
  const behind = new URL(archive.url);
  const sample = await fetch(`${archive.url}/favicon.svg`);
  const headers = Object.fromEntries([...sample.headers].filter(([name]) => /policy|opener|embedder|nosniff|options/.test(name)));
  const host = { url: "", folder: process.env.SITE ?? "", log: /** @type {string[]} */ ([]), changed: /** @type {Record<string, Buffer | null>} */ ({}), cache: "max-age=31536000, immutable" };
  const server = await listen((request, response) => {
    const url = request.url ?? "/";
    host.log.push(url);
    if (url.startsWith("/dicom-web")) {
      const passed = http.request({ host: behind.hostname, port: behind.port, method: request.method, path: url, headers: request.headers, agent: false }, (its) => {
        response.writeHead(its.statusCode ?? 502, its.headers);
        its.pipe(response);
      });
      passed.on("error", () => response.destroy());
      response.on("close", () => passed.destroy());
      return request.pipe(passed);
    }
    const name = new URL(url, archive.url).pathname.replace(/\/$/, "/index.html");
    const file = path.join(host.folder, name);
    const body = name in host.changed ? host.changed[name] : fs.existsSync(file) && fs.readFileSync(file);
    if (!body) return response.writeHead(404, headers).end();
    const isForEver = name.startsWith("/build-") && !name.endsWith("/worker.js");
    return response.writeHead(200, { ...headers, "content-type": TYPES[path.extname(name).slice(1)] ?? "text/plain", "cache-control": isForEver ? host.cache : "no-store" }).end(body);
  });
  host.url = `http://127.0.0.1:${server.port}`;
  return Object.assign(host, { stop: () => server.stop() });
}
