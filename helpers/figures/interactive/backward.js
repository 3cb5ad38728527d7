/* The gradients of a convolution: point at one, and the outputs that it is made from light up; the wave of x's is a matrix. */

const backward = (given, parts) => {
  const {bar, stage, after, said, say, complain} = parts;
  const image = Array.isArray(given.x[0]);
  const read = ({x, w, dz, ...others}) =>
    ({...others, ...(x && {x: volume(x)}), ...(w && {w: volume(w)}), ...(dz && {dz: volume(dz)})});
  let wanted = {padding: 0, stride: 1, ...read(given)}, settings = wanted, padded = null, grids = {}, shape = "", error = "";
  let windows = [], gradients = {}, place = 0;

  const down = padding => (image ? padding : 0);
  const spot = (index, columns) => (image ? `[${Math.floor(index / columns)}, ${index % columns}]` : `[${index}]`);
  const sizes = ({x, w, padding, stride}) =>
    [[x.rows + 2 * down(padding), w.rows], [x.columns + 2 * padding, w.columns]].map(([n, k]) => outputSize(n, k, stride));

  /** dz for as many outputs as there are now: what was there stays where it was, new ones are 1. */
  const fitted = (dz, rows, columns) => ({channels: 1, rows, columns, values: range(rows * columns).map(index => {
    const [row, column] = [Math.floor(index / columns), index % columns];
    return row < dz.rows && column < dz.columns ? dz.values[row * dz.columns + column] : 1;
  })});

  const reason = now => {
    const wrong = wrongNumbers({}, {padding: PADDING(now.padding), stride: STRIDE(now.stride)});
    if (wrong) return wrong;
    if (![now.x, now.w, now.dz].every(one => one.values.every(Number.isFinite))) return "All entries have to be numbers.";
    const [rows, columns] = sizes(now);
    if (rows < 1 || columns < 1) return `A filter of ${now.w.rows} by ${now.w.columns} does not fit. More padding would help.`;
    return rows * columns > given.most ? `This figure has room for ${given.most} outputs, not for ${rows * columns}.` : "";
  };

  /** The entries in the order of the steps: gradients of the weights, of the inputs, of the bias, then the outputs. */
  const order = () => [["dw", settings.w], ["dx", settings.x], ["db", {values: [0]}], ["dz", settings.dz]]
    .flatMap(([what, {values}]) => values.map((_, at) => ({what, at})));
  const find = (what, at) => order().findIndex(one => one.what === what && one.at === at);
  const player = new Player({count: () => order().length, place: () => place, go: index => show(index), every: 1200});
  parts.watch(player);
  const point = (what, at) => { player.stop(); show(find(what, at)); };

  const names = {x: image ? "pixel" : "x", w: image ? "weight" : "w", dz: "dL/dz"};
  const editor = new Editor({
    what: "dz",
    name: (what, index) => `${names[what]} ${spot(index, wanted[what].columns)}`,
    value: (what, index) => wanted[what].values[index],
    cell: (what, index) => grids[what].cells[what === "x" ? inPadded(index) : index],
    set: (what, index, value) => adopt({[what]: {...wanted[what], values: wanted[what].values.with(index, value)}}),
  });
  const fields = Object.fromEntries(["padding", "stride"].map(key =>
    [key, new Field({part: key, name: key, value: settings[key], set: value => adopt({[key]: value})})]));
  bar.append(player.node, ...Object.values(fields).map(field => field.node), editor.node);

  const inPadded = index => (Math.floor(index / settings.x.columns) + down(settings.padding)) * padded.columns
    + index % settings.x.columns + settings.padding;
  const inInput = at => {
    const row = Math.floor(at / padded.columns) - down(settings.padding), column = at % padded.columns - settings.padding;
    const inside = row >= 0 && row < settings.x.rows && column >= 0 && column < settings.x.columns;
    return inside ? row * settings.x.columns + column : -1;
  };

  const compute = () => {
    const {w, dz, stride} = settings;
    padded = pad(settings.x, settings.padding, down(settings.padding));
    windows = range(dz.values.length).map(i =>
      products(padded, w, Math.floor(i / dz.columns) * stride, i % dz.columns * stride));
    const sum = terms => terms.reduce((total, {left, right}) => total + left * right, 0);
    gradients = {
      dw: w.values.map((_, k) => sum(terms("dw", k))), dx: settings.x.values.map((_, j) => sum(terms("dx", j))),
      db: [sum(terms("db", 0))],
    };
  };

  /** What an entry is the sum of: {left, right, i: output, k: weight, at: padded input}. For an output: what it gives to each dw. */
  const terms = (what, at) => {
    const {w, dz} = settings;
    if (what === "db") return dz.values.map((right, i) => ({left: 1, right, i}));
    const all = windows.flatMap((window, i) => window.map(({at: pixel, pixel: value, weight}, k) =>
      ({left: what === "dx" ? weight : value, right: dz.values[i], i, k, at: pixel})));
    if (what === "dx") return all.filter(term => term.at === inPadded(at));
    return all.filter(term => (what === "dw" ? term.k : term.i) === at);
  };

  const rebuild = () => {
    const {x, w, dz, padding} = settings;
    const editable = (what, index = at => at) => ({
      choose: at => editor.choose(what, index(at)), type: (at, key) => editor.type(what, index(at), key),
    });
    const grid = (part, name, {rows, columns}, options) =>
      new Grid({part, name, rows, columns, cell: at => `${name} ${spot(at, columns)}`, ...options});
    grids = {
      x: grid("x", "x", padded, {
        note: padding ? `padded by ${padding}` : "", ...editable("x", inInput),
        cell: at => (inInput(at) < 0 ? "padded zero" : `x ${spot(inInput(at), x.columns)}`),
        point: at => inInput(at) >= 0 && point("dx", inInput(at)),
      }),
      w: grid("w", "w", w, {...editable("w"), point: k => point("dw", k)}),
      dz: grid("dz", "dL/dz", dz, {note: "from the layer above", ...editable("dz"), point: i => point("dz", i)}),
      wave: grid("wave", "dz/dw", {rows: w.values.length, columns: dz.values.length}, {
        note: "the wave of x\u2019s: a column for each output, a row for each weight",
        cell: at => `output ${spot(at % dz.values.length, dz.columns)}, weight ${spot(Math.floor(at / dz.values.length), w.columns)}`,
        point: at => point("dz", at % dz.values.length),
      }),
      dw: grid("dw", "dL/dw", w, {point: k => point("dw", k)}),
      dx: grid("dx", "dL/dx", x, {point: j => point("dx", j)}),
      db: grid("db", "dL/db", {rows: 1, columns: 1}, {cell: () => "dL/db", point: () => point("db", 0)}),
    };
    const row = (...keys) => make("div", {class: "cnn-maps"}, ...keys.map(key => grids[key].panel));
    stage.replaceChildren(row("x", "w", "dz"), row("wave"), row("dw", "dx", "db"));
    fit(stage, Math.max(padded.columns + w.columns + dz.columns + 4, dz.values.length), true);
  };

  const draw = () => {
    const {x, w, dz} = settings, top = largest(x.values), k = w.values.length;
    grids.x.fill(padded.values, top, at => inInput(at) < 0);
    grids.w.fill(w.values, largest(w.values));
    grids.dz.fill(dz.values, largest(dz.values));
    grids.wave.fill(range(k).flatMap(row => windows.map(window => window[row].pixel)), top,
      at => inInput(windows[at % windows.length][Math.floor(at / windows.length)].at) < 0);
    for (const what of ["dw", "dx", "db"]) grids[what].fill(gradients[what], largest(gradients[what]));
    editor.show();
    show(Math.min(place, order().length - 1));
  };

  const show = index => {
    place = index;
    const {w, dz, stride} = settings, {what, at} = order()[place], found = terms(what, at), outputs = dz.values.length;
    const weight = k => spot(k, w.columns), output = i => spot(i, dz.columns);
    const name = {dw: `dL/dw ${weight(at)}`, dx: `dL/dx ${spot(at, settings.x.columns)}`, db: "dL/db", dz: `output ${output(at)}`}[what];
    const marks = {
      x: what === "db" || what === "dx" ? [] : found.map(term => term.at), w: what === "dx" ? found.map(term => term.k) : what === "dw" ? [at] : [],
      dz: found.map(term => term.i), wave: what === "db" || what === "dx" ? [] : found.map(({k, i}) => k * outputs + i),
      dw: what === "dw" ? [at] : what === "dz" ? range(w.values.length) : [], dx: what === "dx" ? [at] : [], db: what === "db" ? [0] : [],
    };
    if (what === "dx") marks.x = [inPadded(at)];
    for (const [key, cells] of Object.entries(marks)) grids[key].mark(cells);
    grids.x.box.classList.toggle("cnn-framed", what === "dz");
    if (what === "dz") grids.x.frame(Math.floor(at / dz.columns) * stride, at % dz.columns * stride, w.rows, w.columns);
    let running = 0;
    const product = ({left, right}) => `${text(left)} \u00b7 ${bracketed(right)}`;
    const boxes = found.map(term => [
      what === "db" ? `output ${output(term.i)}` : product(term), text(term.left * term.right),
      what === "dz" ? `to dL/dw ${weight(term.k)}` : `sum ${text(running += term.left * term.right)}`]);
    const total = what === "dz" ? null : gradients[what][at];
    spell(sum, what === "dz" ? boxes : [...boxes, [name, text(total), `${found.length} output${found.length === 1 ? "" : "s"}`, "cnn-result"]]);
    const spelled = found.map(term => (what === "db" ? text(term.right) : product(term))).join(" + ");
    const words = {
      dw: `The weight ${weight(at)} met an input in each output: row ${at} of the wave times dL/dz.`,
      dx: found.length ? `This input was used by ${found.length} output${found.length === 1 ? "" : "s"}, each time with another weight.`
        : "No output has used this input: its gradient is 0.",
      db: "The bias was added to each output: its gradient is the sum of dL/dz.",
      dz: `The filter at output ${output(at)}: column ${at} of the wave. It gives dL/dz times its window to dL/dw.`,
    }[what];
    heading.replaceChildren(make("b", {}, `${name}. `), words);
    say(`${name}. ${words} ` + (what === "dz" ? `${spelled}.`.replaceAll(" + ", ", ") : `${spelled || "0"} = ${text(total)}.`));
  };

  const heading = make("p", {class: "cnn-verdict", "data-part": "heading"});
  const sum = make("div", {class: "cnn-sum", "aria-hidden": "true", "data-part": "sum"});
  after.append(heading, sum);
  parts.legend = legend([...SIGNED, ["cnn-cell cnn-zero", "padded zero"],
    ["", "Point at a gradient, or at an output. Click x, w or dL/dz to change a number."]]);

  const adopt = changes => {
    wanted = {...wanted, ...changes};
    const [rows, columns] = sizes(wanted);
    if (rows >= 1 && columns >= 1 && Number.isInteger(rows * columns) && (wanted.dz.rows !== rows || wanted.dz.columns !== columns))
      wanted.dz = fitted(wanted.dz, rows, columns);
    error = reason(wanted);
    complain(error);
    for (const [key, field] of Object.entries(fields)) field.show(wanted[key], error !== "" && wanted[key] !== settings[key]);
    if (error) {
      editor.show();
      return player.stop();
    }
    settings = wanted;
    compute();
    const {x, w, dz, padding, stride} = settings;
    const now = [x.rows, x.columns, w.rows, w.columns, dz.rows, dz.columns, padding, stride].join();
    if (now !== shape) {
      if (editor.index >= settings[editor.what].values.length) editor.index = 0;
      place = Math.min(place, order().length - 1);
      rebuild();
    }
    shape = now;
    draw();
  };
  const set = ({place: next, ...changes}) => {
    adopt(read(changes));
    if (!error && next !== undefined) show(next);
  };
  adopt({});

  const axes = image ? 2 : 1;
  const state = () => {
    const {x, w, dz} = settings, {what, at} = order()[place], found = terms(what, at);
    return {
      x: nest(x, axes), w: nest(w, axes), dz: nest(dz, axes), padding: settings.padding, stride: settings.stride,
      wave: w.values.map((_, k) => windows.map(window => window[k].pixel)), dw: nest({...w, values: gradients.dw}, axes),
      dx: nest({...x, values: gradients.dx}, axes), db: gradients.db[0], place, what, at,
      outputs: found.map(term => term.i), products: found.map(term => term.left * term.right), error, said: said.textContent,
      playing: player.playing,
    };
  };
  return {set, state};
};

start("backward", backward);
