// Gives out the files of builds of the viewer that its pages keep on this computer; all else goes the way it went before.
// @ts-check
// Never config.json, the page itself, or anything of an archive, a sign-in service or another origin: such requests are not
// touched, and where the browser knows static routes they do not even wake this script.

/** The types of the page do not have what a service worker has. @type {any} */
const worker = self;
const ROOT = new URL("./", location.href);
/** A file of a build: its folder is named by what lies in it, so what is kept under an address is what the site has there. */
const FILE = /^build-[0-9a-f]{16}\/[\w.]+$/;
/** Its headers are the site's policy for all that workers do: they must be today's. */
const DECODER = "/worker.js";

/** @param {{ method: string, url: string }} request */
function isOurs({ method, url }) {
  return method === "GET" && url.startsWith(ROOT.href) && FILE.test(url.slice(ROOT.href.length));
}

worker.addEventListener("install", (/** @type {any} */ event) => {
  worker.skipWaiting();
  if (!event.addRoutes) return;
  const folder = `${ROOT.pathname.replace(/[^\w/]/g, "\\$&")}build-*`;
  const here = { protocol: ROOT.protocol.slice(0, -1), hostname: ROOT.hostname, port: ROOT.port };
  const files = (/** @type {string} */ name) => ({ urlPattern: { ...here, pathname: folder + name, search: "" }, requestMethod: "GET" });
  const routes = [
    { condition: files(DECODER), source: "fetch-event" },
    { condition: files("/*"), source: "cache" },
    { condition: { urlPattern: {} }, source: "network" },
  ];
  // A browser that knows other routes does without: the listener below says the same.
  event.waitUntil(Promise.resolve(event.addRoutes(routes)).catch(() => undefined));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const { request } = event;
  if (isOurs(request)) event.respondWith(request.url.endsWith(DECODER) ? newest(request) : kept(request));
});

/** @param {Request} request */
async function kept(request) {
  return (await found(request)) ?? fetch(request);
}

/** @param {Request} request */
async function newest(request) {
  const response = await fetch(request).catch(() => undefined);
  return response?.ok ? response : ((await found(request)) ?? response ?? Response.error());
}

/** What a browser does not let us look up is asked for. @param {Request} request */
function found(request) {
  return caches.match(request.url, { ignoreVary: true }).catch(() => undefined);
}
