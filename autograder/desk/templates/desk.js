"use strict";
// The page has one set of controls, for the current answer. Whatever they change is saved at once, one after the other.
const answers = [...document.querySelectorAll("article")].map(node => ({
  node, group: node.dataset.group, count: Number(node.dataset.count), items: new Set(), pending: 0, round: 0,
  state: JSON.parse(node.dataset.state), held: JSON.parse(node.dataset.state),
}));
const find = id => document.getElementById(id);
const points = find("points"), typed = find("typed"), box = find("new"), list = find("comments");
const most = Number(points.dataset.most), step = Number(points.dataset.step), keys = list.dataset.keys;
const items = [...document.querySelectorAll("#rubric button")];
const known = JSON.parse(list.dataset.known);
let current = answers[0], queue = Promise.resolve();

const number = value => String(Math.round(value * 1e6) / 1e6);
const inPoints = value => `${number(value)} ${value === 1 ? "point" : "points"}`;
const said = held => (held.shown === null ? "no points" : inPoints(held.shown)) + (held.comment ? ", with a comment" : "");
const lines = answer => answer.state.comment.split(/\r?\n/).filter(line => line.trim());

function say(text, alert = "") {
  find("status").textContent = text;
  find("alert").textContent = alert;
}

function showAnswer(answer) {
  const { node, state } = answer, again = state.waits && state.shown !== null;
  node.classList.toggle("done", !state.waits);
  const shown = state.shown === null ? "waits" : `${number(state.shown)} of ${number(most)}`;
  node.querySelector(".mark").textContent = again ? `${shown}, look again` : shown;
  node.querySelector(".comment").textContent = state.comment;
}

function showProgress() {
  const count = some => some.reduce((sum, answer) => sum + answer.count, 0);
  const all = count(answers), waiting = count(answers.filter(answer => answer.state.waits));
  find("progress").textContent = waiting ? `${waiting} of ${all} answers wait` : `All ${all} answers are graded.`;
}

function showControls() {
  if (!current) return;
  for (const button of points.querySelectorAll("button"))
    button.setAttribute("aria-pressed", Number(button.dataset.points) === current.state.shown);
  typed.value = current.state.points === null ? "" : number(current.state.points);
  items.forEach((button, place) => button.setAttribute("aria-pressed", current.items.has(place)));
  known.slice(list.children.length).forEach(text => list.append(commentRow(text)));
  const chosen = lines(current);
  [...list.children].forEach((row, place) => row.firstChild.setAttribute("aria-pressed", chosen.includes(known[place])));
}

function commentRow(text) {
  const [row, button, words] = ["li", "button", "span"].map(name => document.createElement(name));
  const key = keys[list.children.length];
  if (key) button.append(Object.assign(document.createElement("kbd"), { textContent: key }));
  button.append(Object.assign(words, { textContent: text, dir: "auto" }));
  button.type = "button";
  button.addEventListener("click", () => toggleComment(text));
  row.append(button);
  return row;
}

function learn(answer) {
  for (const line of lines(answer)) if (!known.includes(line)) known.push(line);
}

function go(answer, focus = true) {
  if (!answer) return;
  if (current) {
    current.node.removeAttribute("aria-current");
    current.node.tabIndex = -1;
  }
  current = answer;
  current.node.setAttribute("aria-current", "true");
  current.node.tabIndex = 0;
  if (focus) {
    current.node.focus({ preventScroll: true });
    current.node.scrollIntoView({ block: "nearest" });
  }
  showControls();
}

const move = by => go(answers[answers.indexOf(current) + by]);

function nextWaiting() {
  const at = answers.indexOf(current);
  const next = [...answers.slice(at + 1), ...answers.slice(0, at)].find(answer => answer.state.waits);
  if (next) go(next);
  else say("No other answer waits.");
}

function show(answer) {
  showAnswer(answer);
  showProgress();
  if (answer === current) showControls();
}

// What is shown is what will be saved. Where that fails, the answer shows again what the gradebook holds, and what was
// pressed meanwhile isn't saved either.
function change(what) {
  const answer = current, { round } = answer;
  answer.state = { ...answer.state, ...what };
  if ("points" in what) Object.assign(answer.state, { shown: what.points, waits: what.points === null });
  answer.pending += 1;
  show(answer);
  queue = queue.then(() => { if (round === answer.round) return send(answer, what); });
}

async function send(answer, what) {
  try {
    const reply = await fetch(answer.group, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ seen: answer.held, ...what }),
    });
    const held = await reply.json();
    if (!reply.ok) throw held;
    answer.held = held;
    answer.pending -= 1;
    if (answer.pending === 0) answer.state = held;
    say(`Saved: ${said(held)}.`);
  } catch (failure) {
    answer.held = failure.now ?? answer.held;
    answer.state = answer.held;
    answer.pending = 0;
    answer.round += 1;
    answer.items.clear();
    learn(answer);
    const now = failure.now ? ` It now has ${said(failure.now)}: grade it again to replace that.` : "";
    say("", `Not saved: ${failure.problem ?? "the desk does not answer: is it still running?"}.${now}`);
  }
  show(answer);
}

function give(value) {
  if (value !== null && !(value >= 0 && value <= most)) return say("", `Points go from 0 to ${number(most)}.`);
  current.items.clear();
  change({ points: value });
}

function toggleItem(place) {
  if (!current.items.delete(place)) current.items.add(place);
  const sum = [...current.items].reduce((total, item) => total + Number(items[item].dataset.points), 0);
  change({ points: Math.min(Math.max(Number(number(sum)), 0), most) });
}

function toggleComment(text) {
  const chosen = lines(current);
  change({ comment: (chosen.includes(text) ? chosen.filter(line => line !== text) : [...chosen, text]).join("\n") });
}

function addComment() {
  for (const text of box.value.split("\n").map(line => line.trim()).filter(Boolean)) {
    if (!known.includes(text)) known.push(text);
    if (!lines(current).includes(text)) toggleComment(text);
  }
  box.value = "";
  current.node.focus();
}

const KEYS = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  n: nextWaiting, Enter: nextWaiting,
  c: () => box.focus(), p: () => { typed.focus(); typed.select(); },
  x: () => give(null), m: () => { find("model").open = !find("model").open; },
  "+": () => give(Math.min(most, (current.state.shown ?? 0) + step)),
  "-": () => give(Math.max(0, (current.state.shown ?? 0) - step)),
};

document.addEventListener("keydown", event => {
  if (event.ctrlKey || event.metaKey || event.altKey || !current) return;
  if (event.target === box || event.target === typed) {
    if (event.key === "Escape") current.node.focus();
    else if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      if (event.target === box) addComment();
      else {
        if (typed.value !== "") give(typed.valueAsNumber);
        current.node.focus();
      }
    } else return;
    event.preventDefault();
    return;
  }
  // A button, a link or a summary keeps the key that presses it.
  if (event.key === "Enter" && event.target.closest("button, a, summary")) return;
  const place = keys.indexOf(event.key), item = items.findIndex(button => button.dataset.key === event.key);
  if (/^[0-9]$/.test(event.key)) give(Number(event.key));
  else if (Object.hasOwn(KEYS, event.key)) KEYS[event.key]();
  else if (item >= 0) toggleItem(item);
  else if (event.key.length === 1 && place >= 0 && place < known.length) toggleComment(known[place]);
  else return;
  event.preventDefault();
});

for (const answer of answers) {
  answer.node.addEventListener("focus", () => { if (answer !== current) go(answer, false); });
  answer.node.addEventListener("click", () => { if (answer !== current) go(answer, false); });
  showAnswer(answer);
}
if (!current) document.querySelectorAll("aside button, aside input, textarea").forEach(control => { control.disabled = true; });
for (const button of points.querySelectorAll("button")) button.addEventListener("click", () => give(Number(button.dataset.points)));
items.forEach((button, place) => button.addEventListener("click", () => toggleItem(place)));
typed.addEventListener("change", () => { if (typed.value !== "" && typed.valueAsNumber !== current.state.points) give(typed.valueAsNumber); });
addEventListener("beforeunload", event => { if (answers.some(answer => answer.pending)) event.preventDefault(); });
showProgress();
go(answers.find(answer => answer.state.waits) ?? answers[0]);
