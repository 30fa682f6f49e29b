// Small help for searching inside a form; everything works without it.
// What is found is put where the question stands, so that nobody loses her place; Enter searches and never sends; and
// a list that follows a day is fetched anew when the day is changed. What does not work here is left to the browser.
"use strict";

const SEARCH = "button[value=search]";

function answersOf(form, button) {
  const fields = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string") fields.append(name, value);
  }
  fields.set(button.name, button.value);
  return fields;
}

async function found(form, button, id) {
  const answer = await fetch(button.formAction, { method: "POST", body: answersOf(form, button), credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  return answer.status === 200 ? page.getElementById(id) : null;
}

const fieldOf = (id) => document.getElementById(id).closest(".field");
const boxOf = (field) => field.querySelector("input[type=search]");
const chosenOf = (field) => field.querySelector("input[type=radio]:checked");

// What was typed and chosen while the answer was under way stands above the answer.
function keep(field, fresh, sent) {
  boxOf(fresh).value = boxOf(field).value;
  const chosen = chosenOf(field);
  if (!chosen || chosen.value === sent) return;
  const same = [...fresh.querySelectorAll("input[type=radio]")].find((one) => one.value === chosen.value);
  if (same) same.checked = true;
  else {
    fresh.querySelector(".choices")?.prepend(chosen.closest("label"));
    chosen.checked = true;
  }
}

function lookAt(field, id) {
  const place = field.querySelector("fieldset.found") || field.querySelector("fieldset") || document.getElementById(id);
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}

function goOnTyping(field, [start, end]) {
  boxOf(field).focus();
  boxOf(field).setSelectionRange(start, end);
}

const newest = new Map();

async function search(form, button, moves) {
  const id = new URL(button.formAction).hash.slice(1);
  const turn = (newest.get(id) || 0) + 1;
  newest.set(id, turn);
  const [typed, chosen] = [boxOf(fieldOf(id)).value, chosenOf(fieldOf(id))?.value];
  let there = null;
  try {
    there = await found(form, button, id);
  } catch {
    there = null;
  }
  if (newest.get(id) !== turn) return;
  if (!there) return moves && form.requestSubmit(button);
  const field = fieldOf(id);
  const fresh = document.importNode(there.closest(".field"), true);
  const box = boxOf(field);
  const typing = document.activeElement === box && (box.value !== typed || !moves) && [box.selectionStart, box.selectionEnd];
  keep(field, fresh, chosen);
  field.replaceWith(fresh);
  if (typing) goOnTyping(fresh, typing);
  else if (moves) lookAt(fresh, id);
}

for (const form of document.querySelectorAll("form:has(.find)")) {
  form.addEventListener("click", (event) => {
    const button = event.target.closest(SEARCH);
    if (!button) return;
    event.preventDefault();
    search(form, button, true);
  });
  form.addEventListener("keydown", (event) => {
    const box = event.target.closest(".find input");
    if (!box || event.key !== "Enter") return;
    event.preventDefault();
    search(form, box.closest(".find").querySelector(SEARCH), true);
  });
  form.addEventListener("change", (event) => {
    const following = form.querySelector(`.field[data-follows="${event.target.name}"] ${SEARCH}`);
    if (following) search(form, following, false);
  });
}
