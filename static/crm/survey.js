// The customer's questionnaire: what hangs on other answers appears in place, and what was answered
// is saved at each pause. The form works without any of it.
const form = document.querySelector("form[data-survey]");
const questions = [...form.querySelectorAll("[data-q]")];
const cards = [...form.querySelectorAll("[data-card]")];
const call = form.querySelector("[data-call]");
const told = form.querySelector("[data-saved]");
const PAUSE_MS = 1500;
const LEAST_MS = 5000;

const values = (question) => [...question.querySelectorAll("input:checked, textarea, input[type=text]")]
  .map((input) => input.value.trim()).filter(Boolean);
const isBad = (question) => !question.hidden && question.dataset.bad
  && values(question).some((value) => question.dataset.bad.split(",").includes(value));

function settle() {
  const answered = new Map();
  for (const question of questions) {
    const [key, among] = (question.dataset.depends || "").split("=");
    const asked = !key || (answered.get(key) || []).some((value) => among.split(",").includes(value));
    question.hidden = !asked;
    if (asked) answered.set(question.dataset.q, values(question));
  }
  for (const card of cards) card.hidden = ![...card.querySelectorAll("[data-q]")].some((question) => !question.hidden);
  const shown = questions.filter((question) => !question.hidden);
  shown.forEach((question, index) => { question.querySelector(".qn").textContent = index + 1; });
  const seen = shown.map((question) => question.dataset.q);
  if (call) {
    const bad = shown.filter(isBad);
    call.hidden = !bad.length;
    if (bad.length) seen.push("call");
    if (bad.length) place(bad[0]);
  }
  form.elements.seen.value = seen.join(" ");
}

// The offer stands on the card of what the first bad grade led to.
function place(question) {
  let last = question;
  for (const other of questions) {
    const depends = (other.dataset.depends || "").split("=")[0];
    if (!other.hidden && depends === question.dataset.q) last = other;
  }
  const card = last.closest("[data-card]");
  if (call.parentElement !== card) card.append(call);
}

let waiting = 0;
let savedAt = 0;
let changed = false;
const body = () => {
  const data = new FormData(form);
  data.delete("language");
  return data;
};

async function save() {
  waiting = 0;
  changed = false;
  savedAt = Date.now();
  try {
    const answer = await fetch("draft/", { method: "POST", body: body(), credentials: "same-origin" });
    if (answer.status === 404) return;
    if (!answer.ok) throw new Error(String(answer.status));
    say(told.dataset.saved.replace("{time}", (await answer.json()).saved_at));
  } catch {
    changed = true;
    say(told.dataset.failed);
  }
}

function say(words) {
  told.textContent = words;
  told.hidden = false;
}

function later() {
  changed = true;
  if (waiting) clearTimeout(waiting);
  waiting = setTimeout(save, Math.max(PAUSE_MS, savedAt + LEAST_MS - Date.now()));
}

form.addEventListener("change", settle);
form.addEventListener("input", () => { settle(); later(); });
form.addEventListener("submit", () => { clearTimeout(waiting); changed = false; });
window.addEventListener("online", () => { if (changed) later(); });
form.querySelector("[data-later]").hidden = true;
window.addEventListener("pagehide", () => { if (changed) navigator.sendBeacon("draft/", body()); });
settle();
