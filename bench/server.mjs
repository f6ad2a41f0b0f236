// Chat-completions endpoints on loopback in a process of their own. Orders arrive and results leave
// over IPC (see open-server.mjs).
import { hash } from "node:crypto";
import { createServer } from "node:http";
import { drawn, latencyOf } from "./latency.mjs";
import { readRequest } from "./replies.mjs";

const bucketMs = 100;
const errorSalt = 7;
const endpoints = [];
let counts;
/**
 * By the hash of a request's body, how often the request came, how often it was paid, and in which
 * life of the client it was paid last.
 */
let seen;
let life = 0;
let tellAt = Infinity;

function reset() {
  life = 0;
  seen = new Map();
  counts = { requests: 0, paid: 0, refused: 0, errors: 0, dropped: 0, paidTwice: [], latencyMs: 0, inFlight: 0, maxInFlight: 0, area: 0 };
  Object.assign(counts, { first: undefined, last: undefined, changed: undefined, buckets: [] });
  for (const endpoint of endpoints) Object.assign(endpoint, { requests: 0, paid: 0, refused: 0, diedAt: undefined, deadMs: 0 });
}

/**
 * Adds to the integral of calls in flight over time, then changes the number of calls in flight.
 */
function change(by, now) {
  counts.area += counts.inFlight * (now - (counts.changed ?? now));
  counts.changed = now;
  counts.inFlight += by;
  counts.maxInFlight = Math.max(counts.maxInFlight, counts.inFlight);
}

const since = (now) => now - (counts.first ??= now);
const bucketAt = (now) => (counts.buckets[Math.floor(since(now) / bucketMs)] ??= { requests: 0, refused: 0 });

function arrive(endpoint) {
  const now = performance.now();
  const bucket = bucketAt(now);
  change(1, now);
  endpoint.inFlight++;
  endpoint.requests++;
  bucket.requests++;
  if (++counts.requests >= tellAt) {
    tellAt = Infinity;
    process.send({ reached: counts.requests });
  }
  return bucket;
}

function leave(endpoint, status, headers, text, response) {
  const now = performance.now();
  change(-1, now);
  endpoint.inFlight--;
  response.writeHead(status, { "content-type": "application/json", ...headers }).end(text);
  counts.last = now;
}

function pay(endpoint, entry, inLife) {
  counts.paid++;
  endpoint.paid++;
  // A call paid in an earlier life of the client and again now was lost when that life was killed.
  if (entry.paid++ > 0) counts.paidTwice[Math.min(entry.life, inLife)] = (counts.paidTwice[Math.min(entry.life, inLife)] ?? 0) + 1;
  entry.life = inLife;
}

function answer(endpoint, body, bucket, response) {
  const { latency, capacity = Infinity, retryAfter = 1, errorRate = 0, errorStatus = 500 } = endpoint.settings;
  if (endpoint.inFlight > capacity) {
    counts.refused++;
    endpoint.refused++;
    bucket.refused++;
    leave(endpoint, 429, { "retry-after": String(retryAfter) }, '{"error":{"message":"too many requests"}}', response);
    return;
  }
  const key = hash("sha1", body, "base64");
  let entry = seen.get(key);
  if (entry === undefined) seen.set(key, (entry = { asked: 0, paid: 0, life }));
  const { phase, row, text } = readRequest(body);
  const isError = errorRate > 0 && drawn(row, phase, errorSalt + entry.asked) < errorRate;
  entry.asked++;
  const ms = latencyOf(latency, row, phase);
  counts.latencyMs += ms;
  const [inLife, { deaths }] = [life, endpoint];
  setTimeout(() => {
    if (endpoint.deaths !== deaths) return;
    if (isError) {
      counts.errors++;
      leave(endpoint, errorStatus, {}, '{"error":{"message":"something went wrong"}}', response);
    } else {
      pay(endpoint, entry, inLife);
      leave(endpoint, 200, {}, text, response);
    }
  }, ms);
}

function listen(settings) {
  const endpoint = { settings, inFlight: 0, deaths: 0 };
  endpoint.server = createServer({ keepAliveTimeout: 120_000 }, (request, response) => {
    const bucket = arrive(endpoint);
    const chunks = [];
    request.on("data", (chunk) => chunks.push(chunk));
    request.on("end", () => answer(endpoint, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks), bucket, response));
  });
  endpoints.push(endpoint);
  return new Promise((resolve) => endpoint.server.listen(0, "127.0.0.1", () => resolve((endpoint.port = endpoint.server.address().port))));
}

const orders = {
  async open(settings) {
    const ports = await Promise.all(settings.map(listen));
    reset();
    return ports;
  },
  set: (index, settings) => void Object.assign(endpoints[index].settings, settings),
  reset,
  /** Tells the server that the client was killed. Requests from now on belong to the next life. */
  nextLife: () => ++life,
  /** Sends a message once this many requests have arrived since the last reset. */
  tellAt: (requests) => void (tellAt = requests),
  /** Drops all connections of an endpoint and accepts no new ones. */
  kill(index) {
    const endpoint = endpoints[index];
    const now = performance.now();
    endpoint.deaths++;
    endpoint.diedAt = now;
    endpoint.server.close();
    endpoint.server.closeAllConnections();
    counts.dropped += endpoint.inFlight;
    change(-endpoint.inFlight, now);
    endpoint.inFlight = 0;
  },
  revive(index) {
    const endpoint = endpoints[index];
    return new Promise((resolve) =>
      endpoint.server.listen(endpoint.port, "127.0.0.1", () => {
        endpoint.deadMs += performance.now() - endpoint.diedAt;
        endpoint.diedAt = undefined;
        resolve();
      }),
    );
  },
  counts() {
    const { area, first = 0, last = 0, buckets, paidTwice, ...rest } = counts;
    return {
      ...rest,
      unique: seen.size,
      windowMs: last - first,
      meanInFlight: area / (last - first),
      paidTwice: Array.from(paidTwice, (count) => count ?? 0),
      buckets: Array.from(buckets, (bucket) => bucket ?? { requests: 0, refused: 0 }),
      endpoints: endpoints.map(({ requests, paid, refused, deadMs, diedAt }) => ({
        requests,
        paid,
        refused,
        deadMs: deadMs + (diedAt === undefined ? 0 : Math.max(0, last - diedAt)),
      })),
    };
  },
};

process.on("message", ({ id, order, args }) => void Promise.resolve(orders[order](...args)).then((result) => process.send({ id, result })));
process.on("disconnect", () => process.exit());
