// Dates in words: the field takes 后天 16:00 or 周五下午, the server says what it understood.
// <input data-date-url="…"> with a hint below it; the form is read the same way when it is sent.
const PAUSE = 350;
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
  timers.set(input, setTimeout(() => echo(input), PAUSE));
});
