// Says who is let in: nobody signs in (this computer only), or a proxy in front of the site keeps a cookie.
// @ts-check
/** @import { Config } from "./types.d.ts" */

/**
 * Why a way of signing in cannot be used here, in words, or undefined where it can.
 * @param {Config["auth"]["mode"]} mode @param {string} host @returns {string | undefined}
 */
export function refuseAuth(mode, host) {
  const isLoopback = host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
  if (mode === "none" && !isLoopback) {
    return "The mode “none” lets everybody in and works on this computer only (localhost). Set auth.mode in config.json to “cookie” and put a signing-in proxy in front of the site.";
  }
  if (mode === "bearer") return "Signing in by OpenID (auth.mode “bearer”) is not part of this version yet. Use “cookie” with a signing-in proxy.";
  return undefined;
}

/** The Authorization header's value: none, in both modes; the browser adds the proxy's cookie itself. */
export async function authorize() {
  return undefined;
}

/** Sends the user through the proxy's sign-in and back to the same address. */
export function signIn() {
  location.reload();
}
