// Drafts: what is typed is kept on the server two seconds after the last key, and in the browser
// only until the server has confirmed it. "Saved" is never shown before it is true.
//
// <form data-draft-url="…"> with <span data-draft-state data-saved="…{time}" data-failed="…">.
// The server answers {"saved_at": "10:21"} and fills the form from its draft when it is opened.
const PAUSE = 2000;
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
  const sent = body.toString();
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
    if (typed(form).toString() !== sent) return; // typed on meanwhile: the next save speaks
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

function schedule(form, pause = PAUSE) {
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
