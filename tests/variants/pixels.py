"""Right solutions of notebook 01 in many styles: the checks must accept them all. Named <exercise>__<style>."""

import numpy as np


def normalize__one_line(image, p=255):
    return image / p


def normalize__multiplied(image, p=255):
    return np.asarray(image, dtype=np.float64) * (1.0 / p)


def normalize__loop(image, p=255):
    out = np.zeros(image.shape)
    for place in np.ndindex(*image.shape):
        out[place] = float(image[place]) / p
    return out


def normalize__float32(image, p=255):
    return image.astype(np.float32) / np.float32(p)


def normalize__in_place_on_a_copy(image, p=255):
    out = image.astype(float)
    out /= p
    return out


def normalize__buffer(image, p=255):
    return np.true_divide(image, p, out=np.empty(image.shape), casting="unsafe")


def flatten__method(image):
    return image.flatten()


def flatten__ravel_copy(image):
    return image.ravel().copy()


def flatten__reshape_array(image):
    return np.array(image.reshape(-1))


def flatten__list_of_pixels(image):
    if image.ndim == 2:
        return [value for row in image for value in row]
    return [value for row in image for pixel in row for value in pixel]


def flatten__loops_into_a_buffer(image):
    out = np.empty(image.size, dtype=image.dtype)
    for position, place in enumerate(np.ndindex(image.shape)):
        out[position] = image[place]
    return out


def flatten__rows_joined(image):
    rows = [row if row.ndim == 1 else np.concatenate(list(row)) for row in image]
    return np.concatenate(rows)


def flatten__recursive(image):
    if np.ndim(image) == 0:
        return [image]
    return np.array([value for part in image for value in flatten__recursive(part)])


def pixel_index__formula(row, col, width):
    return row * width + col


def pixel_index__numpy(row, col, width):
    return np.ravel_multi_index((row, col), (row + 1, width))


def pixel_index__grid(row, col, width):
    numbers = np.arange((row + 1) * width).reshape(row + 1, width)
    return numbers[row, col]


def pixel_index__counting(row, col, width):
    before = 0
    for r in range(row + 1):
        for c in range(width):
            if (r, c) == (row, col):
                return before
            before += 1


def unflatten__reshape(x, shape):
    return x.reshape(shape)


def unflatten__loops(x, shape):
    out = np.zeros(shape, dtype=x.dtype)
    for position, place in enumerate(np.ndindex(*shape)):
        out[place] = x[position]
    return out


def unflatten__flat(x, shape):
    out = np.empty(shape)
    out.flat[:] = x
    return out


def unflatten__divmod(x, shape):
    height, width = shape[:2]
    depth = len(x) // (height * width)
    out = np.zeros((height, width, depth))
    for i in range(len(x)):
        pixel, channel = divmod(i, depth)
        row, column = divmod(pixel, width)
        out[row, column, channel] = x[i]
    return out if len(shape) == 3 else out[:, :, 0]


def unflatten__nested_lists(x, shape):
    height, width = shape[0], shape[1]
    if len(shape) == 2:
        return [[x[r * width + c] for c in range(width)] for r in range(height)]
    depth = shape[2]
    return [[[x[(r * width + c) * depth + k] for k in range(depth)] for c in range(width)] for r in range(height)]


def flatten_batch__reshape(images):
    return images.reshape(len(images), -1)


def flatten_batch__rows(images):
    return np.array([image.flatten() for image in images])


def flatten_batch__buffer(images):
    n = int(np.prod(images.shape[1:]))
    out = np.zeros((images.shape[0], n), dtype=images.dtype)
    for i in range(images.shape[0]):
        out[i] = images[i].ravel()
    return out


def flatten_batch__one_axis_at_a_time(images):
    while images.ndim > 2:
        images = np.concatenate([images[:, i] for i in range(images.shape[1])], axis=1)
    return images


def flatten_batch__lists(images):
    return [image.ravel().tolist() for image in images]


def fully_connected__matmul(x, w, b):
    return x.astype(float) @ w.T.astype(float) + b


def fully_connected__loops(x, w, b):
    out = np.zeros((x.shape[0], w.shape[0]))
    for i in range(x.shape[0]):
        for j in range(w.shape[0]):
            total = float(b[j])
            for k in range(x.shape[1]):
                total += float(x[i, k]) * float(w[j, k])
            out[i, j] = total
    return out


def fully_connected__einsum(x, w, b):
    return np.einsum("ni,mi->nm", x.astype(float), w.astype(float)) + b[None, :]


def fully_connected__bias_as_a_weight(x, w, b):
    with_one = np.hstack([x.astype(float), np.ones((len(x), 1))])
    with_bias = np.hstack([w.astype(float), b.reshape(-1, 1)])
    return np.dot(with_one, with_bias.T)


def fully_connected__broadcast(x, w, b):
    return (x[:, None, :] * w[None, :, :].astype(np.float64)).sum(axis=2) + b


def fully_connected__tensordot(x, w, b):
    return np.tensordot(x.astype(np.float64), w.astype(np.float64), axes=([1], [1])) + b


def fully_connected__lists(x, w, b):
    out = []
    for point in x.tolist():
        out.append([sum(a * c for a, c in zip(point, weights)) + bias for weights, bias in zip(w.tolist(), b.tolist())])
    return out


def count_fc_weights__formula(n_in, n_out):
    return (n_in + 1) * n_out


def count_fc_weights__sum(n_in, n_out):
    weights = n_in * n_out
    biases = n_out
    return weights + biases


def count_fc_weights__shapes(n_in, n_out):
    return int(np.prod([n_out, n_in], dtype=np.int64) + np.prod([n_out], dtype=np.int64))


def two_layer_forward__matmul(x, w1, b1, w2, b2):
    z = x.astype(float) @ w1.astype(float).T + b1
    return np.maximum(0, z) @ w2.astype(float).T + b2


def two_layer_forward__mask(x, w1, b1, w2, b2):
    z = np.dot(np.asarray(x, float), np.asarray(w1, float).T) + b1
    z[z < 0] = 0
    return np.dot(z, np.asarray(w2, float).T) + b2


def two_layer_forward__einsum_where(x, w1, b1, w2, b2):
    z = np.einsum("ni,hi->nh", x.astype(float), w1.astype(float)) + b1
    hidden = np.where(z > 0, z, 0.0)
    return np.einsum("nh,mh->nm", hidden, w2.astype(float)) + b2


def two_layer_forward__loops(x, w1, b1, w2, b2):
    out = np.zeros((len(x), len(w2)))
    for i in range(len(x)):
        hidden = []
        for j in range(len(w1)):
            z = float(b1[j])
            for k in range(x.shape[1]):
                z += float(w1[j, k]) * float(x[i, k])
            hidden.append(max(z, 0.0))
        for m in range(len(w2)):
            out[i, m] = b2[m] + sum(float(w2[m, j]) * hidden[j] for j in range(len(hidden)))
    return out


def two_layer_forward__columns(x, w1, b1, w2, b2):
    hidden = w1.astype(float) @ x.astype(float).T + b1[:, np.newaxis]
    hidden = hidden * (hidden > 0)
    return (w2.astype(float) @ hidden + b2[:, np.newaxis]).T


def two_layer_forward__with_a_layer_function(x, w1, b1, w2, b2):
    def layer(values, w, b):
        return values.astype(float) @ w.astype(float).T + b

    return layer(layer(x, w1, b1).clip(min=0), w2, b2)


def translate__loops(image, dy, dx):
    height, width = image.shape
    out = np.zeros((height, width))
    for row in range(height):
        for column in range(width):
            if 0 <= row + dy < height and 0 <= column + dx < width:
                out[row + dy][column + dx] = image[row][column]
    return out


def translate__slices(image, dy, dx):
    height, width = image.shape
    out = np.zeros_like(image)
    if abs(dy) < height and abs(dx) < width:
        out[max(dy, 0) : height + min(dy, 0), max(dx, 0) : width + min(dx, 0)] = image[
            max(-dy, 0) : height + min(-dy, 0), max(-dx, 0) : width + min(-dx, 0)
        ]
    return out


def translate__pad_and_cut(image, dy, dx):
    height, width = image.shape
    padded = np.pad(image, ((abs(dy), abs(dy)), (abs(dx), abs(dx))))
    return padded[abs(dy) - dy : abs(dy) - dy + height, abs(dx) - dx : abs(dx) - dx + width]


def translate__roll_and_clear(image, dy, dx):
    height, width = image.shape
    out = np.roll(np.roll(image, dy, axis=0), dx, axis=1)
    if dy > 0:
        out[:dy, :] = 0
    elif dy < 0:
        out[max(height + dy, 0) :, :] = 0
    if dx > 0:
        out[:, :dx] = 0
    elif dx < 0:
        out[:, max(width + dx, 0) :] = 0
    return out


def translate__shift_matrices(image, dy, dx):
    height, width = image.shape
    return np.eye(height, k=-dy) @ image @ np.eye(width, k=dx)


def translate__nested_lists(image, dy, dx):
    height, width = image.shape
    return [
        [image[r - dy, c - dx] if 0 <= r - dy < height and 0 <= c - dx < width else 0 for c in range(width)]
        for r in range(height)
    ]


def translate__index_grid(image, dy, dx):
    rows, columns = np.indices(image.shape)
    rows, columns = rows - dy, columns - dx
    inside = (rows >= 0) & (rows < image.shape[0]) & (columns >= 0) & (columns < image.shape[1])
    return np.where(inside, image[rows % image.shape[0], columns % image.shape[1]], 0)
