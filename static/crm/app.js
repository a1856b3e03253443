// All that the pages do in the browser, in one file: each further one is a request of a first
// visit. Its chapters share no names: shell, forms, drafts, dates, contact form, single keys, and
// signing in.

// The shell: dialogs, menus, the contact sheet, toasts, the offline line, signing out.
// Everything here is a comfort: links and forms do the same without it.
const phone = matchMedia("(max-width: 991.98px)");

// --- dialogs: a link to #id opens its <dialog>; the browser keeps and returns the focus
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener) {
    event.preventDefault();
    document.getElementById(opener.dataset.dialog)?.showModal();
    return;
  }
  const close = event.target.closest("[data-close]");
  const dialog = close?.closest("dialog");
  if (dialog) {
    event.preventDefault();
    dialog.close();
  } else if (event.target.matches?.("dialog[open]")) {
    event.target.close(); // a click on the backdrop
  }
});

// --- menus: one at a time, closed by a click elsewhere and by Esc
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.isComposing) return;
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (location.hash === "#side") {
    location.hash = "#main";
  }
});

// --- printing: the button is there where a script can press the browser's own
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// --- the contact form in place: below its row on a desktop, in a sheet on a phone
async function fragment(url) {
  const answer = await fetch(url, { headers: { "HX-Request": "true" }, credentials: "same-origin" });
  const isPage = answer.redirected || !answer.headers.get("Content-Type")?.includes("text/html");
  return answer.ok && !isPage ? answer.text() : null;
}

function fill(target, html) {
  target.innerHTML = html;
  window.htmx?.process(target);
  target.dispatchEvent(new CustomEvent("crm:filled", { bubbles: true }));
}

// The first question without an answer: what is already filled in needs no key.
function firstOpen(part) {
  const choices = [...part.querySelectorAll("fieldset:has(input[type=radio])")];
  const open = choices.find((choice) => !choice.querySelector(":checked")) ?? part;
  return open.querySelector("input:not([type=hidden]), textarea");
}

document.addEventListener("click", async (event) => {
  const link = event.target.closest("a[data-sheet]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const sheet = document.getElementById("sheet");
  const slot = link.dataset.sheet && document.getElementById(link.dataset.sheet);
  if (!phone.matches && !slot) return; // nowhere to show it: follow the link
  event.preventDefault();
  if (slot && !phone.matches && !slot.hidden && slot.childElementCount) {
    slot.hidden = true; // a second click folds it
    return;
  }
  const html = await fragment(link.href).catch(() => null);
  if (html === null) {
    location.assign(link.href);
  } else if (phone.matches) {
    fill(sheet, html);
    sheet.showModal();
  } else {
    for (const other of document.querySelectorAll(".log-slot")) other.hidden = other !== slot;
    fill(slot, html);
    firstOpen(slot)?.focus();
  }
});

// After a call the sheet opens on return, with the method of the call chosen by the server.
document.addEventListener("click", (event) => {
  const call = event.target.closest("a[data-then-log]");
  if (!call || !phone.matches) return;
  const opener = document.getElementById(call.dataset.thenLog);
  let left = false;
  const back = () => {
    if (document.visibilityState === "hidden") {
      left = true;
    } else if (left) {
      document.removeEventListener("visibilitychange", back);
      opener?.click();
    }
  };
  document.addEventListener("visibilitychange", back);
});

// --- toasts: ten seconds, longer while read or touched; errors stay
function arm(toast) {
  const close = toast.querySelector("[data-close]");
  if (close) {
    close.hidden = false;
    close.addEventListener("click", () => toast.remove());
  }
  if ("stays" in toast.dataset) return;
  let left = 10000;
  let since = 0;
  let timer = 0;
  const run = () => {
    since = Date.now();
    timer = setTimeout(() => toast.remove(), left);
  };
  const hold = () => {
    clearTimeout(timer);
    left = Math.max(left - (Date.now() - since), 2000);
  };
  for (const name of ["pointerenter", "focusin"]) toast.addEventListener(name, hold);
  for (const name of ["pointerleave", "focusout"]) toast.addEventListener(name, run);
  run();
}
const armAll = () => {
  for (const toast of document.querySelectorAll("[data-toast]:not([data-armed])")) {
    toast.dataset.armed = "";
    arm(toast);
  }
};
document.addEventListener("htmx:after:swap", armAll);
armAll();

// --- the offline line
const offline = () => {
  for (const line of document.querySelectorAll("[data-offline]")) line.hidden = navigator.onLine;
};
addEventListener("online", offline);
addEventListener("offline", offline);
offline();

// --- an answer that leads elsewhere (saved and on, or signed out meanwhile) is followed as a page;
// after signing in again one comes back to where one was, and the draft is still there
document.addEventListener("htmx:before:response", (event) => {
  const answer = event.detail.ctx.response.raw;
  if (!answer.redirected) return;
  event.preventDefault();
  const target = new URL(answer.url);
  if (target.searchParams.has("next")) {
    target.searchParams.set("next", location.pathname + location.search);
  }
  location.assign(target);
});

// --- nothing personal stays in the browser after signing out
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-signs-out]")) return;
  for (const key of Object.keys(localStorage)) {
    if (key.startsWith("draft:")) localStorage.removeItem(key);
  }
});

// --- a choice that applies at once: the button beside it is for those without scripts
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-auto-submit]")) event.target.form?.requestSubmit();
});
for (const button of document.querySelectorAll("[data-without-script]")) button.hidden = true;

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

// On a Mac the key is another one, and called so.
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.userAgentData?.platform ?? navigator.platform);

function nameKeys() {
  if (!IS_MAC) return;
  for (const key of document.querySelectorAll("kbd")) {
    key.textContent = key.textContent.replace("Ctrl ", "⌘").replace("Ctrl", "⌘");
  }
}

function prepare() {
  nameKeys();
  for (const form of document.forms) {
    reveal(form);
    count(form);
  }
}
for (const name of ["htmx:after:swap", "crm:filled"]) document.addEventListener(name, prepare);
prepare();

// --- the first error gets the focus (pages without scripts use autofocus)
document.querySelector("[aria-invalid=true]:not(fieldset), fieldset[aria-invalid=true] input")?.focus();

// Drafts: what is typed is kept on the server two seconds after the last key, and in the browser
// only until the server has confirmed it. "Saved" is never shown before it is true.
//
// <form data-draft-url="…"> with <span data-draft-state data-saved="…{time}" data-failed="…">.
// The server answers {"saved_at": "10:21"} and fills the form from its draft when it is opened.
const SAVE_AFTER = 2000;
const SKIPPED = new Set(["csrfmiddlewaretoken", "request_id", "version"]);
const waiting = new Map();
const flying = new Map();

const own = `draft:${document.body.dataset.user ?? ""}:`;
const keyOf = (form) => own + form.dataset.draftUrl;

// A shared computer: what somebody else left here unsaved is not shown to the next person.
for (const key of Object.keys(localStorage)) {
  if (key.startsWith("draft:") && !key.startsWith(own)) localStorage.removeItem(key);
}

function typed(form) {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (!SKIPPED.has(name) && typeof value === "string") body.append(name, value);
  }
  return body;
}

// What a script counts by itself, such as the clock of a call, is not typed.
function steady(form) {
  const body = typed(form);
  for (const field of form.querySelectorAll("[data-ticks]")) body.delete(field.name);
  return body.toString();
}

function say(form, words) {
  for (const place of form.querySelectorAll("[data-draft-state]")) {
    place.hidden = !words;
    const text = place.querySelector("[data-words]") ?? place;
    text.textContent = words;
  }
}

function remember(form, body) {
  try {
    localStorage.setItem(keyOf(form), body.toString());
  } catch {
    // A full or forbidden store: the server's copy is on its way.
  }
}

async function save(form) {
  waiting.delete(form);
  if (!form.isConnected || "sent" in form.dataset) return;
  const body = typed(form);
  const sent = steady(form);
  const place = form.querySelector("[data-draft-state]");
  const flight = new AbortController();
  flying.set(form, flight);
  try {
    const answer = await fetch(form.dataset.draftUrl, {
      method: "POST",
      body,
      signal: flight.signal,
      credentials: "same-origin",
      redirect: "error",
      headers: {
        "X-CSRFToken": form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "",
        Accept: "application/json",
      },
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const { saved_at: time } = await answer.json();
    if (steady(form) !== sent) return; // typed on meanwhile: the next save speaks
    localStorage.removeItem(keyOf(form));
    say(form, (place?.dataset.saved ?? "").replace("{time}", time));
  } catch {
    if (flight.signal.aborted) return;
    say(form, place?.dataset.failed ?? "");
    if (navigator.onLine) schedule(form, 15000);
  } finally {
    flying.delete(form);
  }
}

function schedule(form, pause = SAVE_AFTER) {
  clearTimeout(waiting.get(form));
  waiting.set(form, setTimeout(() => save(form), pause));
}

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (!form?.dataset.draftUrl) return;
  remember(form, typed(form));
  say(form, "");
  schedule(form);
});

// Sent: the server deletes its draft with the saved row. The copy here goes once a page says so:
// every page we go on to does, unless it is an error or the same form, refused.
const SENT = "draft-sent";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.dataset.draftUrl || event.defaultPrevented) return;
  clearTimeout(waiting.get(form));
  waiting.delete(form);
  flying.get(form)?.abort();
  form.dataset.sent = "";
  setTimeout(() => delete form.dataset.sent, 10000); // no answer came: drafts go on
  sessionStorage.setItem(SENT, keyOf(form));
});

function settle() {
  const key = sessionStorage.getItem(SENT);
  sessionStorage.removeItem(SENT);
  const [arrival] = performance.getEntriesByType("navigation");
  if (!key || arrival?.type !== "navigate" || document.querySelector("[data-unsaved]")) return;
  const refused = [...document.querySelectorAll("form[data-refused]")];
  if (!refused.some((form) => keyOf(form) === key)) localStorage.removeItem(key);
}
settle();

addEventListener("pagehide", () => {
  for (const form of waiting.keys()) {
    clearTimeout(waiting.get(form));
    const body = typed(form);
    body.append("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]")?.value ?? "");
    navigator.sendBeacon?.(form.dataset.draftUrl, body);
  }
});
addEventListener("online", () => {
  for (const form of document.querySelectorAll("form[data-draft-url]")) {
    if (localStorage.getItem(keyOf(form))) save(form);
  }
});

// A copy the server never confirmed comes back into the form, and goes up.
function restore() {
  for (const form of document.querySelectorAll("form[data-draft-url]:not([data-restored])")) {
    form.dataset.restored = "";
    const kept = localStorage.getItem(keyOf(form));
    if (!kept) continue;
    if ("refused" in form.dataset) continue; // the page already holds what was typed
    put(form, new URLSearchParams(kept));
    schedule(form, 100);
  }
}

function put(form, values) {
  for (const control of form.elements) {
    if (!control.name || SKIPPED.has(control.name) || control.type === "hidden") continue;
    const given = values.getAll(control.name);
    if (control.type === "radio" || control.type === "checkbox") {
      control.checked = given.includes(control.value);
    } else if (given.length) {
      [control.value] = given;
    }
  }
  form.dispatchEvent(new Event("change", { bubbles: true }));
}
for (const name of ["htmx:after:swap", "crm:filled"]) document.addEventListener(name, restore);
restore();

// Dates in words: the field takes 后天 16:00 or 周五下午, the server says what it understood.
// <input data-date-url="…"> with a hint below it; the form is read the same way when it is sent.
const ECHO_AFTER = 350;
const timers = new WeakMap();

async function echo(input) {
  const place = document.getElementById(`${input.id}_helptext`);
  const words = input.value.trim();
  if (!place) return;
  place.dataset.hint ??= place.textContent;
  if (!words) {
    place.textContent = place.dataset.hint;
    return;
  }
  try {
    const url = `${input.dataset.dateUrl}?${new URLSearchParams({ words, past: input.dataset.past ?? "" })}`;
    const answer = await fetch(url, { credentials: "same-origin", headers: { Accept: "application/json" } });
    if (!answer.ok || input.value.trim() !== words) return;
    const { understood } = await answer.json();
    place.textContent = understood || place.dataset.hint;
  } catch {
    place.textContent = place.dataset.hint;
  }
}

document.addEventListener("input", (event) => {
  const input = event.target;
  if (!input.matches("input[data-date-url]") || event.isComposing) return;
  clearTimeout(timers.get(input));
  timers.set(input, setTimeout(() => echo(input), ECHO_AFTER));
});

// The contact form: a try in vain moves the next contact to the next open day, another level to
// that level's cycle, until the person has chosen a date. The server decides the same way.
const vain = new Set(["no_answer", "absent"]);

function suggest(form) {
  const place = form.querySelector("[data-cycle-words]");
  const chip = form.querySelector("input[name=next][value=cycle]");
  if (!place || !chip) return;
  const words = JSON.parse(place.dataset.cycleWords);
  const sent = new FormData(form);
  const again = vain.has(sent.get("result"));
  chip.nextElementSibling.textContent = words[again ? "again" : "cycle"][sent.get("level") ?? ""];
  if (again && !("chosen" in form.dataset)) chip.checked = true;
}

document.addEventListener("change", (event) => {
  const form = event.target.closest?.("form[data-contact]");
  if (!form) return;
  if (event.target.name === "next") form.dataset.chosen = "";
  if (event.target.name === "result" || event.target.name === "level") suggest(form);
});

// Two at one ticket: the page says that it is open while it is in sight, and that somebody types
// in it while a form of it has the focus.
const presence = document.querySelector("[data-presence]");
const here = () => presence.dispatchEvent(new Event("presence"));
if (presence) {
  const pen = presence.querySelector("[name=writing]");
  document.addEventListener("htmx:before:request", (event) => {
    if (event.target === presence && document.hidden) event.preventDefault();
  });
  document.addEventListener("visibilitychange", () => document.hidden || here());
  for (const [name, value] of [["focusin", "yes"], ["focusout", ""]]) {
    document.addEventListener(name, (event) => {
      if (!typing(event.target) || !event.target.closest("[data-writes]")) return;
      const old = pen.value;
      pen.value = value;
      if (value && !old) here();
    });
  }
}

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
    if (!press(key)) move(key === "j" ? 1 : -1);
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

// Sign-in waits for its answer before anything else may happen. A link or bookmark opened right
// after Enter would otherwise cancel the request under way, and with it the session cookie, and
// land on this page again. Hence a synchronous request, here and nowhere else.

const signIns = document.querySelectorAll("form[data-sign-in]");

function show(html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector("main");
  document.querySelector("main").replaceWith(fresh);
  fresh.querySelectorAll("form[data-sign-in]").forEach(listen);
  fresh.querySelector("[aria-invalid=true], input:not([type=hidden])")?.focus();
}

function listen(form) {
  form.addEventListener("submit", (event) => {
    const request = new XMLHttpRequest();
    try {
      request.open("POST", form.action, false);
      request.setRequestHeader("HX-Request", "true");
      request.setRequestHeader("Content-Type", "application/x-www-form-urlencoded");
      request.send(new URLSearchParams(new FormData(form)).toString());
    } catch {
      return; // no network or no synchronous requests: the form goes its ordinary way
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    const next = request.getResponseHeader("HX-Redirect");
    if (next) window.location.replace(next);
    else show(request.responseText);
  });
}

signIns.forEach(listen);
