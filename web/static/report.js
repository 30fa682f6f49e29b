// Small help for the report form; everything works without it.
// On a wide screen the choices that a telephone folds away stand open, and a folded one names what was chosen in it.
// A draft is saved as it is typed (signed-in only), a file that is too large is told before it is sent, and without
// a connection nothing is sent, so that no text is lost.
"use strict";

const form = document.querySelector("form.report");
const status = document.getElementById("saved");
const EVERY = 4000;

function say(text) {
  if (status) status.textContent = text;
}

function saveDraftsOf(form) {
  let waiting = null;
  let sending = false;

  async function save() {
    waiting = null;
    const fields = new URLSearchParams();
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") fields.append(name, value);
    }
    try {
      const answer = await fetch(form.dataset.draft, { method: "POST", body: fields, credentials: "same-origin" });
      if (answer.headers.get("Content-Type").startsWith("text/plain")) say(await answer.text());
    } catch {
      say(form.dataset.offline);
    }
  }

  form.addEventListener("input", () => {
    if (!waiting && !sending) waiting = setTimeout(save, EVERY);
  });
  form.addEventListener("focusout", () => {
    if (!waiting || sending) return;
    clearTimeout(waiting);
    save();
  });
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(waiting);
  });
}

function refuseWithoutConnection(form) {
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    say(form.dataset.offline);
  });
}

function refuseLargeFiles(form) {
  const chosen = form.querySelector("input[type=file]");
  if (!chosen) return;
  chosen.addEventListener("change", () => {
    const large = [...chosen.files].find((file) => file.size > Number(form.dataset.largest));
    chosen.setCustomValidity(large ? form.dataset.tooLarge : "");
    if (!large) return;
    chosen.reportValidity();
    chosen.value = "";
  });
}

function nameWhatIsChosen(form) {
  form.addEventListener("change", (event) => {
    const folded = event.target.type === "radio" && event.target.closest("details.asked");
    if (!folded) return;
    for (const one of folded.querySelectorAll("input[type=radio]")) one.toggleAttribute("checked", one.checked);
    folded.querySelector(".present .first").textContent = event.target.closest("label").textContent.trim();
  });
}

function unfoldWhereThereIsRoom(form) {
  if (!matchMedia("(min-width: 40rem)").matches) return;
  for (const folded of form.querySelectorAll("details.asked")) folded.open = true;
}

if (form) {
  nameWhatIsChosen(form);
  unfoldWhereThereIsRoom(form);
  if (form.dataset.draft) saveDraftsOf(form);
  refuseWithoutConnection(form);
  refuseLargeFiles(form);
}
