"""Wrong answers as beginners write them: exercise, the mistake that is to be named (None: only where to look), code."""

ANSWERS = [
    # 01
    ("normalize", "nothing_returned", "def normalize(image, p=255):\n    image = image / p"),
    ("normalize", "printed", "def normalize(image, p=255):\n    print(image / p)"),
    ("normalize", "list_for_array", "def normalize(image, p=255):\n    return image.tolist() / p"),
    ("normalize", "half_precision", "def normalize(image, p=255):\n    return np.float16(image / p)"),
    ("flatten", "nothing_returned", "def flatten(image):\n    image.reshape(-1)"),
    ("flatten", "round_brackets", "def flatten(image):\n    return image.reshape(image.shape(0) * image.shape(1))"),
    ("flatten", None, "def flatten(image):\n    image.shape = (-1,)\n    return image.copy()"),
    ("pixel_index", "float_result", "def pixel_index(row, col, width):\n    return float(row * width + col)"),
    ("pixel_index", "text_result", "def pixel_index(row, col, width):\n    return str(row * width + col)"),
    ("unflatten", "wrong_size_for_reshape", "def unflatten(x, shape):\n    return x.reshape(shape[0], shape[0])"),
    ("flatten_batch", "all_in_one_list", "def flatten_batch(images):\n    return images.reshape(-1)"),
    ("count_fc_weights", "caret_for_power", "def count_fc_weights(n_in, n_out):\n    return n_in ^ n_out"),
    ("fully_connected", None, "def fully_connected(x, w, b):\n    return np.dot(w, x) + b"),
    ("fully_connected", "parameters_swapped", "def fully_connected(w, x, b):\n    return x @ w.T + b * 1.0"),
    ("fully_connected", "points_in_columns", "def fully_connected(x, w, b):\n    return w @ x.T + b[:, None] * 1.0"),
    (
        "two_layer_forward",
        "truth_of_an_array",
        "def two_layer_forward(x, w1, b1, w2, b2):\n    h = max(0, x @ w1.T + b1)\n    return h @ w2.T + b2",
    ),
    (
        "translate",
        "shape_without_brackets",
        "def translate(image, dy, dx):\n    h, w = image.shape\n    out = np.zeros(h, w)\n    return out",
    ),
    ("translate", "wrong_number_of_axes", "def translate(image, dy, dx):\n    n, h, w = image.shape\n    return image"),
    # 02
    ("window_dot", None, "def window_dot(x, w, i):\n    return np.dot(x[i : i + len(w) + 1], w)"),
    ("window_dot", "unknown_name", "def window_dot(x, w, i):\n    return np.dot(x[i : i + k], w)"),
    ("window_dot", "star_missing", "def window_dot(x, w, i):\n    n = 2\n    return n(x[i] + w[0])"),
    (
        "conv1d_valid",
        "return_in_the_loop",
        "def conv1d_valid(x, w):\n    out = np.zeros(len(x) - len(w) + 1)\n    for i in range(len(out)):\n"
        "        out[i] = np.sum(1.0 * x[i : i + len(w)] * w)\n        return out",
    ),
    (
        "conv1d_valid",
        "index_too_large",
        "def conv1d_valid(x, w):\n    out = np.zeros(len(x) - len(w) + 1)\n    for i in range(len(x)):\n"
        "        out[i] = np.sum(1.0 * x[0 : len(w)] * w)\n    return out",
    ),
    (
        "conv1d_valid",
        "float_for_integer",
        "def conv1d_valid(x, w):\n    return [x[i] * w[0] for i in range((len(x) - len(w)) / 1 + 1)]",
    ),
    ("relu", "truth_of_an_array", "def relu(z):\n    return z if z > 0 else 0"),
    ("relu", "not_a_list", "def relu(z):\n    for i in len(z):\n        z[i] = 0\n    return z"),
    ("relu", "no_such_function", "def relu(z):\n    return np.maximun(z, 0)"),
    (
        "pad1d",
        "left_only",
        "def pad1d(x, padding):\n    out = np.zeros(len(x) + padding)\n    out[padding:] = x\n    return out",
    ),
    ("same_padding", "nothing_returned", "def same_padding(k):\n    (k - 1) // 2"),
    ("output_size", "other_parameters", "def output_size(n, k):\n    return n - k + 1"),
    ("output_size", "other_parameters", "def output_size(n, k, p=0, s=1):\n    return (n + 2 * p - k) // s + 1"),
    (
        "conv1d",
        "other_cell_not_run",
        "def conv1d(x, w, b=0.0, padding=0, stride=1):\n    return conv1d_valid(x, w) + b",
    ),
    ("conv1d", "own_assert", "def conv1d(x, w, b=0.0, padding=0, stride=1):\n    assert len(x) == 0\n    return x"),
    ("conv_matrix", "tuple_for_integer", "def conv_matrix(w, n, padding=0):\n    return np.zeros(range((n, n)))"),
    ("find_isolated", "square_brackets", "def find_isolated(x):\n    return np.where[x == 1]"),
    # 03
    (
        "pad2d",
        "axes_swapped",
        "def pad2d(x, padding):\n    w, h = x.shape\n    out = np.zeros((h + 2 * padding, w + 2 * padding))\n"
        "    out[padding : h + padding, padding : w + padding] = x\n    return out",
    ),
    (
        "conv2d_single",
        "float_for_integer",
        "def conv2d_single(x, w, b=0.0, padding=0, stride=1):\n    return np.zeros((len(x) / stride, 3))",
    ),
    (
        "conv2d_single",
        "array_for_an_entry",
        "def conv2d_single(x, w, b=0.0, padding=0, stride=1):\n    out = np.zeros((2, 2))\n"
        "    out[0, 0] = x[: len(w)]\n    return out",
    ),
    ("conv2d_single", "no_such_attribute", "def conv2d_single(x, w, b=0.0, padding=0, stride=1):\n    return x.height"),
    (
        "conv2d_single",
        "used_before_set",
        "def conv2d_single(x, w, b=0.0, padding=0, stride=1):\n    total += x[0, 0]\n    return total",
    ),
    (
        "conv2d_single",
        "forbidden_call",
        "def conv2d_single(x, w, b=0.0, padding=0, stride=1):\n    return np.convolve(x[0], w[0])",
    ),
    ("gradient_magnitude", "no_such_axis", "def gradient_magnitude(image):\n    return image.sum(axis=3)"),
    # 04
    ("to_channels_first", "too_many_indices", "def to_channels_first(image):\n    return image[0, 0, 0, 0]"),
    (
        "conv3d",
        "wrong_number_of_axes",
        "def conv3d(x, w, b=0.0, padding=0, stride=1):\n    n, d, h, wi = x.shape\n    return x",
    ),
    (
        "filter_bank",
        "none_in_between",
        "def filter_bank(x, w, b, padding=0, stride=1):\n    y = x.sort()\n    return y[0]",
    ),
    ("conv2d", "endless_recursion", "def conv2d(x, w, b, padding=0, stride=1):\n    return conv2d(x, w, b)"),
    (
        "count_conv2d_weights",
        "a_float",
        "def count_conv2d_weights(a, b, c, d):\n    return b * (a * c * d + 1) / 1",
    ),
    ("receptive_field", "list_for_array", "def receptive_field(layers):\n    return layers[:, 0].sum()"),
    # 05
    (
        "max_pool2d_single",
        "return_in_the_loop",
        "def max_pool2d_single(x, size, stride):\n    h, w = x.shape\n"
        "    out = np.zeros(((h - size) // stride + 1, (w - size) // stride + 1))\n    for i in range(len(out)):\n"
        "        for j in range(out.shape[1]):\n            a, b = i * stride, j * stride\n"
        "            out[i, j] = x[a : a + size, b : b + size].max()\n        return out",
    ),
    ("max_pool2d", None, "def max_pool2d(x, size, stride):\n    return x[:, :, 99:].max()"),
    ("pooled_shape", "not_a_list", "def pooled_shape(shape, size, stride):\n    return [n for n in size]"),
    (
        "detected_anywhere",
        "wrong_arguments",
        "def detected_anywhere(f):\n    def g(a, b):\n        return a\n    return g(f)",
    ),
    # 06
    (
        "find_isolated",
        "a_flag_for_each_sample",
        "def find_isolated(x):\n    p = np.pad(x.astype(float), 1)\n    return p[1:-1] - p[:-2] - p[2:] > 0",
    ),
    ("softmax", None, "def softmax(logits):\n    return np.exp(logits) / np.exp(logits).sum(axis=1)"),
    ("predict", "one_number", "def predict(logits):\n    return logits.argmax()"),
    ("accuracy", "no_such_function", "def accuracy(logits, y):\n    return np.average_of(logits == y)"),
    ("nll_loss", "no_such_key", "def nll_loss(logits, y):\n    return {'a': 1}['loss']"),
    ("convnet_forward", "no_such_key", "def convnet_forward(x, params):\n    return x @ params['w4']"),
    # 07
    ("relu_backward", "parameters_swapped", "def relu_backward(z, da):\n    return np.where(z > 0, da, 0)"),
    ("fc_backward", "weights_turned_over", "def fc_backward(dz, x, w):\n    return dz @ w.T, dz @ x, dz.sum(axis=0)"),
    ("sgd_step", "list_for_array", "def sgd_step(params, grads, lr):\n    return [1, 2] - [1, 2]"),
    ("dz_dw", None, "def dz_dw(x, k, padding):\n    return np.stack([x[i : i + k] for i in range(len(x))])"),
]
