// Numbers on parcels, read by the camera where the browser can, else typed.
const SIGNS = /^[ACDEFGHJKMNPQRTUVWXY34679]{8}$/;

// A number as the server keeps it, or "" for what cannot be one.
export function read(text) {
  const number = text.normalize("NFKC").toUpperCase().replace(/[^0-9A-Z]/g, "");
  return SIGNS.test(number) ? number : "";
}

// Shows the button where a camera can read codes; `found` gets the text of every code, the same one only after a while.
export async function camera(button, view, found) {
  if (!("BarcodeDetector" in window) || !navigator.mediaDevices) return;
  const formats = await BarcodeDetector.getSupportedFormats();
  if (!formats.includes("qr_code")) return;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  const video = view.querySelector("video");
  let last = "", at = 0;

  async function look() {
    if (!video.srcObject) return;
    const codes = await detector.detect(video).catch(() => []);
    for (const code of codes) {
      if (code.rawValue === last && Date.now() - at < 3000) continue;
      [last, at] = [code.rawValue, Date.now()];
      found(code.rawValue);
    }
    setTimeout(look, 200);
  }

  function stop() {
    video.srcObject?.getTracks().forEach((track) => track.stop());
    video.srcObject = null;
    view.hidden = true;
    button.setAttribute("aria-pressed", "false");
  }

  button.hidden = false;
  button.addEventListener("click", async () => {
    if (video.srcObject) return stop();
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } }).catch(() => null);
    if (!video.srcObject) return;
    view.hidden = false;
    button.setAttribute("aria-pressed", "true");
    await video.play();
    look();
  });
  addEventListener("pagehide", stop);
}

const form = document.querySelector("[data-scan-form]");
if (form) {
  camera(form.querySelector("[data-camera]"), document.querySelector("[data-camera-view]"), (text) => {
    if (!read(text)) return;
    form.elements.ref.value = read(text);
    form.submit();
  });
}
