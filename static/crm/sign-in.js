// Sign-in waits for its answer before anything else may happen. A link or bookmark opened right
// after Enter would otherwise cancel the request under way, and with it the session cookie, and
// land on this page again. Hence a synchronous request, here and nowhere else.

const forms = document.querySelectorAll("form[data-sign-in]");

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

forms.forEach(listen);
