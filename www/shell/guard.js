// Runs before the page's entry: where that does not arrive, the page says so, or comes back without a service worker.
// @ts-check
import { afresh } from "./afresh.js";

const TITLE = "A part of the viewer did not arrive";
const DETAIL = "The file main.js could not be loaded, or is not as it was built. Check the connection and load the page again; if it stays like this, tell whoever runs this site.";

addEventListener("error", async ({ target }) => {
  if (target instanceof HTMLScriptElement && !(await afresh())) say();
}, { capture: true });

function say() {
  const boot = document.getElementById("boot");
  if (!boot) return addEventListener("DOMContentLoaded", say);
  const title = Object.assign(document.createElement("h1"), { textContent: TITLE });
  const detail = Object.assign(document.createElement("p"), { textContent: DETAIL });
  const again = Object.assign(document.createElement("button"), { className: "button", textContent: "Load again", onclick: () => location.reload() });
  boot.setAttribute("role", "alert");
  boot.replaceChildren(title, detail, again);
}
