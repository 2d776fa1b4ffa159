// Puts numbers into words for the eye: thin spaces before units, no more digits than can be used.
// @ts-check

const THIN = "\u2009";

/** Bytes in SI units. @param {number} bytes */
export function bytes(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const text = unit === 0 || value >= 100 ? value.toFixed(0) : value.toFixed(1);
  return `${text}${THIN}${units[unit]}`;
}

/** A window value: whole where it is whole, else three significant digits. @param {number} value */
export function windowValue(value) {
  const text = Number.isInteger(value) || Math.abs(value) >= 100 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
  return text.replace("-", "\u2212");
}

/** Images a second, at most one decimal. @param {number} rate */
export function rateWords(rate) {
  return String(Math.round(rate * 10) / 10);
}

/** "1 image", "2 images". @param {number} count @param {string} one @param {string} [many] */
export function counted(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

/** A calendar day as DICOM writes it, some days before today. @param {number} daysAgo */
export function dicomDay(daysAgo) {
  const day = new Date();
  day.setDate(day.getDate() - daysAgo);
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  return `${day.getFullYear()}${two(day.getMonth() + 1)}${two(day.getDate())}`;
}
