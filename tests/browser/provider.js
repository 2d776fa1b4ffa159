// A hospital with sign-in for the tests: a real OpenID provider on this computer, and a gate before site and archive that asks for its tokens.
import http from "node:http";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { AuditServer } from "./fhir.js";

/** Whom the tokens are for. */
const AUDIENCE = "urn:dicomweb";

/** A module of the page's own packages, which have no folder here. @param {string} file */
const load = (file) => import(pathToFileURL(path.join(process.env.NODE_PATH, file)).href);

/** A server on any free port. @param {http.RequestListener} answer */
export async function listen(answer, port = 0) {
  const server = http.createServer(answer);
  await new Promise((resolve, reject) => server.on("error", reject).listen(port, "127.0.0.1", () => resolve(undefined)));
  const stop = () => new Promise((resolve) => {
    server.close(resolve);
    server.closeAllConnections();
  });
  return { port: /** @type {import("node:net").AddressInfo} */ (server.address()).port, stop };
}

/** A port of this computer that nobody has. */
export async function freePort() {
  const { port, stop } = await listen(() => undefined);
  await stop();
  return port;
}

/** The OpenID provider. @param {string} home redirect URI @param {number} seconds life of an access token */
export async function startProvider(home, seconds) {
  const { Provider } = await load("oidc-provider/lib/index.js");
  const jose = await load("jose/dist/webapi/index.js");
  const { privateKey } = await jose.generateKeyPair("RS256", { extractable: true });
  const key = { ...(await jose.exportJWK(privateKey)), use: "sig", alg: "RS256", kid: "tests" };
  /** @type {http.RequestListener} */
  let handle = (_, response) => response.destroy();
  let server = await listen((request, response) => handle(request, response));
  const { port } = server;
  const issuer = `http://127.0.0.1:${port}`;
  const resource = { audience: AUDIENCE, scope: "dicom", accessTokenTTL: seconds, accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } };
  /** What a test adds: claims of everybody, what answers before the provider does, what is changed after it. */
  const hooks = { claims: {}, before: (_context) => false, after: (_context) => undefined };
  const provider = new Provider(issuer, {
    clients: [{
      client_id: "viewer", token_endpoint_auth_method: "none", application_type: "web", redirect_uris: [home],
      post_logout_redirect_uris: [home], grant_types: ["authorization_code", "refresh_token"], response_types: ["code"],
    }],
    clientBasedCORS: () => true,
    extraParams: ["aud", "launch"],
    conformIdTokenClaims: false,
    cookies: { keys: ["tests"] },
    claims: { openid: ["sub"], profile: ["name", "roles", "organization"] },
    features: {
      devInteractions: { enabled: true },
      revocation: { enabled: true },
      rpInitiatedLogout: { enabled: true },
      resourceIndicators: { enabled: true, defaultResource: () => AUDIENCE, useGrantedResource: () => true, getResourceServerInfo: () => resource },
    },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: `Dr ${id}`, ...hooks.claims }) }),
    issueRefreshToken: () => true,
    jwks: { keys: [key] },
    // Nobody is asked what a token may be used for.
    async loadExistingGrant({ oidc }) {
      const grantId = oidc.result?.consent?.grantId ?? oidc.session.grantIdFor(oidc.client.clientId);
      const known = grantId && (await provider.Grant.find(grantId));
      if (known) return known;
      const grant = new provider.Grant({ clientId: oidc.client.clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope("openid profile");
      grant.addResourceScope(AUDIENCE, "dicom");
      await grant.save();
      return grant;
    },
    rotateRefreshToken: true,
  });
  const issued = [];
  const waiting = [];
  const note = (entry) => {
    issued.push(entry);
    for (const look of waiting) look();
  };
  provider.on("grant.success", ({ oidc, body }) => note({ grant: oidc.params.grant_type, isGood: true, used: oidc.params.refresh_token, ...body }));
  provider.on("grant.error", ({ oidc }) => note({ grant: oidc.params?.grant_type, isGood: false }));
  provider.use(async (context, next) => {
    if (hooks.before(context)) return;
    await next();
    hooks.after(context);
  });
  handle = provider.callback();
  return {
    hooks,
    issuer,
    provider,
    /** Every answer of the token endpoint. */
    issued,
    keys: jose.createLocalJWKSet({ keys: [{ kty: key.kty, n: key.n, e: key.e, use: "sig", alg: "RS256", kid: "tests" }] }),
    jose,
    /** An access token with these claims, signed as the provider signs. @param {object} claims */
    sign: (claims) => new jose.SignJWT(claims).setProtectedHeader({ alg: "RS256", kid: "tests", typ: "at+jwt" }).sign(privateKey),
    /** Waits until the token endpoint has answered so many times with success. @param {string} grant @param {number} count */
    given: (grant, count) => new Promise((resolve) => {
      const look = () => issued.filter((entry) => entry.isGood && entry.grant === grant).length >= count && resolve(undefined);
      waiting.push(look);
      look();
    }),
    /** Ends what the last token was given for, as an administrator's click does: nothing is renewed any more. */
    async end() {
      const last = await provider.RefreshToken.find(issued.at(-1).refresh_token);
      await (await provider.Grant.find(last.grantId)).destroy();
    },
    isLive: async (refreshToken) => (await provider.RefreshToken.find(refreshToken)) !== undefined,
    stop: () => server.stop(),
    async goOn() {
      server = await listen((request, response) => handle(request, response), port);
    },
  };
}

/**
 * One origin: the site for everybody, its archive for those with a good token.
 * @param {{ url: string }} archive @param {{ seconds?: number, idleMinutes?: number }} [how]
 */
export async function startClinic(archive, { seconds = 300, idleMinutes = 15 } = {}) {
  const behind = new URL(archive.url);
  const clinic = { url: "", home: "", log: [], audience: AUDIENCE, config: {}, refuse: (_path) => undefined, holds: false, fhir: new AuditServer(), origins: [], changed: {} };
  /** @type {Awaited<ReturnType<typeof startProvider>>} */
  let sso;
  /** @param {string | undefined} authorization */
  const isGood = async (authorization = "") => {
    const token = /^Bearer (.+)$/.exec(authorization)?.[1] ?? "";
    const wanted = { issuer: sso.issuer, audience: clinic.audience, algorithms: ["RS256"] };
    return sso.jose.jwtVerify(token, sso.keys, wanted).then(() => true, () => false);
  };
  const server = await listen(async (request, response) => {
    const { method, headers } = request;
    const url = request.url ?? "/";
    const isArchive = url.startsWith("/dicom-web");
    const entry = { url, authorization: headers.authorization, cookie: headers.cookie, status: 200 };
    if (isArchive) clinic.log.push(entry);
    const answer = (status, more = {}, body = "") => {
      entry.status = status;
      response.writeHead(status, more).end(body);
    };
    if (url === "/config.json") return answer(200, { "Content-Type": "application/json", "Cache-Control": "no-store" }, JSON.stringify(clinic.config));
    // A file of the site that is another one than was built.
    const changed = clinic.changed[url];
    if (changed) return answer(200, { "Content-Type": url.endsWith(".wasm") ? "application/wasm" : "text/javascript" }, changed);
    if (url.startsWith("/fhir/")) return clinic.fhir.answer(request, response, await isGood(headers.authorization));
    // The provider's answer is kept from the viewer once, for a test to tamper with.
    if (clinic.holds && url.includes("code=")) {
      clinic.holds = false;
      return answer(200, { "Content-Type": "text/html" }, "<!doctype html><title>held</title>");
    }
    const refusal = isArchive ? clinic.refuse(url) : undefined;
    if (refusal) return answer(...refusal);
    if (isArchive && !(await isGood(headers.authorization))) return answer(401, { "WWW-Authenticate": 'Bearer error="invalid_token"' });
    const passed = http.request({ host: behind.hostname, port: behind.port, method, path: url, headers, agent: false }, (its) => {
      const policy = its.headers["content-security-policy"];
      if (policy) its.headers["content-security-policy"] = policy.replace("connect-src 'self'", `connect-src 'self' ${[sso.issuer, ...clinic.origins].join(" ")}`);
      entry.status = its.statusCode ?? 502;
      response.writeHead(entry.status, its.headers);
      its.pipe(response);
    });
    passed.on("error", () => response.destroy());
    response.on("close", () => passed.destroy());
    return request.pipe(passed);
  });
  clinic.url = `http://127.0.0.1:${server.port}`;
  clinic.home = `${clinic.url}/`;
  sso = await startProvider(clinic.home, seconds);
  clinic.config = {
    sources: [{ id: "main", label: "Archive", root: "/dicom-web" }],
    auth: { mode: "bearer", issuer: sso.issuer, clientId: "viewer", scope: "openid profile" },
    idleMinutes,
  };
  return Object.assign(clinic, {
    sso,
    async stop() {
      await server.stop();
      await sso.stop();
    },
  });
}

/** How often each of these came. @param {{ url: string }[]} entries @returns {number[]} */
export function counts(entries) {
  const found = new Map();
  for (const { url } of entries) found.set(url, (found.get(url) ?? 0) + 1);
  return [...found.values()];
}

/** Signs in at the provider by typing. @param {import("playwright-core").Page} page @param {string} name */
export async function typeName(page, name = "ada") {
  await page.locator("input[name=login]").fill(name);
  await page.locator("input[name=password]").fill("any will do");
  await page.locator("button[type=submit]").click();
}
