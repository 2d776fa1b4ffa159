// Says who is let in: nobody signs in (this computer only), OpenID Connect, or a proxy in front of the site keeps a cookie.
// @ts-check
/** @import { Config, Session, SessionNews } from "./types.d.ts" */
/** @import { Journey } from "./journey.js" */

/**
 * Why a way of signing in cannot be used here, in words, or undefined where it can.
 * @param {Config["auth"]["mode"]} mode @param {string} host @param {boolean} isSecure the line is encrypted, or leads nowhere
 * @returns {string | undefined}
 */
export function refuseAuth(mode, host, isSecure) {
  const isLoopback = host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
  if (mode === "none" && !isLoopback) {
    return "The mode “none” lets everybody in and works on this computer only (localhost). Set auth.mode in config.json to “bearer”, or to “cookie” with a signing-in proxy in front of the site.";
  }
  if (!isSecure) return "This page came over a line that is not encrypted. Whoever runs this site can serve it by https; nothing else carries pictures of patients.";
  return undefined;
}

/**
 * The session of this page. What signs in by OpenID Connect is loaded only where it is needed.
 * @param {{ config: Config, skewSeconds: number, onNews: (news: SessionNews) => void | Promise<void>,
 *   back: { given: URLSearchParams, journey: Journey | undefined } | undefined }} options
 * @returns {Promise<Session>} rejects with a title, a detail and the words for a button
 */
export async function openSession(options) {
  if (options.config.auth.mode !== "bearer") return { authorize: async () => undefined, name: "" };
  /** @type {typeof import("./login.js")} */
  const login = await import(new URL("login.js", document.baseURI).href);
  return login.openSession(options);
}
