// The call screen: questions that hang on others, number keys for answers, and the problem box in
// place once a grade is bad. The form works without any of it.
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

// The department the rulebook names for a class, until somebody chooses another.
const leads = JSON.parse(problem.dataset.leads || "{}");
const named = new Map();

function nameLead(place) {
  const department = form.elements[`department${place}`];
  if (department.value && department.value !== named.get(place)) return;
  named.set(place, leads[form.elements[`category${place}`].value] ?? "");
  department.value = named.get(place);
}

function offerHelp(question, moves = !problem.querySelector("textarea[name^=problem]").value) {
  const bad = (question.dataset.bad ?? "").split(",");
  if (!question.dataset.bad || !values(question).some((value) => bad.includes(value))) return;
  if (moves) question.after(problem);
  problem.open = true;
  form.elements.category.value ||= question.dataset.class ?? "";
  nameLead("");
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
  if (event.target.name?.startsWith("category")) nameLead(event.target.name.slice("category".length));
  const question = event.target.closest("[data-q]");
  if (!question) return;
  const wasOpen = problem.open;
  offerHelp(question);
  if (problem.open && !wasOpen) {
    form.elements.as_complaint.checked = !("back" in problem.dataset);
    problem.querySelector("textarea[name^=problem]").focus();
  }
  offerBoxes(question);
});
form.addEventListener("input", settle);

// 1–5 answer the question in which the focus is, or the first open one; 1 is the best grade. From 0
// to 10 the keys are the numbers themselves, 10 is 1 and 0.
const shown = () => questions.filter((question) => !question.hidden);
const unanswered = () => shown().find((question) => !values(question).length);
const focused = () => document.activeElement?.closest("[data-q]");
const BOTH_DIGITS_WITHIN = 1500;
let one = { question: null, until: 0 };

function go(step) {
  const all = shown();
  const at = all.indexOf(focused());
  const next = at < 0 ? unanswered() ?? all.at(-1) : all[Math.max(0, Math.min(all.length - 1, at + step))];
  next?.querySelector("input:checked, input, textarea")?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function pointOf(question, digit) {
  const ten = digit === "0" && one.question === question && Date.now() < one.until;
  one = { question: digit === "1" ? question : null, until: Date.now() + BOTH_DIGITS_WITHIN };
  return question.querySelector(`input[value="${ten ? 10 : digit}"]`);
}

function answer(digit) {
  const question = focused() ?? unanswered();
  const inputs = question?.querySelectorAll("input[type=radio], input[type=checkbox]") ?? [];
  const isScale = question?.classList.contains("q-scale");
  const input = isScale ? pointOf(question, digit) : inputs[Number(digit) - 1];
  input?.focus();
  input?.click();
  return Boolean(input);
}

// Keys belong to the questions, and to what has no use for them: buttons, links, the page. What is
// typed stays with its field; an empty one of a question is left by the arrows.
const FIELDS = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]";

function isOurs(event) {
  if (!("shortcuts" in document.body.dataset) || event.isComposing || event.keyCode === 229) return false;
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return false;
  const inQuestion = event.target.closest("[data-q]");
  if (!inQuestion) return !event.target.closest(`${FIELDS}, input, details, dialog`);
  const field = event.target.closest(FIELDS);
  return !field || (!field.value && event.key.startsWith("Arrow"));
}

document.addEventListener("keydown", (event) => {
  if (!isOurs(event)) return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    go(event.key === "ArrowDown" ? 1 : -1);
  } else if (/^[0-9]$/.test(event.key) && answer(event.key)) {
    event.preventDefault();
  }
});

settle();
// A draft that is taken up again shows the box where it stood.
shown().some((question) => { offerHelp(question, true); return question.nextElementSibling === problem; });
