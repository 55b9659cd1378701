// A run on its driver's phone: scans are kept here until the server has answered each, in their order. Only their numbers,
// kinds and times are kept, and what the page shows: stations and numbers of parcels.
import { camera, read } from "./scan.js";

const page = document.querySelector("[data-run]");
const said = JSON.parse(page.dataset.words);
const shelf = `run:${page.dataset.run}`;
const news = page.querySelector("[data-news]");
const state = page.querySelector("[data-sending]");
let busy = false;

const kept = () => JSON.parse(localStorage.getItem(shelf) || "[]");
const keep = (scans) => localStorage.setItem(shelf, JSON.stringify(scans));

function key() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The newest above, one line for each number. What was refused stays in sight, whatever is counted after it.
function say(text, look, number = "") {
  const line = document.createElement("p");
  line.className = `pill pill--${look}`;
  line.textContent = number ? `${number.slice(0, 4)}-${number.slice(4)} ${text}` : text;
  line.dataset.of = number;
  const before = [...news.children].filter((one) => !number || one.dataset.of !== number);
  const refused = before.filter((one) => one.classList.contains("pill--trouble")).slice(0, 4);
  news.replaceChildren(line, ...before.filter((one, place) => place < 2 || refused.includes(one)));
}

function add(kind, number, stop) {
  keep([...kept(), { key: key(), kind, ref: number, stop: Number(stop) || 0, at: new Date().toISOString() }]);
  show();
  send();
}

// What waits to be sent is shown as if it had been: it will be.
function show() {
  const waiting = kept();
  const later = { on: "on", off: "off" };
  page.querySelectorAll("[data-ref]").forEach((row) => {
    const mine = waiting.filter((scan) => scan.ref === row.dataset.ref);
    const now = mine.some((scan) => scan.kind === "off") ? "off" : row.dataset.state === "waiting" && mine.length ? later.on : row.dataset.state;
    row.dataset.shown = now;
    row.querySelector("[data-label]").textContent = said.parcels[now] + (mine.length ? ` · ${said.unsent}` : "");
  });
  page.querySelectorAll("[data-count]").forEach((part) => {
    const rows = [...page.querySelectorAll(part.dataset.count)];
    const done = rows.filter((row) => part.dataset.done.split(" ").includes(row.dataset.shown)).length;
    part.textContent = `${done} / ${rows.length}`;
  });
  page.querySelectorAll("[data-stop-closed]").forEach((part) => {
    if (waiting.some((scan) => scan.kind === "closed" && String(scan.stop) === part.dataset.stopClosed)) part.hidden = false;
  });
  state.textContent = waiting.length ? said.waiting.replace("{n}", waiting.length) : said.sent;
  state.className = `pill pill--${waiting.length ? "waiting" : "done"}`;
  page.dataset.waiting = waiting.length;
}

async function ask(address, options = {}) {
  const answer = await fetch(address, { redirect: "manual", cache: "no-store", ...options });
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new Error("signed out");
  if ([403, 404].includes(answer.status)) throw new Error("not yours");
  if ([400, 413].includes(answer.status)) throw new Error("not read");
  if (!answer.ok) throw new Error("fault");
  return answer.json();
}

function take(facts) {
  page.querySelectorAll("[data-ref]").forEach((row) => {
    if (facts.parcels[row.dataset.ref]) row.dataset.state = facts.parcels[row.dataset.ref];
  });
}

async function send() {
  if (busy) return;
  busy = true;
  try {
    let facts = await ask(page.dataset.facts);
    while (kept().length) {
      const scans = kept().slice(0, 50);
      facts = await ask(page.dataset.scans, {
        method: "POST", body: JSON.stringify({ scans }),
        headers: { "Content-Type": "application/json", "X-CSRFToken": facts.token },
      });
      const answered = new Map(facts.answers.map((answer) => [answer.key, answer.result]));
      if (!answered.size) break;
      keep(kept().filter((scan) => !answered.has(scan.key)));
      for (const scan of scans) {
        const result = answered.get(scan.key);
        if (result) say(said.answers[result], ["accepted", "already"].includes(result) ? "done" : "trouble", scan.ref);
      }
    }
    take(facts);
    show();
  } catch (no) {
    show();
    const refused = { "signed out": said.signedOut, "not yours": said.notYours, "not read": said.notRead, fault: said.fault };
    if (kept().length) state.textContent = (refused[no.message] || said.offline).replace("{n}", kept().length);
    if (kept().length && ["not yours", "not read"].includes(no.message)) state.className = "pill pill--trouble";
  } finally {
    busy = false;
  }
}

page.querySelectorAll("form[data-scan]").forEach((form) => {
  const scanned = (text) => {
    const number = read(text);
    if (!number) return say(said.notANumber, "trouble");
    const here = form.dataset.scan === "on" ? "[data-ref]" : `[data-ref][data-at="${form.dataset.stop}"]`;
    const row = [...page.querySelectorAll(here)].find((one) => one.dataset.ref === number);
    say(row ? said.kept : said.notListed, row ? "waiting" : "trouble", number);
    add(form.dataset.scan, number, form.dataset.stop);
    navigator.vibrate?.(row ? 80 : [80, 60, 80]);
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset.scan === "closed") return add("closed", "", form.dataset.stop);
    scanned(form.elements.ref.value);
    form.elements.ref.value = "";
    form.elements.ref.focus();
  });
  const button = form.querySelector("[data-camera]");
  if (button) camera(button, form.querySelector("[data-camera-view]"), scanned);
});

page.querySelectorAll("form[data-needs-all-sent]").forEach((form) => {
  form.addEventListener("submit", (event) => {
    if (!kept().length) return;
    event.preventDefault();
    say(said.sendFirst, "trouble");
    send();
  });
});

// The page opens without signal from now on: the service worker keeps it and its parts, nothing else of the site.
async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(page.dataset.worker, { scope: "/runs/" });
  const worker = (await navigator.serviceWorker.ready).active;
  const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon]")].map((part) => part.href)
    .concat([...document.scripts].map((part) => part.src), page.dataset.parts.split(" ")).filter(Boolean);
  const channel = new MessageChannel();
  channel.port1.onmessage = () => { page.dataset.kept = "yes"; };
  worker.postMessage({ keep: [location.pathname, ...parts.map((part) => new URL(part, location.href).pathname)] }, [channel.port2]);
}

addEventListener("online", send);
document.addEventListener("visibilitychange", () => { if (!document.hidden) send(); });
setInterval(() => { if (kept().length) send(); }, 15000);
show();
send();
keepPage().catch(() => {});
