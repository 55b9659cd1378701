// Keeps the pages of runs and their parts for where there is no signal. Nothing else of the site is kept.
"use strict";
const SHELF = "runs-1";
const PATIENCE = 4000; // a network that hangs is no signal

const isRun = (path) => /^\/runs\/\d+$/.test(path);
const isPart = (path) => path.startsWith("/static/");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method === "GET" && origin === self.location.origin && (isRun(pathname) || isPart(pathname))) {
    event.respondWith(fresh(event.request, pathname));
  }
});

async function fresh(request, path) {
  const shelf = await caches.open(SHELF);
  const kept = await shelf.match(path);
  try {
    const late = new Promise((_, no) => { if (kept) setTimeout(() => no(new Error("late")), PATIENCE); });
    const answer = await Promise.race([fetch(request), late]);
    if (answer.ok && answer.type === "basic" && !answer.redirected) await shelf.put(path, answer.clone());
    return answer;
  } catch (no) {
    if (kept) return kept;
    throw no;
  }
}

self.addEventListener("message", (event) => {
  const wanted = (event.data.keep || []).filter((path) => isRun(path) || isPart(path));
  event.waitUntil(caches.open(SHELF).then((shelf) => shelf.addAll([...new Set(wanted)])).then(() => event.ports[0]?.postMessage("kept")));
});
