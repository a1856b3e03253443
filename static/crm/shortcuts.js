// Single keys for fast hands; off while typing or composing, and by choice (WCAG 2.1.4).
// Anything with data-key="x" is pressed by x: first in the current row, then on the page.
// Rows: the items of a [data-rows] list or table body, and any [data-row] within; j and k move,
// Enter opens the row's link.
const on = "shortcuts" in document.body.dataset;
let lead = "";
let leadTimer = 0;

const typing = (target) => target.closest?.(
  "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true]",
);
const visible = (element) => element.checkVisibility?.() ?? element.offsetParent !== null;
const ROWS = "[data-rows] > tr, [data-rows] > li, [data-rows] [data-row]";
const rows = () => [...document.querySelectorAll(ROWS)].filter(visible);
const current = () => [...document.querySelectorAll(ROWS)].find((row) => row.matches(".is-current"));

function move(step) {
  const all = rows();
  if (!all.length) return;
  const here = all.indexOf(current());
  const next = all[Math.min(Math.max(here + step, 0), all.length - 1)];
  for (const row of all.filter((one) => one !== next)) {
    row.removeAttribute("aria-current");
    row.classList.remove("is-current");
  }
  next.classList.add("is-current");
  next.setAttribute("aria-current", "true");
  next.scrollIntoView({ block: "nearest" });
  (next.querySelector("[data-open]") ?? next.querySelector("a"))?.focus({ preventScroll: true });
}

function press(key) {
  const scope = document.querySelector("dialog[open]") ?? document;
  const selector = `[data-key="${CSS.escape(key)}"]`;
  const row = scope === document ? current() : null;
  const found = row?.querySelector(selector) ?? [...scope.querySelectorAll(selector)].find(visible);
  if (!found) return false;
  if (found.matches("input:not([type=checkbox]):not([type=radio]), textarea")) {
    found.focus();
    found.select?.();
  } else {
    found.click();
  }
  return true;
}

function tick() {
  const box = current()?.querySelector("input[type=checkbox]");
  box?.click();
  return Boolean(box);
}

function single(key) {
  if (lead === "g" && key === "d") {
    location.assign("/");
    return true;
  }
  lead = key === "g" ? "g" : "";
  clearTimeout(leadTimer);
  if (lead) leadTimer = setTimeout(() => { lead = ""; }, 1500);
  if (key === "j" || key === "k") {
    move(key === "j" ? 1 : -1);
    return true;
  }
  return (key === "x" && tick()) || press(key);
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.form ?? document.querySelector("dialog[open] form, form[data-main]");
    const buttons = [...(form?.elements ?? [])].filter((control) => control.type === "submit");
    const button = buttons.find((one) => one.matches("[data-save], .btn-primary")) ?? buttons[0];
    if (button) {
      event.preventDefault();
      form.requestSubmit(button);
    }
    return;
  }
  if (event.key === "Escape" && typing(event.target)) {
    event.target.blur();
    return;
  }
  if (!on || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  if (event.key.length === 1 && single(event.key)) event.preventDefault();
});
