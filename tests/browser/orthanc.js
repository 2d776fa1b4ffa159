// A real Orthanc of the tests' own, with the site and its archive on one origin, as a reverse proxy of a hospital does it.
import { spawn } from "node:child_process";
import fs from "node:fs";
import http from "node:http";
import path from "node:path";
import { startArchive } from "./harness.js";

/** Why there is none, or `false`. */
export const noOrthanc = !process.env.ORTHANC
  ? "no Orthanc here (Debian: orthanc, orthanc-dicomweb, orthanc-gdcm)"
  : !process.env.SHARED_DATA && "no ../shared/data here";

/** A port of this computer that nobody has. */
function freePort() {
  return new Promise((resolve) => {
    const server = http.createServer().listen(0, "127.0.0.1", () => {
      const { port } = /** @type {import("node:net").AddressInfo} */ (server.address());
      server.close(() => resolve(port));
    });
  });
}

/** Starts Orthanc with nothing in it and loads the files. @param {string[]} files */
async function startOrthanc(files) {
  const target = path.join(process.env.SITE, "..", "target");
  fs.mkdirSync(target, { recursive: true });
  const folder = fs.mkdtempSync(path.join(target, "orthanc-"));
  const port = await freePort();
  const config = path.join(folder, "orthanc.json");
  fs.writeFileSync(config, JSON.stringify({
    Name: "Tests", StorageDirectory: folder, IndexDirectory: folder, HttpPort: port, DicomServerEnabled: false,
    RemoteAccessAllowed: false, AuthenticationEnabled: false, Plugins: ["/usr/share/orthanc/plugins"],
    // GDCM needs more stack than a thread of Orthanc's server has, and ends it at a big endian file: DCMTK is asked first.
    BuiltinDecoderTranscoderOrder: "Before",
    DicomWeb: { Enable: true, Root: "/dicom-web/" },
  }));
  const child = spawn(process.env.ORTHANC, [config], { stdio: ["ignore", "ignore", "pipe"] });
  let said = "";
  await new Promise((resolve, reject) => {
    child.stderr.on("data", (chunk) => {
      said = (said + chunk).slice(-10_000);
      if (said.includes("Orthanc has started")) resolve(undefined);
    });
    child.on("error", reject);
    child.on("exit", (code) => reject(new Error(`Orthanc ended with ${code}: ${said}`)));
  });
  for (const file of files) {
    const response = await fetch(`http://127.0.0.1:${port}/instances`, { method: "POST", body: fs.readFileSync(file) });
    if (!response.ok) throw new Error(`Orthanc does not take ${path.basename(file)}: ${response.status} ${await response.text()}`);
  }
  const stop = async () => {
    const { exitCode, signalCode } = child;
    const isGone = exitCode !== null || signalCode !== null;
    if (!isGone) {
      await new Promise((resolve) => {
        child.on("exit", resolve);
        child.kill("SIGTERM");
      });
    }
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
    if (isGone) throw new Error(`Orthanc ended by itself with ${exitCode ?? signalCode}: ${said}`);
  };
  return { port, stop };
}

/** One origin: `/dicom-web` from Orthanc, all else from the server of the site. @param {number} orthanc @param {number} site */
function startProxy(orthanc, site) {
  const server = http.createServer((request, response) => {
    const port = request.url?.startsWith("/dicom-web") ? orthanc : site;
    const { method, url, headers } = request;
    // A connection each: Orthanc closes those that it kept when it likes, also under a request that is on its way.
    const passed = http.request({ host: "127.0.0.1", port, method, path: url, headers, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    request.pipe(passed);
  });
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const stop = () => new Promise((done) => {
        server.close(done);
        server.closeAllConnections();
      });
      resolve({ url: `http://127.0.0.1:${/** @type {import("node:net").AddressInfo} */ (server.address()).port}`, stop });
    });
  });
}

/** Orthanc with these files behind the viewer's own page; `stop` ends all of it. @param {string[]} files */
export async function startHospital(files) {
  const orthanc = await startOrthanc(files);
  const site = await startArchive(["--synthetic", "1"]);
  const proxy = await startProxy(orthanc.port, Number(new URL(site.url).port));
  return {
    url: proxy.url,
    async stop() {
      await proxy.stop();
      await site.stop();
      await orthanc.stop();
    },
  };
}
