/* A bank of filters on an image with channels: each channel's share of an output, and the stack of maps it makes. */

const HUES = ["#d33", "#2a2", "#36e"];  // the lights themselves, so not from the palette; each has its name beside it

const depth = (given, parts) => {
  const {bar, stage, after, said, say, complain} = parts;
  const read = ({x, w, ...others}) => ({...others, ...(x && {x: volume(x)}), ...(w && {w: w.map(volume)})});
  let wanted = {padding: 0, stride: 1, ...read(given)}, settings = wanted;
  let padded = null, maps = [], grids = {}, columns = [], shapes = {}, place = 0, error = "";

  const channel = index => given.channels[index] ?? `channel ${index}`;
  const filter = index => given.names[index] ?? `filter ${index}`;
  const where = (index, width) => `[${Math.floor(index / width)}, ${index % width}]`;
  const perMap = () => maps[0].values.length;
  const current = () => ({f: Math.floor(place / perMap()), at: place % perMap()});
  const corner = () => {
    const {at} = current(), {stride} = settings;
    return [Math.floor(at / maps[0].columns) * stride, at % maps[0].columns * stride];
  };

  const reason = ({x, w, b, padding, stride}) => {
    const wrong = wrongNumbers(Object.fromEntries(b.map((value, f) => [`bias of ${filter(f)}`, value])),
      {padding: PADDING(padding), stride: STRIDE(stride)});
    if (wrong) return wrong;
    if (![x, ...w].every(one => one.values.every(Number.isFinite))) return "Weights and pixels have to be numbers.";
    const deep = w.find(one => one.channels !== x.channels);
    if (deep) return `A filter has to be as deep as the image: ${x.channels} channels, not ${deep.channels}.`;
    const [height, width] = [x.rows + 2 * padding, x.columns + 2 * padding];
    if (w[0].rows <= height && w[0].columns <= width) return "";
    return `A filter of ${w[0].rows} by ${w[0].columns} does not fit into ${height} by ${width} pixels. More padding would help.`;
  };

  const player = new Player({count: () => maps.length * perMap(), place: () => place, go: index => show(index)});
  parts.watch(player);
  const fields = {
    b: new Field({part: "b", name: "bias", value: 0, set: value => adopt({b: wanted.b.with(current().f, value)})}),
    padding: new Field({part: "padding", name: "padding", value: settings.padding, set: padding => adopt({padding})}),
    stride: new Field({part: "stride", name: "stride", value: settings.stride, set: stride => adopt({stride})}),
  };
  const area = what => (what === "x" ? wanted.x : wanted.w[0]).rows * (what === "x" ? wanted.x : wanted.w[0]).columns;
  const editor = new Editor({
    what: "w",
    name: (what, index) => `${what === "x" ? "pixel" : "weight"}, ${channel(Math.floor(index / area(what)))} `
      + where(index % area(what), (what === "x" ? wanted.x : wanted.w[0]).columns),
    value: (what, index) => (what === "x" ? wanted.x : wanted.w[current().f]).values[index],
    cell: (what, index) => {
      const c = Math.floor(index / area(what)), rest = index % area(what);
      return what === "x" ? grids.x[c].cells[inPadded(rest)] : grids.w[c].cells[rest];
    },
    set: (what, index, value) => {
      const changed = one => ({...one, values: one.values.with(index, value)});
      adopt(what === "x" ? {x: changed(wanted.x)} : {w: wanted.w.with(current().f, changed(wanted.w[current().f]))});
    },
  });
  bar.append(player.node, ...Object.values(fields).map(field => field.node), editor.node);

  const inPadded = index => (Math.floor(index / settings.x.columns) + settings.padding) * padded.columns
    + index % settings.x.columns + settings.padding;
  const inImage = at => {
    const {x, padding} = settings, row = Math.floor(at / padded.columns) - padding, column = at % padded.columns - padding;
    return row >= 0 && row < x.rows && column >= 0 && column < x.columns ? row * x.columns + column : -1;
  };
  const nearest = at => {
    const {stride, w} = settings, near = (position, k, count) =>
      Math.min(Math.max(Math.round((position - (k - 1) / 2) / stride), 0), count - 1);
    return current().f * perMap() + near(Math.floor(at / padded.columns), w[0].rows, maps[0].rows) * maps[0].columns
      + near(at % padded.columns, w[0].columns, maps[0].columns);
  };
  const point = index => { player.stop(); show(index); };

  const rebuildInputs = () => {
    const {x, w, padding} = settings, channels = range(x.channels), swatch = c =>
      make("span", {class: "cnn-swatch", "aria-hidden": "true", "--hue": HUES[c]});
    const few = padded.columns <= 10;
    const pixels = (options, c) => new Grid({
      note: padding ? `padded by ${padding}` : "", rows: padded.rows, columns: padded.columns, image: true, numbers: few,
      cell: at => (inImage(at) < 0 ? "padded zero" : `${options.name} ${where(inImage(at), x.columns)}`), point: at => point(nearest(at)),
      ...(c === undefined ? {} : {
        choose: at => inImage(at) >= 0 && editor.choose("x", c * x.rows * x.columns + inImage(at)),
        type: (at, key) => inImage(at) >= 0 && editor.type("x", c * x.rows * x.columns + inImage(at), key),
      }), ...options,
    });
    Object.assign(grids, {
      picture: given.channels.length === 3 ? pixels({part: "picture", name: "image", numbers: false}) : null,
      x: channels.map(c => pixels({part: `input-${c}`, name: channel(c)}, c)),
      w: channels.map(c => new Grid({
        part: `filter-${c}`, name: "weights", rows: w[0].rows, columns: w[0].columns,
        cell: k => `weight, ${channel(c)} ${where(k, w[0].columns)}`, point: () => player.stop(),
        choose: k => editor.choose("w", c * w[0].values.length / x.channels + k),
        type: (k, key) => editor.type("w", c * w[0].values.length / x.channels + k, key),
      })),
    });
    columns = channels.map(c => {
      if (given.channels.length === 3) grids.x[c].title.prepend(swatch(c));
      const share = make("p", {class: "cnn-share", "data-part": `share-${c}`});
      const node = make("div", {class: "cnn-column"}, grids.x[c].panel, grids.w[c].panel, share);
      node.style.setProperty("width", "min-content");
      return {node, share};
    });
    fit(stage, padded.columns * (x.channels + (grids.picture ? 1 : 0)) + 1, few);
    stage.replaceChildren(...(grids.picture ? [grids.picture.panel] : []), ...columns.map(({node}) => node), sum, bank);
  };

  const rebuildMaps = () => {
    grids.maps = maps.map((map, f) => new Grid({
      part: `map-${f}`, name: filter(f), rows: map.rows, columns: map.columns, numbers: padded.columns <= 10,
      cell: at => `${filter(f)} ${where(at, map.columns)}`, point: at => point(f * map.values.length + at),
    }));
    bank.replaceChildren(...grids.maps.map(grid => grid.panel));
  };

  const draw = () => {
    const {x} = settings, size = padded.rows * padded.columns, limit = largest(x.values, given.white);
    const outside = at => inImage(at) < 0;
    range(x.channels).forEach(c => grids.x[c].fill(padded.values.slice(c * size, (c + 1) * size), limit, outside));
    if (grids.picture) range(size).forEach(at => {
      const cell = grids.picture.cells[at], light = range(3).map(c => Math.max(padded.values[c * size + at], 0) / limit * 255);
      cell.classList.add("cnn-colour");
      cell.style.setProperty("--hue", `rgb(${light.map(Math.round)})`);
    });
    maps.forEach((map, f) => grids.maps[f].fill(map.values, largest(map.values)));
    show(place);
  };

  /** Each channel's part of the output at this place. */
  const shares = () => {
    const {w, x} = settings, {f} = current(), all = products(padded, w[f], ...corner());
    return cut(all, all.length / x.channels).map(terms => ({terms, share: terms.reduce((total, one) => total + one.product, 0)}));
  };

  const show = index => {
    place = index;
    const {w, b} = settings, {f, at} = current(), [row, column] = corner(), top = largest(w[f].values);
    const found = shares(), z = maps[f].values[at], out = `${filter(f)} ${where(at, maps[f].columns)}`;
    for (const grid of [...grids.x, ...(grids.picture ? [grids.picture] : [])]) grid.frame(row, column, w[f].rows, w[f].columns);
    found.forEach(({terms, share}, c) => {
      grids.w[c].fill(w[f].values.slice(c * terms.length, (c + 1) * terms.length), top);
      columns[c].share.replaceChildren(make("b", {}, `share ${text(share)}`),
        terms.filter(({weight}) => weight).map(({pixel, weight}) => `${text(pixel, 2)}\u00b7${bracketed(weight)}`).join(" + ")
          || "no weight here but 0");
    });
    grids.maps.forEach((grid, other) => {
      grid.mark(other === f ? [at] : []);
      grid.panel.classList.toggle("cnn-told", other === f);
    });
    let total = 0;
    spell(sum, [...found.map(({share}, c) => [channel(c), text(share), `sum ${text(total += share)}`]),
      ["bias", text(b[f]), `sum ${text(z)}`], [out, text(z), `ReLU ${text(Math.max(z, 0))}`, "cnn-result"]]);
    fields.b.rename(`bias of ${filter(f)}`, "bias");
    fields.b.show(wanted.b[f], !Number.isFinite(wanted.b[f]));
    editor.show();
    say(`${out}: ` + found.map(({share}, c) => `${channel(c)} ${text(share)}`).join(", ")
      + `, bias ${text(b[f])}, sum ${text(z)}. After ReLU: ${text(Math.max(z, 0))}.`);
  };

  const sum = make("div", {class: "cnn-sum", "aria-hidden": "true", "data-part": "sum", style: "flex-basis:100%;margin:0"});
  const bank = make("div", {class: "cnn-maps"});
  parts.legend = legend([...SIGNED, ["cnn-frame", "window"], ["", "Click a pixel or a weight to change it, point at a map to ask where its number is from."]]);

  const adopt = (changes, to = place) => {
    wanted = {...wanted, ...changes};
    error = reason(wanted);
    complain(error);
    for (const key of ["padding", "stride"]) fields[key].show(wanted[key], error !== "" && wanted[key] !== settings[key]);
    if (error) {
      fields.b.show(wanted.b[current().f], !Number.isFinite(wanted.b[current().f]));
      editor.show();
      return player.stop();
    }
    settings = wanted;
    place = to;
    const {x, w, b, padding, stride} = settings, before = shapes;
    padded = pad(x, padding);
    maps = w.map((one, f) => convolve(padded, one, b[f], stride));
    shapes = {inputs: [x.channels, x.rows, x.columns, w[0].rows, w[0].columns, padding].join()};
    shapes.maps = [maps.length, maps[0].rows, maps[0].columns, padded.columns].join();
    if (editor.index >= (editor.what === "x" ? x : w[0]).values.length) editor.index = 0;
    place = Math.min(place, maps.length * perMap() - 1);
    if (shapes.inputs !== before.inputs) rebuildInputs();
    if (shapes.maps !== before.maps) rebuildMaps();
    draw();
  };
  const set = ({place: to, ...changes}) => adopt(read(changes), to);
  adopt({});

  const state = () => ({
    x: nest(settings.x, 3), w: settings.w.map(one => nest(one, 3)), b: settings.b, padding: settings.padding, stride: settings.stride,
    z: maps.map(map => nest(map, 2)), place, shares: shares().map(one => one.share),
    products: shares().map(one => one.terms.map(term => term.product)), error, said: said.textContent, playing: player.playing,
  });
  return {set, state};
};

start("depth", depth);
