/* What the figures share. Each output holds this text and a figure's own within one function: no global names. */

/** A number as text: three digits, a true minus sign; what is left over by rounding is 0. */
const text = (value, digits = 3) => {
  if (Math.abs(value) < 1e-10) return "0";
  const short = Number.isInteger(value) && Math.abs(value) < 1e6 ? value : Number(value.toPrecision(digits));
  return String(short).replaceAll("-", "\u2212");
};
const bracketed = value => (text(value).startsWith("\u2212") ? `(${text(value)})` : text(value));
const range = count => Array.from({length: count}, (_, index) => index);
const largest = (values, least = 1e-12) => values.reduce((top, value) => Math.max(top, Math.abs(value)), least);

/** An element. Children that are strings become text, never markup. */
const make = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (name.startsWith("--")) node.style.setProperty(name, value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children);
  return node;
};

/**
 * A grid of numbers with a name above it.
 * options: part (for tests and styles), name, note (beside the name), rows, columns, image (grey, 1 is white, else signed
 * colours), ink (an image's 1 is black: ink on paper), numbers (write them), cell (label of a cell: index => text), point(index) on hover, touch and focus,
 * choose(index) on a click or Enter, type(index, key) when a number is typed on a cell.
 */
class Grid {
  constructor(options) {
    Object.assign(this, {numbers: true, image: false, ink: false, note: "", cell: index => `${index}`}, options);
    const blank = make("div", {class: "cnn-cell", role: "gridcell", tabindex: this.point && -1});
    this.cells = range(this.rows * this.columns).map(index => {
      const cell = blank.cloneNode();
      cell.dataset.index = index;
      return cell;
    });
    if (this.point) this.reach(0);
    this.box = make("div", {
      class: `cnn-grid${this.point || this.choose ? " cnn-does" : ""}${this.ink ? " cnn-ink" : ""}`, role: "grid", "aria-label": this.name,
      "--columns": this.columns, "data-part": this.part,
    }, ...range(this.rows).map(row => make("div", {class: "cnn-row", role: "row"},
      ...this.cells.slice(row * this.columns, (row + 1) * this.columns))));
    this.title = make("span", {class: "cnn-name"}, make("b", {}, this.name), this.note ? ` ${this.note}` : "");
    this.panel = make("div", {class: "cnn-panel"}, this.title, this.box);
    this.seen = [];
    if (this.point) this.listen();
  }

  listen() {
    const at = event => {
      const cell = event.target.closest(".cnn-cell");
      return cell ? Number(cell.dataset.index) : -1;
    };
    const pointed = event => at(event) >= 0 && this.point(at(event));
    this.box.addEventListener("pointerover", pointed);
    this.box.addEventListener("focusin", event => { if (at(event) >= 0) this.reach(at(event)); pointed(event); });
    this.box.addEventListener("click", event => {
      pointed(event);
      if (at(event) >= 0 && this.choose) this.choose(at(event));
    });
    this.box.addEventListener("keydown", event => {
      const index = at(event), moves = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns};
      if (event.ctrlKey || event.metaKey || event.altKey || index < 0) return;
      const sideways = event.key === "ArrowRight" || event.key === "ArrowLeft";
      if (event.key in moves) {
        const next = index + moves[event.key];
        const inside = next >= 0 && next < this.cells.length;
        const sameRow = Math.floor(next / this.columns) === Math.floor(index / this.columns);
        if (inside && (!sideways || sameRow)) this.cells[next].focus();
      } else if (event.key === "Home" || event.key === "End") {
        this.cells[event.key === "Home" ? 0 : this.cells.length - 1].focus();
      } else if (event.key === "Enter" && this.choose) this.choose(index);
      else if (/^[-\d.]$/.test(event.key) && this.type) this.type(index, event.key);
      else return;
      event.preventDefault();
    });
  }

  /** Tab comes to this cell. */
  reach(index) {
    this.cells[this.reached ?? index].tabIndex = -1;
    this.reached = index;
    this.cells[index].tabIndex = 0;
  }

  /** Writes values, row by row; `limit` is the value of full colour, `padding(index)` says which cells are padded. */
  fill(values, limit, padding = () => false) {
    values.forEach((value, index) => {
      const cell = this.cells[index], share = Math.min(Math.abs(value) / limit, 1), exact = text(value);
      const kind = padding(index) ? (this.image ? "grey cnn-zero" : "zero") : this.image ? ((this.ink ? share < .54 : share > .46) ? "grey cnn-bright" : "grey")
        : exact === "0" ? "none" : value < 0 ? "minus" : "plus";
      const shown = this.numbers ? text(value, 2) : "", colour = share.toFixed(2), seen = this.seen[index] ?? {};
      this.seen[index] = {kind, colour, exact};
      if (seen.colour !== colour) cell.style.setProperty("--s", colour);
      if (seen.kind !== kind) {
        if (seen.kind) cell.classList.remove(...`cnn-${seen.kind}`.split(" "));
        cell.classList.add(...`cnn-${kind}`.split(" "));
      }
      if (seen.exact === exact) return;
      cell.textContent = shown;
      cell.classList.toggle("cnn-long", shown.length > 4);
      cell.classList.toggle("cnn-longer", shown.length > 5);
      // The name of a cell holds what is written in it, then all digits.
      cell.setAttribute("aria-label", `${this.cell(index)}: ${shown && shown !== exact ? `${shown}, exactly ${exact}` : exact}`);
    });
  }

  /** Puts a class ("on": what is told, "won", "moved") on these cells and takes it from the others. */
  mark(indices, name = "on") {
    const wanted = new Set(indices);
    this.cells.forEach((cell, index) => cell.classList.toggle(`cnn-${name}`, wanted.has(index)));
  }

  /** A frame around `height` by `width` cells; it slides there from where it was. */
  frame(row, column, height, width) {
    this.border ??= this.box.appendChild(make("div", {class: "cnn-frame", "aria-hidden": "true"}));
    for (const [name, value] of Object.entries({r: row, c: column, h: height, w: width}))
      this.border.style.setProperty(`--${name}`, value);
  }
}

/** A number to set by hand: typed, by its buttons, or with the arrow keys. `set(value)` gets NaN for what is no number. */
class Field {
  constructor({part, name, short = name, value, by = 1, set, leave}) {
    this.given = () => set(this.read());
    this.input = make("input", {type: "text", autocomplete: "off", "aria-label": name, "data-part": part,
      // "-" is on its way to become a number; complain when it is left like that.
      input: () => /^[-\u2212+]?[.,]?$/.test(this.input.value) || this.given(), change: this.given, keydown: event => {
        const direction = {ArrowUp: 1, ArrowDown: -1}[event.key];
        if (direction) { event.preventDefault(); move(direction); }
        if (event.key === "Enter" || event.key === "Escape") leave?.();
      }});
    const move = direction => {
      const before = Number.isFinite(this.read()) ? this.read() : 0;
      this.input.value = text(Number((before + direction * by).toPrecision(10)), 10);
      this.given();
    };
    const button = (sign, word, direction) =>
      make("button", {type: "button", "aria-label": `${word} ${name}`, click: () => move(direction)}, sign);
    this.label = make("label", {}, short);
    this.label.addEventListener("click", () => this.input.focus());
    this.node = make("span", {class: "cnn-group"}, this.label, button("\u2212", "less", -1), this.input,
      button("+", "more", 1));
    this.show(value);
  }

  read() {
    const typed = this.input.value.trim().replaceAll("\u2212", "-").replace(",", ".");
    return typed === "" ? NaN : Number(typed);
  }

  /** Shows a value; what is being typed stays as it is while it means the same. */
  show(value, wrong = false) {
    if (this.read() !== value && Number.isFinite(value)) this.input.value = text(value, 4);
    this.input.setAttribute("aria-invalid", String(wrong));
  }

  rename(name, short = name) {
    this.label.textContent = short;
    this.input.setAttribute("aria-label", name);
    const [less, more] = this.node.querySelectorAll("button");
    less.setAttribute("aria-label", `less ${name}`);
    more.setAttribute("aria-label", `more ${name}`);
  }
}

/**
 * One field for all numbers that can be changed in their cells. Click a cell, and it is the field's; type on it, too.
 * name(what, index): words for it; value(what, index); cell(what, index): where it is drawn; set(what, index, value).
 */
class Editor {
  constructor({what, name, value, cell, set}) {
    Object.assign(this, {what, index: 0, name, value, cell, touched: false});
    this.field = new Field({part: "edit", name: "", value: 0, set: given => set(this.what, this.index, given),
      leave: () => this.cell(this.what, this.index).focus()});
    this.node = this.field.node;
  }

  choose(what, index) {
    if (index < 0) return;
    Object.assign(this, {what, index, touched: true});
    this.show();
  }

  type(what, index, key) {
    if (index < 0) return;
    this.choose(what, index);
    this.field.input.value = key;
    this.field.input.focus();
    this.field.input.dispatchEvent(new Event("input"));
  }

  show() {
    this.field.rename(this.name(this.what, this.index));
    const value = this.value(this.what, this.index);
    this.field.show(value, !Number.isFinite(value));
    this.marked?.classList.remove("cnn-chosen");
    this.marked = this.touched ? this.cell(this.what, this.index) : null;
    this.marked?.classList.add("cnn-chosen");
  }
}

/** Why these settings can't be; "" when nothing is wrong. whole: {name: [value, least, most, why not less]}. */
const wrongNumbers = (numbers, whole) => {
  for (const [name, value] of Object.entries(numbers))
    if (!Number.isFinite(value)) return `The ${name} has to be a number.`;
  for (const [name, [value, least, most, why]] of Object.entries(whole)) {
    if (!Number.isFinite(value)) return `The ${name} has to be a number.`;
    if (!Number.isInteger(value)) return `${text(value)} is not possible: the ${name} is a whole number of places.`;
    if (value < least) return `A ${name} of ${text(value)} is not possible: ${why}`;
    if (value > most) return `This figure has room for a ${name} of ${most}, not for ${value}.`;
  }
  return "";
};
const PADDING = padding => [padding, 0, 9, "it is the number of zeros on each side, 0 or more."];
const STRIDE = stride => [stride, 1, 99, "the window would not move on. It has to be 1 or more."];

/** Back, play or pause, step through `count()` places; `go(place)` shows one. */
class Player {
  constructor({count, place, go, every = 900}) {
    Object.assign(this, {count, place, go, every, timer: 0, playing: false});
    const button = (part, name, click) => make("button", {type: "button", "data-part": part, click}, name);
    this.play = button("play", "\u25b6 play", () => (this.playing ? this.stop() : this.start()));
    this.play.classList.add("cnn-play");
    this.node = make("span", {class: "cnn-group", role: "group", "aria-label": "steps"},
      button("back", "\u2039 back", () => { this.stop(); this.by(-1); }), this.play,
      button("step", "step \u203a", () => { this.stop(); this.by(1); }));
  }

  by(steps) {
    const count = this.count();
    if (count) this.go((this.place() + steps + count) % count);
  }

  start() {
    this.playing = true;
    this.play.textContent = "\u275a\u275a pause";
    this.watch?.(true);
    this.timer = setInterval(() => (this.node.isConnected ? this.by(1) : this.stop()), this.every);
  }

  stop() {
    if (!this.playing) return;
    clearInterval(this.timer);
    this.playing = false;
    this.play.textContent = "\u25b6 play";
    this.watch?.(false);
  }
}

/** Sizes cells so that `total` of them lie in one row of the stage, if that leaves them legible. */
const fit = (stage, total, numbers) => {
  stage.style.setProperty("--total", total);
  stage.classList.toggle("cnn-fine", !numbers);
};

/** One sum spelled out: a box for each term with the running sum under it. terms: [above, middle, below, class]. */
const spell = (box, terms) => box.replaceChildren(...terms.map(([above, middle, below, name = ""]) =>
  make("div", {class: `cnn-term ${name}`}, make("span", {}, above), make("b", {}, middle), make("span", {}, below))));

/** What colours and frames mean. items: [class of a sample, words]. */
const legend = items => make("p", {class: "cnn-legend"},
  ...items.map(([name, words]) => make("span", {}, name ? make("i", {class: name, "aria-hidden": "true"}) : "", words)));
const SIGNED = [["cnn-cell cnn-plus", "positive"], ["cnn-cell cnn-minus", "negative"]];

/**
 * Readies every figure of this kind that isn't ready. `build(settings, parts)` fills `parts.bar`, `parts.stage`,
 * `parts.after`, and returns {set, state}, which tests find as `element.figure`.
 * parts.say(words): the text alternative of the step; parts.complain(words): why settings can't be, "" when they can.
 */
const start = (kind, build) => {
  const page = document.currentScript ? document.currentScript.getRootNode() : document;
  for (const node of page.querySelectorAll(`.cnn-figure[data-figure="${kind}"]`)) {
    if (node.figure) continue;
    const style = node.querySelector("style"), part = (tag, name, more) => make(tag, {class: `cnn-${name}`, ...more});
    const parts = {
      bar: part("div", "bar"), error: part("p", "error", {role: "alert", hidden: true}), stage: part("div", "stage"),
      after: part("div", "after"), said: part("p", "said", {"aria-live": "polite", "data-part": "said"}), node,
    };
    parts.say = words => { if (parts.said.textContent !== words) parts.said.textContent = words; };
    parts.complain = words => {
      parts.error.textContent = words;
      parts.error.hidden = !words;
      parts.stage.classList.toggle("cnn-stale", Boolean(words));
    };
    // While it plays, a screen reader would never come to an end: it reads the place where it stops.
    parts.watch = player => { player.watch = on => parts.said.setAttribute("aria-live", on ? "off" : "polite"); };
    // Keys are the figure's own: a notebook would take them for commands.
    node.addEventListener("keydown", event => event.ctrlKey || event.metaKey || event.altKey || event.stopPropagation());
    const figure = build(JSON.parse(node.dataset.settings), parts);
    node.replaceChildren(style, parts.bar, parts.error, parts.stage, parts.after, parts.said);
    if (parts.legend) node.append(parts.legend);
    node.figure = figure;
  }
};
