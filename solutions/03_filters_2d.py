# %% [markdown]
# # 03 · A filter slides over a picture
#
# **The question of this chapter:** a dot on an i, the edge of a roof, a stop sign at the far end of a street. Can a
# small table of numbers find each of them, *wherever* it stands in the picture?
#
# In notebook 02 a filter of three weights slid along a row of numbers. Now the window becomes a patch of a picture.
# Little else changes, and that little gives you blurring, sharpening and edges, and in the end a stop sign.
#
# **After this chapter** you can slide a filter over an image, and make it fast. You can say from its weights what it
# does to a plain area, an edge, a line. And you can compare patterns whatever the light.
#
# ⏱ about 125 minutes · {exercises} · {points} · needs notebook 02

# %%
import numpy as np

from helpers import check, data, hint, pictures, predict, recall
from helpers.figures import filters_2d as figures
from helpers.figures.interactive import slide

# %%
recall("02_filters_1d")

# %% [markdown]
# <details><summary>Do you remember notebook 02? A filter of 5 weights slides over 20 samples, padding 2, stride 3. How
# many outputs are there, and how many numbers does such a layer learn?</summary>
#
# 7 outputs, (20 + 2 · 2 − 5) // 3 + 1. It learns 6 numbers, five weights and a bias, however long the signal is.
# </details>

# %% [markdown]
# ## 1. One patch
#
# Here is "Hi" again. The filter is a small table now, 3 by 3: a 1 in the middle and −1 all around. Put it on a patch
# of the picture, multiply each pixel by the weight that lies on it, and add up. It is the dot product of notebook 02,
# of the *flattened* patch with the *flattened* filter.
#
# **Predict first:** what does it give on the top left patch of "Hi"? (Every pixel there is 0 or 1, so count.)

# %%
predict("top_left_patch", ...)

# %%
hi = data.hi()
w = np.array([[-1, -1, -1], [-1, 1, -1], [-1, -1, -1]])
figures.patch(hi, w, 0, 0)

# %% [markdown]
# <details><summary>Answer</summary>
#
# −7. There are seven 1s in the patch, and none of them in the middle, so each counts −1.
# </details>

# %% [markdown]
# Which patch makes this filter happy, with an output above 0? One with a 1 in its middle and only 0s around it. In
# two dimensions too it looks for a lonely one: **the dot on the i.**
#
# **Predict first:** the dot stands in row 1, column 4 (counted from 0). Slide the filter over all whole patches: how
# many outputs are there? Will one of them be above 0?

# %%
predict("outputs_above_0", ...)

# %%
slide(hi, w)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 3 by 3 outputs, n − k + 1 in each direction: −7 −2 −4, −5 −2 −5, −7 −2 −5. None is above 0. The dot stands at the
# right edge, so no whole patch has it in its middle. You know the remedy.
# </details>

# %% [markdown]
# ## 2. Zeros all around
#
# As in notebook 02: put zeros around the picture before the filter slides, on all four sides now.
#
# ### Exercise: `pad2d` &nbsp; ⏱ 4 min · ●○○

# %% exercise="pad2d" points=1
def pad2d(x, padding):
    """x (H, W) with `padding` zeros on all four sides.

    The result has shape (H + 2 * padding, W + 2 * padding). padding may be 0.
    Example: pad2d(np.array([[5, 6]]), 1)
    gives [[0, 0, 0, 0], [0, 5, 6, 0], [0, 0, 0, 0]].
    """
    ### BEGIN SOLUTION
    height, width = x.shape
    #> out = np.zeros(...)
    out = np.zeros((height + 2 * padding, width + 2 * padding))
    out[padding : padding + height, padding : padding + width] = x
    return out
    ### END SOLUTION


# %% check="pad2d"
check(pad2d)

# %% [markdown]
# Stuck somewhere? `hint("pad2d")` gives one hint at a time, for every exercise.
#
# Now the same filter on "Hi" with one zero on each side. Point at the outputs (or press *play*): what does each of
# them see?

# %%
slide(hi, w, padding=1)

# %% [markdown]
# One output is above 0, in row 1, column 4: the dot on the i. (Count from 1 and it is row 2, column 5.)
#
# How much padding keeps the size? That depends on the filter: 1 for 3 by 3, 2 for 5 by 5, (k − 1) / 2 in general. A
# filter of 2 by 2 or 4 by 4 is just as fine, but no equal padding on all four sides keeps the size of the picture.

# %% [markdown]
# ## 3. The whole layer
#
# ### Exercise: `conv2d_single` &nbsp; ⏱ 15 min · ●●○
#
# The heart of this notebook: padding, stride, bias and all patches, for one image and one filter. Neither has to be
# square. Write it in plain loops, one for the output's rows and one for its columns. `np.convolve`,
# `np.correlate`, SciPy and PyTorch are off limits, everything else of NumPy is fine.
#
# There are two traps that you have met. Images may hold whole numbers: `uint8` keeps 8 bits, so make floats first. And
# a stride may not divide: a last patch that doesn't fit completely is left out.

# %% exercise="conv2d_single" points=4
def conv2d_single(x, w, b=0.0, padding=0, stride=1):
    """Convolution of an image x (H, W) with a filter w (KH, KW) and a bias b.

    Returns floats of shape (H', W'). `padding` zeros go on all four sides of x first.
    Output [i, j] is b plus the sum of w times the patch of the padded image with its
    top left corner in row i * stride, column j * stride.
    H' = (H + 2 * padding - KH) // stride + 1, and W' in the same way. Any real dtypes;
    x and w stay as they are.
    Example: x = [[1, 2, 3], [4, 5, 6]], w = [[1, 10], [0, 0]] and b = 0.5
    give [[21.5, 32.5]].
    """
    ### BEGIN SOLUTION
    padded = np.pad(x.astype(float), padding)
    kh, kw = w.shape
    #> h_out = ...
    h_out = (padded.shape[0] - kh) // stride + 1
    #> w_out = ...
    w_out = (padded.shape[1] - kw) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((h_out, w_out))
    #> for i in range(h_out):
    for i in range(h_out):
        #> for j in range(w_out):
        for j in range(w_out):
            #> patch = ...
            patch = padded[i * stride : i * stride + kh, j * stride : j * stride + kw]
            out[i, j] = np.sum(patch * w) + b
    return out
    ### END SOLUTION


# %% check="conv2d_single"
check(conv2d_single)

# %% [markdown]
# ### Exercise: `catch_conv2d_single` &nbsp; ⏱ 7 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `conv2d_single`. One is right, and each of the others has
# a mistake of its own. You don't see their code. An input *exposes* a function whose result there differs from the
# right one. The check shows what all five give on your inputs. Once you have exposed all four, it also says what was
# wrong with each.
#
# Write a list of at most **2 inputs** that expose all four. Each is a tuple `(x, w, b, padding, stride)`, in which you may
# leave out the last ones: `(x, w)` stands for `conv2d_single(x, w)`.

# %% exercise="catch_conv2d_single" points=2
catch_conv2d_single = []  # at most 2 tuples (x, w, b, padding, stride)
### BEGIN SOLUTION
catch_conv2d_single = [
    (np.arange(12).reshape(3, 4), np.array([[1, 2], [3, 4]]), 1.0),
    (np.arange(16).reshape(4, 4), np.array([[1, 2]]), 0.0, 0, 2),
]
### END SOLUTION

# %% check="catch_conv2d_single"
check("catch_conv2d_single", catch_conv2d_single)

# %% [markdown]
# <details><summary>Would one input do?</summary>
#
# Yes, where the steps fit evenly in one direction and not in the other. Take 3 rows and 5 columns, a filter of 1 by 2,
# stride 2 and a bias. Two inputs that each test one thing are better tests, though: when one fails, you know why.
# </details>

# %% [markdown]
# Your function and "Hi", with padding 1. After ReLU only the dot is left:

# %%
figures.outputs(conv2d_single, hi, w, padding=1)

# %% [markdown]
# **Predict first:** now with a bias of 2. What becomes of the 0 in the top left corner, and of the −4 beside it? How
# many outputs will be above 0?

# %%
predict("bias_of_2", ...)

# %%
figures.outputs(conv2d_single, hi, w, padding=1, b=2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 0 + 2 = 2 and −4 + 2 = −2. Eight outputs are above 0 now; the largest, 3, is the dot. A bias is added to every
# output, so it raises or lowers all of them alike.
# </details>

# %% [markdown]
# Nine weights and a bias: **ten numbers**, for a picture of 25 pixels or of 12 million. Who chooses them? So far we do.
# In a network they are *learned*. First comes a model that says how a prediction follows from data and weights: that is
# what you are writing. Then come a loss, and a way to make it small (notebook 07). Until then it is good to know what a
# filter can do, so we go on choosing.
#
# ### Exercise: `detect_dots` &nbsp; ⏱ 8 min · ●●○

# %% exercise="detect_dots" points=2
def detect_dots(image):
    """Places of all dots in a 0/1 image (H, W): 1s whose eight neighbours are all 0.

    Beyond the edges there is nothing. Returns (row, column) pairs, as a list of tuples
    or an integer array (n, 2), from top to bottom and within a row from left to right.
    The image has any real dtype, uint8 too.
    Example: detect_dots(np.array([[1, 0, 0], [0, 0, 1], [0, 0, 1]])) gives [(0, 0)].
    """
    ### BEGIN SOLUTION
    padded = np.pad(image.astype(int), 1)
    #> dots = []
    dots = []
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            #> patch = ...
            patch = padded[row : row + 3, column : column + 3]
            if patch[1, 1] == 1 and patch.sum() == 1:
                dots.append((row, column))
    return dots
    ### END SOLUTION


# %% check="detect_dots"
check(detect_dots)

# %% [markdown]
# **Predict first:** the next picture says "Hi! I did it." How many dots does it have? (Not all of them are on an i.)

# %%
predict("dots_in_writing", ...)

# %%
figures.dots(detect_dots, pictures.writing())

# %% [markdown]
# ## 4. Blur and sharpen
#
# Enough of 0s and 1s. Here is a photograph in grey, and two filters that every photo editor has:
#
# - **blur**, 5 by 5, each weight 1/25: each pixel becomes the mean of its neighbourhood;
# - **sharpen**, 3 by 3: 5 in the middle, −1 above, below, left and right.
#
# **Predict first:** in both, the weights add up to 1. What does that mean for a patch of plain sky?

# %%
predict("plain_sky", ...)

# %%
photo = pictures.grey(pictures.shrunk(pictures.photo("china"), 3))  # (142, 213), 0 to 1
blur = np.full((5, 5), 1 / 25)
sharpen = np.array([[0, -1, 0], [-1, 5, -1], [0, -1, 0]])
figures.blur_and_sharpen(conv2d_single, photo, {"blur": blur, "sharpen": sharpen})

# %% [markdown]
# <details><summary>Answer</summary>
#
# It stays as it is: where all pixels have the value v, the output is v times the sum of the weights. Blurring brings
# neighbours closer together. Sharpening moves each pixel *away* from its neighbours: 5v − 4v = v where they agree,
# and more than v where the pixel is brighter than they are.
#
# And have you seen the dark frame around the blurred picture? Padded zeros are black pixels.
# </details>

# %% [markdown]
# ## 5. Edges
#
# In notebook 02 the filter `-1 1` found changes. In a picture a change is an **edge**, and it has a direction. At the
# side of a door the brightness changes from left to right: a *vertical* edge. At the sill of a window it changes from
# top to bottom: a *horizontal* one.
#
# ### Exercise: `edge_filters` &nbsp; ⏱ 8 min · ●●○
#
# Design two filters of 3 by 3. Many answers are right. What counts, on patches that fit whole:
#
# - on a plain area, whatever its brightness, both give 0;
# - at a vertical edge (left and right differ by 1) the first gives at least 0.1 in size, of either sign, in some
#   patch; the second gives 0 everywhere;
# - at a horizontal edge (above and below differ by 1) it is the other way round.
#
# The check says for each image what (first, second) do: `'fires'`, `'silent'`, or `'weak'` for outputs in between.

# %% exercise="edge_filters" points=2
def edge_filters():
    """A pair (vertical, horizontal) of filters, each an array of shape (3, 3).

    The first finds vertical edges, where left and right differ; the second horizontal
    edges, where above and below differ. Each is silent at the other kind of edge, and
    on plain areas.
    """
    ### BEGIN SOLUTION
    vertical = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    return vertical, vertical.T
    ### END SOLUTION


# %% check="edge_filters"
check(edge_filters)

# %% [markdown]
# The edges of the roofs of this pagoda, its columns, the railings. Which of your two filters finds
# which?

# %%
figures.edges(conv2d_single, edge_filters, photo)

# %% [markdown]
# Try weights of your own; your `conv2d_single` answers. Can you blur, and can you keep only the edges on one side of
# the columns?

# %%
figures.own_filter(conv2d_single, photo, start=np.array([[0, 0, 0], [0, 1, 0], [0, 0, 0]]))

# %% [markdown]
# Back to your two edge filters: what do the colours in their maps say? Blue on one side of a column and orange on the
# other: dark to bright, then bright to dark. Often only the *size* of the change matters, in whatever direction. Take
# both outputs as the two components of a vector, and compute its length:
#
# ### Exercise: `gradient_magnitude` &nbsp; ⏱ 8 min · ●●○
#
# Use Sobel's filters, in which the middle counts twice. For vertical edges the rows are `-1 0 1`, `-2 0 2`, `-1 0 1`.
# For horizontal ones the same filter is turned on its side. Pad with one zero, so that the result has the shape of the
# image.

# %% exercise="gradient_magnitude" points=2
def gradient_magnitude(image):
    """The strength of the edge at each pixel of an image (H, W), as floats (H, W).

    With u the output of Sobel's filter (weights 1 2 1, not scaled) for vertical edges
    and v that for horizontal ones, both with padding 1, it is the root of
    u * u + v * v. Any real dtype, uint8 too.
    Example: gradient_magnitude(np.array([[3, 4]]))
    gives [[8, 6]]: padded zeros make edges.
    """
    ### BEGIN SOLUTION
    padded = np.pad(image.astype(float), 1)
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    #> u = np.zeros(...)
    u = np.zeros(image.shape)
    v = np.zeros(image.shape)
    for i in range(3):
        for j in range(3):
            shifted = padded[i : i + image.shape[0], j : j + image.shape[1]]
            #> u += ...
            u += sobel[i, j] * shifted
            v += sobel[j, i] * shifted
    return np.sqrt(u**2 + v**2)
    ### END SOLUTION


# %% check="gradient_magnitude"
check(gradient_magnitude)

# %%
figures.magnitude(gradient_magnitude, photo)

# %% [markdown]
# Two filters, and the photograph has become a drawing. (And again a frame that isn't in the photograph: to the
# filter, the picture ends in a black wall.)
#
# ### In your own words: `what_does_it_do` &nbsp; ⏱ 5 min · ●●○
#
# Here is a filter that you haven't met. Look at its weights, then at what it leaves of the photograph.

# %%
mystery = np.array([[-1, -1, -1], [2, 2, 2], [-1, -1, -1]])
figures.mystery(conv2d_single, photo, mystery)

# %% [markdown]
# What does it find? Explain in three or four sentences, from its weights. What does it give on a plain area, on a thin
# bright line that runs from left to right, and on one that runs from top to bottom? Graded by hand.

# %% [markdown] written="what_does_it_do" points=1
# ### BEGIN SOLUTION
# It finds thin bright horizontal lines, one pixel high. On a plain area it gives 0, since the weights add up to 0. On
# a bright line from left to right (1 on a background of 0) the whole line lies under the 2s: 2 + 2 + 2 = 6, the most it
# can give. One row above or below the line it gives −3. On a line from top to bottom each row of the patch sees the
# same. The column under the line adds up to −1 + 2 − 1 = 0, so such a line isn't seen. (At a horizontal
# edge it gives 3 on the bright side and −3 on the dark side, so it finds those as well, but only half as strongly.)
# ### END SOLUTION

# %% [markdown]
# ## 6. Move it, add it
#
# A filter should find a thing *wherever* it is. You can test that with your own function. Move the picture and then
# filter it; or filter it and then move the map. Both should give the same. A layer for which that holds is called
# **equivariant**: its output moves as its input moves. (*Invariant* would mean that the output does not change at
# all. Notebook 05 comes closer to that.)
#
# First "Hi" on a large sheet, moved right by one pixel, with the dot detector and a padding of 1.

# %%
sheet = np.pad(hi, ((1, 1), (2, 2)))  # (7, 9)
figures.moved_first(conv2d_single, sheet, w, padding=1)

# %% [markdown]
# No difference anywhere. Now without the large sheet: "Hi" fills its 5 by 5 pixels up to the edge.
#
# **Predict first:** in how many of the 25 places do the two results differ?

# %%
predict("moved_or_filtered_first", ...)

# %%
figures.moved_first(conv2d_single, hi, w, padding=1)

# %% [markdown]
# <details><summary>Answer</summary>
#
# In 10 of them: the whole first column and the whole last one. There the windows reach beyond the edge, where the padded zeros
# pretend that the picture is black. What is moved out of the picture is lost, too. Away from the edges all is well.
# </details>
#
# A stride breaks it everywhere. With stride 2, one cell of the map stands for two pixels. Below, the picture moves by
# one pixel, and then by two. By which of them does the map move by a whole cell?

# %%
figures.moved_first(conv2d_single, sheet, w, padding=1, stride=2)

# %%
figures.moved_first(conv2d_single, sheet, w, padding=1, stride=2, pixels=2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# By two. A move by one pixel gives another map, in which even the dot is missing: no window has it in its middle any
# more. So a layer with stride 2 is equivariant only for moves by 2, 4, 6, ... pixels.
# </details>
#
# The second test is about adding. Mix two pictures, `2 * x + 3 * y`, and then apply the layer. Or apply the layer to
# both, and mix the results in the same way. If both give the same, the layer is **linear**.
#
# **Predict first:** which of the three is linear: a convolution without a bias, one with a bias, a convolution with ReLU
# after it?

# %%
predict("still_linear", ...)

# %%
def gaps():
    """How far layer(2x + 3y) is from 2 layer(x) + 3 layer(y), at most."""
    one, other = photo[:40, :60], photo[60:100, 100:160]
    vertical = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])
    three = {
        "convolution": lambda x: conv2d_single(x, vertical),
        "with a bias of 1": lambda x: conv2d_single(x, vertical, 1.0),
        "with ReLU": lambda x: np.maximum(conv2d_single(x, vertical), 0),
    }
    return {
        name: np.abs(layer(2 * one + 3 * other) - 2 * layer(one) - 3 * layer(other)).max()
        for name, layer in three.items()
    }


for name, gap in (figures.attempt(gaps) or {}).items():
    print(f"{name}: {gap:.3f}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# Only the first. A bias of 1 comes in once on one side, and 2 + 3 = 5 times on the other, so they are 4 apart. And ReLU
# cuts off what is negative before it could cancel. That is what ReLU is for. Without it, many layers on top of one
# another would be linear, too, and could do no more than one.
# </details>

# %% [markdown]
# ## 7. Loops or windows?
#
# Your function works, and it is slow: Python takes a few steps for every patch. A photograph of 3,000 by 4,000 pixels
# has 12 million of them.
#
# NumPy is fast when it gets a lot to do at once. Two ways to say "all patches at once":
#
# - **All windows as one array:** `np.lib.stride_tricks.sliding_window_view(image, (kh, kw))` has the shape
#   (H', W', kh, kw): for each place, its patch. It looks like a giant, but copies nothing.
#   `np.einsum("ijkl,kl->ij", windows, w)` then multiplies by `w` and adds up over k and l, the axes that are gone
#   after the arrow.
# - **Weight by weight:** the weight `w[0, 1]` meets, over all places, the whole image moved by one column. So nine
#   multiplications of whole images, added up, do the work of millions of patches.
#
# ### Exercise: `conv2d_windows` &nbsp; ⏱ 12 min · ●●●
#
# The same result as `conv2d_single`, without any Python loop or comprehension over the patches. A loop over the
# filter's few entries is fine. The check counts Python's steps on a larger image, and half of the points are for that.

# %% exercise="conv2d_windows" points=2
def conv2d_windows(x, w, b=0.0, padding=0, stride=1):
    """conv2d_single(x, w, b, padding, stride) without a Python loop over windows.

    Image (H, W), filter (KH, KW), any real dtypes; floats (H', W').
    """
    ### BEGIN SOLUTION
    #> padded = ...
    padded = np.pad(x.astype(float), padding)
    #> windows = ...
    windows = np.lib.stride_tricks.sliding_window_view(padded, w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", windows, w) + b
    ### END SOLUTION


# %% check="conv2d_windows"
check(conv2d_windows)

# %% [markdown]
# How many times as fast will it be on an image of 256 by 256? Twice? Ten times? A hundred?

# %%
figures.race([conv2d_single, conv2d_windows])

# %% [markdown]
# Time it yourself, with a filter and an image of your own:

# %%
figures.timed([conv2d_single, conv2d_windows], image=np.ones((200, 300)), w=np.ones((5, 5)))

# %% [markdown]
# <details><summary>Does the larger filter cost more?</summary>
#
# For the loop hardly: most of its time goes into Python's own steps, one patch at a time. For the windows it does: 25
# products for each place instead of 9, and little else to do. Notebook 04 goes one step further and turns the whole
# layer into a single product of two matrices, which is what GPUs are built for.
# </details>

# %% [markdown]
# ### Two passes
#
# There is another way to save work, for some filters. The blur of 5 by 5 takes the mean of 25 pixels. You may also take
# the mean of each column of five, and then the mean of five such means in a row. So one filter of 5 by 1, and then one
# of 1 by 5, do the same. A filter that can be taken apart in this way is called **separable**.
#
# **Predict first:** how many products does it take for each pixel, in place of 25?

# %%
predict("products_in_two_passes", ...)

# %%
def two_passes():
    """How far two passes are from one, at most: for the blur, and for Sobel."""
    part = photo[:50, :80]
    sobel = np.array([[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]])
    pairs = {
        "blur": (blur, np.full((5, 1), 1 / 5), np.full((1, 5), 1 / 5)),
        "Sobel": (sobel, np.array([[1], [2], [1]]), np.array([[-1, 0, 1]])),
    }
    return {
        name: np.abs(conv2d_single(conv2d_single(part, column), row) - conv2d_single(part, whole)).max()
        for name, (whole, column, row) in pairs.items()
    }


for name, gap in (figures.attempt(two_passes) or {}).items():
    print(f"{name}: largest difference {gap:.1g}")

# %% [markdown]
# <details><summary>Answer</summary>
#
# 5 + 5 = 10. For a filter of 15 by 15 it is 30 in place of 225. Sobel's filter is separable, too: `1 2 1` smooths
# along the edge, and `-1 0 1` takes the difference across it. A filter is separable if all its rows are multiples of
# one row. The dot detector is not: −1 −1 −1 and −1 1 −1 are not multiples of each other.
# </details>

# %% [markdown]
# ## 8. The stop sign
#
# Now the question of this chapter. A street, drawn by code, with a stop sign somewhere in it; and the sign
# alone, 21 by 21 pixels, our *template*.

# %%
street = pictures.street(seed=0)
template = pictures.stop_sign(21)
figures.scene(street, template)

# %% [markdown]
# A filter is a small picture of what it looks for. So why not take the template itself as the filter, 441 weights,
# and see where the output is largest?
#
# **Predict first:** where will it be?

# %%
predict("template_as_filter", ...)

# %%
t = pictures.grey(template)
figures.template_as_filter(conv2d_windows, street, t, "the template as the filter")

# %% [markdown]
# <details><summary>Why there?</summary>
#
# No weight of this filter is negative, so every bright pixel makes the output larger, and the brightest patch of
# sky wins. It is the problem that our dot finder solved with its −1s.
# </details>

# %% [markdown]
# So let the weights add up to 0: subtract their mean. Plain sky then gives 0.

# %%
figures.template_as_filter(conv2d_windows, street, t - t.mean(), "the template minus its mean")

# %% [markdown]
# There it is. But the sun moves on, and the shadow of a tall building falls on our sign. **Predict first:** will the
# same filter still find it?

# %%
predict("in_the_shade", ...)

# %%
shaded = pictures.street(seed=0, shade=0.75)
figures.template_as_filter(conv2d_windows, shaded, t - t.mean(), "the same street, in the shade")

# %% [markdown]
# <details><summary>What happened?</summary>
#
# In the shade all differences are a quarter of what they were, and so is the output. A dark tree in front of a bright
# wall is a little like our dark octagon, and it has the light. A dot product asks two things at once: how alike are
# the two patterns, *and* how strong is the contrast?
# </details>

# %% [markdown]
# We only want the first. For two vectors you know how to ask: divide by their lengths, and the dot product becomes
# the cosine of the angle between them. So, for a window $v$ and the template $t$, both with their own mean taken
# away,
#
# $$\text{score} = \frac{v \cdot t}{|v|\,|t|}$$
#
# which lies between −1 (the negative) and 1 (the same, but for brightness and contrast). It is the correlation that
# you know from statistics. A window without any differences has length 0, and gets the score 0: neither like nor
# unlike.
#
# ### Exercise: `best_match` &nbsp; ⏱ 12 min · ●●●

# %% exercise="best_match" points=2
def best_match(image, template):
    """(row, column) of the top left corner of the window most like `template`.

    image (H, W), template (KH, KW), any real dtypes; two integers. How alike a window
    is: take its mean away from it, and the template's mean from the template; the score
    is their dot product divided by both lengths, and 0 for a window whose pixels are
    all the same. The largest score wins. Whole windows only, no padding.
    """
    ### BEGIN SOLUTION
    kh, kw = template.shape
    #> t = ...
    t = template - template.mean()
    #> best, place = ...
    best, place = -np.inf, (0, 0)
    for i in range(image.shape[0] - kh + 1):
        for j in range(image.shape[1] - kw + 1):
            v = image[i : i + kh, j : j + kw]
            v = v - v.mean()
            lengths = np.sqrt(np.sum(v**2) * np.sum(t**2))
            #> score = ...
            score = np.sum(v * t) / lengths if lengths > 0 else 0.0
            #> if score > best:
            if score > best:
                best, place = score, (i, j)
    return place
    ### END SOLUTION


# %% check="best_match"
check(best_match)

# %% [markdown]
# Now let it look: in other places, in the shade, at dusk, and through a bad camera.

# %%
streets = [
    shaded,
    pictures.street(seed=1),
    pictures.street(seed=2, shade=0.75),
    pictures.street(seed=3, light=0.3, noise=0.02),
    pictures.street(seed=4, noise=0.3),
    pictures.street(seed=5, shade=0.75, noise=0.05),
]
figures.matches(best_match, streets, template)

# %% [markdown]
# One template, and it never saw any of these streets. The network of notebook 01 would have had to learn the sign
# again for each place.
#
# Now try to break it. **Predict first:** what will hurt more, heavy noise, or a sign that is a few pixels larger or
# smaller than the template?

# %%
predict("noise_or_size", ...)

# %%
figures.limits(best_match, template)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Noise hardly hurts: it is as often positive as negative, and in a sum of 441 products it cancels. But a sign of 27
# pixels, a few steps closer, is lost: its rim and its letters no longer lie where the template has them. Sliding
# makes a filter indifferent to *place*, and to nothing else. Size, angle, another font: for each you would need
# another template.
#
# So real networks don't use templates of whole things. They look for small parts (edges, corners, dots), then for
# combinations of them, a little loosely placed. That takes several filters at once (notebook 04), some looseness
# (notebook 05), and layers upon layers (notebook 06).
# </details>

# %% [markdown]
# ## 9. Going further: a sign of another size
#
# This section is for those who want more; it has no points. A sign of another size was lost. An old remedy is to search
# with several templates, one for each size. Both lengths are divided out of the score, so you can compare scores of
# templates of different sizes. The largest of all wins.
#
# ### Exercise: `best_template` &nbsp; ⏱ 10 min · ●●○ · no points

# %% exercise="best_template" points=0
def best_template(image, templates):
    """(which, row, column): the template most like some window of `image`.

    Row and column are that window's top left corner. image (H, W); templates is a list
    of arrays (KH, KW), each of its own shape; any real dtypes. `which` counts from 0,
    and all three are integers. The score of a window is that of best_match, 0 for a
    window whose pixels are all the same. Whole windows only, no padding.
    """
    ### BEGIN SOLUTION
    best, found = -np.inf, (0, 0, 0)
    #> for which, template in enumerate(templates):
    for which, template in enumerate(templates):
        kh, kw = template.shape
        t = template - template.mean()
        for i in range(image.shape[0] - kh + 1):
            for j in range(image.shape[1] - kw + 1):
                v = image[i : i + kh, j : j + kw]
                v = v - v.mean()
                lengths = np.sqrt(np.sum(v**2) * np.sum(t**2))
                #> score = ...
                score = np.sum(v * t) / lengths if lengths > 0 else 0.0
                #> if score > best:
                if score > best:
                    best, found = score, (which, i, j)
    return found
    ### END SOLUTION


# %% check="best_template"
check(best_template)

# %% [markdown]
# Two streets, with a sign of 15 and of 27 pixels. In orange is what the template of 21 pixels finds alone, in pink what
# five templates find, of 15, 18, 21, 24 and 27 pixels. (It takes a while: there are five times as many windows to look
# at.)

# %%
templates = [pictures.grey(pictures.stop_sign(side)) for side in (15, 18, 21, 24, 27)]
other_sizes = [pictures.street(seed=0, size=size) for size in (15, 27)]
figures.sizes_found(best_match, best_template, other_sizes, templates, alone=2)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# The template of 21 pixels finds neither of the two signs, and the five templates find both. Sizes in between are found
# as well. The price: 2,295 weights in place of 441, and five times the work. A sign that is turned is still lost.
# For each thing that may change, the number of templates is multiplied.
# </details>

# %% [markdown]
# ## The answer
#
# *Can a small table of numbers find a thing wherever it stands in the picture?*
#
# Yes. Ten numbers found the dot on the i, at the edge of the picture too once it was padded. Two filters of nine
# weights turned a photograph into a drawing of its edges. A template of 441 weights found the stop sign in streets it
# had never seen, in light and in shade. Each looked at small patches only (locality), with the same numbers in every
# place (translation invariance). What it cannot do is find what *looks* different, and beyond dots, edges and a
# single sign, nobody can choose the numbers by hand.
#
# What you can do now:
#
# - slide a filter over an image, with padding, stride and bias, and make it fast
# - say from its weights what a filter does to a plain area, an edge, a line
# - test that a layer is equivariant and linear, and say where padding, stride, bias and ReLU break it
# - compare patterns whatever the light
#
# <details><summary>Further reading</summary>
#
# - Rafael Gonzalez, Richard Woods: *Digital image processing*, Pearson 2018. Blurring, sharpening and edges by filters.
# - John Canny: *A computational approach to edge detection*, IEEE Transactions on Pattern Analysis and Machine
#   Intelligence 1986. From gradients to clean lines.
# - John Lewis: *Fast normalized cross-correlation*, Vision Interface 1995. The score of the stop sign, made fast.
# </details>
#
# **Next**, in notebook 04: pictures have colours, and one filter is never enough.
