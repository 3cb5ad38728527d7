/* A convnet reads the digit that one draws: every layer's maps and the classes follow. Click a number: where is it from? */

const DOTS = 4;  // each pixel counts 4 by 4 dots, as those of the scanned digits did
const PEN = 2.2;  // radius of the pen, in dots

/** What is drawn with the pen, on DOTS times finer paper; `pixels()` are the shares of ink. */
class Paper {
  constructor(rows, columns) {
    Object.assign(this, {rows, columns});
    this.clear();
  }

  clear() { this.dots = new Uint8Array(this.rows * this.columns * DOTS * DOTS); }

  /** Dots that give these pixels, as nearly as 16 dots can. */
  copy(pixels) {
    this.clear();
    pixels.forEach((value, index) => range(Math.round(value * DOTS * DOTS)).forEach(dot => {
      if (dot < DOTS * DOTS) this.dots[this.place(index, dot)] = 1;
    }));
  }

  place(index, dot) {
    const row = Math.floor(index / this.columns) * DOTS + Math.floor(dot / DOTS);
    return row * this.columns * DOTS + index % this.columns * DOTS + dot % DOTS;
  }

  /** Ink (or none) along a line; positions in pixels. */
  stroke([fromRow, fromColumn], [row, column], ink) {
    const width = this.columns * DOTS, height = this.rows * DOTS;
    const steps = Math.max(1, Math.ceil(Math.hypot(row - fromRow, column - fromColumn) * DOTS));
    for (let step = 0; step <= steps; step++) {
      const y = (fromRow + (row - fromRow) * step / steps) * DOTS, x = (fromColumn + (column - fromColumn) * step / steps) * DOTS;
      for (let i = Math.max(0, Math.floor(y - PEN)); i < Math.min(height, y + PEN); i++)
        for (let j = Math.max(0, Math.floor(x - PEN)); j < Math.min(width, x + PEN); j++)
          if (Math.hypot(i + .5 - y, j + .5 - x) <= PEN) this.dots[i * width + j] = ink;
    }
  }

  pixels() {
    return range(this.rows * this.columns).map(index =>
      range(DOTS * DOTS).reduce((sum, dot) => sum + this.dots[this.place(index, dot)], 0) / (DOTS * DOTS));
  }
}

/** A layer's maps as small pictures, one number a pixel; `choose(map, index)` on a click, a drag or with arrow keys. */
class Maps {
  constructor({part, name, note, volume: {channels, rows, columns}, across, size, choose}) {
    Object.assign(this, {part, name, channels, rows, columns, choose, reached: 0, at: 0});
    this.pictures = range(channels).map(map => make("canvas", {width: columns, height: rows, "aria-hidden": "true"}));
    this.frames = range(channels).map(() => make("div", {class: "cnn-frame", "aria-hidden": "true", hidden: true}));
    this.boxes = range(channels).map(map => make("div", {
      class: "cnn-map", role: "button", tabindex: map ? -1 : 0, "data-map": map, "--columns": columns, "--rows": rows,
    }, this.pictures[map], this.frames[map]));
    this.box = make("div", {class: "cnn-maps-of", role: "group", "aria-label": name, "data-part": part,
      "--across": across, "--size": `${size}px`}, ...this.boxes);
    this.panel = make("div", {class: "cnn-panel"}, make("span", {class: "cnn-name"}, make("b", {}, name), make("br"), note), this.box);
    this.listen();
  }

  listen() {
    const chosen = event => {
      const box = event.target.closest(".cnn-map");
      if (!box) return;
      const {left, top, width, height} = box.getBoundingClientRect(), map = Number(box.dataset.map);
      const inside = (share, count) => Math.min(Math.max(Math.floor(share * count), 0), count - 1);
      this.choose(map, inside((event.clientY - top) / height, this.rows) * this.columns
        + inside((event.clientX - left) / width, this.columns));
    };
    this.box.addEventListener("click", chosen);
    this.box.addEventListener("keydown", event => {
      const moves = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns};
      const turns = {PageDown: 1, PageUp: -1};
      const map = this.reached, next = this.at + (moves[event.key] ?? 0), other = map + (turns[event.key] ?? 0);
      if (event.key in moves) {
        const sideways = Math.abs(moves[event.key]) === 1 && event.key !== "ArrowDown" && event.key !== "ArrowUp";
        const sameRow = Math.floor(next / this.columns) === Math.floor(this.at / this.columns);
        if (next >= 0 && next < this.rows * this.columns && (!sideways || sameRow)) this.choose(map, next);
      } else if (event.key in turns) {
        if (other >= 0 && other < this.channels) this.choose(other, this.at);
      } else if (event.key === "Enter" || event.key === " ") this.choose(map, this.at);
      else return;
      event.preventDefault();
      this.boxes[this.reached].focus();
    });
  }

  /** Tab comes to this map, and arrow keys go on from this number. */
  reach(map, at) {
    this.boxes[this.reached].tabIndex = -1;
    Object.assign(this, {reached: map, at});
    this.boxes[map].tabIndex = 0;
  }

  /** Draws the values; the largest of the layer has full colour. */
  fill({values}, [red, green, blue]) {
    const size = this.rows * this.columns, limit = largest(values);
    this.pictures.forEach((picture, map) => {
      const image = new ImageData(this.columns, this.rows), mine = values.slice(map * size, (map + 1) * size);
      mine.forEach((value, index) => image.data.set([red, green, blue, 255 * Math.max(value, 0) / limit], index * 4));
      picture.getContext("2d").putImageData(image, 0, 0);
      this.boxes[map].setAttribute("aria-label", `${this.name}, map ${map}, largest number ${text(Math.max(...mine))}`);
    });
  }

  /** A frame on one map, or on each of them; none with `which` of -1. */
  frame(which, row = 0, column = 0, height = 1, width = 1) {
    const [top, left] = [Math.max(row, 0), Math.max(column, 0)];
    this.frames.forEach((frame, map) => {
      frame.hidden = which !== map && which !== "each";
      const place = {r: top, c: left, h: Math.min(row + height, this.rows) - top, w: Math.min(column + width, this.columns) - left};
      for (const [name, value] of Object.entries(place)) frame.style.setProperty(`--${name}`, value);
    });
  }
}

const network = (given, parts) => {
  const {bar, stage, after, said, say} = parts;
  const banks = ["w1", "w2"].map(name => given[name].map(volume)), biases = [given.b1, given.b2];
  const {rows, columns} = volume(given.image), classes = given.b3.length;
  let values = [], layers = {}, place = null, found = {};

  const stack = maps => ({...maps[0], channels: maps.length, values: maps.flatMap(map => map.values)});
  const conv = (x, layer) => {
    const padded = pad(x, 1);
    return {padded, z: stack(banks[layer].map((w, f) => convolve(padded, w, biases[layer][f], 1)))};
  };
  const compute = () => {
    const image = {channels: 1, rows, columns, values};
    const one = conv(image, 0), map1 = relu(one.z), pool1 = maxPool(map1, 2, 2);
    const two = conv(pool1, 1), map2 = relu(two.z), pool2 = maxPool(map2, 2, 2);
    const logits = given.w3.map((weights, k) => weights.reduce((sum, weight, i) => sum + weight * pool2.values[i], given.b3[k]));
    const top = Math.max(...logits), powers = logits.map(logit => Math.exp(logit - top));
    const total = powers.reduce((sum, power) => sum + power, 0);
    layers = {image, map1, pool1, map2, pool2, logits, probabilities: powers.map(power => power / total), inputs: [one, two]};
  };
  values = given.image.flat();
  compute();
  // The loudest number of the first layer has most to tell.
  const loudest = layers.map1.values.indexOf(Math.max(...layers.map1.values)), area = rows * columns;
  place = {layer: "map1", map: Math.floor(loudest / area), at: loudest % area};

  // The paper
  const paper = new Paper(rows, columns);
  let pen = null, ink = 1;
  const grid = new Grid({
    part: "image", name: "draw here", rows, columns, image: true, ink: true, numbers: false,
    cell: index => `pixel [${Math.floor(index / columns)}, ${index % columns}]`, point: () => {},
  });
  grid.title.replaceChildren(make("b", {}, grid.name), make("br"), `${rows} \u00d7 ${columns}`);
  grid.box.classList.add("cnn-paper");
  const position = event => {
    const {left, top, width, height} = grid.box.getBoundingClientRect();
    return [(event.clientY - top) / height * rows, (event.clientX - left) / width * columns];
  };
  const drawTo = event => {
    const to = position(event);
    paper.stroke(pen ?? to, to, ink);
    pen = to;
    adopt(paper.pixels());
  };
  grid.box.addEventListener("pointerdown", event => {
    event.preventDefault();
    grid.box.setPointerCapture(event.pointerId);
    drawTo(event);
  });
  grid.box.addEventListener("pointermove", event => pen && drawTo(event));
  for (const end of ["pointerup", "pointercancel"]) grid.box.addEventListener(end, () => { pen = null; });
  grid.box.addEventListener("keydown", event => {
    const index = grid.reached ?? 0;
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    const changed = values.with(index, values[index] < .5 ? 1 : 0);
    paper.copy(changed);
    adopt(changed);
  });
  const load = image => { paper.copy(image); adopt(image); };
  const button = (part, name, click, more = {}) => make("button", {type: "button", "data-part": part, click, ...more}, name);
  const rubber = button("rubber", "rubber", () => {
    ink = 1 - ink;
    rubber.setAttribute("aria-pressed", String(!ink));
  }, {"aria-pressed": "false"});
  bar.append(make("span", {class: "cnn-group"}, button("clear", "clear", () => load(values.map(() => 0))), rubber));
  if (given.examples.length) {
    const select = make("select", {"aria-label": "example", "data-part": "examples", change: () =>
      select.value && load(given.examples[Number(select.value)].flat())},
      make("option", {value: ""}, "\u2026"), ...given.names.map((name, index) => make("option", {value: index}, name)));
    bar.append(make("span", {class: "cnn-group"}, make("label", {}, "or take"), select));
  }

  // The layers
  const maps = Object.fromEntries([
    ["map1", "conv 1 + ReLU", 6], ["pool1", "pooled", 8], ["map2", "conv 2 + ReLU", 8], ["pool2", "pooled", 12],
  ].map(([key, name, size]) => [key, new Maps({
    part: key, name, note: `${layers[key].channels} \u00d7 ${layers[key].rows} \u00d7 ${layers[key].columns}`,
    volume: layers[key], across: layers[key].channels > 12 ? 4 : 3, size, choose: (map, at) => show({layer: key, map, at}),
  })]));
  const bars = range(classes).map(k => {
    const length = make("i", {"aria-hidden": "true"}), share = make("span", {});
    const node = make("button", {type: "button", class: "cnn-class", "data-class": k, click: () => show({layer: "classes", map: k, at: 0})},
      make("span", {class: "cnn-said"}, "class "), make("b", {}, `${given.classes[k]}`), make("span", {class: "cnn-said"}, ": "),
      make("span", {class: "cnn-length"}, length), share);
    return {node, length, share};
  });
  stage.append(grid.panel, ...Object.values(maps).map(({panel}) => panel),
    make("div", {class: "cnn-panel"}, make("span", {class: "cnn-name"}, make("b", {}, "class"), make("br"), "probability"),
      make("div", {class: "cnn-classes", "data-part": "classes"}, ...bars.map(({node}) => node))));
  stage.classList.add("cnn-network");

  // Where a number is from
  const heading = make("p", {class: "cnn-verdict", "data-part": "heading"});
  const inside = make("div", {class: "cnn-inside", "data-part": "inside"});
  const sum = make("div", {class: "cnn-sum", "aria-hidden": "true", "data-part": "sum"});
  after.append(heading, inside, sum);
  parts.legend = legend([...SIGNED, ["cnn-frame", "what a number was made from"],
    ["", "Click a number on a map, or a class, to see where it is from."]]);

  const small = (name, numbers, count, options) => {
    const made = new Grid({part: options.part, name, rows: numbers.length / count, columns: count, ...options});
    made.fill(numbers, options.limit);
    return made;
  };
  const where = (at, width) => `[${Math.floor(at / width)}, ${at % width}]`;
  const probable = () => {
    const order = range(classes).sort((one, other) => layers.probabilities[other] - layers.probabilities[one]);
    return order.slice(0, 2).map(k => `${given.classes[k]} with ${percent(layers.probabilities[k])}`);
  };
  const percent = share => (share < 5e-4 ? "< 0.1 %" : share > .9995 ? "> 99.9 %" : `${(100 * share).toFixed(1)} %`);

  const explain = {
    /** A convolution's number: the patch, the filter, their products; by channel where there are many. */
    convolution(layer) {
      const {map, at} = place, {padded, z} = layers.inputs[layer], w = banks[layer][map], b = biases[layer][map];
      const all = products(padded, w, Math.floor(at / z.columns), at % z.columns), area = w.rows * w.columns;
      const value = z.values[map * z.rows * z.columns + at], limit = largest(padded.values), top = largest(w.values);
      const by = cut(all, area), shares = by.map(terms => terms.reduce((total, {product}) => total + product, 0));
      const single = by.length === 1;
      inside.replaceChildren(...by.map((terms, channel) => make("div", {class: "cnn-column"},
        small(single ? "patch" : `map ${channel}`, terms.map(term => term.pixel), w.columns, {part: `patch-${channel}`, limit, numbers: single, image: single, ink: single}).panel,
        small(single ? "filter" : "weights", terms.map(term => term.weight), w.columns, {part: `weights-${channel}`, limit: top, numbers: single}).panel)));
      inside.classList.toggle("cnn-many", !single);
      const terms = single ? all.map(({pixel, weight, product}) => [`${text(pixel)} \u00b7 ${bracketed(weight)}`, product])
        : shares.map((share, channel) => [`map ${channel}`, share]);
      return {terms, b, z: value, result: Math.max(value, 0), last: "ReLU",
        words: single ? "Nine pixels times nine weights, added up" : `Each of the ${by.length} maps adds its nine products`};
    },
    /** A pooled number: its window. */
    pooling(key) {
      const {map, at} = place, from = layers[key.replace("pool", "map")], out = layers[key], index = map * out.rows * out.columns + at;
      const top = Math.floor(at / out.columns) * 2, left = at % out.columns * 2;
      const window = range(4).map(k => (map * from.rows + top + Math.floor(k / 2)) * from.columns + left + k % 2);
      const grid = small("window", window.map(k => from.values[k]), 2, {part: "window", limit: largest(from.values), numbers: true});
      grid.mark([window.indexOf(out.winners[index])], "won");
      inside.replaceChildren(grid.panel);
      return {terms: [], z: out.values[index], result: out.values[index], last: "", words: "The largest of four numbers"};
    },
    /** A class: what each map of the last layer adds. */
    class() {
      const k = place.map, {pool2} = layers, area = pool2.rows * pool2.columns;
      const shares = range(pool2.channels).map(map => range(area).reduce((total, at) =>
        total + pool2.values[map * area + at] * given.w3[k][map * area + at], 0));
      const order = range(shares.length).sort((one, other) => Math.abs(shares[other]) - Math.abs(shares[one]));
      const rest = order.slice(6).reduce((total, map) => total + shares[map], 0);
      inside.replaceChildren();
      return {terms: [...order.slice(0, 6).map(map => [`map ${map}`, shares[map]]), [`${order.length - 6} others`, rest]],
        b: given.b3[k], z: layers.logits[k], result: layers.probabilities[k], last: "softmax", shares,
        words: `Each of ${pool2.channels * area} numbers times its weight; the maps that speak loudest first`};
    },
  };

  /** What a number was made from, framed on the layers before it and on the image. */
  const point = () => {
    const {layer, map, at} = place, width = layers[layer]?.columns, row = Math.floor(at / width), column = at % width;
    for (const one of Object.values(maps)) one.frame(-1);
    for (const {node} of bars) node.classList.toggle("cnn-told", layer === "classes" && Number(node.dataset.class) === map);
    if (layer === "classes") {
      maps.pool2.frame("each", 0, 0, 2, 2);
      return grid.frame(0, 0, rows, columns);
    }
    maps[layer].frame(map, row, column);
    maps[layer].reach(map, at);
    if (layer === "pool1" || layer === "pool2") maps[layer.replace("pool", "map")].frame(map, 2 * row, 2 * column, 2, 2);
    if (layer === "map2") maps.pool1.frame("each", row - 1, column - 1, 3, 3);
    // First row on the image and number of rows that a number of each layer sees.
    const [step, offset, seen] = {map1: [1, -1, 3], pool1: [2, -1, 4], map2: [2, -3, 8], pool2: [4, -3, 10]}[layer];
    const [top, left] = [row, column].map(one => Math.max(step * one + offset, 0));
    const [bottom, right] = [[row, rows], [column, columns]].map(([one, count]) => Math.min(step * one + offset + seen, count));
    grid.frame(top, left, bottom - top, right - left);
  };

  const show = next => {
    place = next;
    const {layer, map, at} = place;
    found = layer === "classes" ? explain.class() : layer.startsWith("map") ? explain.convolution(Number(layer[3]) - 1) : explain.pooling(layer);
    const {terms, b, z, result, last, words} = found;
    let running = 0;
    const name = layer === "classes" ? `class ${given.classes[map]}` : `map ${map} ${where(at, layers[layer].columns)}`;
    const end = last === "softmax" ? percent(result) : text(result);
    heading.replaceChildren(make("b", {}, `${layer === "classes" ? "" : `${maps[layer].name}, `}${name}. `), `${words}.`);
    spell(sum, [...terms.map(([above, product]) => [above, text(product), `sum ${text(running += product)}`]),
      ...(terms.length ? [["bias", text(b), `sum ${text(z)}`]] : []),
      [name, text(z), last ? `${last} ${end}` : "the largest", "cnn-result"]]);
    point();
    tell();
  };
  const tell = () => {
    const {layer, map, at} = place, {terms, b, z, result, last} = found, [first, second] = probable();
    const name = layer === "classes" ? `Class ${given.classes[map]}` : `${maps[layer].name}, map ${map} ${where(at, layers[layer].columns)}`;
    say(`The network reads ${first}, then ${second}. ${name}: `
      + (terms.length ? `${terms.map(([above, product]) => `${above}: ${text(product)}`).join(", ")}, bias ${text(b)}, sum ${text(z)}. `
        + `After ${last}: ${last === "softmax" ? percent(result) : text(result)}.` : `the largest of its window, ${text(z)}.`));
  };

  const adopt = pixels => {
    values = pixels;
    compute();
    grid.fill(values, 1);
    const colour = getComputedStyle(maps.map1.pictures[0]).color.match(/\d+/g).map(Number);
    for (const [key, one] of Object.entries(maps)) one.fill(layers[key], colour);
    const best = layers.probabilities.indexOf(Math.max(...layers.probabilities));
    bars.forEach(({node, length, share}, k) => {
      const shown = percent(layers.probabilities[k]);
      length.style.setProperty("--s", layers.probabilities[k].toFixed(4));
      share.textContent = shown;
      node.classList.toggle("cnn-best", k === best);
    });
    show(place);
  };
  const set = ({image, place: next}) => {
    if (!image) return show(next);
    place = next ?? place;
    load(image.flat());
  };
  // Once it is on the page, since the maps take their colour from there.
  queueMicrotask(() => load(given.image.flat()));

  const state = () => ({
    image: nest({columns, values}, 2), ...Object.fromEntries(Object.keys(maps).map(key => [key, nest(layers[key], 3)])),
    logits: layers.logits, probabilities: layers.probabilities, place, terms: found.terms?.map(([, product]) => product),
    shares: found.shares, z: found.z, result: found.result, said: said.textContent,
  });
  return {set, state};
};

start("network", network);
