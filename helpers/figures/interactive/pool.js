/* Max pooling: which number of each window wins, and what stays when the input moves. */

/** x moved down and right (or up and left, where negative); zeros come in, nothing wraps. */
const moved = (x, down, right) => ({...x, values: x.values.map((_, index) => {
  const row = Math.floor(index / x.columns) - down, column = index % x.columns - right;
  return row >= 0 && row < x.rows && column >= 0 && column < x.columns ? x.values[row * x.columns + column] : 0;
})});

const pool = (given, parts) => {
  const {bar, stage, after, said, say, complain} = parts;
  const read = ({x, ...others}) => ({...others, ...(x && {x: volume(x)})});
  let wanted = {down: 0, right: 0, ...read(given)}, settings = wanted;
  let input = null, before = null, pooled = null, grids = {}, shape = "", place = 0, error = "";

  const where = (index, columns) => `[${Math.floor(index / columns)}, ${index % columns}]`;
  const reason = ({x, size, stride, down, right}) => {
    const far = "it would move the whole input away.";
    const wrong = wrongNumbers({}, {
      size: [size, 1, 99, "a window holds one number or more."], stride: STRIDE(stride),
      "move down": [down, -x.rows, x.rows, far], "move right": [right, -x.columns, x.columns, far],
    });
    if (wrong) return wrong;
    if (!x.values.every(Number.isFinite)) return "What is pooled has to be numbers.";
    if (size > Math.min(x.rows, x.columns))
      return `A window of ${size} by ${size} does not fit into ${x.rows} by ${x.columns} numbers.`;
    return "";
  };

  const player = new Player({count: () => pooled.values.length, place: () => place, go: index => show(index)});
  parts.watch(player);
  const fields = Object.fromEntries([["size", "size"], ["stride", "stride"], ["down", "move down", "move \u2193"],
    ["right", "move right", "move \u2192"]].map(([key, words, short]) => [key, new Field({part: key, name: words, short, value: settings[key], set: value => adopt({[key]: value})})]));
  const editor = new Editor({
    what: "x",
    name: (_, index) => `number ${where(inMoved(index), wanted.x.columns)}`,
    value: (_, index) => wanted.x.values[index],
    cell: (_, index) => grids.x.cells[inMoved(index)],
    set: (_, index, value) => adopt({x: {...wanted.x, values: wanted.x.values.with(index, value)}}),
  });
  bar.append(player.node, ...Object.values(fields).map(field => field.node), editor.node);

  const inMoved = index => index + settings.down * settings.x.columns + settings.right;
  /** Where a place of the moved input was before; -1 for a zero that came in. */
  const origin = at => {
    const {x, down, right} = settings, row = Math.floor(at / x.columns) - down, column = at % x.columns - right;
    return row >= 0 && row < x.rows && column >= 0 && column < x.columns ? row * x.columns + column : -1;
  };
  const nearest = at => {
    const {x, size, stride} = settings, near = (position, count) =>
      Math.min(Math.max(Math.round((position - (size - 1) / 2) / stride), 0), count - 1);
    return near(Math.floor(at / x.columns), pooled.rows) * pooled.columns + near(at % x.columns, pooled.columns);
  };
  const point = index => { player.stop(); show(index); };

  const rebuild = () => {
    const {x} = settings, few = x.columns <= 16;
    const output = (part, name, note) => new Grid({
      part, name, note, rows: pooled.rows, columns: pooled.columns, numbers: few,
      cell: index => `${name} ${where(index, pooled.columns)}`, point,
    });
    grids = {
      x: new Grid({
        part: "input", name: "input", rows: x.rows, columns: x.columns, numbers: few,
        cell: at => `input ${where(at, x.columns)}`, point: at => point(nearest(at)),
        choose: at => editor.choose("x", origin(at)), type: (at, key) => editor.type("x", origin(at), key),
      }),
      pooled: output("output", "pooled"),
      before: output("before", "pooled", "before the move"),
    };
    stage.replaceChildren(...Object.values(grids).map(grid => grid.panel));
    fit(stage, x.columns + 2 * pooled.columns, few);
  };

  const changes = () => ({
    input: range(input.values.length).filter(at => input.values[at] !== settings.x.values[at]),
    output: range(pooled.values.length).filter(at => pooled.values[at] !== before.values[at]),
  });
  const inWindow = index => {
    const {x, size, stride} = settings, top = Math.floor(index / pooled.columns) * stride, left = index % pooled.columns * stride;
    return range(size * size).map(k => (top + Math.floor(k / size)) * x.columns + left + k % size);
  };

  const draw = () => {
    const {x, down, right} = settings, limit = largest(x.values), far = down !== 0 || right !== 0, different = changes();
    grids.x.fill(input.values, limit);
    grids.pooled.fill(pooled.values, limit);
    grids.before.fill(before.values, limit);
    // Where all are equal, nobody wins.
    grids.x.mark(pooled.winners.filter((at, index) => inWindow(index).some(other => input.values[other] < input.values[at])), "won");
    grids.pooled.mark(different.output, "moved");
    grids.before.panel.hidden = !far;
    verdict.textContent = far
      ? `The move has changed ${different.input.length} of ${input.values.length} numbers of the input, and `
        + `${different.output.length} of ${pooled.values.length} after pooling.`
      : `${input.values.length} numbers become ${pooled.values.length}. Move the input, and see which of them stay.`;
    editor.show();
    show(Math.min(place, pooled.values.length - 1));
  };

  const show = index => {
    place = index;
    const {x, size, stride} = settings, all = inWindow(index), winner = pooled.winners[index], best = text(pooled.values[index]);
    const equal = all.filter(at => input.values[at] === pooled.values[index]).length;
    grids.x.frame(Math.floor(index / pooled.columns) * stride, index % pooled.columns * stride, size, size);
    grids.x.mark([winner]);
    grids.pooled.mark([index]);
    grids.before.mark([index]);
    spell(sum, [
      ...all.map(at => [where(at, x.columns), text(input.values[at]), at === winner ? "wins" : "\u00a0", at === winner ? "cnn-traced" : ""]),
      [`pooled ${where(index, pooled.columns)}`, best, equal > 1 ? `first of ${equal} equal` : "the largest", "cnn-result"]]);
    say(`Pooled ${where(index, pooled.columns)}: of ${all.map(at => text(input.values[at])).join(", ")} the largest is ${best}, at `
      + `${where(winner, x.columns)} of the input${equal > 1 ? `, the first of ${equal} equal ones` : ""}. ${verdict.textContent}`);
  };

  const sum = make("div", {class: "cnn-sum", "aria-hidden": "true", "data-part": "sum"});
  const verdict = make("p", {class: "cnn-verdict", "data-part": "verdict"});
  after.append(sum, verdict);
  parts.legend = legend([...SIGNED, ["cnn-frame", "window"], ["cnn-cell cnn-won", "wins its window"],
    ["cnn-cell cnn-moved", "changed by the move"], ["", "Click a number of the input to change it."]]);

  const adopt = (changed, to = place) => {
    wanted = {...wanted, ...changed};
    error = reason(wanted);
    complain(error);
    for (const [key, field] of Object.entries(fields)) field.show(wanted[key], error !== "" && wanted[key] !== settings[key]);
    if (error) {
      editor.show();
      return player.stop();
    }
    settings = wanted;
    place = to;
    const {x, size, stride, down, right} = settings, now = [x.rows, x.columns, size, stride].join();
    input = moved(x, down, right);
    before = maxPool(x, size, stride);
    pooled = maxPool(input, size, stride);
    if (now !== shape) {
      if (editor.index >= x.values.length) editor.index = 0;
      rebuild();
    }
    shape = now;
    draw();
  };
  const set = ({place: to, ...changed}) => adopt(read(changed), to);
  adopt({});

  const state = () => ({
    x: nest(settings.x, 2), size: settings.size, stride: settings.stride, down: settings.down, right: settings.right,
    input: nest(input, 2), pooled: nest(pooled, 2), before: nest(before, 2), winners: pooled.winners, place,
    changed: [changes().input.length, changes().output.length], error, said: said.textContent, playing: player.playing,
  });
  return {set, state};
};

start("pool", pool);
