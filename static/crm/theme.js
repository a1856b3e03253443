// Runs before the first paint: a person who fixed no theme gets the system's, without a flash.
(() => {
  const root = document.documentElement;
  // Paper is white: what is printed is printed in the light.
  let chosen;
  addEventListener("beforeprint", () => { chosen = root.dataset.bsTheme; root.dataset.bsTheme = "light"; });
  addEventListener("afterprint", () => { root.dataset.bsTheme = chosen || "light"; });
  if (root.dataset.theme !== "system") return;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.bsTheme = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", follow);
  follow();
})();
