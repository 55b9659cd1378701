// A button with data-scan="ID" reads a code with the camera into the field ID and sends its form, where the browser can do it.
// A video with data-scan-picture="ID" shows what the camera sees. Without all that the field is typed into.
"use strict";

async function scan(button) {
  const field = document.getElementById(button.dataset.scan);
  const video = document.querySelector(`[data-scan-picture="${button.dataset.scan}"]`);
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  const stop = () => { stream.getTracks().forEach((track) => track.stop()); video.hidden = true; };
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const detector = new BarcodeDetector();
  const look = async () => {
    if (video.hidden) return;
    const [code] = await detector.detect(video).catch(() => []);
    if (!code) { setTimeout(look, 200); return; }
    stop();
    field.value = code.rawValue.split("/").pop();
    field.form.requestSubmit();
  };
  button.addEventListener("click", stop, { once: true });
  look();
}

if ("BarcodeDetector" in window && navigator.mediaDevices) {
  document.querySelectorAll("[data-scan]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const video = document.querySelector(`[data-scan-picture="${button.dataset.scan}"]`);
      if (video.hidden) scan(button).catch(() => { button.hidden = true; });
    });
  });
}
