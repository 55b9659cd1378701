// What works without this file works: it only saves a click or a reload.
"use strict";

// Wide screens have room for the filters.
if (matchMedia("(min-width: 60em)").matches) {
  document.querySelectorAll("details[data-open-wide]").forEach((part) => { part.open = true; });
}

// Addresses of filtered lists carry only what was chosen.
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") return;
  for (const name of [...event.detail.formData.keys()]) {
    if (event.detail.formData.get(name) === "") event.detail.formData.delete(name);
  }
});

document.addEventListener("click", (event) => {
  const fill = event.target.closest("[data-fill]");
  if (fill) {
    const field = document.getElementById(fill.dataset.fill);
    field.value = fill.value;
    field.focus();
    return;
  }
  if (event.target.closest("[data-print]")) print();
  const tick = event.target.closest("[data-tick]");
  if (tick) {
    const boxes = [...document.querySelectorAll(`input[name="${tick.dataset.tick}"]:not(:disabled)`)];
    const all = boxes.every((box) => box.checked);
    boxes.forEach((box) => { box.checked = !all; });
  }
});

// An amount is chosen or typed: whichever was done last counts.
document.addEventListener("input", ({ target }) => {
  const parts = target.closest("[data-either]")?.dataset.either.split(" ") ?? [];
  if (!parts.includes(target.name)) return;
  target.form.querySelectorAll("input").forEach((other) => {
    if (!parts.includes(other.name) || other.name === target.name) return;
    if (other.type === "radio") other.checked = false;
    else other.value = "";
  });
});

// On a phone the desk's menu is wider than the screen: where one is comes into view.
const menu = document.querySelector(".desk__nav");
const place = menu?.querySelector("[aria-current]");
if (place) menu.scrollLeft = place.offsetLeft - (menu.clientWidth - place.offsetWidth) / 2;

// These buttons do nothing without a script, so they wait for it.
document.querySelectorAll("[data-script]").forEach((part) => { part.hidden = false; });

// One press is one gift: a second press while the first is on its way does nothing.
document.addEventListener("submit", (event) => {
  if (event.target.method !== "post" || event.defaultPrevented || "again" in event.target.dataset) return;
  if (event.target.dataset.sent) event.preventDefault();
  event.target.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => { delete form.dataset.sent; });
});

// Pages of runs that the phone keeps for where there is no signal go with who signs out; scans that wait to be sent stay.
document.querySelector("[data-leaves]")?.addEventListener("submit", () => { self.caches?.delete("runs-1"); });

// A page that waits for news from elsewhere asks again, less and less often.
const waits = document.querySelector("[data-ask-again]");
if (waits) {
  const times = Number(sessionStorage.getItem(location.pathname) || 0);
  sessionStorage.setItem(location.pathname, String(times + 1));
  if (times < 8) setTimeout(() => location.reload(), 2000 * (times + 1));
}
