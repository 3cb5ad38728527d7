/* Layers, on volumes: {channels, rows, columns, values}, values flat, by channel, then row, then column. */

/** A nested list of one, two or three axes as a volume; `nest` turns it back, to as many axes. */
const volume = nested => {
  const [channels, rows, columns] = [nested.length, nested[0]?.length, nested[0]?.[0]?.length];
  if (columns !== undefined) return {channels, rows, columns, values: nested.flat(2)};
  if (rows !== undefined) return {channels: 1, rows: channels, columns: rows, values: nested.flat()};
  return {channels: 1, rows: 1, columns: channels, values: [...nested]};
};
const cut = (values, size) => range(values.length / size).map(part => values.slice(part * size, (part + 1) * size));
const nest = ({rows, columns, values}, axes) =>
  (axes === 1 ? [...values] : axes === 2 ? cut(values, columns) : cut(cut(values, columns), rows));

/** x with zeros around each channel: `padding` left and right, `down` above and below. */
const pad = ({channels, rows, columns, values}, padding, down = padding) => {
  const height = rows + 2 * down, width = columns + 2 * padding, out = new Array(channels * height * width).fill(0);
  values.forEach((value, index) => {
    const row = Math.floor(index / columns) % rows, channel = Math.floor(index / (columns * rows));
    out[(channel * height + row + down) * width + index % columns + padding] = value;
  });
  return {channels, rows: height, columns: width, values: out};
};

/** How many windows of k lie on n places. */
const outputSize = (n, k, stride) => Math.floor((n - k) / stride) + 1;

/** The products of w with the window of (padded) x at row, column: [{at, pixel, weight, product}], `at` into x.values. */
const products = (x, w, row, column) => w.values.map((weight, index) => {
  const k = Math.floor(index / w.columns) % w.rows, channel = Math.floor(index / (w.columns * w.rows));
  const at = (channel * x.rows + row + k) * x.columns + column + index % w.columns;
  return {at, pixel: x.values[at], weight, product: x.values[at] * weight};
});

/** One map from (padded) x and one filter as deep as x. */
const convolve = (x, w, b, stride) => {
  const rows = outputSize(x.rows, w.rows, stride), columns = outputSize(x.columns, w.columns, stride);
  const values = range(rows * columns).map(place => {
    const top = Math.floor(place / columns) * stride, left = place % columns * stride;
    let sum = b;
    for (let index = 0, channel = 0; channel < w.channels; channel++)
      for (let k = 0; k < w.rows; k++)
        for (let m = 0, at = (channel * x.rows + top + k) * x.columns + left; m < w.columns; m++)
          sum += x.values[at++] * w.values[index++];
    return sum;
  });
  return {channels: 1, rows, columns, values};
};

const relu = x => ({...x, values: x.values.map(value => Math.max(value, 0))});

/** Max pooling of each channel; `winners` has for each output its place in x.values, the first one where some are equal. */
const maxPool = (x, size, stride) => {
  const rows = outputSize(x.rows, size, stride), columns = outputSize(x.columns, size, stride);
  const winners = range(x.channels * rows * columns).map(place => {
    const top = Math.floor(place / columns) % rows * stride, left = place % columns * stride;
    const channel = Math.floor(place / (columns * rows));
    let best = -1;
    for (let k = 0; k < size; k++)
      for (let m = 0; m < size; m++) {
        const at = (channel * x.rows + top + k) * x.columns + left + m;
        if (best < 0 || x.values[at] > x.values[best]) best = at;
      }
    return best;
  });
  return {channels: x.channels, rows, columns, values: winners.map(at => x.values[at]), winners};
};
