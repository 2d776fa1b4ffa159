// Measures our viewer beside the least page that does the job: one archive, one browser, each run with a cold profile.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { chromium } = createRequire(import.meta.url)('playwright-core');
const [program, site, samples, page, runs] = process.argv.slice(2);

const FLAGS = ['--no-sandbox', '--enable-unsafe-webgpu', '--use-angle=swiftshader', '--enable-features=Vulkan', '--use-vulkan=swiftshader',
  '--ignore-gpu-blocklist', '--use-webgpu-adapter=swiftshader', '--enable-unsafe-swiftshader'];

const archive = spawn(program, ['archive', '--site', site, '--folder', samples], { stdio: ['pipe', 'pipe', 'ignore'] });
const url = await new Promise((resolve) => {
  let text = '';
  archive.stdout.on('data', (chunk) => {
    text += chunk;
    const line = text.split('\n').find((line) => line.startsWith('{') && line.endsWith('}'));
    if (line) resolve(JSON.parse(line).url.replace(/\/$/, ''));
  });
});

const study = JSON.parse(readFileSync(join(samples, 'samples.json'), 'utf8')).studies.find(({ label }) => label === 'thorax-ct');
const series = study.series.find(({ label }) => label === 'axial').series_uid;
const least = readFileSync(page, 'utf8');
const pages = {
  own: `${url}/#/study/${study.study_uid}?series=${series}`,
  least: `${url}/least.html#${study.study_uid}/${series}`,
};

/** Milliseconds from the navigation to the first picture and to all of them. */
async function once(address) {
  const browser = await chromium.launch({ executablePath: process.env.BROWSER ?? '/usr/bin/chromium', args: FLAGS, ignoreDefaultArgs: ['--disable-gpu'] });
  try {
    const tab = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await tab.route('**/least.html', (route) => route.fulfill({ contentType: 'text/html', body: least }));
    await tab.goto(address);
    await tab.waitForFunction(() => performance.getEntriesByName('viewer:series-complete').length > 0, undefined, { timeout: 120_000 });
    return await tab.evaluate(() => ['viewer:frame-drawn', 'viewer:series-complete'].map((name) => performance.getEntriesByName(name)[0].startTime));
  } finally {
    await browser.close();
  }
}

const measured = { own: [], least: [] };
for (let run = 0; run < Number(runs); run++) {
  for (const [name, address] of Object.entries(pages)) measured[name].push(await once(address));
}
archive.stdin.end();
console.log(JSON.stringify(measured));
process.exit(0);
