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
