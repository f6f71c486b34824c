/**
 * Keeps the page that checks a paper's QR code, and the court's public keys, for where there is no network. What came
 * from the network is always newer and goes first; nothing else of the site is touched.
 */

const worker = /** @type {any} */ (self);
const SHELF = "paper-code-1";
const PAGE = "/v";
const KEPT = [
  PAGE,
  "/verify/keys.json",
  "/static/css/base.css",
  "/static/css/public.css",
  "/static/icons/favicon.svg",
  "/static/js/verify-code.js",
  "/static/js/verify-photo.js",
  "/static/js/verify-base45.js",
  "/static/js/verify-cbor.js",
];
const PATIENCE_MS = 4000;

/** @param {string} path @param {Request} request */
async function answered(path, request) {
  const shelf = await caches.open(SHELF);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
  try {
    const fresh = await fetch(path === PAGE ? PAGE : request, { signal: stop.signal });
    if (fresh.ok) await shelf.put(path, fresh.clone());
    return fresh;
  } catch (error) {
    const kept = await shelf.match(path);
    if (kept) return kept;
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

worker.addEventListener("install", (/** @type {any} */ event) => {
  event.waitUntil(
    caches
      .open(SHELF)
      .then((shelf) => shelf.addAll(KEPT))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener("activate", (/** @type {any} */ event) => {
  const old = caches.keys().then((names) => Promise.all(names.filter((name) => name !== SHELF).map((name) => caches.delete(name))));
  event.waitUntil(old.then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== worker.location.origin || !KEPT.includes(url.pathname)) return;
  event.respondWith(answered(url.pathname, event.request));
});

