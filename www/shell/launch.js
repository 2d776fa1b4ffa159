// What a link from elsewhere brings with it, an EHR's launch or a token for one study, taken out of the address before anything is asked.
// @ts-check

/** @typedef {{ iss: string, launch: string }} Launch as SMART App Launch has it */
/** @typedef {{ token: string }} Capability */

/** RFC 6750 2.1: what can stand in the header. */
const TOKEN = /^[A-Za-z0-9._~+/-]{1,8192}=*$/;

/** The launch of an EHR (SMART App Launch 2.2, EHR launch); its words leave the address at once. @returns {Launch | undefined} */
export function takeLaunch() {
  const given = new URLSearchParams(location.search);
  const [iss, launch] = [given.get("iss"), given.get("launch")];
  if (iss === null || launch === null) return undefined;
  history.replaceState(null, "", `${location.pathname}${keptSearch(given)}`);
  return { iss, launch };
}

/** The token of a link that a server issued; it leaves the address at once, also where it is none. @returns {Capability | undefined} */
export function takeCapability() {
  const [path = "", query = ""] = location.hash.split("?", 2);
  const given = new URLSearchParams(query);
  const token = given.get("token");
  if (token === null) return undefined;
  given.delete("token");
  history.replaceState(null, "", `${location.pathname}${location.search}${path}${given.size > 0 ? `?${given}` : ""}`);
  return { token: TOKEN.test(token) ? token : "" };
}

/** Which way to draw is wanted, and nothing else. @param {URLSearchParams} given */
export function keptSearch(given) {
  const renderer = given.get("renderer") ?? "";
  return /^(webgpu|webgl2|cpu)$/.test(renderer) ? `?renderer=${renderer}` : "";
}
