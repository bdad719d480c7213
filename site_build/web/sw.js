// Keep what was loaded: the next visit needs no network.
//
// Names hold a version or a hash, so a kept file is never asked for again; pages are asked
// for first and taken from what is kept only where nobody answers.

const KEPT = "$version";
const HERE = new URL("./", self.location).href;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) {
    if (name.startsWith("formulas-") && name !== KEPT) await caches.delete(name);
  }
  await self.clients.claim();
})()));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const ours = request.url.startsWith(HERE) || $hosts.some((host) => request.url.startsWith(host));
  if (request.method !== "GET" || !ours || request.headers.has("range")) return;
  event.respondWith(request.mode === "navigate" ? page(request) : file(request));
});

// The page says what it was made of, when it has been shown.
self.addEventListener("message", (event) => event.waitUntil((async () => {
  for (const address of event.data) {
    await file({ url: address }).catch(() => {});
  }
})()));

async function page(request) {
  try {
    return await fetch(request);
  } catch (error) {
    const { pathname, search } = new URL(request.url);
    if (!pathname.endsWith("/")) return Response.redirect(`${pathname}/${search}`);
    const kept = await caches.open(KEPT);
    const [address] = request.url.split(/[?#]/);
    return (await kept.match(address)) || Promise.reject(error);
  }
}

async function file(request) {
  const kept = await (await caches.open(KEPT)).match(request.url);
  if (kept) return kept;
  const answer = await fetch(request.mode ? request : request.url);
  if (answer.ok && answer.type !== "opaque") await keep(request.url, answer.clone());
  return answer;
}

async function keep(address, answer) {
  try {
    await (await caches.open(KEPT)).put(address, answer);
  } catch {
    // No room left: it works without.
  }
}
