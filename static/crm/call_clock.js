// The clock of the call screen: it begins with dialling, the first answer or its own button, and is
// kept with the draft when it begins, when it ends and every minute.
const KEPT_EVERY = 60;
const form = document.querySelector("form[data-call]");
const [start, end, box] = ["start", "end", "timer"].map((name) => document.querySelector(`[data-call-${name}]`));
const clock = box.querySelector("[data-clock]");
const spent = form.elements.seconds;
let since = 0;
let ticking = 0;
let isOver = false;

function tick() {
  const seconds = Math.round((Date.now() - since) / 1000);
  const two = (number) => String(number).padStart(2, "0");
  clock.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  spent.value = String(seconds);
  return seconds;
}

function keep() {
  tick();
  spent.dispatchEvent(new Event("input", { bubbles: true }));
}

function begin() {
  if (ticking) return;
  since = Date.now() - Number(spent.value || 0) * 1000;
  [box.hidden, start.hidden, end.hidden] = [false, true, false];
  ticking = setInterval(() => tick() % KEPT_EVERY || keep(), 1000);
  keep();
}

// By itself only on the phone, and not where what was made before is entered.
function beginByItself() {
  if (!isOver && "live" in form.dataset && form.elements.method.value === "phone") begin();
}

start.addEventListener("click", begin);
end.addEventListener("click", () => {
  keep();
  clearInterval(ticking);
  [ticking, isOver, start.hidden, end.hidden] = [0, true, false, true];
});
form.addEventListener("change", (event) => event.target.closest("[data-q]") && beginByItself());
document.addEventListener("click", (event) => event.target.closest("[data-call-dial]") && beginByItself());
form.addEventListener("submit", () => ticking && tick(), { capture: true });
start.hidden = false;
