// Locks the page when nobody has touched it for a while: by the clock of the wall, so that sleep counts, and for all tabs at once.
// @ts-check
import { html, render } from "lit/html.js";
import { HOME } from "./journey.js";

/** How long before the lock it is announced. */
const WARNING_MILLIS = 60_000;
/** How often a busy tab tells the others. */
const TELL_MILLIS = 2_000;
const SIGNS_OF_LIFE = ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"];

/**
 * Watches until the page ends.
 * @param {number} minutes @param {HTMLDialogElement} dialog where the lock is announced @param {() => void} lock
 * @returns {{ restart: () => void }} to be called when somebody is there again
 */
export function watchIdle(minutes, dialog, lock) {
  const limit = minutes * 60_000;
  const channel = new BroadcastChannel(`skiagraph-idle ${HOME}`);
  let [last, lastTick, told] = [Date.now(), performance.now(), 0];
  let isLocked = false;
  /** @type {ReturnType<typeof setTimeout>} */
  let timer;

  // Neither clock alone will do: one can be set back, the other stands still in sleep.
  const idleMillis = () => Math.max(Date.now() - last, performance.now() - lastTick);

  const check = () => {
    clearTimeout(timer);
    if (isLocked) return;
    const left = limit - idleMillis();
    if (left <= 0) {
      channel.postMessage("lock");
      lockNow();
    } else if (left <= WARNING_MILLIS) {
      announce(Math.ceil(left / 1000));
      timer = setTimeout(check, 1_000);
    } else {
      dialog.close();
      timer = setTimeout(check, left - WARNING_MILLIS);
    }
  };

  const lockNow = () => {
    isLocked = true;
    dialog.close();
    lock();
  };

  /** @param {number} seconds */
  const announce = (seconds) => {
    render(html`<h2 id="idle-title">Still there?</h2>
      <p>This page locks in ${seconds} s, since nobody has touched it. What is open stays, out of sight.</p>
      <p class="answers"><button class="button is-main" autofocus>Stay</button></p>`, dialog);
    if (!dialog.open) dialog.showModal();
  };

  const touch = () => {
    [last, lastTick] = [Date.now(), performance.now()];
    if (dialog.open) check();
  };

  const sign = () => {
    // The first touch after sleep comes before any timer: it is too late then.
    if (isLocked || idleMillis() >= limit) return check();
    touch();
    if (last - told < TELL_MILLIS) return;
    told = last;
    channel.postMessage("touch");
  };

  channel.onmessage = ({ data }) => {
    if (isLocked) return;
    if (data === "lock") lockNow();
    else if (idleMillis() < limit) touch();
  };
  for (const name of SIGNS_OF_LIFE) addEventListener(name, sign, { capture: true, passive: true });
  for (const name of ["focus", "pageshow"]) addEventListener(name, check);
  for (const name of ["visibilitychange", "resume"]) document.addEventListener(name, check);
  check();

  return {
    restart() {
      isLocked = false;
      touch();
      check();
    },
  };
}
