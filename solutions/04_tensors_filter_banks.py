# %% [markdown]
# # 04 · Colour, depth and banks of filters
#
# **The question of this chapter:** a colour photograph is three pictures on top of one another, and inside a convnet a stack is soon 64 or
# 512 pictures high. How does one filter look at a whole stack, and where do the stacks come from?
#
# From notebook 03 you know how a filter slides over a grey picture. Here it gets a third axis, then company. At the end you have written
# the layer that convnets are made of, and you know why graphics cards like it.
#
# **After this chapter** you can run a bank of filters over a batch of colour pictures. You can say which shape comes
# out, how many weights that takes, and how much of the picture an output sees.
#
# ⏱ about 130 minutes · {exercises} · {points} · needs notebook 03's convolution, with padding and stride

# %%
import numpy as np

from helpers import check, data, hint, pictures, predict, recall, series
from helpers.figures import tensors_filter_banks as figures
from helpers.figures.interactive import depth

# %%
recall("03_filters_2d")

# %% [markdown]
# <details><summary>Do you remember notebook 03? A filter of 3 by 5 slides over a picture of 10 by 20 pixels, with padding 1.
# Which shape comes out? And what does the filter give on plain sky if its weights add up to 0?</summary>
#
# `(10, 18)`: 10 + 2 − 3 + 1 rows and 20 + 2 − 5 + 1 columns. On plain sky it gives 0, whatever the brightness.
# </details>

# %% [markdown]
# ## 1. A photograph taken apart
#
# A colour photograph has a width, a height and a **depth**: three numbers for each pixel, how much red, green and blue. Each colour on its
# own is a grey picture, a **channel**.
#
# Most programs store the three numbers of a pixel side by side, shape `(H, W, 3)`. A filter would rather have the channels one after the
# other, shape `(3, H, W)`. So would PyTorch, and so would this course from now on.
#
# ### Exercise: `to_channels_first` &nbsp; ⏱ 4 min · ●○○
#
# No number changes; only the axes change places.

# %% exercise="to_channels_first" points=1
def to_channels_first(image):
    """Moves the channels of an image to the front: (H, W, C) to (C, H, W).

    Any number of channels, any real dtype. Channel c of the result is image[:, :, c].
    Example: to_channels_first(np.array([[[1, 2, 3], [4, 5, 6]]]))
    gives [[[1, 4]], [[2, 5]], [[3, 6]]].
    """
    ### BEGIN SOLUTION
    return image.transpose(2, 0, 1)
    ### END SOLUTION


# %% check="to_channels_first"
check(to_channels_first)

# %% [markdown]
# **Predict first:** below is an orange flower in front of dark green leaves. In which of the three channels are the leaves nearly black? In
# which is the flower darkest?

# %%
predict("black_leaves", ...)

# %%
flower = pictures.photo("flower")
figures.channels(flower, to_channels_first)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The leaves are black in the red channel: dark green and a little blue, no red. The flower's heart is darkest in the blue channel. Orange
# is much red, some green and next to no blue.
# </details>

# %% [markdown]
# **Predict first:** `flower.reshape(3, H, W)` has the right shape as well. What will its three "channels" show?

# %%
predict("reshaped_channels", ...)

# %%
figures.torn(flower)

# %% [markdown]
# <details><summary>Why?</summary>
#
# `reshape` cuts the same long list of numbers elsewhere. The list begins with the red, green and blue of the first
# pixel, so a new row holds a third of an old one, with the colours mixed. `transpose` moves axes. A network fed with
# the torn pictures would raise no error. It would only learn worse, and you would look for the reason in many other
# places first.
# </details>

# %% [markdown]
# ## 2. Vector, matrix, tensor
#
# Numbers in a row are a vector, in a grid a matrix. With more axes the word is **tensor**. (That is where TensorFlow has its name from:
# tensors flow through a network.)

# %%
figures.tensors()

# %% [markdown]
# ### Exercise: `tensor_axes` &nbsp; ⏱ 1 min · ●○○
#
# A network is trained on batches of 32 colour photographs, each 224 by 224 pixels. How many axes does the tensor for
# one batch have?

# %% exercise="tensor_axes" points=1
tensor_axes = None  # your number
### BEGIN SOLUTION
tensor_axes = 4
### END SOLUTION

# %% check="tensor_axes"
check("tensor_axes", tensor_axes)

# %% [markdown]
# ## 3. A box that slides
#
# Over a picture we slid a small matrix. Through a tensor with three axes we slide a small **box**, along all three: to the right, down, and
# deeper. At every place it multiplies the numbers that it covers by its weights, and adds up.

# %%
figures.sliding_box((4, 5, 6), (2, 3, 3))

# %% [markdown]
# **Predict first:** how many places are there for this box, 2 deep, 3 high and 3 wide, in a volume 4 deep, 5 high and
# 6 wide? And how many with a padding of 1 on all sides?

# %%
predict("places_of_a_box", ...)

# %% [markdown]
# ### Exercise: `conv3d` &nbsp; ⏱ 12 min · ●●○
#
# Your 2D convolution with one axis more. Padding and stride hold for all three axes. (SciPy and PyTorch are off limits, as before; all of
# NumPy's building blocks are fine.)

# %% exercise="conv3d" points=3
def conv3d(x, w, b=0.0, padding=0, stride=1):
    """Slides a box of weights through a volume: x (D, H, W), w (KD, KH, KW), bias b

    to floats (D', H', W').

    `padding` zeros go on both sides of all three axes. Output [d, i, j] is b plus the
    sum of the products of w with the box of the padded x that starts at
    [d * stride, i * stride, j * stride]. Each axis has
    (n + 2 * padding - k) // stride + 1 outputs. Any real dtypes.
    Example: x = [[[1, 2], [3, 4]], [[5, 6], [7, 8]]], w = [[[1, 10]], [[0, 1]]] and
    b = 0.5 give [[[27.5], [51.5]]].
    """
    ### BEGIN SOLUTION
    #> padded = ...
    padded = np.pad(x.astype(float), padding)
    kd, kh, kw = w.shape
    depth, height, width = [(n - k) // stride + 1 for n, k in zip(padded.shape, w.shape)]
    #> out = np.zeros(...)
    out = np.zeros((depth, height, width))
    for d in range(depth):
        for i in range(height):
            for j in range(width):
                d0, i0, j0 = d * stride, i * stride, j * stride
                #> box = padded[...]
                box = padded[d0 : d0 + kd, i0 : i0 + kh, j0 : j0 + kw]
                out[d, i, j] = np.sum(box * w) + b
    return out
    ### END SOLUTION


# %% check="conv3d"
check(conv3d)

# %% [markdown]
# What is it good for? A medical scan is a stack of slices, and its third axis is as real as the other two. Below, five slices of a
# (made-up) lung. A vessel runs straight through all of them and looks like a white dot in each. In slice 2 there is a second dot, a nodule,
# which a doctor would want to see.
#
# Two detectors for a single bright voxel (a pixel of a volume). `flat` knows its own slice only: 1 in the middle, −1
# all around it. `box` has −1 in the slices above and below as well.
#
# **Predict first:** at which dots does `flat` fire, and at which `box`?

# %%
predict("dots_in_a_scan", ...)

# %%
scan = np.zeros((5, 7, 9))  # depth, height, width
scan[:, 2, 2] = 1  # the vessel, in all slices
scan[2, 4, 6] = 1  # the nodule

box = -np.ones((3, 3, 3))
box[1, 1, 1] = 1
flat = np.zeros((3, 3, 3))
flat[1] = box[1]

figures.scan_slices(conv3d, scan, flat, box)

# %% [markdown]
# <details><summary>Answer</summary>
#
# In its own slice the vessel is a dot like any other, so `flat` fires at both. `box` finds more white above and below: inside the vessel 1
# − 2 = −1. But slices 0 and 4? There the vessel goes on beyond the scan, and the padded zeros pretend that it ends: 1 − 1 = 0, which is
# still not above 0. The nodule gives 1.
# </details>

# %% [markdown]
# ## 4. As deep as the picture
#
# Do red, green and blue follow one another as slices do? No. By wavelength green lies between red and blue, but the
# channels of a picture have no order (you will test this below). So a box that covers two of three channels makes
# little sense. For channels there is one change: the filter is **as deep as the picture**. It has weights of its own
# for each channel, covers all of them at once, and slides along height and width only.
#
# Here is a filter of 3 × 2 × 2 weights, and one window through three channels: each of them has a share, and what comes out is *one* number.
#
# **Predict first:** what will it be where red meets green? And inside the red area? Then point at both.

# %%
predict("red_meets_green", ...)

# %%
rgb = np.array([
    [[3, 3, 3, 0, 0], [3, 3, 3, 0, 0], [3, 3, 3, 0, 0], [0, 0, 0, 0, 0]],
    [[0, 0, 0, 2, 2], [0, 0, 0, 2, 2], [0, 0, 0, 2, 2], [1, 1, 1, 1, 1]],
    [[1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1], [1, 1, 1, 1, 1]],
])
deep = np.array([[[1, -1], [1, -1]], [[-1, 1], [-1, 1]], [[0, 0], [0, 0]]])
depth(rgb, deep)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 10, of which red gives 6 and green 4. Inside the red area 0: what the first column of weights adds, the second
# subtracts.
# </details>
#
# ### Exercise: `conv2d_depth` &nbsp; ⏱ 8 min · ●●○
#
# One trap: `np.pad(x, padding)` pads *every* axis. Zeros in front of the first channel would make each channel meet another one's weights.

# %% exercise="conv2d_depth" points=2
def conv2d_depth(x, w, b=0.0, padding=0, stride=1):
    """One filter on a picture with channels: x (C, H, W), w (C, KH, KW), bias b to

    one map of floats (H', W').

    The filter spans all C channels. `padding` zeros go around each channel, not before
    or behind the channels. Output [i, j] is b plus the sum, over all channels, of the
    products of w with the window that starts at row i * stride, column j * stride;
    H' = (H + 2 * padding - KH) // stride + 1, W' likewise. Any real dtypes.
    Example: x = [[[1, 2, 3]], [[4, 5, 6]]], w = [[[1, 0]], [[0, 10]]] and b = 0.5
    give [[51.5, 62.5]].
    """
    ### BEGIN SOLUTION
    #> padded = np.pad(x.astype(float), ...)
    padded = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    _, kh, kw = w.shape
    height = (padded.shape[1] - kh) // stride + 1
    width = (padded.shape[2] - kw) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            #> window = padded[...]
            window = padded[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(window * w) + b
    return out
    ### END SOLUTION


# %% check="conv2d_depth"
check(conv2d_depth)

# %% [markdown]
# The smallest deep filter is a single pixel wide. `1 −½ −½` asks: by how much does the red of this pixel exceed the
# mean of its green and blue?
#
# **Predict first:** what does it give for black, for grey and for white? So what is left of the picture?

# %%
predict("greys", ...)

# %%
red, picture = np.array([1, -0.5, -0.5]).reshape(3, 1, 1), pictures.shrunk(flower, 2).transpose(2, 0, 1)
figures.colour_map(conv2d_depth, picture, red, "1 −½ −½")

# %% [markdown]
# <details><summary>Answer</summary>
#
# 0 for all greys, since the weights add up to 0. The flower's white tips disappear, its red heart glows, and the leaves go negative.
# </details>
#
# Some cameras store blue first. **Predict first:** we give the channels, and the filter's slices, the order blue, green, red. By how much
# does the output change, at most?

# %%
predict("blue_first", ...)

# %%
def change():
    blue_first = conv2d_depth(picture[::-1], red[::-1])
    return np.abs(blue_first - conv2d_depth(picture, red)).max()


largest = figures.attempt(change)
if largest is not None:
    print(f"largest change: {largest:g}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Not at all (perhaps by the rounding of the last digit). The output is a sum over the channels, and a sum does not depend on the order of
# its terms. Slices of a scan do have an order: there you could not do that.
# </details>

# %% [markdown]
# Wouldn't a grey version of the picture be enough? Here is red on the left and green on the right, equally bright on
# average. What does an edge filter find in the grey version of it?

# %%
two_colours = np.full((3, 8, 10), 0.25)
two_colours[0, :, :5] = 0.75  # left: red
two_colours[1, :, 5:] = 0.75  # right: green

edge = np.array([[1, 0, -1], [1, 0, -1], [1, 0, -1]])
figures.colour_edge(conv2d_depth, two_colours, np.stack([edge, -edge, 0 * edge]))

# %% [markdown]
# <details><summary>Answer</summary>
#
# Nothing: both sides are the same grey, 0.417. The deep filter looks for "less red and more green to the right". It can, because it has
# weights of its own for each colour, and the edge stands out.
# </details>

# %% [markdown]
# ## 5. Channels in one dimension
#
# In notebook 02 a filter looked for TATAAT in a genome. Each letter was one number: 1 for the large A and G, −1 for the
# small C and T. It fell for CGCGAC, too, since one number can't tell four letters apart. Four channels can: one for
# each letter, 1 where that letter stands and 0 elsewhere ("one-hot").

# %%
def one_hot(letters):
    """A string of A, C, G, T to (4, n): row 0 has a 1 wherever there is an A."""
    return np.array([[float(letter == base) for letter in letters] for base in "ACGT"])


genome = series.genome()
figures.letters_as_channels("TATAAT", one_hot("TATAAT"))

# %% [markdown]
# ### Exercise: `conv1d_channels` &nbsp; ⏱ 6 min · ●●○
#
# The same idea with one axis less: a signal with channels, a filter that spans them all and slides along the signal.

# %% exercise="conv1d_channels" points=2
def conv1d_channels(x, w, b=0.0):
    """One filter on a signal with channels: x (C, n), w (C, k), bias b.

    Returns floats (n - k + 1,). Output i is b plus the sum, over all channels, of the
    products of w with columns i to i + k - 1 of x. No padding, stride 1. Any real
    dtypes.
    Example: conv1d_channels(np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 0], [0,
    10]])) gives [51, 62].
    """
    ### BEGIN SOLUTION
    k = w.shape[1]
    #> out = np.zeros(...)
    out = np.zeros(x.shape[1] - k + 1)
    for i in range(len(out)):
        #> out[i] = ...
        out[i] = np.sum(x[:, i : i + k].astype(float) * w) + b
    return out
    ### END SOLUTION


# %% check="conv1d_channels"
check(conv1d_channels)

# %% [markdown]
# The filter is the motif itself, one-hot. **Predict first:** what does a window get in which all 6 letters agree? What does CGCGAC get?
# Which bias lets only TATAAT through?

# %%
predict("letters_that_agree", ...)

# %%
figures.motif(conv1d_channels, genome, one_hot(genome), one_hot("TATAAT"), b=-5)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Each letter that agrees counts 1: TATAAT gets 6, and CGCGAC, with only one letter in common, gets 1. With a bias of −5 a window has to
# agree in more than 5 places. Filters of this kind, learned from data, are what convnets for genomes have in their first layer.
# </details>

# %% [markdown]
# ## 6. A bank of filters
#
# One filter, however deep, gives one map: it answers one question everywhere. There is more than one thing to ask. Even for a grey picture,
# take three filters: a **dot** detector, one for **vertical edges**, one for **horizontal edges**. Such a collection is a **filter bank**.
# Each filter's output is a channel of the result, also called a **feature map**. The stack of them is again a tensor with three axes, `(F,
# H', W')`. So stacks come from banks, even where the picture was flat.
#
# ### Exercise: `filter_bank` &nbsp; ⏱ 5 min · ●○○

# %% exercise="filter_bank" points=2
def filter_bank(x, w, b, padding=0, stride=1):
    """All filters of a bank on one picture: x (C, H, W), w (F, C, KH, KW), b (F,).

    Returns floats (F, H', W'). Map f is what filter w[f] with bias b[f] gives on x,
    with this padding (spatial) and stride.
    Example: x = [[[1, 2, 3]], [[4, 5, 6]]], w = [[[[1]], [[10]]], [[[0]], [[-1]]]] and
    b = [0.5, 0] give [[[41.5, 52.5, 63.5]], [[-4, -5, -6]]].
    """
    ### BEGIN SOLUTION
    padded = np.pad(x.astype(float), ((0, 0), (padding, padding), (padding, padding)))
    n_filters, _, kh, kw = w.shape
    height = (padded.shape[1] - kh) // stride + 1
    width = (padded.shape[2] - kw) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((n_filters, height, width))
    #> for f in range(...):
    for f in range(n_filters):
        for i in range(height):
            for j in range(width):
                window = padded[:, i * stride : i * stride + kh, j * stride : j * stride + kw]
                out[f, i, j] = np.sum(window * w[f]) + b[f]
    return out
    ### END SOLUTION


# %% check="filter_bank"
check(filter_bank)

# %% [markdown]
# The block below has two vertical edges. How many of them will be left after ReLU? And what will the dot detector say
# about the block?

# %%
drawing = np.zeros((8, 11), dtype=int)
drawing[1:7, 1:6] = 1  # a block
drawing[3, 8] = 1  # a dot

three = {
    "dot": [[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]],
    "vertical edge": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "horizontal edge": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
}
figures.maps_of(filter_bank, drawing, three)

# %% [markdown]
# <details><summary>Answer</summary>
#
# One. The filter is positive where it gets brighter to the right, on the block's left side, and negative on its right side, which ReLU
# wipes out. For right sides one needs another filter. Inside the block every pixel has white neighbours, so the dot detector is far below 0
# there; only the dot is left of map 0. Each map on its own says little. The stack of all three tells a block from a dot.
# </details>

# %% [markdown]
# Now a photograph in colour, and a larger bank. Grey filters have the same weights in each channel; the last three are about colour.

# %%
grey = {
    "dot": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "vertical edge": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "horizontal edge": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "rising edge": [[-2, -1, 0], [-1, 0, 1], [0, 1, 2]],
    "blur": [[1, 2, 1], [2, 4, 2], [1, 2, 1]],
}
bank = {name: np.stack([np.array(w) / 3] * 3) for name, w in grey.items()}
bank["blur"] /= 16
one, none = np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]), np.zeros((3, 3))
bank["redder than green"] = np.stack([one, -one, none])
bank["bluer than red"] = np.stack([-one, none, one])
vertical = np.array(grey["vertical edge"])
bank["from red to green"] = np.stack([-vertical, vertical, none])

photo = pictures.shrunk(pictures.photo(), 4).transpose(2, 0, 1)
figures.feature_maps(filter_bank, photo, bank)

# %% [markdown]
# **Find in the maps:** the sky's blue, and the red columns, which no grey filter tells from the green of the trees.
# Find the roof edges that rise to the right, and those that fall. And where does the thin frame around some maps come
# from?
#
# <details><summary>The frame</summary>
#
# From the padding. Beyond its edge the photograph is taken to be black, and from black to a bright sky is an edge.
# </details>

# %% [markdown]
# Here is a piece of it, a roof above red columns, number by number. In which of the three maps do the columns stand out, and which
# channel do they owe it to? Point at a column, and the shares will say.

# %%
depth(photo[:, 64:80, 42:58], {name: bank[name] for name in ("vertical edge", "horizontal edge", "redder than green")})

# %% [markdown]
# ## 7. The next layer
#
# The maps are a tensor of shape `(F, H', W')`. That has the shape of a picture with F channels, so the next layer can take it, and a filter
# of the next layer spans all F maps. It sees what the first filters *found*, and it can combine it.
#
# Four edge filters make four maps. A second bank, one pixel wide and four channels deep, adds two of them: "a left side **and** an upper
# side". With a bias of −3 one of the two isn't enough.
#
# How many maps does the second layer below have, and in how many pixels does each of them fire?

# %%
shapes = np.zeros((9, 12), dtype=int)
shapes[1:5, 1:6] = 1
shapes[4:8, 8:11] = 1

edges = {
    "left side": [[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]],
    "right side": [[1, 0, -1], [1, 0, -1], [1, 0, -1]],
    "upper side": [[-1, -1, -1], [0, 0, 0], [1, 1, 1]],
    "lower side": [[1, 1, 1], [0, 0, 0], [-1, -1, -1]],
}
corners = {  # a weight for each of the four maps
    "upper left corner": [1, 0, 1, 0],
    "upper right corner": [0, 1, 1, 0],
    "lower left corner": [1, 0, 0, 1],
    "lower right corner": [0, 1, 0, 1],
}
figures.two_layers(filter_bank, shapes, edges, corners, b=-3)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Four maps, and two pixels in each: the corner of that kind of either rectangle, wherever it stands. Corners out of edges, tyres out of
# corners and curves, cars out of tyres: that is how a convnet gets from pixels to things. Notebook 06 builds a whole one.
# </details>
#
# Do the maps have an order? Test it with your own function. First put the four filters of the first bank in another
# order, and leave the second bank as it is. Then give the slices of the second bank's filters the same order. In
# which of the two does the output change?

# %%
first = np.array(list(edges.values()))[:, None]  # (4, 1, 3, 3)
second = np.array(list(corners.values()))[:, :, None, None]  # (4, 4, 1, 1)
order = [2, 0, 3, 1]


def both_layers(first, second):
    maps = np.maximum(filter_bank(shapes[None], first, np.zeros(4), padding=1), 0)
    return filter_bank(maps, second, np.full(4, -3.0))


def changes():
    """By how much the output changes, at most, with one bank or both in another order."""
    before = both_layers(first, second)
    return [np.abs(both_layers(first[order], w) - before).max() for w in (second, second[:, order])]


found = figures.attempt(changes)
if found is not None:
    print(f"the first bank in another order: {found[0]:g}; the second bank's slices as well: {found[1]:g}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Only in the first: there each corner filter listens to the wrong maps. With its slices in the same order nothing
# changes. So maps have no order, as colours have none. Four filters can stand in 24 orders, and with the slices to
# match, all 24 are the same network.
# </details>
#
# ### Exercise: `second_layer_depth` &nbsp; ⏱ 2 min · ●●○
#
# The first layer of a network takes colour photographs, `(3, H, W)`, and has a bank of 16 filters, each 3 by 3. The filters of the second
# layer are 5 by 5. How deep is each of them?

# %% exercise="second_layer_depth" points=1
second_layer_depth = None  # your number
### BEGIN SOLUTION
second_layer_depth = 16
### END SOLUTION

# %% check="second_layer_depth"
check("second_layer_depth", second_layer_depth)

# %% [markdown]
# ## 8. The whole layer
#
# Pictures come in batches. One axis more, and the convolutional layer is complete:
#
# $$\text{out}[n, f, i, j] = b[f] + \sum_{c}\ \sum_{k}\ \sum_{m}\ \text{padded}[n,\ c,\ i s + k,\ j s + m] \cdot w[f, c, k, m]$$
#
# for image n, filter f, row i and column j, with stride s. The sum runs over the channels c and over the filter's rows k and columns m.
#
# ### Exercise: `conv2d` &nbsp; ⏱ 15 min · ●●●
#
# The most important function of this course. Be right first; it may be slow. Mind the corners: of the convolutions that people have written
# for exercises like this one, about a quarter fail somewhere outside 3 by 3, padding 1 and stride 1. The mistake that is made most often is
# height for width, which nobody notices as long as all pictures are square.

# %% exercise="conv2d" points=4
def conv2d(x, w, b, padding=0, stride=1):
    """The convolutional layer: x (N, C, H, W), w (F, C, KH, KW), b (F,).

    Returns floats (N, F, H', W'). `padding` zeros go around the rows and columns of
    each channel. Output [n, f, i, j] is b[f] plus the sum, over all channels, of the
    products of w[f] with the window of image n that starts at row i * stride and column
    j * stride. H' = (H + 2 * padding - KH) // stride + 1, and W' likewise: a last
    window that doesn't fit whole is left out. Images and filters need not be square.
    Any real dtypes, uint8 too.
    Example: x = [[[[1, 2]], [[3, 4]]]], w = [[[[1]], [[10]]]] and b = [0.5]
    give [[[[31.5, 42.5]]]].
    """
    ### BEGIN SOLUTION
    #> padded = np.pad(x.astype(float), ...)
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    images = len(x)
    filters, _, kh, kw = w.shape
    height = (padded.shape[2] - kh) // stride + 1
    width = (padded.shape[3] - kw) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((images, filters, height, width))
    for n in range(images):
        for f in range(filters):
            for i in range(height):
                for j in range(width):
                    #> window = padded[...]
                    window = padded[n, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
                    out[n, f, i, j] = np.sum(window * w[f]) + b[f]
    return out
    ### END SOLUTION


# %% check="conv2d"
check(conv2d)

# %% [markdown]
# Four handwritten digits in one batch, through the bank of four sides. **Predict first:** which shape does the output
# have? Which maps of the 1 are the brightest?

# %%
predict("shape_of_a_batch", ...)

# %%
digits, labels = data.digits(margin=1)[:2]
chosen = [np.flatnonzero(labels == label)[0] for label in (0, 1, 4, 7)]
figures.batch_maps(conv2d, digits[chosen] / 16, edges)

# %% [markdown]
# <details><summary>Answer</summary>
#
# (4, 4, 10, 10): images, filters, rows, columns. The padding of 1 keeps 10 by 10. A 1 is one long stroke, so its left
# and right sides say most. Edges like these are what a network goes by, and here four filters of nine weights found
# them.
# </details>
#
# ### Exercise: `count_conv2d_weights` &nbsp; ⏱ 3 min · ●○○
#
# How many numbers does such a layer learn? Height and width of the picture don't matter: the same weights are used in every place.

# %% exercise="count_conv2d_weights" points=1
def count_conv2d_weights(c_in, c_out, kh, kw):
    """Number of weights, biases included, of a convolutional layer: an integer.

    c_in channels come in, c_out maps go out, filters are kh by kw.
    Example: one filter of 3 by 3 on a grey picture has 9 weights and a bias, 10.
    """
    ### BEGIN SOLUTION
    return c_out * (c_in * kh * kw + 1)
    ### END SOLUTION


# %% check="count_conv2d_weights"
check(count_conv2d_weights)

# %% [markdown]
# **Predict first:** notebook 01 fed a small colour photograph to a fully connected layer of 100 units, which took 82 million weights. What
# does a layer with 64 filters of 3 by 3 take, for the same photograph?

# %%
predict("weights_of_a_bank", ...)

# %%
figures.weights_needed(count_conv2d_weights)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 64 × (3 × 9 + 1) = 1,792. Deep in a large network, where 512 maps come in and 512 go out, it is 2.4 million. Neither number depends on
# the size of the picture.
# </details>

# %% [markdown]
# ## 9. Why graphics cards like it
#
# Your `conv2d` is right, and slow: Python goes through every window by itself. There is a trick that nearly every library has used: **write
# the windows down as the rows of a matrix**, one window per row, flattened. A filter, flattened the same way, is a column. Then all dot
# products of all windows with all filters are *one* matrix product.
#
# Making that matrix is called **im2col**. For a picture of 3 by 3 and windows of 2 by 2:
#
# ```
# 1 2 3          1 2 4 5      the window at the upper left
# 4 5 6    ->    2 3 5 6      one to the right
# 7 8 9          4 5 7 8      the first one of the next row
#                5 6 8 9
# ```
#
# ### Exercise: `im2col` &nbsp; ⏱ 10 min · ●●○
#
# Mind the order. Rows: all windows of image 0 first; within an image from left to right, then down. Columns: all of channel 0's window
# first, row by row, then channel 1's.

# %% exercise="im2col" points=3
def im2col(x, kh, kw, padding=0, stride=1):
    """The windows of a batch as rows: x (N, C, H, W) to (N * H' * W', C * kh * kw).

    Rows go by image, then the window's row i, then its column j. Columns go by channel,
    then row and column within the window. Padding and stride as in conv2d. Nothing is
    calculated: numbers keep their values, fractions too.
    Example: im2col(np.array([[[[1, 2, 3], [4, 5, 6]]]]), 2, 2)
    gives [[1, 2, 4, 5], [2, 3, 5, 6]].
    """
    ### BEGIN SOLUTION
    #> padded = np.pad(x, ...)
    padded = np.pad(x, ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    rows = []
    for n in range(padded.shape[0]):
        for i in range(0, padded.shape[2] - kh + 1, stride):
            for j in range(0, padded.shape[3] - kw + 1, stride):
                #> rows.append(...)
                rows.append(padded[n, :, i : i + kh, j : j + kw].flatten())
    return np.array(rows)
    ### END SOLUTION


# %% check="im2col"
check(im2col)

# %% [markdown]
# ### Exercise: `catch_im2col` &nbsp; ⏱ 5 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `im2col`. One is right, and each of the others has a
# mistake of its own. You don't see their code. An input *exposes* a function whose result there differs from the
# right one. The check shows what all five give on your inputs. Once you have exposed all four, it also says what was
# wrong with each.
#
# Write a list with **a single input** that exposes all four: a tuple `(x, kh, kw, padding, stride)`, in which you may leave
# out the last two. All five put the same numbers into their matrix.

# %% exercise="catch_im2col" points=2
catch_im2col = []  # one tuple (x, kh, kw, padding, stride)
### BEGIN SOLUTION
catch_im2col = [(np.arange(36).reshape(2, 2, 3, 3), 2, 2)]
### END SOLUTION

# %% check="catch_im2col"
check("catch_im2col", catch_im2col)

# %% [markdown]
# <details><summary>What makes a good test?</summary>
#
# Numbers that are all different, as `np.arange(...).reshape(...)` gives them: no two places can be mixed up unseen.
# Zeros, ones or a symmetric picture would hide it. And no axis has the length 1: an order of one thing can't be
# wrong.
# </details>

# %%
figures.windows_as_rows(im2col, np.arange(1, 13).reshape(3, 4), 2, 2, shown=[0, 4])

# %% [markdown]
# And this is the layer with it. Read the shapes in the comments: a product, then back from rows to maps.

# %%
def conv2d_by_product(x, w, b, padding=0, stride=1):
    (images, _, height, width), (filters, _, kh, kw) = x.shape, w.shape
    windows = im2col(x.astype(float), kh, kw, padding, stride)  # (N * H' * W', C * KH * KW)
    columns = w.reshape(filters, -1).T  # (C * KH * KW, F)
    maps = windows @ columns + b  # (N * H' * W', F)
    height, width = [(n + 2 * padding - k) // stride + 1 for n, k in zip((height, width), (kh, kw))]
    return maps.reshape(images, height, width, filters).transpose(0, 3, 1, 2)  # (N, F, H', W')


figures.product((8, 3, 28, 28), filters=16, k=3)

# %% [markdown]
# Now a race, on your machine: your `conv2d`; the matrix product with your `im2col`; and the course's own layer, which makes its windows
# without any Python loop over them. How many times faster than the first will the second be, and the third?

# %%
from helpers import layers

runners = {"your conv2d": conv2d, "your im2col, one product": conv2d_by_product, "helpers.layers.conv2d": layers.conv2d}
figures.race(runners, (8, 3, 28, 28), filters=16)

# %% [markdown]
# <details><summary>What you may have found</summary>
#
# On the authors' machine, two slow cores: 400 ms, then 7 ms, then 0.3 ms. With `im2col`, Python goes through the windows once, not once for
# each of the 16 filters, and only copies; the product itself takes next to no time. All three do the same 2.7 million multiplications.
# </details>

# %% [markdown]
# Why does one large product go so much faster than many small ones, and why do GPUs ask for it?
#
# - **All entries of the result are independent of one another.** A GPU has thousands of small arithmetic units; each can work on entries of
#   its own, all at the same time.
# - **Every number that is fetched is used many times:** a window for every filter, a filter's weight for every window. Fetching numbers
#   from memory takes far longer than multiplying them. In a small dot product each number is fetched for a single use.
# - **Everybody needs it.** Matrix products have been tuned for decades, and modern chips have circuits for nothing else.
#
# It has a price. **Predict first:** how many times as many numbers as the picture does the matrix of 3 by 3 windows
# have?

# %%
predict("copies_of_a_pixel", ...)

# %%
figures.copies(im2col)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A pixel in the middle stands in nine windows, so it is written down nine times. The matrix is nearly nine times as large as the picture
# (in a small picture less, as the pixels near the edge stand in fewer). For large pictures that is a lot of memory, so libraries build it a
# piece at a time, or only pretend to. Notebook 08 puts a GPU to work, and measures.
# </details>

# %% [markdown]
# ## 10. How much does one output see?
#
# A filter of 3 by 3 sees 9 pixels. How can a network of such filters ever see a whole stop sign? By layers: an output of the second layer
# sees 3 by 3 outputs of the first, and each of these sees 3 by 3 pixels. The patch of the picture that an output depends on is its
# **receptive field**.
#
# **Predict first:** how large is it after two layers of 3 by 3? After three?

# %%
predict("two_layers_three_layers", ...)

# %% [markdown]
# We can measure it with your `conv2d`: a batch of pictures with a single lit pixel each, through filters of 1s. Which of these pictures
# light up the output in the middle, and how strongly?

# %%
figures.seen(conv2d)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 5 by 5, then 7 by 7: each layer adds 2, not 3 times as much, since the patches overlap. The numbers say in how many
# ways a pixel reaches the output. A pixel in the middle has far more of them than one in a corner.
# </details>

# %% [markdown]
# A stride lets it grow faster. Behind a stride of 2, neighbouring outputs stand 2 pixels apart, so a 3 by 3 filter
# reaches 2 × 2 = 4 pixels further. The strides of all layers *before* it multiply.
#
# ### Exercise: `receptive_field` &nbsp; ⏱ 8 min · ●●○

# %% exercise="receptive_field" points=2
def receptive_field(layers):
    """Side, in pixels of the input, of the square patch that one output of the last

    layer sees: an integer.

    layers: a list of (kernel, stride), first layer first; all filters are kernel by
    kernel.
    Example: receptive_field([(3, 1), (3, 1)]) is 5, receptive_field([(3, 2), (3, 1)])
    is 7.
    """
    ### BEGIN SOLUTION
    #> side, step = 1, 1
    side, step = 1, 1
    for kernel, stride in layers:
        side += (kernel - 1) * step
        step *= stride
    return side
    ### END SOLUTION


# %% check="receptive_field"
check(receptive_field)

# %% [markdown]
# Here are the layers of AlexNet, the network that won in 2012, up to the point where it becomes fully connected. ("Pool" layers slide a
# window over the maps as well, see notebook 05.) It looked at pictures of 227 by 227 pixels. How much of that does an
# output of the first layer see, and one of the last?

# %%
alexnet = {
    "1  conv 11 × 11, stride 4": (11, 4),
    "2  pool 3 × 3, stride 2": (3, 2),
    "3  conv 5 × 5": (5, 1),
    "4  pool 3 × 3, stride 2": (3, 2),
    "5  conv 3 × 3": (3, 1),
    "6  conv 3 × 3": (3, 1),
    "7  conv 3 × 3": (3, 1),
    "8  pool 3 × 3, stride 2": (3, 2),
}
figures.seen_on_photo(receptive_field, pictures.shrunk(pictures.photo(), 2), alexnet, place=(106, 106))

# %% [markdown]
# <details><summary>Answer</summary>
#
# From 11 by 11, an ornament, to 195 by 195, the whole pagoda. That is why early layers can only find edges and dots, and late ones whole
# things.
# </details>

# %% [markdown]
# **A last question.** Two layers of 3 by 3 see 5 by 5, and so does one layer of 5 by 5. For C channels in and out, which takes fewer
# weights?
#
# <details><summary>Answer</summary>
#
# Two times 9 C² = 18 C² (and biases), against 25 C². The two layers also have a ReLU between them. It lets them
# compute what no single 5 by 5 filter can. The reverse holds, too: most 5 by 5 filters can't be made of two of 3 by 3.
# In practice the stack does better with fewer weights (VGG, 2014), and many networks since then use mostly 3 by 3
# filters.
# </details>
#
# Test it with your own functions. What two layers without a ReLU make of a single lit pixel, flipped in both
# directions, is the 5 by 5 filter that does the same as both. Is it still the same with a ReLU between them?

# %%
rng = np.random.default_rng(0)
one_small, other_small = rng.normal(size=(2, 1, 1, 3, 3))
noise = rng.normal(size=(1, 1, 20, 30))
no_bias = np.zeros(1)


def small_against_large():
    """How far two layers of 3 by 3 are from one of 5 by 5, without a ReLU and with one."""
    lit = np.zeros((1, 1, 9, 9))
    lit[0, 0, 4, 4] = 1
    large = conv2d(conv2d(lit, one_small, no_bias), other_small, no_bias)[:, :, ::-1, ::-1]
    maps = conv2d(noise, one_small, no_bias)
    once = conv2d(noise, large, no_bias)
    return [np.abs(conv2d(a, other_small, no_bias) - once).max() for a in (maps, np.maximum(maps, 0))]


found = figures.attempt(small_against_large)
if found is not None:
    print(f"largest difference: {found[0]:.1g} without a ReLU, {found[1]:.1g} with one")
    print("seen:", receptive_field([(3, 1), (3, 1)]), "and", receptive_field([(5, 1)]), "pixels")
    print("weights, 64 channels:", 2 * count_conv2d_weights(64, 64, 3, 3), "and", count_conv2d_weights(64, 64, 5, 5))

# %% [markdown]
# <details><summary>What do the numbers say?</summary>
#
# Without a ReLU both are the same, up to rounding: two convolutions on top of each other are one. With a ReLU they are
# not. Both see 5 by 5 pixels, with 73,856 weights against 102,464.
# </details>

# %% [markdown]
# ## 11. Going further: each channel by itself
#
# This section is for those who want more; it has no points. A filter of `conv2d` does two things at once: it looks at
# a neighbourhood, and it mixes the channels. They can also be done one after the other. A **depthwise convolution**
# has one flat filter for each channel and does not add the channels up, so C channels stay C channels. A bank of 1 by
# 1 filters can then mix them.
#
# ### Exercise: `depthwise_conv2d` &nbsp; ⏱ 8 min · ●●○ · no points

# %% exercise="depthwise_conv2d" points=0
def depthwise_conv2d(x, w, b, padding=0, stride=1):
    """One filter for each channel: x (N, C, H, W), w (C, KH, KW), b (C,).

    Returns floats (N, C, H', W'). Channel c of the output is what filter w[c] with bias
    b[c] gives on channel c of the input alone. Padding, stride and sizes as in conv2d.
    Any real dtypes.
    Example: x = [[[[1, 2]], [[3, 4]]]], w = [[[1]], [[10]]] and b = [0.5, 0]
    give [[[[1.5, 2.5]], [[30, 40]]]].
    """
    ### BEGIN SOLUTION
    #> padded = np.pad(x.astype(float), ...)
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    images, channels = x.shape[:2]
    _, kh, kw = w.shape
    height = (padded.shape[2] - kh) // stride + 1
    width = (padded.shape[3] - kw) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((images, channels, height, width))
    for i in range(height):
        for j in range(width):
            #> window = padded[...]
            window = padded[:, :, i * stride : i * stride + kh, j * stride : j * stride + kw]
            #> out[:, :, i, j] = ...
            out[:, :, i, j] = (window * w).sum(axis=(2, 3)) + b
    return out
    ### END SOLUTION


# %% check="depthwise_conv2d"
check(depthwise_conv2d)

# %% [markdown]
# A blur of 5 by 5 for each of the three channels: once as a depthwise convolution, once as a single filter of `conv2d`.
# What will be left of the colours?

# %%
figures.by_channel(depthwise_conv2d, conv2d, picture, np.full((3, 5, 5), 1 / 25))

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# The depthwise convolution gives three channels: a blurred photograph in colour. The filter of `conv2d` adds the
# channels up, and one grey map is left.
# </details>
#
# And how many weights does it save? Here are 64 channels that become 128, with filters of 3 by 3.

# %%
figures.in_two_steps(count_conv2d_weights, c_in=64, c_out=128, k=3)

# %% [markdown]
# <details><summary>What do the bars say?</summary>
#
# 73,856 weights at once, or 640 + 8,320 = 8,960 in two steps: about an eighth. The pair can compute less, since each
# channel has one flat filter for all maps that are made from it. It is often enough. MobileNet (2017), a network for
# phones, is made of such pairs.
# </details>

# %% [markdown]
# ## The answer
#
# *How does one filter look at a whole stack, and where do the stacks come from?*
#
# It is as deep as the stack: it has weights of its own for each channel, adds up all channels, and slides along height
# and width only. So one filter gives one map. A *bank* of F filters gives F maps, the channels of the next stack. That
# is where 64 or 512 come from, and the next layer's filters are 64 or 512 deep. With a batch around it, the layer takes
# `(N, C, H, W)` to `(N, F, H', W')`, with F × (C × KH × KW + 1) weights, whatever the size of the picture. And it is
# one large matrix product, which is what fast machines are best at.
#
# What you can do now:
#
# - run a bank of filters over a batch of pictures with any number of channels, and say which shape comes out
# - count the weights of a convolutional layer
# - turn the layer into one product of matrices, and say why that is fast
# - say how much of the picture an output sees, after any number of layers
#
# <details><summary>Further reading</summary>
#
# - Karen Simonyan, Andrew Zisserman: *Very deep convolutional networks for large-scale image recognition*, ICLR 2015.
#   Stacks of 3 by 3 filters.
# - Kumar Chellapilla, Sidd Puri, Patrice Simard: *High performance convolutional neural networks for document
#   processing*, Workshop on Frontiers in Handwriting Recognition 2006. The matrix of windows.
# - Babak Alipanahi and others: *Predicting the sequence specificities of DNA- and RNA-binding proteins by deep
#   learning*, Nature Biotechnology 2015. Motifs in genomes, learned.
# - Andrew Howard and others: *MobileNets: efficient convolutional neural networks for mobile vision applications*,
#   arXiv 2017. The two steps of section 11.
# </details>
#
# **Next**, in notebook 05: the maps say *where* something is. Often we only want to know whether it is around here.
