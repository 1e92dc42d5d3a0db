// Opens the page of the stand again when the network is gone. Its scope is the folder of the floor alone; it keeps that
// page and the files the page asked for, newest first from the network. A page that is not ours to read any more
// (signed out, event over) is thrown away; app.js throws all of it away on the first page without a person.

const KEPT = "floor-1";

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const isFile = (url) => url.pathname.startsWith("/static/");

const answer = async (request) => {
  const kept = await caches.open(KEPT);
  try {
    const found = await fetch(request);
    if (found.ok && !found.redirected && found.type === "basic") await kept.put(request.url, found.clone());
    else if (request.mode === "navigate" && found.status < 500) await kept.delete(request.url);
    return found;
  } catch (lost) {
    const old = await kept.match(request.url);
    if (old) return old;
    throw lost;
  }
};

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (event.request.mode !== "navigate" && !isFile(url)) return; // what the page asks and sends goes its own way
  event.respondWith(answer(event.request));
});

/** Files carry a hash of what is in them: an older one of the same name is never asked for again. */
const stem = (address) => new URL(address).pathname.replace(/\.[0-9a-f]{8,}(?=\.)/, "");
const dropOld = async (kept, files) => {
  const names = new Set(files.map(stem));
  for (const { url } of await kept.keys()) {
    if (isFile(new URL(url)) && names.has(stem(url)) && !files.includes(url)) await kept.delete(url);
  }
};

/** The page was there before its worker: it says what it consists of, and hears when all of it is kept. */
self.addEventListener("message", (event) => {
  const keep = async () => {
    const kept = await caches.open(KEPT);
    for (const address of [event.data.page, ...event.data.files]) {
      const found = await fetch(address, { credentials: "same-origin" });
      if (!found.ok || found.redirected || found.type !== "basic") return;
      await kept.put(address, found);
    }
    await dropOld(kept, event.data.files);
    event.source.postMessage("kept");
  };
  event.waitUntil(keep().catch(() => {}));
});
