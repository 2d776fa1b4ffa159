// What the browser tests share: the small sample studies, the embedded archive before them, and a browser with all tiers.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";

const require = createRequire(import.meta.url);
const { chromium } = require("playwright-core");

const FLAGS = [
  "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
  "--disable-sync", "--enable-unsafe-webgpu", "--use-angle=swiftshader", "--enable-features=Vulkan",
  "--use-vulkan=swiftshader", "--ignore-gpu-blocklist", "--use-webgpu-adapter=swiftshader", "--enable-unsafe-swiftshader",
];

/** Runs a command of the project to its end. */
function run(...args) {
  return new Promise((resolve, reject) => {
    spawn(process.env.ARCHIVE_BIN, args, { stdio: ["ignore", "ignore", "inherit"] })
      .on("exit", (code) => (code === 0 ? resolve() : reject(new Error(`${args[0]} ended with ${code}`))));
  });
}

/** Makes the samples, starts the archive and the browser; `stop` ends all of it. */
export async function start() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "skiagraph-"));
  await run("samples", "--out", folder, "--small");
  const samples = JSON.parse(fs.readFileSync(path.join(folder, "samples.json"), "utf8"));
  const archive = spawn(process.env.ARCHIVE_BIN, ["archive", "--folder", folder, "--site", process.env.SITE], { stdio: ["pipe", "pipe", "inherit"] });
  const url = await new Promise((resolve) => {
    let text = "";
    archive.stdout.on("data", (chunk) => {
      text += chunk;
      const line = text.split("\n").find((candidate) => candidate.startsWith("{") && candidate.endsWith("}"));
      if (line) resolve(JSON.parse(line).url.replace(/\/$/, ""));
    });
  });
  const browser = await chromium.launch({ executablePath: process.env.BROWSER ?? "/usr/bin/chromium", args: FLAGS, ignoreDefaultArgs: ["--disable-gpu"] });
  const thorax = samples.studies.find((study) => study.label === "thorax-ct");
  return {
    folder,
    url,
    browser,
    samples,
    thorax: { study: thorax.study_uid, series: thorax.series.find((series) => series.modality === "CT").series_uid },
    async stop() {
      await browser.close();
      archive.stdin.end();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}
