// Says who is let in: nobody signs in (this computer only), OpenID Connect, or a proxy in front of the site keeps a cookie.
// @ts-check
/** @import { Config, EhrStudy, Session, SessionNews } from "./types.d.ts" */
/** @import { Journey } from "./journey.js" */
/** @import { Capability, Launch } from "./launch.js" */
import { openCapability } from "./capability.js";
import { importChecked } from "./integrity.js";
import { isLoopback } from "./loopback.js";

/**
 * Why a way of signing in cannot be used here, in words, or undefined where it can.
 * @param {Config["auth"]["mode"]} mode @param {string} host @param {boolean} isSecure the line is encrypted, or leads nowhere
 * @returns {string | undefined}
 */
export function refuseAuth(mode, host, isSecure) {
  if (mode === "none" && !isLoopback(host)) {
    return "The mode “none” lets everybody in and works on this computer only (localhost). Set auth.mode in config.json to “bearer”, or to “cookie” with a signing-in proxy in front of the site.";
  }
  if (!isSecure) return "This page came over a line that is not encrypted. Whoever runs this site can serve it by https; nothing else carries pictures of patients.";
  return undefined;
}

/**
 * The session of this page: of a link's own token, of the EHR that launches, or of the sign-in of the configuration. What
 * speaks with a sign-in service is loaded only where it is needed.
 * @param {{ config: Config, skewSeconds: number, onNews: (news: SessionNews) => void | Promise<void>,
 *   back: { given: URLSearchParams, journey: Journey | undefined } | undefined, launch: Launch | undefined, capability: Capability | undefined,
 *   choose: (studies: EhrStudy[]) => Promise<EhrStudy> }} options
 * @returns {Promise<Session>} rejects with a title, a detail and the words for a button
 */
export async function openSession(options) {
  const { config, launch, capability } = options;
  let { back } = options;
  if (capability) return openCapability({ ...options, capability });
  if (launch || back?.journey?.iss !== undefined) {
    const session = await (await loadLogin()).launchStep(options);
    if (session) return session;
    back = undefined;
  }
  const { mode } = config.auth;
  if (mode !== "bearer") return { mode, authorize: async () => undefined, name: "" };
  return (await loadLogin()).openSession({ ...options, back });
}

/** @returns {Promise<typeof import("./login.js")>} */
function loadLogin() {
  return importChecked("login.js");
}
