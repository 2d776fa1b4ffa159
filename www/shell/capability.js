// A link with a token of its own (a capability): whoever holds it may look at one study for a while, and at nothing else.
// @ts-check
/** @import { Config, Session, SessionNews } from "./types.d.ts" */
/** @import { Capability } from "./launch.js" */
import { GrantSession, rootsFor } from "./grant.js";
import { keptSearch } from "./launch.js";
import { parseRoute, routeHash } from "./router.js";
import { SignInError } from "./sign_in_error.js";

const ASK = "Ask whoever gave it to you for a new one.";
/** @type {[string, string]} */
const EXPIRED = ["This link has expired", `What it showed is out of sight. ${ASK}`];
/** @type {[string, string]} */
const REFUSED = ["This link is not accepted", `The archive refuses it: it may have expired or been withdrawn. ${ASK}`];

/**
 * @param {{ config: Config, skewSeconds: number, onNews: (news: SessionNews) => void | Promise<void>, capability: Capability }} options
 * @returns {Promise<Session>}
 */
export async function openCapability({ config, skewSeconds, onNews, capability: { token } }) {
  const source = config.capability?.source;
  const route = parseRoute(location.hash, config);
  if (!source) throw new SignInError("This site takes no links with a token", "Its token was taken out of the address and sent nowhere. Sign in to look at the study.", "Go on");
  if (!token || route.screen !== "study" || (route.command.source ?? source) !== source) {
    throw new SignInError("This link cannot be used", `Its address is not complete; it may have been cut on its way. ${ASK}`, "Go on");
  }
  // The one study, at the archive that takes such tokens.
  const hash = routeHash({ ...route.command, beside: [], source });
  history.replaceState(null, "", `${location.pathname}${keptSearch(new URLSearchParams(location.search))}${hash}`);
  const expiresAt = expiry(token, skewSeconds);
  if (expiresAt !== undefined && expiresAt <= Date.now()) throw new SignInError(EXPIRED[0], ASK, "Go on");
  return new GrantSession({
    token,
    roots: rootsFor(config, source),
    name: "Holder of a link",
    // Who holds it, nobody knows; which link it was, whoever issued it can tell.
    issuer: new URL(config.sources.find(({ id }) => id === source)?.root ?? "", document.baseURI).href,
    subject: `link ${await fingerprint(token)}`,
    expiresAt,
    only: route.command.study,
    isReadOnly: true,
    endings: { expired: EXPIRED, refused: REFUSED },
    onNews,
  });
}

/**
 * When it ends, in milliseconds by this computer's clock, where it is a JWT that says so (RFC 7519 4.1.4); whether that is
 * true, the archive decides.
 * @param {string} token @param {number} skewSeconds how far this computer's clock is behind
 */
function expiry(token, skewSeconds) {
  const claims = token.split(".")[1] ?? "";
  try {
    const { exp } = JSON.parse(atob(claims.replaceAll("-", "+").replaceAll("_", "/")));
    return Number.isFinite(exp) ? (exp - skewSeconds) * 1000 : undefined;
  } catch {
    return undefined;
  }
}

/** @param {string} token */
async function fingerprint(token) {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(token)));
  return [...hash.slice(0, 16)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
