// Before anything is drawn: the theme chosen last. Figures read the same mark, which is JupyterLab's.
const choose = theme => { document.documentElement.dataset.jpThemeLight = String(theme === "light"); };
let kept = null;
try { kept = localStorage.getItem("theme"); } catch { /* pages from a disk may not keep anything */ }
if (kept) choose(kept);

addEventListener("DOMContentLoaded", () => {
  const button = document.querySelector("#theme"), dark = matchMedia("(prefers-color-scheme: dark)");
  const now = () => {
    const chosen = document.documentElement.dataset.jpThemeLight;
    return chosen ? (chosen === "true" ? "light" : "dark") : dark.matches ? "dark" : "light";
  };
  const other = () => (now() === "dark" ? "light" : "dark");
  const label = () => { button.textContent = `Make it ${other()}`; };
  button.addEventListener("click", () => {
    choose(other());
    try { localStorage.setItem("theme", now()); } catch { /* as above */ }
    label();
  });
  dark.addEventListener("change", label);
  // Paper is light.
  let before;
  addEventListener("beforeprint", () => { before = now(); choose("light"); });
  addEventListener("afterprint", () => choose(before));
  label();
});
