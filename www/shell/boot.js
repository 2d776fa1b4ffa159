// Starts the viewer: reads the configuration, finds the best way to draw and loads the modules for it.
// @ts-check
/** @import { Disk, Renderer, Viewer, ViewerModule, Config, Notice, Session, SessionNews } from "./types.d.ts" */
import { workerUrl } from "./trusted.js";
import { openSession, refuseAuth } from "./auth.js";
import { stranger } from "./embed.js";
import { chooseStudy } from "./choose.js";
import { openDisk, wipeLeftovers } from "./disk.js";
import { askEarly, takeEarly } from "./early.js";
import { ChangedError, check, importChecked } from "./integrity.js";
import { comeBack } from "./journey.js";
import { takeCapability, takeLaunch } from "./launch.js";

/** A reason not to start, in words for the person in front of the page. */
export class BootError extends Error {
  /** A file of the viewer is what is wrong. */
  isPart = false;

  /** @param {string} title @param {string} detail what to do @param {string} [link] the words on the button that loads the page again */
  constructor(title, detail, link = "Load again") {
    super(title);
    this.detail = detail;
    this.link = link;
  }
}

/** The module that draws on each tier; the CPU renderer is in both, and this one is the smaller. */
const MODULES = { webgpu: "viewer_webgpu", webgl2: "viewer_webgl", cpu: "viewer_webgpu" };

/**
 * Loads and creates the viewer on the best tier that works here.
 * @param {(notice: Notice) => void} onNotice @param {(news: SessionNews) => void | Promise<void>} onNews
 * @returns {Promise<{ viewer: Viewer, config: Config, session: Session, disk?: Disk }>}
 * @throws {BootError} where the page cannot work
 */
export async function boot(onNotice, onNews) {
  // First of all: what a sign-in, a launch or a link brought must not stand in the address.
  const back = comeBack();
  const [capability, launch] = [takeCapability(), back ? undefined : takeLaunch()];
  if (typeof WebAssembly !== "object" || !("HTMLDialogElement" in globalThis)) throw tooOld();
  const configuration = readConfig().then((answer) => (capability || launch || askEarly(answer.text), answer));
  const workerModule = compile("skiagraph_worker_bg.wasm");
  const firstWorker = new Worker(/** @type {string} */ (workerUrl), { type: "module" });
  void wipeLeftovers();
  const modules = new Modules();
  if ("gpu" in navigator && forcedTier() !== "webgl2") modules.load(MODULES.webgpu).catch(() => undefined);
  // They are awaited later; until then a failure must not count as unhandled.
  for (const promise of [configuration, workerModule]) promise.catch(() => undefined);
  const [{ text, skewSeconds }, tiers] = await Promise.all([configuration, chooseTiers()]);
  /** @type {unknown} */
  let reason;
  /** @type {Session | undefined} */
  let session;
  /** @type {Disk | undefined} */
  let disk;
  for (const [attempt, renderer] of tiers.entries()) {
    const module = await modules.load(MODULES[renderer]);
    const config = parseConfig(module, text);
    session ??= await openSession({ config, skewSeconds, onNews, back, launch, capability, choose: (studies) => chooseStudy(studies, config) }).catch((error) => {
      if (error instanceof ChangedError) throw changed(error);
      throw "detail" in error ? new BootError(error.message, error.detail, error.link) : missing("login.js");
    });
    disk ??= config.cache?.onDisk ? await openDisk(config.cache.maxMegabytes * 1e6) : undefined;
    const { canvas, surface } = freshStage(attempt > 0);
    try {
      const options = { canvas, surface, renderer, config: text, workerUrl, workerModule, firstWorker, onNotice, authorize: session.authorize, takeEarly, disk, reader: readerOf(session) };
      return { viewer: await module.Viewer.create(options), config, session, disk };
    } catch (error) {
      reason = error;
    }
  }
  await workerModule;
  throw new BootError("The viewer could not start drawing", `${sentence(reason)} Close other tabs and load the page again, or try another browser.`);
}

/** Who reads, for the record. @param {Session} session @returns {import("./types.d.ts").ViewerOptions["reader"]} */
function readerOf({ issuer = "", subject = "", name, role = "", organisation = "" }) {
  return { issuer, subject, name, role, organisation };
}

/**
 * The tiers to try, best first; `?renderer=` leaves only the one it names. Where the graphics processor is imitated by the
 * CPU, our own CPU renderer comes first: it gives the same picture, sooner.
 * @returns {Promise<Renderer[]>}
 */
async function chooseTiers() {
  const forced = forcedTier();
  if (forced) return [forced];
  const adapter = await navigator.gpu?.requestAdapter().catch(() => null);
  // What imitates one way to draw imitates the other; to find that out costs a tenth of a second of the first picture.
  if (adapter) return isImitated(adapter.info) ? ["cpu"] : ["webgpu", "webgl2", "cpu"];
  const webgl = document.createElement("canvas").getContext("webgl2");
  return webgl && !isSoftware(nameOf(webgl)) ? ["webgl2", "cpu"] : ["cpu"];
}

/** @returns {Renderer | undefined} */
function forcedTier() {
  const name = new URLSearchParams(location.search).get("renderer");
  return name === "webgpu" || name === "webgl2" || name === "cpu" ? name : undefined;
}

/** @param {{ isFallbackAdapter?: boolean, vendor?: string, architecture?: string, description?: string } | undefined} info */
function isImitated(info) {
  return info?.isFallbackAdapter === true || isSoftware([info?.vendor, info?.architecture, info?.description].join(" "));
}

/** @param {WebGL2RenderingContext} webgl */
function nameOf(webgl) {
  const names = webgl.getExtension("WEBGL_debug_renderer_info");
  return String(webgl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : webgl.RENDERER));
}

/** Names of graphics processors that are programs. @param {string} name */
function isSoftware(name) {
  return /swiftshader|llvmpipe|lavapipe|softpipe|basic render/i.test(name);
}

/** A canvas that gave one kind of context never gives another: each new attempt gets new elements. @param {boolean} mustRenew */
function freshStage(mustRenew) {
  const [canvas, surface] = ["canvas", "surface"].map((id) => {
    const element = /** @type {HTMLElement} */ (document.getElementById(id));
    if (!mustRenew) return element;
    const renewed = /** @type {HTMLElement} */ (element.cloneNode());
    element.replaceWith(renewed);
    return renewed;
  });
  return { canvas: /** @type {HTMLCanvasElement} */ (canvas), surface: /** @type {HTMLElement} */ (surface) };
}

/** The configuration, and how many seconds this computer's clock is behind that of the site, as far as it says. */
async function readConfig() {
  // The page's head asks for it before any script is there. One that comes out of a cache may be another day's, and so its date.
  const [soon, text] = await read({});
  const entries = performance.getEntriesByName(new URL("config.json", document.baseURI).href);
  const isFresh = entries.length > 0 && entries.every((entry) => entry instanceof PerformanceResourceTiming && entry.transferSize > 0);
  const [response, current] = isFresh ? [soon, text] : await read({ cache: "no-store" });
  const skewSeconds = Math.round((Date.parse(response.headers.get("date") ?? "") - Date.now()) / 1000) || 0;
  return { text: current, skewSeconds };

  async function read(/** @type {RequestInit} */ options) {
    const response = await fetchFile("config.json", options, document.baseURI);
    return /** @type {const} */ ([response, await response.text()]);
  }
}

/** @param {ViewerModule} module @param {string} text @returns {Config} */
function parseConfig(module, text) {
  /** @type {Config} */
  let config;
  try {
    config = module.parseConfig(text);
  } catch (error) {
    throw new BootError("The configuration cannot be used", `${sentence(error)} Whoever runs this site can correct config.json.`);
  }
  const refusal = refuseAuth(config.auth.mode, location.hostname, isSecureContext);
  if (refusal) throw new BootError("The configuration cannot be used", refusal);
  const around = stranger(config);
  if (around) throw new BootError("This viewer may not be shown inside another page", `Its site does not name ${around} under embed.origins of config.json. Open the viewer in a tab of its own.`);
  return config;
}

/** Modules of the viewer, each loaded once. */
class Modules {
  /** @type {Map<string, Promise<ViewerModule>>} */
  #loading = new Map();

  /** @param {string} name */
  load(name) {
    const loading = this.#loading.get(name) ?? loadModule(name);
    this.#loading.set(name, loading);
    return loading;
  }
}

/** @param {string} name @returns {Promise<ViewerModule>} */
async function loadModule(name) {
  const compiled = compile(`${name}_bg.wasm`);
  compiled.catch(() => undefined);
  /** @type {ViewerModule} */
  let module;
  try {
    module = await importChecked(`${name}.js`);
  } catch (error) {
    throw error instanceof ChangedError ? changed(error) : missing(`${name}.js`);
  }
  await module.default({ module_or_path: await compiled });
  return module;
}

/**
 * Compiles while the bytes arrive, or afterwards where the server does not call them application/wasm; hands out what is as it
 * was built.
 * @param {string} file
 */
async function compile(file) {
  const response = await fetchFile(file);
  const checked = check(file, response.clone());
  checked.catch(() => undefined);
  try {
    const isNamedWasm = response.headers.get("content-type")?.startsWith("application/wasm");
    const module = isNamedWasm ? await WebAssembly.compileStreaming(response) : await WebAssembly.compile(await response.arrayBuffer());
    await checked;
    return module;
  } catch (error) {
    // What was changed may also be what does not compile.
    const reason = await checked.then(() => error, (/** @type {unknown} */ other) => other);
    if (reason instanceof ChangedError) throw changed(reason);
    throw error instanceof WebAssembly.CompileError ? tooOld() : missing(file);
  }
}

/** @param {string} file @param {RequestInit} [options] @param {string} [base] the folder of the build, where its files are */
async function fetchFile(file, options, base = import.meta.url) {
  const response = await fetch(new URL(file, base), options).catch(() => undefined);
  if (!response?.ok) throw missing(file);
  return response;
}

/** @param {string} file */
function missing(file) {
  return ofPart("A part of the viewer did not arrive", `The file ${file} could not be loaded. Check the connection and load the page again; if it stays like this, tell whoever runs this site.`);
}

/** @param {ChangedError} error */
function changed({ file }) {
  return ofPart("A part of the viewer is not as it was built", `The file ${file} is another one than this page was built with, and nothing of it was run. Load the page again; if it stays like this, tell whoever runs this site: somebody or something has changed it.`);
}

/** @param {string} title @param {string} detail */
function ofPart(title, detail) {
  return Object.assign(new BootError(title, detail), { isPart: true });
}

function tooOld() {
  return new BootError("This browser is too old for the viewer", "Use a current version of Chrome, Edge, Firefox or Safari.");
}

/** The message of an error as a sentence. @param {unknown} error */
function sentence(error) {
  const text = error instanceof Error ? error.message : String(error);
  const message = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(message) ? message : `${message}.`;
}
