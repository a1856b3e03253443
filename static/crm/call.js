// The call screen: a clock while the call lasts, questions that hang on others, number keys for
// answers, and the problem box in place once a grade is bad. The form works without any of it.
const form = document.querySelector("form[data-call]");
const questions = [...form.querySelectorAll("[data-q]")];
const problem = form.querySelector("[data-problem]");

const values = (question) => [...question.querySelectorAll("input:checked, textarea, input[type=text]")]
  .map((input) => input.value.trim()).filter(Boolean);

function settle() {
  const answered = new Map();
  for (const question of questions) {
    const [key, among] = (question.dataset.depends ?? "").split("=");
    const asked = !key || (answered.get(key) ?? []).some((value) => among.split(",").includes(value));
    question.hidden = !asked;
    if (asked) answered.set(question.dataset.q, values(question));
  }
  const shown = questions.filter((question) => !question.hidden);
  shown.forEach((question, index) => { question.querySelector(".qn").textContent = index + 1; });
  const done = shown.filter((question) => answered.get(question.dataset.q)?.length).length;
  const bar = form.querySelector("[data-progress]");
  [bar.max, bar.value, bar.hidden] = [shown.length || 1, done, false];
  const count = form.querySelector("[data-answered]");
  const words = count.dataset.answered.replace("{done}", done).replace("{all}", shown.length);
  [count.textContent, count.hidden] = [words, false];
}

function offerHelp(question, moves = !problem.querySelector("textarea").value) {
  const bad = (question.dataset.bad ?? "").split(",");
  if (!question.dataset.bad || !values(question).some((value) => bad.includes(value))) return;
  if (moves) question.after(problem);
  problem.open = true;
}

// A box that belongs to an answer opens with it: another brand looked at, a need for another car.
function offerBoxes(question) {
  for (const box of form.querySelectorAll("[data-opens-on]")) {
    const [key, value] = box.dataset.opensOn.split("=");
    if (key === question.dataset.q && values(question).includes(value)) box.open = true;
  }
}

form.addEventListener("change", (event) => {
  settle();
  const question = event.target.closest("[data-q]");
  if (!question) return;
  offerHelp(question);
  offerBoxes(question);
});
form.addEventListener("input", settle);

// 1–5 answer the question in which the focus is, or the first open one; 1 is the best grade.
const shown = () => questions.filter((question) => !question.hidden);
const here = () => document.activeElement?.closest("[data-q]")
  ?? shown().find((question) => !values(question).length);

function go(step) {
  const all = shown();
  const next = all[Math.max(0, Math.min(all.length - 1, all.indexOf(here()) + step))];
  next?.querySelector("input:checked, input, textarea")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (!("shortcuts" in document.body.dataset) || event.isComposing || event.defaultPrevented) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("select, dialog[open]")) return;
  // What is typed stays with its field; an empty one is left by the arrows, like any question.
  const field = event.target.closest("textarea, input[type=text]");
  if (field && (field.value || !event.key.startsWith("Arrow") || !field.closest("[data-q]"))) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    go(event.key === "ArrowDown" ? 1 : -1);
  } else if (/^[1-9]$/.test(event.key)) {
    const inputs = here()?.querySelectorAll("input[type=radio], input[type=checkbox]") ?? [];
    const input = inputs[Number(event.key) - 1];
    if (!input || here().classList.contains("q-scale")) return;
    event.preventDefault();
    input.click();
    input.focus();
  }
});

const [start, end, box] = ["start", "end", "timer"].map((name) => document.querySelector(`[data-call-${name}]`));
const clock = box.querySelector("[data-clock]");
let since = 0;
let ticking = 0;
const seconds = () => Math.round((Date.now() - since) / 1000);

function tick() {
  const spent = seconds();
  clock.textContent = `${String(Math.floor(spent / 60)).padStart(2, "0")}:${String(spent % 60).padStart(2, "0")}`;
  form.elements.seconds.value = String(spent);
}

start.addEventListener("click", () => {
  since = Date.now() - Number(form.elements.seconds.value || 0) * 1000;
  [box.hidden, start.hidden, end.hidden] = [false, true, false];
  ticking = setInterval(tick, 1000);
  tick();
});
end.addEventListener("click", () => {
  clearInterval(ticking);
  tick();
  [start.hidden, end.hidden] = [false, true];
});
start.hidden = false;
// The clock says how long the call took; the server need not judge by when the page was opened.
form.elements.opened.value = "";
settle();
// A draft that is taken up again shows the box where it stood.
shown().some((question) => { offerHelp(question, true); return question.nextElementSibling === problem; });
