// Shows a question that only some answers lead to once one of them is given. Without it every question stands open, and
// says with which answers it is needed. One that is being written in, or is told to be wrong, is never hidden.
"use strict";

function isChosen(form, rule) {
  const [question, answers] = rule.split("=");
  return answers.split("|").some((answer) =>
    form.querySelector(`[name="${question}-${answer}"]:checked, [name="${question}"][value="${answer}"]:checked`));
}

function isWrittenIn(field) {
  return [...field.querySelectorAll("textarea, input[type=text], input[type=date]")].some((one) => one.value !== one.defaultValue);
}

function isAnswered(form, question) {
  return form.querySelector(`[name^="${question}-"]:checked, [name="${question}"]:checked`) !== null;
}

function sayWhetherNeeded(form, field) {
  const aside = field.querySelector(".depends");
  const [question] = field.dataset.needed.split("=");
  if (!aside) return;
  aside.textContent = aside.dataset.optional;
  aside.hidden = !isAnswered(form, question) || isChosen(form, field.dataset.needed);
}

function reveal(form) {
  for (const field of form.querySelectorAll("[data-taken]")) {
    field.hidden = !isChosen(form, field.dataset.taken) && !isWrittenIn(field) && !field.classList.contains("has-wrong");
  }
  for (const field of form.querySelectorAll("[data-needed]")) sayWhetherNeeded(form, field);
}

for (const form of document.querySelectorAll("form:has([data-taken], [data-needed])")) {
  form.addEventListener("change", () => reveal(form));
  reveal(form);
}
