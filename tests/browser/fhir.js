// An audit server for the tests: takes AuditEvents, can be down, and is asked afterwards what it got and whether the chain holds.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";

/** RFC 8785 for what has no fractions: members sorted, no white space. @param {any} value @returns {string} */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`;
}

/** What the entity of the chain says. @param {any} event */
function link(event) {
  const entity = event.entity.find((one) => one.name === "Hash chain");
  const detail = Object.fromEntries(entity.detail.map(({ type, valueString }) => [type, valueString]));
  return { chain: entity.what.identifier.value, number: Number(detail.number), previous: detail["sha256-of-previous"] };
}

export class AuditServer {
  /** Refuses everything. */
  isDown = false;
  /** Every request: what it was, when it came and what it was answered. @type {{ url: string, method: string, at: number, status: number }[]} */
  requests = [];
  /** What was taken, as a server stores it: with an id and the time of receipt of its own. @type {{ event: any, at: number }[]} */
  taken = [];
  #waiting = [];

  /** @param {import("node:http").IncomingMessage} request @param {import("node:http").ServerResponse} response @param {boolean} isGood who asks may */
  async answer(request, response, isGood) {
    const at = Date.now();
    let body = "";
    try {
      for await (const chunk of request) body += chunk;
    } catch {
      // The page is gone, and so is the record.
      return;
    }
    const status = this.isDown ? 503 : isGood ? 201 : 401;
    this.requests.push({ url: request.url ?? "", method: request.method ?? "", at, status });
    if (status === 201) {
      const event = { ...JSON.parse(body), id: String(this.taken.length), meta: { lastUpdated: new Date(at).toISOString() } };
      this.taken.push({ event, at });
    }
    response.writeHead(status).end();
    for (const look of this.#waiting) look();
  }

  /** "110114 110122" for a login. */
  codes() {
    return this.taken.map(({ event }) => [event.type.code, event.subtype?.[0].code].filter(Boolean).join(" "));
  }

  /** Waits for a record. @param {string} code of `codes` @returns {Promise<{ event: any, at: number }>} */
  has(code) {
    return this.#until(() => this.taken[this.codes().indexOf(code)]);
  }

  /** Waits for so many requests. @param {number} count */
  asked(count) {
    return this.#until(() => this.requests.length >= count || undefined);
  }

  /** The one before it is there. */
  #follows(event) {
    const { chain, number } = link(event);
    return number === 1 || this.taken.some((other) => link(other.event).chain === chain && link(other.event).number === number - 1);
  }

  #until(find) {
    return new Promise((resolve) => {
      const look = () => {
        const found = find();
        if (found) resolve(found);
      };
      this.#waiting.push(look);
      look();
    });
  }

  /** Waits until the records of each visit are all there up to the last; none is changed: each has the hash of the one before. */
  async verify() {
    await this.#until(() => this.taken.length > 0 && this.taken.every(({ event }) => this.#follows(event)));
    const names = new Set(this.taken.map(({ event }) => link(event).chain));
    for (const name of names) {
      const events = this.taken.map(({ event }) => event).filter((event) => link(event).chain === name);
      events.sort((a, b) => link(a).number - link(b).number);
      let previous = "0".repeat(64);
      for (const [index, { id, meta, ...event }] of events.entries()) {
        assert.deepEqual([link(event).number, link(event).previous], [index + 1, previous]);
        previous = createHash("sha256").update(canonical(event)).digest("hex");
      }
    }
    return names.size;
  }
}
