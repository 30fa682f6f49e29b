// Counts down the time that a case stays open to an administrator, and leaves the page when it is over. Without it the
// page says until when, and nothing can be fetched anew after that.
"use strict";

const glass = document.getElementById("glass");

if (glass) {
  const shown = glass.querySelector(".left");
  const ends = Date.now() + (Number(glass.dataset.until) - Number(glass.dataset.now)) * 1000;

  const tick = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    const time = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
    shown.textContent = shown.dataset.words.replace("{time}", time);
    if (left === 0) location.replace(glass.dataset.gone);
  };

  tick();
  setInterval(tick, 1000);
}
