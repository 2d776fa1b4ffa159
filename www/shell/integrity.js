// Holds what is loaded against the hashes that the build wrote into the page, before anything of it runs.
// @ts-check

/** Hashes by file, in the form of the `integrity` attribute; none on a page that was not built for a site. @type {Map<string, string>} */
const hashes = new Map();
for (const entry of document.querySelector("meta[name=skiagraph-integrity]")?.getAttribute("content")?.split(";") ?? []) {
  const [file = "", hash = ""] = entry.trim().split(" ");
  hashes.set(file, hash);
}

/** Files of the site that this page loaded. @type {Set<string>} */
const loaded = new Set();

/** Whether this page has needed a file. @param {string} file */
export const wasLoaded = (file) => loaded.has(file);

/** A file is there and is another one than was built. */
export class ChangedError extends Error {
  /** @param {string} file */
  constructor(file) {
    super(file);
    this.file = file;
  }
}

/**
 * Lets an answer through once all of it has come and is as it was built. What compiles it meanwhile runs nothing.
 * @param {string} file @param {Response} response a copy that nobody else reads
 * @throws {ChangedError}
 */
export async function check(file, response) {
  loaded.add(file);
  const expected = hashes.get(file);
  if (expected === undefined) return;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-384", await response.arrayBuffer()));
  if (`sha384-${btoa(String.fromCharCode(...digest))}` !== expected) throw new ChangedError(file);
}

/**
 * Imports a module of the site. The browser holds it against its hash as it loads it for the page's map of modules, and the
 * import takes it from there; a browser without modulepreload imports it unchecked.
 * @param {string} file
 * @throws {ChangedError}
 */
export async function importChecked(file) {
  loaded.add(file);
  const url = new URL(file, import.meta.url).href;
  const link = document.createElement("link");
  const integrity = hashes.get(file);
  if (integrity !== undefined && link.relList?.supports("modulepreload")) {
    Object.assign(link, { rel: "modulepreload", href: url, integrity });
    const isGood = await new Promise((resolve) => {
      link.onload = () => resolve(true);
      link.onerror = () => resolve(false);
      document.head.append(link);
    });
    if (!isGood && (await fetch(url).catch(() => undefined))?.ok) throw new ChangedError(file);
  }
  return import(url);
}
