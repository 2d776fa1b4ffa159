// The value under the pointer on real series equals what pydicom reads at that pixel of that frame.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { goTo, isComplete, launch, openPage, startArchive, summary } from "./harness.js";

const skip = !process.env.SHARED_DATA ? "no ../shared/data here" : !process.env.PYDICOM && "no pydicom here (pip install pydicom numpy)";

/** Modality values (PS3.3 C.11.1) by pydicom: rescaled with the image's own factors, or with the frame's (C.7.6.16.2.9). */
const ASK_PYDICOM = `
import json, sys, pydicom
from pydicom.pixels import apply_rescale
sets, answers = {}, []
for path, frame, x, y in json.load(sys.stdin):
    if path not in sets:
        ds = pydicom.dcmread(path)
        sets[path] = (ds, ds.pixel_array)
    ds, pixels = sets[path]
    if "NumberOfFrames" in ds and ds.NumberOfFrames > 1:
        group = ds.PerFrameFunctionalGroupsSequence[frame - 1].PixelValueTransformationSequence[0]
        answers.append(float(pixels[frame - 1][y][x]) * float(group.RescaleSlope) + float(group.RescaleIntercept))
    else:
        answers.append(float(apply_rescale(pixels, ds)[y][x]))
json.dump(answers, sys.stdout)
`;

const SERIES = [
  { name: "a head CT", folder: "dev/dcm_qa_ct/GE", images: [1, 9, 20, 28], unit: "HU" },
  { name: "a head MR whose frames have rescale factors of their own", folder: "dev/dcm_qa_enh/Philips", images: [1, 17, 32], unit: null },
];

let browser;

before(async () => {
  if (!skip) browser = await launch();
});

after(() => browser?.close());

/** Files of a folder by SOP Instance UID, which stands in the file as text. */
function fileOf(folder, instance) {
  const names = fs.readdirSync(folder).map((name) => path.join(folder, name)).filter((name) => fs.statSync(name).isFile());
  return names.find((name) => fs.readFileSync(name).includes(instance));
}

/** Points spread over the picture, not on the edges of pixels. */
const POINTS = Array.from({ length: 24 }, (_, at) => [0.11 + 0.155 * (at % 6) + 0.003 * at, 0.13 + 0.23 * Math.floor(at / 6) + 0.002 * at]);

for (const { name, folder, images, unit } of SERIES) {
  test(`${name}: the probe tells the values that pydicom reads`, { skip, timeout: 120_000 }, async () => {
    const data = path.join(process.env.SHARED_DATA, folder);
    const archive = await startArchive(["--folder", data]);
    try {
      const [study] = await (await fetch(`${archive.url}/dicom-web/studies`)).json();
      const page = await openPage({ url: archive.url, browser }, `#/study/${study["0020000D"].Value[0]}`);
      await isComplete(page);
      const box = await page.locator("#canvas").boundingBox();
      const seen = [];
      for (const image of images) {
        await goTo(page, image);
        for (const [across, down] of POINTS) {
          const { viewports: [{ instance, frame, transform: { zoom }, rect }] } = await summary(page);
          const side = Math.min(rect.width, rect.height);
          const at = [rect.x + rect.width / 2 + (across - 0.5) * side, rect.y + rect.height / 2 + (down - 0.5) * side].map(Math.round);
          await page.mouse.move(box.x + at[0], box.y + at[1]);
          // Fit puts the middle of the picture in the middle of the viewport; pixel 0 is from 0 to 1 there.
          const size = Math.round(side / zoom);
          const pixel = [at[0] - rect.x - rect.width / 2, at[1] - rect.y - rect.height / 2].map((offset) => Math.floor(offset / zoom + size / 2));
          // The viewer has the pixel under the pointer, and the page says its value.
          await page.waitForFunction(([x, y]) => {
            const { probe } = window.skiagraph.summary().viewports[0];
            const text = document.querySelector(".viewport[data-viewport='0'] .probe")?.textContent;
            return probe?.x === x && probe.y === y && text?.startsWith(probe.value) && text.endsWith(probe.unit);
          }, pixel, { timeout: 10_000 });
          const { viewports: [{ probe }] } = await summary(page);
          seen.push({ file: fileOf(data, instance), frame, ...probe });
        }
      }
      assert.deepEqual(page.problems, []);
      await page.close();
      const asked = JSON.stringify(seen.map(({ file, frame, x, y }) => [file, frame, x, y]));
      const { stdout, stderr, status } = spawnSync(process.env.PYDICOM, ["-c", ASK_PYDICOM], { input: asked, encoding: "utf8" });
      assert.equal(status, 0, stderr);
      const expected = JSON.parse(stdout);
      assert.ok(new Set(expected).size > 20, "the points lie on different values");
      for (const [at, { value, unit: told, x, y, frame }] of seen.entries()) {
        // Shown to one decimal from 100 on, to two from 1 on, to four below.
        const size = Math.abs(expected[at]);
        const tolerance = Number.isInteger(expected[at]) ? 0 : size >= 100 ? 0.05 : size >= 1 ? 0.005 : 0.00005;
        const where = `pixel ${x}, ${y} of frame ${frame}: ${value}, pydicom ${expected[at]}`;
        assert.ok(Math.abs(Number(value) - expected[at]) <= tolerance * 1.000001, where);
        if (unit && told !== "padding") assert.equal(told, unit);
      }
    } finally {
      await archive.stop();
    }
  });
}
