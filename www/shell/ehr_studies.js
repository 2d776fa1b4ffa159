// The imaging studies of the patient whom an EHR has in hand, read from its FHIR server; part of login.js.
// @ts-check
/** @import { EhrStudy } from "./types.d.ts" */
import { UID } from "./router.js";
import { SignInError } from "./sign_in_error.js";

/** FHIR R4, datatype id. */
const ID = /^[A-Za-z0-9.-]{1,64}$/;
const MOST_STUDIES = 100;
const MOST_BYTES = 8 << 20;
const SILENCE_MILLIS = 15_000;
const ON = "Studies";
const NOTHING = "Nothing is opened.";

/** @typedef {{ resourceType?: string, id?: string, subject?: { reference?: string }, identifier?: { system?: string, value?: string }[], started?: string,
 *   description?: string, modality?: { code?: string }[], numberOfInstances?: number }} ImagingStudy */

export class Imaging {
  #base;
  #token;
  /** What the launch is about. */
  #patient;
  #study;

  /**
   * @param {string} base root of the FHIR server
   * @param {Record<string, unknown> & { access_token: string }} granted the token endpoint's answer with the launch context
   */
  constructor(base, granted) {
    this.#base = base;
    this.#token = granted.access_token;
    this.#patient = id(granted.patient);
    this.#study = id(granted.imagingStudy) ?? this.#named(granted.fhirContext);
  }

  /**
   * The study of the launch, or the one that the reader chooses of the patient's.
   * @param {(studies: EhrStudy[]) => Promise<EhrStudy>} choose @returns {Promise<EhrStudy>}
   */
  async study(choose) {
    if (this.#study) {
      const one = this.#read(/** @type {ImagingStudy} */ (await this.#get(`ImagingStudy/${this.#study}`)));
      if (!one) throw new SignInError("The EHR's study cannot be opened", `Its entry names no Study Instance UID. ${NOTHING} Tell whoever runs the EHR.`, ON);
      return one;
    }
    if (!this.#patient) {
      throw new SignInError("The EHR did not say whose study to open", `Its launch came without a patient and without an imaging study. ${NOTHING} Launch the viewer from a patient's record.`, ON);
    }
    const found = /** @type {{ resourceType?: string, entry?: { resource?: ImagingStudy }[] }} */ (
      await this.#get(`ImagingStudy?patient=${this.#patient}&_count=${MOST_STUDIES}`));
    const entries = found.resourceType === "Bundle" ? (found.entry ?? []) : [];
    const resources = entries.flatMap(({ resource }) => (resource?.resourceType === "ImagingStudy" ? [resource] : []));
    const studies = resources.flatMap((resource) => this.#read(resource) ?? []);
    if (studies.length === 0) throw new SignInError("The EHR knows no imaging study of this patient", `${NOTHING} Look for the study in the list of studies.`, ON);
    return choose(studies.sort((a, b) => b.started.localeCompare(a.started)));
  }

  /** SMART App Launch 2.2, fhirContext: the imaging study among what the EHR has in hand. @param {unknown} context */
  #named(context) {
    for (const item of Array.isArray(context) ? context : []) {
      const found = this.#within(item?.reference, "ImagingStudy");
      if (found) return found;
    }
    return undefined;
  }

  /** The id of a reference to this server. @param {unknown} reference @param {string} type */
  #within(reference, type) {
    const text = typeof reference === "string" ? reference.replace(`${this.#base}/`, "") : "";
    const [kind, found, ...rest] = text.split("/");
    return kind === type && (rest.length === 0 || rest[0] === "_history") ? id(found) : undefined;
  }

  /** The patient of the study must be the one in hand: an EHR that mixes them up must not open anything. @param {ImagingStudy} resource @returns {EhrStudy | undefined} */
  #read(resource) {
    if (resource.resourceType !== "ImagingStudy") throw unreadable();
    if (this.#patient && this.#within(resource.subject?.reference, "Patient") !== this.#patient) {
      throw new SignInError("This study is of another patient", `The EHR has one patient in hand, and its imaging study names another, or none. ${NOTHING} Tell whoever runs the EHR.`, ON);
    }
    const identifiers = Array.isArray(resource.identifier) ? resource.identifier : [];
    const uid = identifiers.find(({ system }) => system === "urn:dicom:uid")?.value?.replace(/^urn:oid:/, "") ?? "";
    const modalities = Array.isArray(resource.modality) ? resource.modality.flatMap(({ code }) => code ?? []) : [];
    return UID.test(uid)
      ? { uid, started: words(resource.started), description: words(resource.description), modalities: modalities.map(words).join(", "), images: Number(resource.numberOfInstances) || undefined }
      : undefined;
  }

  /** @param {string} path @returns {Promise<object>} */
  async #get(path) {
    const response = await fetch(`${this.#base}/${path}`, {
      headers: { Accept: "application/fhir+json", Authorization: `Bearer ${this.#token}` },
      credentials: "omit", redirect: "error", cache: "no-store", signal: AbortSignal.timeout(SILENCE_MILLIS),
    });
    if (response.status === 401 || response.status === 403) {
      throw new SignInError("The EHR does not show this study", `It knows you, and refuses its imaging studies (${response.status}). ${NOTHING} Ask whoever runs the EHR.`, ON);
    }
    if (response.status === 404 || response.status === 410) throw new SignInError("The EHR has no such study", `It may have been removed since the launch. ${NOTHING}`, ON);
    if (!response.ok) throw unreadable();
    const value = JSON.parse(await text(response));
    if (value === null || typeof value !== "object") throw unreadable();
    return value;
  }
}

/** A text of a bounded size. @param {Response} response */
async function text(response) {
  const decoder = new TextDecoder();
  let [whole, bytes] = ["", 0];
  const reader = response.body?.getReader();
  for (let step = await reader?.read(); step && !step.done; step = await reader?.read()) {
    bytes += step.value.byteLength;
    if (bytes > MOST_BYTES) {
      await reader?.cancel();
      throw unreadable();
    }
    whole += decoder.decode(step.value, { stream: true });
  }
  return whole + decoder.decode();
}

function unreadable() {
  return new SignInError("The EHR's answer cannot be read", `It is no imaging study of FHIR R4. ${NOTHING} Tell whoever runs the EHR.`, ON);
}

/** @param {unknown} value */
const id = (value) => (typeof value === "string" && ID.test(value) ? value : undefined);

/** @param {unknown} value */
const words = (value) => (typeof value === "string" ? value.slice(0, 200) : "");
