// What shell and viewer say to each other about copies without identity.

/**
 * A step on the way to copies without identity: every file of the active study, the bytes of one, something that the workers
 * do with it (patient data, for text nodes only), the record that copies leave, a copy sent. Rejects with a sentence.
 */
export interface Copies {
  (what: "files"): Promise<CopiedFile[]>;
  (what: "file", file: CopiedFile): Promise<Blob>;
  (what: "job", order: CopyOrder, body: Blob | Blob[]): Promise<{ answer: unknown; blobs: Blob[] }>;
  (what: "record", areSent: boolean): Promise<void>;
  (what: "store", none: undefined, copy: Blob): Promise<void>;
}

export interface CopiedFile {
  source: string;
  study: string;
  series: string;
  instance: string;
}

/** Options of PS3.15 Annex E. */
export interface CopyOptions {
  dates: "removed" | "shifted" | "kept";
  cleansDescriptors: boolean;
  keepsCharacteristics: boolean;
  keepsDevice: boolean;
  keepsInstitution: boolean;
  keepsSafePrivate: boolean;
  keepsUids: boolean;
}

/** Pixels from column `x` and row `y` on; `frame` is null for all of the file's. */
export interface HiddenArea {
  frame: number | null;
  x: number;
  y: number;
  width: number;
  height: number;
}

export type CopyOrder =
  | { type: "survey" }
  | { type: "preview"; frame: number; areas: HiddenArea[] }
  | { type: "copy"; order: { options: CopyOptions; label: string; areas: HiddenArea[]; isSeen: boolean }; salt: string }
  | { type: "pack"; keys: object[]; salt: string };

/** What the viewer says of a file before it is copied; description is patient data. */
export interface Survey {
  instance: string;
  series: string;
  modality: string;
  description: string;
  seriesNumber: string;
  number: number;
  rows: number;
  columns: number;
  nFrames: number;
  release: "free" | "afterLook" | "never";
  why: string;
  areas: HiddenArea[];
}
