// Files of this computer on the whole page: dropped by hand, picked, a folder, and what among them is no DICOM.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { SIDE, dicom, uid } from "./dicom.js";
import { isComplete, isShown, openPage, says, start, summary } from "./harness.js";

let site;
/** A folder on the disk of the browser: two images in folders of their own, a text, a short image. */
let folder;

const STUDY = 5;

before(async () => {
  site = await start();
  folder = path.join(site.folder, "..", `${path.basename(site.folder)}-disc`);
  fs.mkdirSync(path.join(folder, "a", "b"), { recursive: true });
  fs.writeFileSync(path.join(folder, "a", "one.dcm"), dicom({ study: STUDY, series: 1, number: 1 }));
  fs.writeFileSync(path.join(folder, "a", "b", "two"), dicom({ study: STUDY, series: 1, number: 2 }));
  fs.writeFileSync(path.join(folder, "readme.txt"), "This is no picture.");
});

after(async () => {
  fs.rmSync(`${folder}-film.dcm`, { force: true });
  await site?.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

/** Drops files of the disk on the page as the desktop does. */
async function drop(page, ...paths) {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: paths, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 640, y: 400, data });
    if (type === "dragOver") await page.locator("#drop").waitFor({ state: "visible" });
  }
}

/** Nothing of a file goes to a server, whatever was opened. */
function watchUploads(page) {
  const sent = [];
  page.on("request", (request) => {
    if (request.method() !== "GET" || request.url().includes("dicom-web/studies/")) sent.push(`${request.method()} ${request.url()}`);
  });
  return sent;
}

async function end(page) {
  assert.deepEqual(page.problems, []);
  await page.close();
}

test("a dropped folder is read with all that is in it; what is no DICOM is named, the rest is open", { timeout: 60_000 }, async () => {
  const page = await openPage(site, "#/studies");
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  const sent = watchUploads(page);
  await drop(page, folder);
  await isComplete(page);
  const { viewports: [viewport], source, study } = await summary(page);
  assert.deepEqual([viewport.count, source, study], [2, "local", uid(STUDY)]);
  assert.match(await says(page, "#cards .card", /could not be opened/), /1 file could not be opened\.[\s\S]*readme\.txt: This is not a DICOM file\.[\s\S]*The other files are open\./i);
  assert.deepEqual(sent, []);
  await end(page);
});

test("a dropped file that is not DICOM: named, nothing else changes, and the next drop is read", { timeout: 60_000 }, async () => {
  const page = await openPage(site, `#/study/${site.thorax.study}?series=${site.thorax.series}`);
  await isComplete(page);
  await drop(page, path.join(folder, "readme.txt"));
  assert.match(await says(page, "#cards .card", /could not be opened/), /readme\.txt: This is not a DICOM file\.[\s\S]*Nothing else was opened\./i);
  const { study, viewports: [viewport] } = await summary(page);
  assert.deepEqual([study, viewport.state], [site.thorax.study, "shown"], "the study that was open still is");
  await drop(page, path.join(folder, "a", "one.dcm"));
  await page.waitForFunction((study) => window.skiagraph.summary().study === study, uid(STUDY));
  await isShown(page);
  await end(page);
});

test("the file picker and the folder picker open what is chosen", { timeout: 60_000 }, async () => {
  for (const [button, chosen] of [["Open files", [path.join(folder, "a", "one.dcm"), path.join(folder, "a", "b", "two")]], ["Open folder", path.join(folder, "a")]]) {
    const page = await openPage(site, "#/studies");
    const sent = watchUploads(page);
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: button }).click()]);
    await chooser.setFiles(chosen);
    await isComplete(page);
    assert.equal((await summary(page)).viewports[0].count, 2, button);
    assert.deepEqual(sent, []);
    await end(page);
  }
});

test("files of two studies become a list to choose from", { timeout: 60_000 }, async () => {
  const page = await openPage(site, "#/studies");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open files" }).click()]);
  await chooser.setFiles([6, 7].map((study) => ({ name: `${study}.dcm`, mimeType: "", buffer: dicom({ study, series: 1, number: 1 }) })));
  await page.locator(`#studies tr[data-study="${uid(7)}"]`).waitFor();
  assert.equal(await page.locator("#studies tbody tr[data-study]").count(), 2);
  await page.locator(`#studies tr[data-study="${uid(7)}"]`).click();
  await isShown(page);
  const { study, source } = await summary(page);
  assert.deepEqual([study, source], [uid(7), "local"]);
  await end(page);
});

test("a picked file that is shorter than its header says is unreadable, with a sentence; its neighbour is shown", { timeout: 60_000 }, async () => {
  const page = await openPage(site, "#/studies");
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open files" }).click()]);
  const short = dicom({ study: 8, series: 1, number: 2 }, { "7FE00010": ["OW", Buffer.alloc(SIDE * SIDE)] });
  await chooser.setFiles([
    { name: "whole.dcm", mimeType: "", buffer: dicom({ study: 8, series: 1, number: 1 }) },
    { name: "short.dcm", mimeType: "", buffer: short },
  ]);
  await isComplete(page);
  assert.equal((await summary(page)).viewports[0].count, 2);
  await page.keyboard.press("End");
  await says(page, ".viewport[data-viewport='0'] .message", /Image 2 of 2 cannot be shown\./);
  await page.keyboard.press("Home");
  await isShown(page);
  await end(page);
});

/** A second of MP4 that this browser made, so that it can play it; null where it makes none. @param {import("playwright-core").Page} page */
async function recorded(page) {
  const bytes = await page.evaluate(async () => {
    if (!MediaRecorder.isTypeSupported("video/mp4")) return null;
    const canvas = Object.assign(document.createElement("canvas"), { width: 64, height: 64 });
    const context = canvas.getContext("2d");
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: "video/mp4" });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const stopped = new Promise((resolve) => (recorder.onstop = resolve));
    recorder.start();
    for (let frame = 0; frame < 40; frame += 1) {
      context.fillStyle = `rgb(${6 * frame}, 80, 120)`;
      context.fillRect(0, 0, 64, 64);
      await new Promise(requestAnimationFrame);
    }
    recorder.stop();
    await stopped;
    return [...new Uint8Array(await new Blob(parts).arrayBuffer())];
  });
  return bytes && Buffer.from(bytes);
}

/** Opens a film of this computer. @param {string} syntax @param {Buffer} stream */
async function openFilm(syntax, stream) {
  const page = await openPage(site, "#/studies");
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  // The page reads it when it is opened and when it is played: it goes with the folder, at the end.
  const file = `${folder}-film.dcm`;
  const changes = { "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.77.1.1.1"], "00280008": ["IS", 40] };
  fs.writeFileSync(file, dicom({ study: STUDY, series: 9, number: 1, modality: "ES" }, changes, { syntax, frame: stream }));
  await drop(page, file);
  return page;
}

test("a film is played by the browser itself", { timeout: 60_000 }, async (t) => {
  const maker = await openPage(site, "#/studies");
  const stream = await recorded(maker);
  await end(maker);
  if (!stream) return t.skip("this browser records no MP4");
  const page = await openFilm("1.2.840.10008.1.2.4.102", stream);
  await says(page, ".object", /It is a film \(MPEG-4 AVC\/H\.264, lossy\), played by the browser\./);
  await page.locator(".object button", { hasText: "Play" }).click();
  await page.locator("#object video").waitFor();
  await page.waitForFunction(() => document.querySelector("#object video").readyState >= 2);
  await page.evaluate(() => document.querySelector("#object video").play());
  await page.waitForFunction(() => document.querySelector("#object video").currentTime > 0.1);
  assert.equal(await page.locator("#object a[download]").getAttribute("download"), "film.mp4");
  await end(page);
});

test("a film that the browser cannot play can be saved as what it is", { timeout: 60_000 }, async () => {
  const page = await openFilm("1.2.840.10008.1.2.4.100", Buffer.from([0, 0, 1, 0xb3, 0x2d, 2, 0x40, 0x13, 2, 0x32, 0xa3, 0x70]));
  await page.locator(".object button", { hasText: "Play" }).click();
  await says(page, "#object", /This browser cannot play the film\. Save it/);
  assert.equal(await page.locator("#object a[download]").getAttribute("download"), "film.mpg");
  await end(page);
});
