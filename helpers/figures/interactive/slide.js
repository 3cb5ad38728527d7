/* A filter slides over a signal (one row) or an image: point at either side, and the dot product is spelled out. */

const slide = (given, parts) => {
  const {bar, stage, after, said, say, complain} = parts;
  const image = Array.isArray(given.x[0]);
  const read = ({x, w, ...others}) => ({...others, ...(x && {x: volume(x)}), ...(w && {w: volume(w)})});
  let wanted = {b: 0, padding: 0, stride: 1, ...read(given)}, settings = wanted, z = null, a = null, place = 0;
  let padded = null, grids = {}, shape = "", error = "";

  const down = () => (image ? settings.padding : 0);
  const name = (index, columns) => (image ? `[${Math.floor(index / columns)}, ${index % columns}]` : `[${index}]`);
  const samples = image ? "pixels" : "samples";

  const reason = ({x, w, b, padding, stride}) => {
    const wrong = wrongNumbers({bias: b}, {padding: PADDING(padding), stride: STRIDE(stride)});
    if (wrong) return wrong;
    if (![...x.values, ...w.values].every(Number.isFinite)) return `Weights and ${samples} have to be numbers.`;
    const height = x.rows + (image ? 2 * padding : 0), width = x.columns + 2 * padding;
    if (w.rows <= height && w.columns <= width) return "";
    return image ? `A filter of ${w.rows} by ${w.columns} does not fit into ${height} by ${width} pixels. More padding would help.`
      : `${w.columns} weights do not fit into ${width} samples. More padding would help.`;
  };

  const player = new Player({count: () => z.values.length, place: () => place, go: index => show(index)});
  parts.watch(player);
  const fields = Object.fromEntries([["b", "bias"], ["padding", "padding"], ["stride", "stride"]].map(([key, words]) =>
    [key, new Field({part: key, name: words, value: settings[key], set: value => set({[key]: value})})]));
  const editor = new Editor({
    what: "w",
    name: (what, index) => `${what === "w" ? "weight" : image ? "pixel" : "sample"} ${name(index, wanted[what].columns)}`,
    value: (what, index) => wanted[what].values[index],
    cell: (what, index) => grids[what].cells[what === "w" ? index : inPadded(index)],
    set: (what, index, value) => adopt({[what]: {...wanted[what], values: wanted[what].values.with(index, value)}}),
  });
  bar.append(player.node, ...Object.values(fields).map(field => field.node), editor.node);
  if (given.filters) {
    const names = Object.keys(given.filters);
    const select = make("select", {"aria-label": "filter", "data-part": "filters", change: () =>
      set({w: given.filters[select.value]})}, ...names.map(one => make("option", {value: one}, one)));
    player.node.after(make("span", {class: "cnn-group"}, make("label", {}, "filter"), select));
  }

  const inPadded = index => (Math.floor(index / settings.x.columns) + down()) * padded.columns
    + index % settings.x.columns + settings.padding;
  const inImage = at => {
    const row = Math.floor(at / padded.columns) - down(), column = at % padded.columns - settings.padding;
    const inside = row >= 0 && row < settings.x.rows && column >= 0 && column < settings.x.columns;
    return inside ? row * settings.x.columns + column : -1;
  };

  /** The place whose window has this entry of the padded input in its middle, or the nearest one. */
  const nearest = at => {
    const {stride, w} = settings, near = (position, k, count) =>
      Math.min(Math.max(Math.round((position - (k - 1) / 2) / stride), 0), count - 1);
    return near(Math.floor(at / padded.columns), w.rows, z.rows) * z.columns
      + near(at % padded.columns, w.columns, z.columns);
  };
  const point = index => { player.stop(); show(index); };
  /** Says which weight met which pixel in the sum. */
  const trace = k => {
    grids.x.mark([terms()[k].at]);
    grids.w.mark([k]);
    [...sum.children].forEach((box, index) => box.classList.toggle("cnn-traced", index === k));
  };

  const rebuild = () => {
    const {x, w, padding, stride} = settings, {rows, columns} = z, width = padded.columns;
    const few = width <= (image ? 12 : 32);
    grids = {
      x: new Grid({
        part: "input", name: image ? "image" : "x", note: padding ? `padded by ${padding}` : "", rows: padded.rows, columns: width,
        image: image && x.values.every(value => value >= 0), numbers: few,
        cell: at => (inImage(at) < 0 ? "padded zero" : `${image ? "pixel" : "sample"} ${name(inImage(at), x.columns)}`),
        point: at => point(nearest(at)), choose: at => editor.choose("x", inImage(at)), type: (at, key) => editor.type("x", inImage(at), key),
      }),
      w: new Grid({
        part: "filter", name: image ? "filter" : "w", rows: w.rows, columns: w.columns, cell: k => `weight ${name(k, w.columns)}`,
        point: k => { player.stop(); trace(k); }, choose: k => editor.choose("w", k), type: (k, key) => editor.type("w", k, key),
      }),
      ...Object.fromEntries([["z", "output"], ["a", "ReLU"]].map(([key, words]) => [key, new Grid({
        part: key === "z" ? "output" : "relu", name: words, rows, columns, numbers: few,
        cell: index => `${words} ${name(index, columns)}`, point,
      })])),
    };
    stage.replaceChildren(...Object.values(grids).map(grid => grid.panel));
    stage.classList.toggle("cnn-line", !image);
    fit(stage, width + 2 * columns + (few ? w.columns : 4 * w.columns), few);
    if (image) return;
    stage.style.setProperty("--span", width);
    for (const grid of [grids.z, grids.a]) {
      grid.box.style.setProperty("--shift", (w.columns - 1) / 2);
      grid.box.style.setProperty("--every", stride);
    }
  };

  const draw = () => {
    const {x, w} = settings, limit = largest(z.values);
    grids.x.fill(padded.values, largest(x.values, image ? 1 : 1e-12), at => inImage(at) < 0);
    grids.w.fill(w.values, largest(w.values));
    grids.z.fill(z.values, limit);
    grids.a.fill(a.values, limit);
    editor.show();
    show(Math.min(place, z.values.length - 1));
  };

  const terms = () => {
    const {w, stride} = settings;
    return products(padded, w, Math.floor(place / z.columns) * stride, place % z.columns * stride);
  };
  const sums = () => {
    let sum = 0;
    return terms().map(({product}) => (sum += product));
  };

  const show = index => {
    place = index;
    const {w, b, stride} = settings, row = Math.floor(place / z.columns), column = place % z.columns;
    const all = terms(), running = sums(), result = text(z.values[place]), rectified = text(a.values[place]);
    grids.x.frame(row * stride, column * stride, w.rows, w.columns);
    if (!image) grids.w.box.style.setProperty("--shift", column * stride);
    grids.x.mark([]);
    grids.w.mark([]);
    grids.z.mark([place]);
    grids.a.mark([place]);
    spell(sum, [
      ...all.map(({pixel, weight, product}, k) => [`${text(pixel)} \u00b7 ${bracketed(weight)}`, text(product), `sum ${text(running[k])}`]),
      ["bias", text(b), `sum ${result}`],
      [`output ${name(place, z.columns)}`, result, `ReLU ${rectified}`, "cnn-result"],
    ]);
    say(`Output ${name(place, z.columns)}: `
      + all.map(({pixel, weight}) => `${text(pixel)} \u00b7 ${bracketed(weight)}`).join(" + ")
      + (b ? `, plus bias ${text(b)},` : "") + ` = ${result}. After ReLU: ${rectified}.`);
  };

  const sum = make("div", {class: "cnn-sum", "aria-hidden": "true", "data-part": "sum"});
  sum.addEventListener("pointerover", event => {
    const k = [...sum.children].indexOf(event.target.closest(".cnn-term"));
    if (k >= 0 && k < settings.w.values.length) trace(k);
  });
  after.append(sum);
  parts.legend = legend([...SIGNED, ["cnn-frame", "window"], ["cnn-cell cnn-zero", "padded zero"],
    ["", `Click a weight or one of the ${samples} to change it.`]]);

  /** Takes settings over if they are possible; else says why not, and what was there stays, faded. */
  const adopt = (changes, to = place) => {
    wanted = {...wanted, ...changes};
    error = reason(wanted);
    complain(error);
    for (const [key, field] of Object.entries(fields)) field.show(wanted[key], error !== "" && wanted[key] !== settings[key]);
    if (error) {
      editor.show();
      return player.stop();
    }
    settings = wanted;
    place = to;
    const {x, w, b, padding, stride} = settings;
    padded = pad(x, padding, down());
    z = convolve(padded, w, b, stride);
    a = relu(z);
    const now = [x.rows, x.columns, w.rows, w.columns, padding, stride, x.values.every(value => value >= 0)].join();
    if (now !== shape) {
      if (editor.index >= settings[editor.what].values.length) editor.index = 0;
      rebuild();
    }
    shape = now;
    draw();
  };
  const set = ({place: to, ...changes}) => adopt(read(changes), to);
  adopt({});

  const axes = image ? 2 : 1;
  const state = () => ({
    x: nest(settings.x, axes), w: nest(settings.w, axes), b: settings.b, padding: settings.padding, stride: settings.stride,
    z: nest(z, axes), a: nest(a, axes), place, products: terms().map(term => term.product), sums: sums(), error,
    said: said.textContent, playing: player.playing,
  });
  return {set, state};
};

start("slide", slide);
