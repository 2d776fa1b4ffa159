// The sample configurations of docs/deploy, each under its real server: every header, the page under them, sign-in and first image.
import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { isShown, start } from "./harness.js";
import { buildOf } from "./host.js";
import { freePort, startProvider, typeName } from "./provider.js";

const DEPLOY = path.join(process.env.SITE, "..", "docs", "deploy");
const APACHE_MODULES = ["mpm_event", "authn_core", "authz_core", "authz_host", "dir", "headers", "mime", "oauth2", "proxy", "proxy_http", "setenvif", "ssl"];

/** How each server is started with its sample; `folder` is where it may write. */
const SERVERS = {
  nginx: {
    sample: "nginx.conf",
    command: (folder) => ["/usr/sbin/nginx", "-p", folder, "-e", `${folder}/error.log`, "-c", `${folder}/main.conf`],
    main: (folder) => `daemon off; pid ${folder}/pid; user root; events {}
      http { include /etc/nginx/mime.types; access_log ${folder}/access.log; include ${folder}/sample.conf;
      ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) => `${name}_temp_path ${folder}/${name};`).join(" ")} }`,
    place: (text, { port }) => text.replace("listen 443 ssl", `listen 127.0.0.1:${port} ssl`),
  },
  caddy: {
    sample: "Caddyfile",
    command: (folder) => ["/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", `${folder}/main.conf`],
    main: (folder) => `{\n admin off\n auto_https disable_redirects\n storage file_system ${folder}/caddy\n}\nimport ${folder}/sample.conf\n`,
    place: (text, { port }) => text.replace(/^viewer\.example\.org \{/m, `https://127.0.0.1:${port} {\n\tbind 127.0.0.1`),
  },
  apache: {
    sample: "apache.conf",
    command: (folder) => ["/usr/sbin/apache2", "-f", `${folder}/main.conf`, "-DFOREGROUND"],
    main: (folder) => `ServerRoot ${folder}\nPidFile ${folder}/pid\nDefaultRuntimeDir ${folder}\nMutex file:${folder}\nErrorLog ${folder}/error.log
      ServerName 127.0.0.1\nUser www-data\nGroup www-data\nTypesConfig /etc/mime.types\nDefine APACHE_LOG_DIR ${folder}
      ${APACHE_MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join("\n")}
      <Directory />\nRequire all denied\n</Directory>\nInclude ${folder}/sample.conf\n`,
    place: (text, { port, issuer }) => text.replace("Listen 443", `Listen 127.0.0.1:${port}`).replace("*:443", `127.0.0.1:${port}`).replaceAll("https://login.example.org", issuer),
  },
};

/** Standards 4.4. */
const HEADERS = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=31536000",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=()",
};
const POLICY = (issuer) => `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; style-src 'self'; img-src 'self' blob:; media-src blob:; `
  + `font-src 'self'; connect-src 'self' ${issuer}; manifest-src 'self'; base-uri 'none'; form-action 'none'; object-src 'none'; `
  + `frame-src 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types app-url`;

let site;
let ssl;

before(async () => {
  site = await start();
  ssl = fs.mkdtempSync(path.join(os.tmpdir(), "skiagraph-ssl-"));
  execFileSync("openssl", ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
    "-keyout", `${ssl}/viewer.key`, "-out", `${ssl}/viewer.pem`], { stdio: "ignore" });
});

after(async () => {
  await site?.stop();
  if (ssl) fs.rmSync(ssl, { recursive: true, force: true });
});

/** The site with its sample under its server. @param {keyof typeof SERVERS} name */
async function deploy(name) {
  const server = SERVERS[name];
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), `skiagraph-${name}-`));
  fs.chmodSync(folder, 0o755);
  const port = await freePort();
  const home = `https://127.0.0.1:${port}/`;
  const sso = await startProvider(home, 300);
  fs.cpSync(process.env.SITE, `${folder}/www`, { recursive: true });
  fs.writeFileSync(`${folder}/www/config.json`, JSON.stringify({
    sources: [{ id: "main", label: "Archive", root: "/dicom-web" }],
    auth: { mode: "bearer", issuer: sso.issuer, clientId: "viewer", scope: "openid profile" },
  }));
  const sample = server.place(fs.readFileSync(path.join(DEPLOY, server.sample), "utf8"), { port, issuer: sso.issuer })
    .replaceAll("https://login.example.org", sso.issuer).replaceAll("/var/www/skiagraph", `${folder}/www`)
    .replaceAll(/\/etc\/ssl\/\w+\/viewer/g, `${ssl}/viewer`).replaceAll("127.0.0.1:8042", new URL(site.url).host);
  fs.writeFileSync(`${folder}/sample.conf`, sample);
  fs.writeFileSync(`${folder}/main.conf`, server.main(folder));
  const [program, ...options] = server.command(folder);
  const child = spawn(program, options, { stdio: ["ignore", "pipe", "pipe"], env: { ...process.env, HOME: folder } });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (said = (said + chunk).slice(-5_000)));
  const gone = new Promise((resolve) => child.on("exit", resolve));
  const log = () => `${said} ${fs.existsSync(`${folder}/error.log`) ? fs.readFileSync(`${folder}/error.log`, "utf8").slice(-3_000) : ""}`;
  return {
    home, sso, log,
    async stop() {
      child.kill("SIGTERM");
      await gone;
      await sso.stop();
      fs.rmSync(folder, { recursive: true, force: true });
    },
  };
}

for (const [name, { command }] of Object.entries(SERVERS)) {
  const [program] = command("");
  const skip = !fs.existsSync(program) && `no ${name} here`;
  test(`${name}: its sample sends every header, and the page signs in and shows an image under them`, { skip, timeout: 120_000 }, async () => {
    const hospital = await deploy(name);
    const context = await site.browser.newContext({ ignoreHTTPSErrors: true, viewport: { width: 1280, height: 800 } });
    context.setDefaultTimeout(20_000);
    try {
      await context.route((url) => url.hostname !== "127.0.0.1", (route) => route.abort());
      const page = await context.newPage();
      const broken = [];
      page.on("console", (message) => /Content Security Policy|Trusted|violat/i.test(message.text()) && broken.push(message.text()));
      page.on("pageerror", (error) => broken.push(error.message));
      await page.addInitScript(() => {
        window.violations = [];
        document.addEventListener("securitypolicyviolation", (event) => window.violations.push(`${event.violatedDirective} ${event.blockedURI}`));
      });
      const answers = new Map();
      page.on("response", (response) => answers.set(new URL(response.url()).pathname, response));
      // The server may still be on its way up: a connection that is refused is tried again.
      let isUp = false;
      while (!isUp) isUp = await context.request.get(hospital.home).then(() => true, (error) => assert.match(String(error), /ECONNREFUSED/, hospital.log()));
      const address = `${hospital.home}#/study/${site.thorax.study}?series=${site.thorax.series}`;
      await page.goto(address);
      await typeName(page);
      await isShown(page).catch(async () => assert.fail(`${hospital.log()} ${await page.locator("body").innerText()} ${broken}`));
      assert.deepEqual([broken, await page.evaluate(() => window.violations)], [[], []]);
      const [policy, build] = [POLICY(hospital.sso.issuer), buildOf()];
      for (const file of ["/", "/config.json", ...["main.js", "login.js", "worker.js", "skiagraph_worker_bg.wasm"].map((name) => `/${build}/${name}`)]) {
        const headers = answers.get(file).headers();
        assert.equal(headers["content-security-policy"], policy, file);
        for (const [key, value] of Object.entries(HEADERS)) assert.equal(headers[key], value, `${file}: ${key}`);
        const cache = file.startsWith("/build") ? file.endsWith("/worker.js") ? "no-cache" : "max-age=31536000, immutable" : "no-store";
        assert.equal(headers["cache-control"], cache, file);
        assert.doesNotMatch(headers.server ?? "", /\d/, "the server does not tell its version");
      }
      assert.match(answers.get(`/${build}/skiagraph_worker_bg.wasm`).headers()["content-type"], /^application\/wasm/);
      const asked = [...answers].filter(([path]) => path.startsWith("/dicom-web/"));
      assert.ok(asked.length > 2);
      for (const [path, answer] of asked) assert.deepEqual([answer.status(), answer.headers()["cache-control"]], [200, "no-store"], path);
      for (const name of ["no-such-file", "build-0123456789abcdef/main.js"]) {
        const missing = await context.request.get(`${hospital.home}${name}`);
        const { "content-security-policy": sent, "cache-control": cache = "" } = missing.headers();
        assert.deepEqual([missing.status(), sent], [404, policy]);
        assert.doesNotMatch(cache, /immutable/, "that a file is missing is not kept for ever");
      }
      const service = (await context.request.get(`${hospital.home}service_worker.js`)).headers();
      assert.deepEqual([service["cache-control"], service["content-security-policy"]], ["no-cache", policy]);
      if (name === "apache") await checksTokens(context, hospital);
    } finally {
      await context.close();
      await hospital.stop();
    }
  });
}

/** The sample that checks tokens lets none but a good one through. @param {import("playwright-core").BrowserContext} context */
async function checksTokens(context, { home, sso }) {
  const good = sso.issued[0].access_token;
  const [head, , signature] = good.split(".");
  const told = (claims) => Buffer.from(JSON.stringify(claims)).toString("base64url");
  const claims = sso.jose.decodeJwt(good);
  const ask = async (token) => (await context.request.get(`${home}dicom-web/studies`, { headers: token ? { Authorization: `Bearer ${token}` } : {} })).status();
  assert.deepEqual({
    good: await ask(good),
    none: await ask(undefined),
    forged: await ask([head, told({ ...claims, sub: "other" }), signature].join(".")),
    expired: await ask(await sso.sign({ ...claims, iat: 1, exp: 2 })),
    stranger: await ask(await sso.sign({ ...claims, iss: "https://evil.example" })),
    audience: await ask(await sso.sign({ ...claims, aud: "urn:other" })),
  }, { good: 200, none: 401, forged: 401, expired: 401, stranger: 401, audience: 401 });
}
