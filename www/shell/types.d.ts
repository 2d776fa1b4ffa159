// What the viewer (wasm) and the shell say to each other; the Rust side is src/web/wire.rs.
import type { ObjectSummary, Description, Report } from "./object_types.d.ts";
import type { AuditRecord, AuditReport } from "./audit_types.d.ts";
import type { Copies } from "./copy_types.d.ts";
import type { Legend, Probe } from "./value_types.d.ts";
import type { StudyList } from "./list_types.d.ts";
import type { Config, Session } from "./session_types.d.ts";

export type { Config, EhrStudy, Session, SessionNews } from "./session_types.d.ts";
export type { AuditRecord, AuditReport } from "./audit_types.d.ts";
export type { StudyList, StudyRow } from "./list_types.d.ts";
export type { ChainStep, Legend, Probe } from "./value_types.d.ts";
export type { ObjectSummary, Description, Report, AttributeRow };

/** Which of the three ways to draw is in use. */
export type Renderer = "webgpu" | "webgl2" | "cpu";

/** The module `viewer_webgpu.js` or `viewer_webgl.js` (wasm-bindgen, target web). */
export interface ViewerModule {
  default(options: { module_or_path: WebAssembly.Module | Promise<WebAssembly.Module> }): Promise<unknown>;
  /** Throws an Error whose message is a sentence that names the key. */
  parseConfig(text: string): Config;
  Viewer: { create(options: ViewerOptions): Promise<Viewer> };
}

export interface ViewerOptions {
  canvas: HTMLCanvasElement;
  /** The element over the canvas that takes pointer and wheel. */
  surface: HTMLElement;
  renderer: Renderer;
  /** Text of config.json. */
  config: string;
  workerUrl: string | TrustedScriptURL;
  workerModule: WebAssembly.Module | Promise<WebAssembly.Module>;
  /** A worker of that script that has loaded it already; the others are started once a first answer is there. */
  firstWorker: Worker;
  onNotice: (notice: Notice) => void;
  authorize: Session["authorize"];
  /** The answer to a question that was asked before the viewer was there. */
  takeEarly: (url: string, signal: AbortSignal) => Promise<Response> | undefined;
  /** Where frames may be kept that have no room in memory. */
  disk?: Disk;
  /** For the audit record. */
  reader: { issuer: string; subject: string; name: string; role: string; organisation: string };
}

/** Frames as they were sent, by names that stay in memory. */
export interface Disk {
  readonly state: { bytes: number; maxBytes: number };
  find(frame: string): Promise<{ contentType: string; bytes: ArrayBuffer } | undefined>;
  keep(frame: string, contentType: string, bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  wipe(): Promise<void>;
}

export interface Viewer {
  /** Throws a TypeError that names the field on anything unknown. */
  dispatch(command: Command): void;
  openFiles(files: File[]): void;
  /** No patient data beyond UIDs. */
  summary(): Summary;
  /** Words for the corners of each viewport: patient data, for text nodes only. */
  overlay(): Overlay[];
  /** Whose studies are open, in the order of the link. Patient data, for text nodes only. */
  headings(): { study: string; patient: string; about: string }[];
  /** Patient data, for text nodes only. */
  studies(): StudyList;
  actions(): ActionInfo[];
  /** Report and attributes of an instance of the open study; rejects with a sentence. Patient data, for text nodes only. */
  describe(instance: string): Promise<Description>;
  /** The DICOM file of an instance of the open study; rejects with a sentence. */
  objectFile(instance: string): Promise<Blob>;
  /** The PDF in an instance of the open study; rejects with a sentence. */
  pdf(instance: string): Promise<Blob>;
  /** The stream of a film, of its container's type. */
  film(instance: string): Promise<Blob>;
  /** The record of this visit, the newest first. Patient data, for text nodes only. */
  records(): AuditRecord[];
  copies: Copies;
  /** Once all of it is delivered (true), or an attempt came to nothing (false). */
  recordsDelivered(): Promise<boolean>;
  /** For pictures of one channel. */
  colorMaps(): { id: string; name: string }[];
  /** RGBA, row by row. */
  thumbnail(series: string, stack?: number): { width: number; height: number; pixels: Uint8ClampedArray<ArrayBuffer> } | undefined;
  readonly renderer: Renderer;
  free(): void;
}

export type Notice =
  | { type: "updateSummary" }
  | { type: "updateStudies" }
  | { type: "updateThumbnail"; series: string }
  | { type: "showProblem"; problem: Problem }
  | { type: "requestRoute"; route: string }
  | { type: "requestSignIn" }
  /** Hand out a link to what is shown. */
  | { type: "requestLink" }
  /** Open this report or document. */
  | { type: "requestReport"; instance: string; name: string }
  /** Show all attributes of this instance. */
  | { type: "requestAttributes"; instance: string }
  /** Ask about copies of the active study without the patient's identity. */
  | { type: "requestCopies" }
  /** The device was lost too often: start again on this tier. */
  | { type: "requestTier"; tier: Renderer };

export interface Problem {
  id: number;
  title: string;
  /** What still works and what to do. */
  detail: string;
  isBlocking: boolean;
  /** The archive knows the reader and refuses. */
  isRefusal: boolean;
}

export type SortColumn = "patient" | "id" | "date" | "modality" | "description" | "accession" | "images";

export type OpenStudy = {
  type: "openStudy";
  source?: string;
  study: string;
  /** Studies of the same archive to be opened side by side with it. */
  beside?: string[];
  series?: string;
  instance?: string;
  /** 1-based. */
  frame?: number;
  window?: [center: number, width: number];
  layout?: [rows: number, columns: number];
};

export type SearchStudies = {
  type: "searchStudies";
  source?: string;
  text: string;
  modality?: string;
  /** YYYYMMDD, like `to`. */
  from?: string;
  to?: string;
  offset?: number;
};

export type Command =
  | SearchStudies
  | { type: "sortStudies"; column: SortColumn; isDescending: boolean }
  | OpenStudy
  | { type: "openAccession"; source?: string; accession: string }
  | { type: "closeStudy" }
  | { type: "action"; action: string }
  | { type: "activateViewport"; viewport: number }
  | { type: "showSeries"; viewport: number; series: string; /** One of its stacks: window and place stay. */ stack?: number }
  | { type: "goToImage"; viewport: number; /** 1-based. */ number: number }
  | { type: "setWindow"; viewport: number; center: number; width: number }
  | { type: "chooseVoi"; viewport: number; index: number }
  | { type: "setPresets"; modality: string; /** The built-in ones where it is left out. */ presets?: Preset[] }
  | { type: "setColorMap"; viewport: number; /** Greys where it is left out. */ map?: string }
  | { type: "setLayout"; rows: number; columns: number }
  | { type: "setFrameRate"; viewport: number; framesPerSecond: number }
  | { type: "setLoop"; viewport: number; first: number; last: number }
  | { type: "dismissProblem"; id: number }
  | { type: "retry" }
  | { type: "setHidden"; isHidden: boolean }
  | ({ type: "report" } & AuditReport);

export interface Preset {
  name: string;
  center: number;
  width: number;
}

export interface ActionInfo {
  id: string;
  name: string;
  help: string;
  /** "W", "Shift+R" or "" where there is none. */
  key: string;
  group: "tool" | "view" | "window" | "scroll" | "layout" | "page";
}

export interface Summary {
  buildId: string;
  renderer: Renderer;
  adapter: string;
  screen: "studies" | "study";
  source: string | null;
  study: string | null;
  /** All that are open, `study` first. */
  studies: string[];
  /** The part of the address behind "#" and with it that leads back to what the active viewport shows. */
  route: string | null;
  layout: { rows: number; columns: number };
  activeViewport: number;
  /** Id of an action of the group "tool". */
  tool: string;
  interpolation: "smooth" | "nearest";
  overlayLevel: "all" | "minimal" | "none";
  arePicturesOnly: boolean;
  isHelpShown: boolean;
  /** The steps from the stored value under the pointer to the screen are shown. */
  isChainShown: boolean;
  /** All of the study comes coarse before any of it comes whole. */
  isPreviewFirst: boolean;
  canPreviewFirst: boolean;
  isOneUp: boolean;
  viewports: ViewportSummary[];
  series: SeriesSummary[];
  problems: Problem[];
  load: Load;
  /** What is waited for, in a sentence, while the archive asks not to be asked. */
  waiting: string | null;
  /** What is wrong with the audit record, and what to do. */
  audit: { title: string; detail: string } | null;
  /** What the geometry doctor found out about the active stack. */
  findings: Finding[];
  /** Plain sentences about attributes that could not be used. */
  geometry: string[];
  intendedUse: string;
}

export interface Finding {
  severity: "info" | "caution" | "warning";
  /** A sentence: what is odd. */
  found: string;
  /** A sentence: what was done about it. */
  done: string;
}

export interface Load {
  framesReady: number;
  framesWanted: number;
  framesFailed: number;
  bytesReceived: number;
  isBusy: boolean;
  bytesPerSecond: number;
  /** What is still to come of what is seen, and how long that takes on this line. */
  toGo: string | null;
  /** Decoded pixels; like `bytesBudget`, the most of them. */
  bytesHeld: number;
  bytesBudget: number;
  /** Since the study was opened. */
  framesDropped: number;
  /** The memory of the viewer itself, which never becomes smaller. */
  bytesOfPage: number;
}

export interface ViewportSummary {
  id: number;
  /** CSS pixels within the canvas. */
  rect: { x: number; y: number; width: number; height: number };
  isVisible: boolean;
  study: string | null;
  series: string | null;
  /** Which stack of the series, 0-based. */
  stack: number;
  /** Names of the series' stacks; one empty name where there is but one. */
  stacks: string[];
  instance: string | null;
  frame: number;
  /** 0-based in the stack. */
  index: number;
  count: number;
  /** "stale" | "reduced": the old picture stays while the next arrives. */
  state: "empty" | "loading" | "shown" | "stale" | "failed";
  message: string | null;
  window: { center: number; width: number; name: string; isAuto: boolean } | null;
  voiChoices: { name: string; detail: string }[];
  voiIndex: number | null;
  modality: string;
  presets: Preset[];
  /** Zoom in CSS pixels of the canvas per image pixel. */
  transform: {
    zoom: number;
    panX: number;
    panY: number;
    rotationDegrees: number;
    isFlippedHorizontally: boolean;
    isFlippedVertically: boolean;
  };
  isInverted: boolean;
  /** The image comes with overlay planes (60xx). */
  hasPlanes: boolean;
  arePlanesHidden: boolean;
  /** The image comes with a display shutter. */
  hasShutter: boolean;
  isShutterLifted: boolean;
  /** The mask of an angiography can be subtracted. */
  canSubtract: boolean;
  isSubtracting: boolean;
  /** One window for all images of the series. */
  isWindowLocked: boolean;
  fidelity: "exact" | "lossy" | "arriving" | "reduced" | "none";
  /** With figures; they stand on the picture too. */
  fidelityWords: string;
  isFidelityMarked: boolean;
  /** `detail` is the full sentence, or empty. */
  marks: { text: string; isWarning: boolean; detail: string }[];
  warnings: string[];
  /** Ranges of stack positions, end exclusive; like `seen`. */
  loaded: [number, number][];
  coarse: [number, number][];
  seen: [number, number][];
  isPlaying: boolean;
  framesPerSecond: number;
  /** What really comes on the canvas, after a second of playing. */
  shownPerSecond: number | null;
  /** Forth and back, not round. */
  /** First and last position that is played, from 0. */
  loop: [number, number];
  /** The reader chose them. */
  isLoopSet: boolean;
  isPlayingTogether: boolean;
  isSweeping: boolean;
  canPlay: boolean;
  probe: Probe | null;
  /** Its picture has one channel. */
  takesColorMap: boolean;
  /** Id of the colour map in use. */
  colorMap: string | null;
  legend: Legend | null;
  /** Of a series without pictures. */
  objects: ObjectSummary[];
}

/** A card of the strip: a series, or one of its stacks. */
export interface SeriesSummary {
  study: string;
  series: string;
  stack: number;
  /** "Echo 2"; empty where the series has but one stack. */
  stackName: string;
  modality: string;
  number: number | null;
  description: string;
  count: number;
  framesReady: number;
  framesCoarse: number;
  isShown: boolean;
  canBeDrawn: boolean;
  /** Why it cannot be drawn, as in "Report, not an image". */
  note: string;
  hasThumbnail: boolean;
  isFailed: boolean;
}

export interface Overlay {
  /** The first line is the patient's name. */
  topLeft: string[];
  topRight: string[];
  bottomLeft: string[];
  bottomRight: string[];
  edges: { left: string; right: string; top: string; bottom: string };
  /** Group and description of the overlay planes. */
  planes: string[];
}

/** What the views need: the viewer, its configuration and what it said last. */
export interface App {
  viewer: Viewer;
  config: Config;
  session: Session;
  disk?: Disk;
  actions: Map<string, ActionInfo>;
  send: (command: Command) => void;
  act: (action: string) => void;
  colorMaps: { id: string; name: string }[];
  /** Draws the page again in the next animation frame. */
  refresh: () => void;
}

declare global {
  interface Window {
    skiagraph?: { summary: () => Summary };
  }
}
