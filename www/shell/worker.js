// A worker of the decoding pool: takes the compiled module in its first message; from then on the wasm answers.
// @ts-ignore made by the build, beside this file
import init from "./skiagraph_worker.js";

self.onmessage = ({ data }) => init({ module_or_path: data.module });
