// Exercises can be written on the page. What that takes is loaded when somebody begins.
const NOTEBOOK = location.pathname.split("/").pop().replace(/\.html$/, "");
const begun = name => {
  try { return localStorage.getItem(`work:${NOTEBOOK}:${name}`) !== null; } catch { return false; }
};
for (const code of document.querySelectorAll("pre.code.exercise")) {
  const label = code.previousElementSibling, name = label.id.slice("write-".length);
  const button = document.createElement("button");
  button.type = "button";
  button.className = "write";
  button.textContent = `${begun(name) ? "Go on writing" : "Write"} ${name} here`;
  code.after(button);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      const { begin } = await import("./writing/editor.js");
      await begin(NOTEBOOK, name, code, button);
    } catch {
      const said = document.createElement("p");
      said.className = "quiet";
      said.setAttribute("role", "status");
      said.append(location.protocol === "file:"
        ? "A page opened from a disk can't run Python. Open the course from a web server, or: "
        : "The editor can't be loaded: is there a network? You can also: ");
      for (const badge of document.querySelectorAll(".top .button")) said.append(badge.cloneNode(true), " ");
      button.replaceWith(said);
    }
  });
}
