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
