"""Right solutions of notebook 03 in many styles: each has to get full marks, and no mistake may be named for it.

`<exercise>__<style>`; each stands alone and uses only NumPy, since its source is handed in as a student's work.
"""

import numpy as np


def pad2d__pad(x, padding):
    return np.pad(x, ((padding, padding), (padding, padding)))


def pad2d__zero_buffer(x, padding):
    height, width = x.shape
    out = np.zeros((height + 2 * padding, width + 2 * padding), dtype=x.dtype)
    out[padding : padding + height, padding : padding + width] = x
    return out


def pad2d__float_buffer(x, padding):
    out = np.zeros((x.shape[0] + 2 * padding, x.shape[1] + 2 * padding))
    if padding == 0:
        out[:] = x
    else:
        out[padding:-padding, padding:-padding] = x
    return out


def pad2d__stacked(x, padding):
    sides = np.zeros((x.shape[0], padding))
    x = np.hstack([sides, x, sides])
    ends = np.zeros((padding, x.shape[1]))
    return np.vstack([ends, x, ends])


def pad2d__loops(x, padding):
    height, width = x.shape
    out = [[0.0] * (width + 2 * padding) for _ in range(height + 2 * padding)]
    for i in range(height):
        for j in range(width):
            out[i + padding][j + padding] = float(x[i, j])
    return np.array(out)


def conv2d_single__four_loops(x, w, b=0.0, padding=0, stride=1):
    height, width = x.shape
    kh, kw = w.shape
    padded = np.zeros((height + 2 * padding, width + 2 * padding))
    padded[padding : padding + height, padding : padding + width] = x
    h_out = (height + 2 * padding - kh) // stride + 1
    w_out = (width + 2 * padding - kw) // stride + 1
    out = np.zeros((h_out, w_out))
    for i in range(h_out):
        for j in range(w_out):
            for k in range(kh):
                for m in range(kw):
                    out[i, j] += padded[i * stride + k, j * stride + m] * w[k, m]
            out[i, j] += b
    return out


def conv2d_single__patch_sums(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    out = np.zeros(((x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1))
    for i in range(out.shape[0]):
        for j in range(out.shape[1]):
            row, column = i * stride, j * stride
            out[i, j] = np.sum(x[row : row + kh, column : column + kw] * w) + b
    return out


def conv2d_single__flattened_dots(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x, padding).astype(np.float64), w.astype(np.float64)
    kh, kw = w.shape
    rows = range(0, x.shape[0] - kh + 1, stride)
    columns = range(0, x.shape[1] - kw + 1, stride)
    flat = w.ravel()
    return np.array([[x[i : i + kh, j : j + kw].ravel() @ flat + b for j in columns] for i in rows])


def conv2d_single__nested_lists(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x, padding).tolist(), w.tolist()
    result = []
    for i in range(0, len(x) - len(w) + 1, stride):
        row = []
        for j in range(0, len(x[0]) - len(w[0]) + 1, stride):
            row.append(b + sum(x[i + k][j + m] * w[k][m] for k in range(len(w)) for m in range(len(w[0]))))
        result.append(row)
    return result


def conv2d_single__loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding)
    kh, kw = w.shape
    h_out = (x.shape[0] - kh) // stride + 1
    w_out = (x.shape[1] - kw) // stride + 1
    out = np.full((h_out, w_out), float(b))
    for k in range(kh):
        for m in range(kw):
            out += float(w[k, m]) * x[k : k + stride * h_out : stride, m : m + stride * w_out : stride]
    return out


def conv2d_single__skipping_the_padding(x, w, b=0.0, padding=0, stride=1):
    (height, width), (kh, kw) = x.shape, w.shape
    h_out = int((height + 2 * padding - kh) / stride) + 1
    w_out = int((width + 2 * padding - kw) / stride) + 1
    out = np.empty((h_out, w_out))
    for place in np.ndindex(h_out, w_out):
        total = 0.0
        for (k, m), weight in np.ndenumerate(w):
            i, j = place[0] * stride + k - padding, place[1] * stride + m - padding
            if 0 <= i < height and 0 <= j < width:
                total += float(weight) * float(x[i, j])
        out[place] = total + b
    return out


def conv2d_single__float32_inside(x, w, b=0.0, padding=0, stride=1):
    x, w = np.pad(x, padding).astype(np.float32), w.astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.tensordot(windows, w, axes=([2, 3], [0, 1])) + np.float32(b)


def detect_dots__two_loops(image):
    height, width = image.shape
    padded = np.pad(image, 1)
    dots = []
    for i in range(height):
        for j in range(width):
            if padded[i + 1, j + 1] == 1 and padded[i : i + 3, j : j + 3].sum() == 1:
                dots.append((i, j))
    return dots


def detect_dots__argwhere(image):
    p = np.pad(image.astype(float), 1)
    windows = np.lib.stride_tricks.sliding_window_view(p, (3, 3))
    w = -np.ones((3, 3))
    w[1, 1] = 1
    return np.argwhere(np.einsum("ijkl,kl->ij", windows, w) > 0)


def detect_dots__lists_of_lists(image):
    p = np.pad(image.astype(int), 1)
    height, width = image.shape
    z = np.zeros((height, width))
    for k in range(3):
        for m in range(3):
            z += p[k : k + height, m : m + width] * (1 if (k, m) == (1, 1) else -1)
    return np.argwhere(np.maximum(z, 0)).tolist()


def detect_dots__zip_of_nonzero(image):
    ones = image > 0
    p = np.pad(ones, 1)
    lonely = ones.copy()
    for i, j in ((0, 0), (0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1), (2, 2)):
        lonely &= ~p[i : i + image.shape[0], j : j + image.shape[1]]
    return list(zip(*np.nonzero(lonely)))


def detect_dots__neighbours_in_range(image):
    height, width = image.shape
    dots = []
    for i, j in np.ndindex(height, width):
        patch = image[max(i - 1, 0) : i + 2, max(j - 1, 0) : j + 2]
        if image[i, j] and np.count_nonzero(patch) == 1:
            dots.append((i, j))
    return dots


def edge_filters__sobel():
    w = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    return w, w.T


def edge_filters__bright_to_dark():
    return [[1, 0, -1], [1, 0, -1], [1, 0, -1]], [[1, 1, 1], [0, 0, 0], [-1, -1, -1]]


def edge_filters__neighbours_only():
    vertical = np.zeros((3, 3))
    vertical[1, 1:] = -1, 1
    horizontal = np.zeros((3, 3))
    horizontal[:2, 1] = 1, -1
    return vertical, horizontal


def edge_filters__lines_fire_too():
    w = np.array([[-1, 2, -1]] * 3) / 7
    return w, w.T


def edge_filters__one_array():
    w = np.outer([1, 2, 1], [0.1, 0, -0.1]) / 4
    return np.stack([w, w.T]).astype(np.float32)


def edge_filters__large():
    w = np.outer([3, 10, 3], [1, 0, -1]) * 1e6 / 3
    return w, -w.T


def gradient_magnitude__loops(image):
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    p = np.pad(image.astype(float), 1)
    out = np.zeros(image.shape)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            patch = p[i : i + 3, j : j + 3]
            out[i, j] = np.sqrt(np.sum(patch * sobel) ** 2 + np.sum(patch * sobel.T) ** 2)
    return out


def gradient_magnitude__hypot(image):
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(image.astype(float), 1), (3, 3))
    sobel = np.outer([1.0, 2.0, 1.0], [1.0, 0.0, -1.0])
    return np.hypot(np.tensordot(windows, sobel), np.tensordot(windows, sobel.T))


def gradient_magnitude__slices(image):
    p = np.zeros((image.shape[0] + 2, image.shape[1] + 2))
    p[1:-1, 1:-1] = image
    across = p[:-2, 2:] - p[:-2, :-2] + 2 * (p[1:-1, 2:] - p[1:-1, :-2]) + p[2:, 2:] - p[2:, :-2]
    down = p[2:, :-2] - p[:-2, :-2] + 2 * (p[2:, 1:-1] - p[:-2, 1:-1]) + p[2:, 2:] - p[:-2, 2:]
    return (across**2 + down**2) ** 0.5


def gradient_magnitude__complex_numbers(image):
    p = np.pad(image.astype(float), 1)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    both = sobel + 1j * sobel.T
    height, width = image.shape
    z = sum(both[k, m] * p[k : k + height, m : m + width] for k in range(3) for m in range(3))
    return np.abs(z)


def gradient_magnitude__float32(image):
    p = np.pad(image, 1).astype(np.float32)
    windows = np.lib.stride_tricks.sliding_window_view(p, (3, 3))
    w = np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]], dtype=np.float32)
    z = np.einsum("ijkl,fkl->fij", windows, np.stack([w, w.T]))
    return np.linalg.norm(z, axis=0)


def conv2d_windows__einsum(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w.astype(float), optimize=True) + b


def conv2d_windows__broadcast_and_sum(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, padding).astype(float)
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape)
    return (windows * w).sum(axis=(2, 3))[::stride, ::stride] + b


def conv2d_windows__loop_over_weights(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x, ((padding, padding), (padding, padding))).astype(float)
    kh, kw = w.shape
    h_out = (x.shape[0] - kh) // stride + 1
    w_out = (x.shape[1] - kw) // stride + 1
    out = np.zeros((h_out, w_out))
    for k in range(kh):
        for m in range(kw):
            shifted = x[k:, m:]
            part = shifted[::stride, ::stride]
            part = part[:h_out, :w_out]
            out += w[k, m] * part
    return out + b


def conv2d_windows__as_strided(x, w, b=0.0, padding=0, stride=1):
    x = np.ascontiguousarray(np.pad(x.astype(np.float64), padding))
    kh, kw = w.shape
    down, right = x.strides
    shape = ((x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1, kh, kw)
    strides = (down * stride, right * stride, down, right)
    windows = np.lib.stride_tricks.as_strided(x, shape, strides, writeable=False)
    return np.tensordot(windows, w.astype(float), axes=((2, 3), (0, 1))) + b


def conv2d_windows__im2col_by_indices(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    h_out, w_out = (x.shape[0] - kh) // stride + 1, (x.shape[1] - kw) // stride + 1
    rows = (np.arange(h_out) * stride)[:, None, None, None] + np.arange(kh)[:, None]
    columns = (np.arange(w_out) * stride)[:, None, None] + np.arange(kw)
    patches = x[rows, columns].reshape(h_out * w_out, kh * kw)
    return (patches @ w.reshape(-1) + b).reshape(h_out, w_out)


def conv2d_windows__rolled(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    total = np.zeros_like(x)
    for (k, m), weight in np.ndenumerate(w):
        total = total + weight * np.roll(x, (-k, -m), axis=(0, 1))
    return total[: x.shape[0] - w.shape[0] + 1 : stride, : x.shape[1] - w.shape[1] + 1 : stride] + b


def conv2d_windows__fourier(x, w, b=0.0, padding=0, stride=1):
    x = np.pad(x.astype(float), padding)
    spectrum = np.fft.fft2(x) * np.conj(np.fft.fft2(w.astype(float), x.shape))
    z = np.fft.ifft2(spectrum).real[: x.shape[0] - w.shape[0] + 1, : x.shape[1] - w.shape[1] + 1]
    return z[::stride, ::stride] + b


def best_match__two_loops(image, template):
    image, template = image.astype(float), template.astype(float)
    kh, kw = template.shape
    t = template - template.mean()
    best, place = -np.inf, None
    for i in range(image.shape[0] - kh + 1):
        for j in range(image.shape[1] - kw + 1):
            v = image[i : i + kh, j : j + kw]
            v = v - v.mean()
            length = np.sqrt(np.sum(v**2)) * np.sqrt(np.sum(t**2))
            score = np.sum(v * t) / length if length > 0 else 0.0
            if score > best:
                best, place = score, (i, j)
    return place


def best_match__small_number_in_the_denominator(image, template):
    t = (template - template.mean()).ravel()
    t /= np.linalg.norm(t)
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(float), template.shape)
    v = windows.reshape(*windows.shape[:2], -1)
    v = v - v.mean(axis=-1, keepdims=True)
    score = v @ t / (np.linalg.norm(v, axis=-1) + 1e-8)
    return np.unravel_index(score.argmax(), score.shape)


def best_match__corrcoef(image, template):
    kh, kw = template.shape
    scores = np.zeros((image.shape[0] - kh + 1, image.shape[1] - kw + 1))
    with np.errstate(all="ignore"):
        for i, j in np.ndindex(scores.shape):
            scores[i, j] = np.corrcoef(image[i : i + kh, j : j + kw].ravel(), template.ravel())[0, 1]
    return np.array(np.unravel_index(np.argmax(np.nan_to_num(scores)), scores.shape))


def best_match__standard_deviations(image, template):
    image, template = np.array(image, dtype=float), np.array(template, dtype=float)
    (height, width), (kh, kw) = image.shape, template.shape
    best = (-2.0, 0, 0)
    for i in range(height - kh + 1):
        for j in range(width - kw + 1):
            v = image[i : i + kh, j : j + kw]
            if v.std() == 0:
                score = 0.0
            else:
                score = np.mean((v - v.mean()) * (template - template.mean())) / (v.std() * template.std())
            if score > best[0]:
                best = (score, i, j)
    return [best[1], best[2]]


def best_match__float32(image, template):
    t = template.astype(np.float32)
    t = t - t.mean()
    windows = np.lib.stride_tricks.sliding_window_view(image.astype(np.float32), t.shape)
    v = windows - windows.mean(axis=(2, 3), keepdims=True)
    length = np.sqrt(np.einsum("ijkl,ijkl->ij", v, v))
    score = np.divide(np.tensordot(v, t), length, out=np.zeros_like(length), where=length > 1e-3)
    index = int(np.argmax(score))
    return divmod(index, score.shape[1])
