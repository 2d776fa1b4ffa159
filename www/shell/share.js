// A link to the image shown, for others who may see it: UIDs and numbers, no name and no token.
// @ts-check
/** @import { App } from "./types.d.ts" */
import { putOnRecord } from "./audit.js";
import { HOME } from "./journey.js";
import { parseRoute } from "./router.js";
import { tell } from "./note.js";

/** @param {App} app */
export async function share(app) {
  const hash = app.viewer.summary().route;
  const route = parseRoute(hash ?? "", app.config);
  if (app.session.isReadOnly) return tell({ title: "This link cannot be handed on", detail: "It is for looking at one study. Whoever gave it to you can give out another." });
  if (!hash || route.screen !== "study" || route.command.source === "local") {
    return tell({ title: "There is nothing to link to", detail: "A link leads to a study of an archive. Files of this computer stay on it." });
  }
  putOnRecord(app, { what: "shared" });
  if (app.config.audit?.required && !(await app.viewer.recordsDelivered())) {
    return tell({ title: "No link was copied", detail: "This site hands out nothing without its audit record, and the record cannot be delivered. Try again later." });
  }
  const link = `${HOME}${hash}`;
  const isCopied = await navigator.clipboard?.writeText(link).then(() => true, () => false);
  return isCopied
    ? tell({ title: "Link copied", detail: "It leads to this image. Whoever opens it signs in, and sees what the archive shows them.", isBrief: true })
    : tell({ title: "Copy this link", detail: "The browser does not let this page copy. Whoever opens the link signs in, and sees what the archive shows them.", text: link });
}
