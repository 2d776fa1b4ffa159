// The site's worker in Node: the same modules and the same messages as in a browser, without one.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A module of the site as a browser would load it. Node takes its scripts for CommonJS, unless they are texts. */
export async function load(site, name) {
  const text = readFileSync(join(site, `${name}.js`));
  const module = await import(`data:text/javascript;base64,${text.toString('base64')}`);
  await module.default({ module_or_path: readFileSync(join(site, `${name}_bg.wasm`)) });
  return module;
}

/**
 * Starts the worker in this very process; `ask` gives the reply that ends a job, and the samples. Bytes go in a blob, as
 * those of a file do, or in an `ArrayBuffer`, as those of an answer do.
 */
export async function start(site) {
  const modules = new Map();
  const loadModule = (name) => {
    if (!modules.has(name)) modules.set(name, load(site, `module_${name}`));
    return modules.get(name);
  };
  const waiting = new Map();
  let announce;
  const ready = new Promise((resolve) => (announce = resolve));
  const postMessage = (message) => {
    if (typeof message === 'string') return announce();
    const reply = JSON.parse(message.text);
    const [[kind, content]] = Object.entries(reply);
    if (kind !== 'Decoding') waiting.get(content.id)({ kind, ...content, bytes: message.bytes });
  };
  Object.assign(globalThis, { loadModule, postMessage });
  await load(site, 'skiagraph_worker');
  await ready;
  let id = 0;
  const ask = (work, bytes) =>
    new Promise((resolve) => {
      id += 1;
      waiting.set(id, resolve);
      const text = JSON.stringify({ Start: { id, work } });
      const blob = bytes instanceof ArrayBuffer ? bytes : new Blob([bytes]);
      globalThis.onmessage({ data: { text, blob } });
    });
  return { ask, loadModule };
}
