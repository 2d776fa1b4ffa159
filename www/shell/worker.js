// A worker of the decoding pool: takes the compiled module in its first message; from then on the wasm answers.
// @ts-ignore made by the build, beside this file
import init from "./skiagraph_worker.js";

/** @type {Map<string, Promise<unknown>>} */
const modules = new Map();

/** A module that not every study needs; what failed to load is tried again. @param {string} name @returns {Promise<unknown>} */
function loadModule(name) {
  const loading = modules.get(name) ?? load(name);
  modules.set(name, loading);
  loading.catch(() => modules.delete(name));
  return loading;
}
// The wasm finds it here.
Object.assign(self, { loadModule });

/** @param {string} name */
async function load(name) {
  // Both at once; a server that does not call it application/wasm is asked by the module itself.
  const compiling = WebAssembly.compileStreaming(fetch(new URL(`module_${name}_bg.wasm`, import.meta.url))).catch(() => undefined);
  const module = await import(`./module_${name}.js`);
  const compiled = await compiling;
  await module.default(compiled && { module_or_path: compiled });
  return module;
}

self.onmessage = ({ data }) => init({ module_or_path: data.module });
