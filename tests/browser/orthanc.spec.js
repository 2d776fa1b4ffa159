// Real studies in a real archive: opened by link, scrolled, and the same picture on all three tiers.
import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { TIERS, goTo, isComplete, isShown, launch, openPage, shot, summary } from "./harness.js";
import { noOrthanc, startHospital } from "./orthanc.js";
import { difference, isDrawn, readPng } from "./png.js";

/** Files or folders of ../shared/data that may be passed on, what is in them, and the images each makes. */
const STUDIES = [
  { name: "a head CT, gantry tilted, 28 slices of 512 x 512", at: "dev/dcm_qa_ct/GE", count: 28 },
  { name: "a head MR, multi-frame, 64 frames in two stacks with rescale factors of their own", at: "dev/dcm_qa_enh/Philips/IM_0027_fMAP.dcm", count: 32 },
  { name: "an ultrasound cine, JPEG baseline, 4:2:2", at: "dev/pydicom/test_files/examples_ybr_color.dcm", count: 30 },
  { name: "an MR, RLE", at: "dev/pydicom/test_files/MR_small_RLE.dcm", count: 1 },
  { name: "a chest CT, big endian", at: "dev/cornerstone3d/CTImage.dcm_BigEndianExplicitTransferSyntax_1.2.840.10008.1.2.2.dcm", count: 1 },
  { name: "colour, RLE", at: "dev/pydicom/test_files/SC_rgb_rle.dcm", count: 1 },
];

let site;

before(async () => {
  if (noOrthanc) return;
  const files = STUDIES.flatMap(({ at }) => {
    const file = path.join(process.env.SHARED_DATA, at);
    return fs.statSync(file).isDirectory() ? fs.readdirSync(file).map((name) => path.join(file, name)) : [file];
  });
  const hospital = await startHospital(files);
  site = { ...hospital, browser: await launch() };
});

after(async () => {
  await site?.browser.close();
  await site?.stop();
});

/** Study Instance UID of a file, by what Orthanc says of the instances it has. */
async function studyOf({ at }) {
  const file = path.join(process.env.SHARED_DATA, at);
  const one = fs.statSync(file).isDirectory() ? path.join(file, fs.readdirSync(file)[0]) : file;
  const bytes = fs.readFileSync(one);
  const studies = await (await fetch(`${site.url}/dicom-web/studies`)).json();
  const uids = studies.map((study) => study["0020000D"].Value[0]);
  return uids.find((uid) => bytes.includes(uid));
}

test("the list of a real archive shows its studies", { skip: noOrthanc, timeout: 60_000 }, async () => {
  const page = await openPage(site, "#/studies");
  await page.locator("#studies tbody tr[data-study]").first().waitFor();
  assert.equal(await page.locator("#studies tbody tr[data-study]").count(), STUDIES.length);
  assert.deepEqual(page.problems, []);
  await page.close();
});

for (const study of STUDIES) {
  test(`${study.name}: opens from Orthanc, scrolls, and is the same on ${TIERS.join(", ")}`, { skip: noOrthanc, timeout: 180_000 }, async () => {
    const uid = await studyOf(study);
    const pictures = [];
    for (const renderer of TIERS) {
      const page = await openPage(site, `#/study/${uid}`, { renderer });
      await isComplete(page);
      const { viewports: [viewport], load, problems, renderer: drawn } = await summary(page);
      assert.deepEqual([drawn, viewport.count, load.framesFailed, problems], [renderer, study.count, 0, []]);
      if (study.count > 1) {
        await page.mouse.move(640, 400);
        await page.mouse.wheel(0, 100);
        await page.waitForFunction(() => window.skiagraph.summary().viewports[0].index === 1);
      }
      await goTo(page, Math.ceil(study.count / 2));
      await isShown(page);
      pictures.push(readPng(await shot(page)));
      assert.deepEqual(page.problems, []);
      await page.close();
    }
    const [webgpu, webgl2, cpu] = pictures;
    assert.ok(isDrawn(cpu), "there is a picture");
    assert.deepEqual(difference(webgpu, cpu, 0), { most: 0, count: 0 }, "WebGPU differs from the CPU reference");
    assert.deepEqual(difference(webgl2, cpu, 0), { most: 0, count: 0 }, "WebGL2 differs from the CPU reference");
  });
}
