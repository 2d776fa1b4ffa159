// Which hosts are this computer itself: what goes there need not be encrypted.
// @ts-check

/** @param {string} host as `location.hostname` has it */
export function isLoopback(host) {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
