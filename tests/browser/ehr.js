// An EHR for the tests: a FHIR server with imaging studies that launches the viewer, and signs in by the clinic's own provider.
import { listen } from "./provider.js";

const CORS = { "Access-Control-Allow-Origin": "*", "Access-Control-Allow-Headers": "authorization, accept" };

/**
 * Starts it beside a clinic and enters it into the clinic's configuration.
 * @param {any} clinic of `startClinic` @param {string} study Study Instance UID @param {object} [more] of `smart.issuers`
 */
export async function startEhr(clinic, study, more = {}) {
  const { sso } = clinic;
  const entry = (id, patient, uid, description) => ({
    resourceType: "ImagingStudy", id, status: "available", subject: { reference: `Patient/${patient}` }, started: "2026-03-0" + id.length,
    identifier: [{ use: "secondary", system: "urn:example:local", value: "17" }, { system: "urn:dicom:uid", value: `urn:oid:${uid}` }],
    description, modality: [{ system: "http://dicom.nema.org/resources/ontology/DCM", code: "CT" }], numberOfInstances: 12,
    endpoint: [{ reference: "Endpoint/elsewhere" }],
  });
  const ehr = {
    iss: "",
    /** Launches that are worth something. */
    launches: ["launch-1"],
    /** What comes with the token. */
    context: { patient: "p1", imagingStudy: "s1" },
    studies: [entry("s1", "p1", study, "Thorax"), entry("s02", "p1", "1.2.3.4", "Skull <b>bold</b>"), entry("s003", "p2", "1.2.3.5", "Of another")],
    smart: {},
    /** Every request: what it was and with which token. */
    log: [],
    /** Parameters of the sign-in. */
    asked: undefined,
    token: "",
    refuse: (_url) => undefined,
  };
  const server = await listen((request, response) => {
    const url = request.url ?? "";
    const answer = (status, body) => response.writeHead(status, { ...CORS, "Content-Type": "application/fhir+json" }).end(JSON.stringify(body));
    if (request.method === "OPTIONS") return answer(204);
    ehr.log.push({ url, authorization: request.headers.authorization, cookie: request.headers.cookie });
    if (url === "/fhir/.well-known/smart-configuration") return answer(200, ehr.smart);
    if (request.headers.authorization !== `Bearer ${ehr.token}`) return answer(401, { resourceType: "OperationOutcome" });
    const refusal = ehr.refuse(url);
    if (refusal) return answer(refusal, { resourceType: "OperationOutcome" });
    const patient = /^\/fhir\/ImagingStudy\?patient=([^&]+)/.exec(url)?.[1];
    if (patient) {
      const found = ehr.studies.filter((one) => one.subject.reference === `Patient/${patient}`);
      return answer(200, { resourceType: "Bundle", type: "searchset", entry: found.map((resource) => ({ resource })) });
    }
    const one = ehr.studies.find(({ id }) => url === `/fhir/ImagingStudy/${id}`);
    return one ? answer(200, one) : answer(404, { resourceType: "OperationOutcome" });
  });
  const origin = `http://127.0.0.1:${server.port}`;
  ehr.iss = `${origin}/fhir`;
  ehr.smart = {
    issuer: sso.issuer, jwks_uri: `${sso.issuer}/jwks`, authorization_endpoint: `${sso.issuer}/auth`, token_endpoint: `${sso.issuer}/token`,
    revocation_endpoint: `${sso.issuer}/token/revocation`, grant_types_supported: ["authorization_code"], code_challenge_methods_supported: ["S256"],
    capabilities: ["launch-ehr", "client-public", "sso-openid-connect", "context-ehr-patient"],
  };
  sso.hooks.before = (context) => {
    if (context.path !== "/auth" || context.query.launch === undefined) return false;
    ehr.asked = { ...context.query };
    const { launch, aud, redirect_uri, state } = ehr.asked;
    if (ehr.launches.includes(launch) && aud === ehr.iss) return false;
    context.redirect(`${redirect_uri}?${new URLSearchParams({ error: "invalid_request", error_description: "<b>expired</b>", state, iss: sso.issuer })}`);
    return true;
  };
  sso.hooks.after = (context) => {
    if (context.path !== "/token" || !context.body?.access_token || !ehr.asked || ehr.token) return;
    ehr.token = context.body.access_token;
    Object.assign(context.body, ehr.context);
  };
  clinic.origins.push(origin);
  clinic.config.smart = { issuers: [{ iss: ehr.iss, clientId: "viewer", source: "main", ...more }] };
  return Object.assign(ehr, { stop: server.stop });
}
