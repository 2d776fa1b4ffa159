// What the viewer says of the list of studies.
import type { Problem } from "./types.d.ts";

export interface StudyList {
  state: "idle" | "loading" | "ready" | "empty" | "failed";
  problem: Problem | null;
  text: string;
  offset: number;
  pageSize: number;
  hasMore: boolean;
  sort: { column: string; isDescending: boolean };
  rows: StudyRow[];
}

export interface StudyRow {
  /** An id of the configuration, or "local". */
  source: string;
  study: string;
  patientName: string;
  patientId: string;
  birthDate: string;
  age: string;
  sex: string;
  /** For the eye, like `time`. */
  date: string;
  time: string;
  modalities: string;
  description: string;
  accession: string;
  series: number | null;
  images: number | null;
  referringPhysician: string;
}
