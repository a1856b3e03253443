// Forms: sent once however often the button is pressed, chips that write, the first error in focus.

// --- guard: while a form is on its way its buttons rest; the request id stays the same
const sending = new WeakSet();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (sending.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  sending.add(form);
  // After this turn, so that the pressed button's own name and value are still sent.
  setTimeout(() => rest(form, true));
}, true);

function rest(form, on) {
  for (const control of form.elements) {
    if (control.type === "submit") control.setAttribute("aria-busy", on ? "true" : "false");
  }
  if (!on) sending.delete(form);
}

function release(event) {
  const form = event.target.closest?.("form") ?? event.detail?.ctx?.sourceElement?.closest?.("form");
  if (form) rest(form, false);
}
document.addEventListener("htmx:finally:request", release);
document.addEventListener("htmx:error", release);
addEventListener("pageshow", (event) => {
  if (!event.persisted) return; // back to a page kept by the browser
  for (const form of document.forms) rest(form, false);
});

// --- chips that fill: data-fills="id" writes the chip's words (or data-text) into that control
document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-fills]");
  const target = chip && document.getElementById(chip.dataset.fills);
  if (!target) return;
  const words = chip.dataset.text ?? chip.textContent.trim();
  const adds = target.matches("textarea") && !("replaces" in chip.dataset);
  const old = target.value.trim();
  if (adds && old) {
    if (!old.includes(words)) target.value = `${old}${target.dataset.joiner ?? "; "}${words}`;
  } else {
    target.value = words;
  }
  for (const other of document.querySelectorAll(`[data-fills="${CSS.escape(chip.dataset.fills)}"]`)) {
    other.setAttribute("aria-pressed", other === chip ? "true" : "false");
  }
  target.dispatchEvent(new Event("input", { bubbles: true }));
  target.dispatchEvent(new Event("change", { bubbles: true }));
  target.focus();
});

// --- parts of a form that belong to one choice: data-shown-by="name=value value"
function reveal(form) {
  for (const part of form.querySelectorAll("[data-shown-by]")) {
    const [name, values] = part.dataset.shownBy.split("=");
    const chosen = new FormData(form).getAll(name);
    part.hidden = !values.split(" ").some((value) => chosen.includes(value));
  }
}

// --- tick all, and how many are ticked; a box may stand elsewhere and name its form
const boxes = (form) => [...form.elements].filter((control) => "tick" in control.dataset);

function count(form) {
  const ticked = boxes(form).filter((box) => box.checked).length;
  for (const place of form.querySelectorAll("[data-ticked]")) place.textContent = ticked;
  for (const part of form.querySelectorAll("[data-when-ticked]")) part.hidden = !ticked;
  for (const part of form.querySelectorAll("[data-when-unticked]")) part.hidden = Boolean(ticked);
}

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (!form) return;
  if (event.target.matches("[data-tick-all]")) {
    for (const box of boxes(form)) box.checked = event.target.checked;
  }
  reveal(form);
  count(form);
});

function prepare() {
  for (const form of document.forms) {
    reveal(form);
    count(form);
  }
}
for (const name of ["htmx:after:swap", "crm:filled"]) document.addEventListener(name, prepare);
prepare();

// --- the first error gets the focus (pages without scripts use autofocus)
document.querySelector("[aria-invalid=true]:not(fieldset), fieldset[aria-invalid=true] input")?.focus();
