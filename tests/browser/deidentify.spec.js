// Copies without the patient's identity: made in the page, saved or sent, and read by pydicom.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { SIDE, dicom, uid } from "./dicom.js";
import { isComplete, isShown, openPage, says, start, summary } from "./harness.js";
import { noOrthanc, startHospital } from "./orthanc.js";

let site;
let folder;

const STUDY = 61;
const US = "1.2.840.10008.5.1.4.1.1.6.1";
const CANARIES = ["Canarymann", "Kasimir", "PID-424242", "Canary street", "ACC-99887", "Nosy", "19551231", "20260301", uid(STUDY)];

/** The same archive under a second name: copies have other numbers than what is there. */
const RESEARCH = {
  sources: [{ id: "main", label: "Archive", root: "/dicom-web" }, { id: "research", label: "Research", root: "/dicom-web" }],
  auth: { mode: "none" }, deidentify: { to: "research" },
};

/** An identity in many places. */
const IDENTITY = {
  "00080050": ["SH", "ACC-99887"], "00080080": ["LO", "Clinic of Canary street"], "00080090": ["PN", "Nosy^Dr"],
  "00081030": ["LO", "CT of Canarymann"], "00090010": ["LO", "CANARYMANN PRIVATE"], "00091001": ["LO", "Canarymann^Kasimir"],
  "00100010": ["PN", "Canarymann^Kasimir"], "00100020": ["LO", "PID-424242"], "00100030": ["DA", "19551231"],
  "00101040": ["LO", "Canary street 7"], "00104000": ["LT", "Kasimir was here"],
};

/** A bright picture with a name, as it were, in its first rows. */
function bright() {
  const pixels = Buffer.alloc(SIDE * SIDE * 2);
  for (let at = 0; at < SIDE * SIDE; at += 1) pixels.writeUInt16LE(100 + (at % 200), 2 * at);
  return pixels;
}

before(async () => {
  site = await start();
  folder = fs.mkdtempSync(`${site.folder}-copies-`);
});

after(async () => {
  await site?.stop();
  if (folder) fs.rmSync(folder, { recursive: true, force: true });
});

/** What Python prints of a file. @param {string} script @param {...string} args */
const python = (script, ...args) => execFileSync(process.env.PYDICOM ?? "target/python/bin/python", ["-W", "ignore", "-c", script, ...args], { encoding: "utf8" });
const canJudge = fs.existsSync(process.env.PYDICOM ?? "target/python/bin/python");

const READ = `
import sys, json, zipfile, io, pydicom
out = []
with zipfile.ZipFile(sys.argv[1]) as archive:
    assert archive.testzip() is None
    for name in archive.namelist():
        data = archive.read(name)
        ds = pydicom.dcmread(io.BytesIO(data))
        one = {"name": name, "found": [w for w in sys.argv[2:] if w.lower().encode() in data.lower()]}
        if name != "DICOMDIR":
            pixels = ds.pixel_array
            one |= {"modality": ds.Modality, "patient": str(ds.PatientName), "id": ds.PatientID, "removed": ds.PatientIdentityRemoved,
                "codes": [i.CodeValue for i in ds.DeidentificationMethodCodeSequence], "study": ds.StudyInstanceUID, "series": ds.SeriesInstanceUID,
                "top": int(pixels[:10].max()), "rest": int(pixels[10:].min()), "description": ds.get("SeriesDescription", None)}
        else: one["records"] = [r.DirectoryRecordType for r in ds.DirectoryRecordSequence]
        out.append(one)
print(json.dumps(out))
`;

/** Opens files of this computer. @param {{ name: string, buffer: Buffer }[]} files */
async function openFiles(files, how = {}) {
  const page = await openPage(site, "#/studies", how);
  const [chooser] = await Promise.all([page.waitForEvent("filechooser"), page.getByRole("button", { name: "Open files" }).click()]);
  await chooser.setFiles(files.map((file) => ({ mimeType: "", ...file })));
  await isComplete(page);
  return page;
}

const studyFiles = () => [
  ...[1, 2].map((number) => ({ name: `ct${number}`, buffer: dicom({ study: STUDY, series: 1, number, description: "Thorax of Canarymann" }, IDENTITY) })),
  ...[1, 2].map((number) => ({
    name: `us${number}`,
    buffer: dicom({ study: STUDY, series: 2, number, modality: "US", description: "Liver" }, { ...IDENTITY, "00080016": ["UI", US], "7FE00010": ["OW", bright()] }),
  })),
];

/** Presses the button that saves, and gives the file. @param {import("playwright-core").Page} page @param {string} name */
async function saved(page, name) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.getByRole("button", { name: "Save as ZIP" }).click()]);
  assert.equal(download.suggestedFilename(), "copies.zip");
  const file = path.join(folder, name);
  await download.saveAs(file);
  return file;
}

test("files of this computer: by the keyboard, ultrasound once it was looked at, and nothing of the identity in the archive", { timeout: 120_000 }, async (t) => {
  const page = await openFiles(studyFiles());
  const sent = [];
  page.on("request", (request) => request.method() !== "GET" && sent.push(request.url()));
  await page.keyboard.press("Shift+X");
  const dialog = page.locator("#copies");
  await says(page, "#copies .groups li", /CT 1[\s\S]*2 images[\s\S]*Pictures go as they are/);
  await says(page, "#copies .groups li", /US 2[\s\S]*Look first[\s\S]*patient's name above the picture/);
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "copies-choose.png") });
  await dialog.getByLabel("Keep descriptions").check();
  // Not looked at: it stays.
  await dialog.getByRole("button", { name: "Make copies" }).click();
  assert.match(await says(page, "#copies", /2 copies made/), /2 left out: Its pictures have not been looked at\./);
  await dialog.getByRole("button", { name: "Back" }).click();
  await dialog.getByRole("button", { name: "Look at the pictures of US 2" }).click();
  // The top tenth of 64 rows is hidden by rule: seven rows; by hand it becomes ten.
  await says(page, "#copies .look", /Picture 1 of 2; 1 seen/);
  assert.equal(await dialog.getByLabel("Height of area 1").inputValue(), "7");
  const confirm = dialog.getByLabel(/I have looked at all 2/);
  assert.equal(await confirm.isDisabled(), true);
  await dialog.getByLabel("Height of area 1").fill("10");
  await dialog.getByLabel("Height of area 1").press("Tab");
  await says(page, "#copies .look", /Picture 1 of 2; 1 seen/);
  const colors = () => page.evaluate(() => {
    const canvas = document.querySelector("#copies canvas");
    const at = (x, y) => canvas.getContext("2d").getImageData(x, y, 1, 1).data[0];
    return [canvas.width, canvas.height, at(3, 3), at(63, 9), at(3, 12) > 0];
  });
  await page.waitForFunction(() => document.querySelector("#copies canvas").getContext("2d").getImageData(3, 9, 1, 1).data[0] === 0);
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "copies-look.png") });
  assert.deepEqual(await colors(), [SIDE, SIDE, 0, 0, true]);
  await dialog.getByLabel("Picture", { exact: true }).press("ArrowRight");
  await says(page, "#copies .look", /Picture 2 of 2; 2 seen/);
  await confirm.check();
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "copies.png") });
  await dialog.getByRole("button", { name: "Make copies" }).click();
  const words = await says(page, "#copies", /4 copies made/);
  assert.match(words, /Words that stay[\s\S]*Liver/);
  assert.doesNotMatch(words, /Canarymann/);
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, "copies-ready.png") });
  const file = await saved(page, "local.zip");
  await says(page, "#copies", /Saved as copies\.zip/);
  assert.deepEqual(sent, [], "nothing went to a server");
  assert.deepEqual(page.problems, []);
  await page.close();
  if (!canJudge) return t.skip("target/python is not on this machine");
  const found = JSON.parse(python(READ, file, ...CANARIES));
  assert.deepEqual(found.map(({ name }) => name), ["DICOMDIR", "DICOM/SER00001/IM000001", "DICOM/SER00001/IM000002", "DICOM/SER00002/IM000001", "DICOM/SER00002/IM000002"]);
  assert.deepEqual(found.flatMap((one) => one.found), [], "of the identity");
  assert.deepEqual(found[0].records, ["PATIENT", "STUDY", "SERIES", "IMAGE", "IMAGE", "SERIES", "IMAGE", "IMAGE"]);
  const images = found.slice(1);
  assert.equal(new Set(images.map(({ study }) => study)).size, 1);
  assert.equal(new Set(images.map(({ series }) => series)).size, 2);
  assert.match(images[0].patient, /^DEID-[0-9A-F]{8}$/);
  assert.ok(images.every(({ patient, id, removed }) => patient === images[0].patient && id === patient && removed === "YES"));
  assert.deepEqual(images.map(({ codes }) => codes.join(" ")), ["113100 113105", "113100 113105", "113100 113101 113105", "113100 113101 113105"]);
  assert.deepEqual(images.slice(2).map(({ top, rest }) => [top, rest]), [[0, 100], [0, 100]], "hidden rows and the others");
  assert.deepEqual(images.map(({ description }) => description), ["REMOVED", "REMOVED", "Liver", "Liver"]);
});

test("an area is drawn by hand over what has to go, in one picture or in all", { timeout: 60_000 }, async () => {
  const page = await openFiles(studyFiles().slice(2));
  await page.keyboard.press("Shift+X");
  const dialog = page.locator("#copies");
  await dialog.getByRole("button", { name: "Look at the pictures of US 2" }).click();
  await says(page, "#copies .look", /Picture 1 of 2; 1 seen/);
  await dialog.getByRole("button", { name: "Remove area 1" }).click();
  await dialog.getByLabel("In every picture of the series").uncheck();
  const drawing = dialog.locator(".drawing");
  await drawing.scrollIntoViewIfNeeded();
  const box = await drawing.boundingBox();
  await page.mouse.move(box.x + box.width / 4 + 1, box.y + box.height / 4 + 1);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2 - 1, box.y + box.height / 2 - 1, { steps: 3 });
  await page.mouse.up();
  const values = await Promise.all(["Left edge", "Top edge", "Width", "Height"].map((name) => dialog.getByLabel(`${name} of area 1`).inputValue()));
  assert.deepEqual(values, ["16", "16", "16", "16"], "a quarter of 64 pixels");
  const dark = () => page.evaluate(() => document.querySelector("#copies canvas").getContext("2d").getImageData(20, 20, 1, 1).data[0] === 0);
  await page.waitForFunction(() => document.querySelector("#copies canvas").getContext("2d").getImageData(20, 20, 1, 1).data[0] === 0);
  await dialog.getByLabel("Picture", { exact: true }).press("ArrowRight");
  await says(page, "#copies .look", /Picture 2 of 2; 2 seen/);
  assert.equal(await dark(), false, "the other picture is whole");
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("a study of the archive is brought as it is stored, copied, and sent to the archive that is named for copies", { timeout: 120_000 }, async (t) => {
  const before = (page) => page.route("**/config.json", (route) => route.fulfill({ json: RESEARCH }));
  const page = await openPage(site, `#/study/${site.thorax.study}?series=${site.thorax.series}`, { before });
  await isShown(page);
  await page.getByRole("button", { name: "De-identify (Shift+X)" }).click();
  const dialog = page.locator("#copies");
  await says(page, "#copies .groups li", /CT \d+[\s\S]*Pictures go as they are/);
  await dialog.getByLabel("Name and ID in the copies").fill("Case 7");
  await dialog.getByLabel("Move all by the same number of days").check();
  await dialog.getByRole("button", { name: "Make copies" }).click();
  const words = await says(page, "#copies", /copies made/);
  const n = Number(/(\d+) copies made/.exec(words)[1]);
  assert.ok(n > 3, words);
  const file = await saved(page, "archive.zip");
  await dialog.getByRole("button", { name: "Send to Research" }).click();
  await says(page, "#copies", new RegExp(`${n} of ${n} sent to Research\\.`));
  const found = await (await fetch(`${site.url}/dicom-web/studies?PatientID=Case%207&includefield=00080020`)).json();
  assert.equal(found.length, 1);
  assert.notEqual(found[0]["0020000D"].Value[0], site.thorax.study);
  const instances = await (await fetch(`${site.url}/dicom-web/studies/${found[0]["0020000D"].Value[0]}/instances`)).json();
  assert.equal(instances.length, n);
  assert.deepEqual(page.problems, []);
  await page.close();
  if (!canJudge) return t.skip("target/python is not on this machine");
  const copies = JSON.parse(python(READ, file, site.thorax.study)).slice(1);
  assert.equal(copies.length, n);
  assert.ok(copies.every(({ patient, codes, found }) => patient === "Case 7" && codes.join(" ") === "113100 113107" && found.length === 0));
});

test("reports stay; closing the dialog while files are brought ends it, and nothing is left on the page", { timeout: 60_000 }, async () => {
  const report = dicom({ study: STUDY, series: 3, number: 1, modality: "SR", description: "Report" }, { ...IDENTITY, "00080016": ["UI", "1.2.840.10008.5.1.4.1.1.88.11"], "7FE00010": null });
  const page = await openFiles([...studyFiles().slice(0, 1), { name: "sr", buffer: report }]);
  await page.keyboard.press("Shift+X");
  await says(page, "#copies .groups li", /SR 3[\s\S]*Stays here[\s\S]*cannot be cleaned by rule/);
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => document.querySelector("#copies").childElementCount === 0);
  assert.equal((await summary(page)).viewports[0].state, "shown");
  assert.deepEqual(page.problems, []);
  await page.close();
});

test("a cine of ultrasound, JPEG 4:2:2, from a real archive and back into it: every picture runs by, then its copy may go", { skip: noOrthanc, timeout: 180_000 }, async () => {
  const file = path.join(process.env.SHARED_DATA, "dev/pydicom/test_files/examples_ybr_color.dcm");
  const hospital = await startHospital([file]);
  try {
    const studies = async () => (await fetch(`${hospital.url}/dicom-web/studies`)).json();
    const [study] = await studies();
    const before = (page) => page.route("**/config.json", (route) => route.fulfill({ json: RESEARCH }));
    const page = await openPage({ ...site, url: hospital.url }, `#/study/${study["0020000D"].Value[0]}`, { before });
    await isShown(page);
    await page.keyboard.press("Shift+X");
    const dialog = page.locator("#copies");
    await dialog.getByLabel("Name and ID in the copies").fill("Echo 1");
    await dialog.getByRole("button", { name: /Look at the pictures of US/ }).click();
    await says(page, "#copies .look", /Picture 1 of 30; 1 seen/);
    await dialog.getByRole("button", { name: "Run through" }).click();
    await says(page, "#copies .look", /Picture 30 of 30; 30 seen/);
    await dialog.getByLabel(/I have looked at all 30/).check();
    await dialog.getByRole("button", { name: "Make copies" }).click();
    await says(page, "#copies", /1 copy made/);
    await dialog.getByRole("button", { name: "Send to Research" }).click();
    await says(page, "#copies", /1 of 1 sent to Research\./);
    const found = (await studies()).filter((one) => one["0020000D"].Value[0] !== study["0020000D"].Value[0]);
    assert.deepEqual(found.map((one) => one["00100020"].Value[0]), ["Echo 1"]);
    const [copy] = await (await fetch(`${hospital.url}/dicom-web/studies/${found[0]["0020000D"].Value[0]}/metadata`)).json();
    assert.deepEqual([copy["00280008"].Value[0], copy["00280004"].Value[0], copy["00282110"].Value[0], copy["00280301"].Value[0]].map(String), ["30", "YBR_FULL", "01", "NO"]);
    assert.deepEqual(page.problems, []);
    await page.close();
  } finally {
    await hospital.stop();
  }
});
