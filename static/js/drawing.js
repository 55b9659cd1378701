// A drawing by finger, pen or mouse, sent along with the form as a PNG. Without this file the photo of a drawing works.
"use strict";

document.querySelectorAll("[data-drawing]").forEach((pad) => {
  const canvas = pad.querySelector("canvas"), pen = canvas.getContext("2d");
  const form = pad.closest("form"), field = form.elements[pad.dataset.drawing];
  let drawn = false, last = null;
  pad.hidden = false;

  const clear = () => {
    pen.fillStyle = "white";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    drawn = false;
    field.value = "";
  };
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * canvas.width / box.width, (event.clientY - box.top) * canvas.height / box.height];
  };
  const line = (to) => {
    pen.beginPath();
    pen.lineWidth = 6;
    pen.lineCap = "round";
    pen.strokeStyle = "black";
    pen.moveTo(...last);
    pen.lineTo(...to);
    pen.stroke();
    last = to;
    drawn = true;
  };

  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    last = at(event);
    line(last);
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => { if (last) line(at(event)); });
  ["pointerup", "pointercancel"].forEach((end) => canvas.addEventListener(end, () => { last = null; }));
  pad.querySelector("[data-drawing-clear]").addEventListener("click", clear);
  form.addEventListener("submit", () => { if (drawn) field.value = canvas.toDataURL("image/png"); }, true);
  clear();
});
