# %% [markdown]
# # 05 · Somewhere around here
#
# **The question of this chapter:** a filter reports its find to the pixel. Move the picture by a single pixel, and
# everything it reported stands somewhere else. How can a network keep *that* there is a dot and forget, a little,
# *where* it is? And what does forgetting cost?
#
# You know filters, feature maps and channels (notebooks 03 and 04). What comes now is the simplest layer of all: it
# has nothing to learn.
#
# **After this chapter** you can pool with any size and stride, and say which shape comes out. You can say what
# *equivariant* and *invariant* mean, and how much invariance pooling buys. You have measured it yourself.
#
# ⏱ about 80 minutes · {exercises} · {points}

# %%
import numpy as np

from helpers import check, data, hint, predict, recall
from helpers.figures import max_pooling as figures
from helpers.figures.interactive import pool
from helpers.layers import conv2d, relu  # your functions of notebooks 02 and 04, only faster

# %%
recall("04_tensors_filter_banks")

# %% [markdown]
# <details><summary>Do you remember notebook 04? A bank of 8 filters of size 5, without padding, goes over a batch of 10
# colour pictures of 32 by 32 pixels. Which shape comes out?</summary>
#
# `(10, 8, 28, 28)`: each filter gives one channel, and each side has 32 − 5 + 1 = 28 places. The three colours are
# added up within each filter.
# </details>

# %% [markdown]
# ## 1. To the pixel
#
# Here is "Hi" again, on a black sheet, and then the same word one and two pixels further right. Below each is what
# notebook 03's dot detector says: 1 in the middle, −1 all around, then ReLU.

# %%
sheet = np.pad(data.hi(), 2)
pictures = np.array([np.roll(sheet, step, axis=1) for step in range(3)])

dot_detector = -np.ones((1, 1, 3, 3))
dot_detector[0, 0, 1, 1] = 1
dots = relu(conv2d(pictures[:, None], dot_detector, np.zeros(1), padding=1))[:, 0]

figures.found(pictures, dots)

# %% [markdown]
# The detector does its job: it finds the dot on the i wherever it stands. When the picture moves, the map moves with
# it. You tested this in notebook 03: a layer that does so is called **equivariant**. Each convolution with stride 1 is
# equivariant, away from the edges. You may move the picture and then filter it, or filter it and then move the map.
#
# But think of the layer that comes *after* it. To that layer the map is a list of numbers, and a move by one pixel has taken the only 1 in the list to another
# place. A weight that has learned to listen to the old place hears nothing. It is the trouble of notebook 01 again,
# one layer later.
#
# Often the exact place doesn't matter. The dot of a handwritten i is sometimes further left, sometimes further right,
# and it is still an i. For the final answer we want the opposite of "the output moves with the input": we want it to
# stay the same. That is called **invariant**. So let us ask a milder question: **was there a dot anywhere around
# here?**

# %% [markdown]
# ## 2. The maximum of a window
#
# A map of 6 by 6, with two detections. Take a window of 3 by 3, and keep the *maximum* of its nine numbers: it is 1 if
# anything in the window is 1. That is **max pooling**.

# %%
two = np.zeros((6, 6), dtype=int)
two[1, 4] = two[4, 1] = 1
figures.window(two, 3, top=0, left=2)

# %% [markdown]
# **Predict first:** one step to the left, the window starts at row 0, column 1. What is the maximum now? And in the
# window at row 2, column 2?

# %%
predict("two_windows_of_3", ...)

# %% [markdown]
# ### Steps
#
# As with a filter, the window slides, and its steps have a size, the **stride**. **Predict first:** a map has 7 rows
# and 8 columns. How many windows of size 3 are there with stride 1, with stride 2, with stride 3? Does every cell lie
# in some window?

# %%
predict("number_of_windows", ...)

# %%
figures.coverage(7, 8, [(3, 1), (3, 2), (3, 3), (2, 3)])

# %% [markdown]
# The number in a cell says in how many windows it lies; two windows are framed. With a stride below the size windows
# overlap, with a stride above it there are gaps. As always, a last window that doesn't fit completely is left out. That
# is why no window sees the lower and the right edge of some maps.
#
# ### Exercise: `max_pool2d_single` &nbsp; ⏱ 12 min · ●●○
#
# One trap before you start. **Predict first:** what is the maximum of −3, −5 and −4? And what does this code make of
# it?

# %%
predict("largest_of_negatives", ...)

# %%
largest = 0
for value in [-3, -5, -4]:
    if value > largest:
        largest = value
largest

# %% [markdown]
# <details><summary>Answer</summary>
#
# The maximum is −3; the code says 0, a number that isn't even in the list. Feature maps before ReLU have many
# windows in which all numbers are negative. So start from a number of the window, and put no zeros around the map.
# </details>

# %% exercise="max_pool2d_single" points=3
def max_pool2d_single(x, size, stride):
    """The maximum of each window of a map x (H, W): an array of shape (H', W').

    Entry (i, j) belongs to the window of size by size whose top left corner is
    (i * stride, j * stride). A last window that doesn't fit whole is left out:
    H' = (H - size) // stride + 1, and W' likewise. Any real dtype; x stays as it is.
    Example: max_pool2d_single(np.array([[1, 9, 2, 0], [3, 4, 7, 5]]), 2, 2) gives
    [[9, 7]].
    """
    ### BEGIN SOLUTION
    height, width = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((rows, columns))
    #> for i in range(...):
    for i in range(rows):
        #> for j in range(...):
        for j in range(columns):
            top, left = i * stride, j * stride
            out[i, j] = x[top : top + size, left : left + size].max()
    return out
    ### END SOLUTION


# %% check="max_pool2d_single"
check(max_pool2d_single)

# %% [markdown]
# Now our map. **Predict first:** with size 3 and stride 1, how large is the result, and how many 1s does it hold?

# %%
predict("pooled_with_stride_1", ...)

# %%
figures.pooled(max_pool2d_single, two, size=3, stride=1)

# %% [markdown]
# <details><summary>Why so many?</summary>
#
# 4 by 4, and eight 1s. Each of the two detections lies in four windows, and all four say "yes, around here".
# </details>
#
# **Predict first:** and with stride 3? Draw the whole map, row by row: `[[?, ?], [?, ?]]`.

# %%
predict("pooled_with_stride_3", ...)

# %%
figures.pooled(max_pool2d_single, two, size=3, stride=3)

# %% [markdown]
# 36 numbers have become 4, and they still say what matters: something at the top right, something at the bottom left,
# nothing elsewhere. Far smaller is often what one wants, since everything after this layer has less to do.
#
# With a larger stride there are gaps between the windows. Can you find a size and a stride that
# miss both detections? (Filters may have a stride as well, and they miss things in the same way.)

# %%
pool(two, size=3, stride=3)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Size 1 and stride 2, for example: then only rows and columns 0, 2 and 4 are looked at. Or size 2 and stride 6: one
# window, in the top left corner.
# </details>
#
# **Predict first:** does it matter whether ReLU comes before max pooling or after it?

# %%
predict("relu_before_or_after", ...)

# %% [markdown]
# ## 3. Every channel on its own
#
# A filter bank gives a stack of maps. Here are four filters that look for strokes in a handwritten digit: horizontal,
# vertical, rising, falling.

# %%
train, train_labels, test, test_labels = data.digits(margin=4)  # (1198, 16, 16) and (599, 16, 16), 0 paper to 16 ink

names = ["horizontal", "vertical", "rising", "falling"]
strokes = np.array([
    [[-1, -1, -1], [2, 2, 2], [-1, -1, -1]],
    [[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]],
    [[-1, -1, 2], [-1, 2, -1], [2, -1, -1]],
    [[2, -1, -1], [-1, 2, -1], [-1, -1, 2]],
])


def stroke_maps(images):
    """Where the four strokes are: images (N, 16, 16) to maps (N, 4, 16, 16), none of
    them negative.
    """
    return relu(conv2d(images[:, None] / 16, strokes[:, None], np.zeros(4), padding=1))


seven = test[test_labels == 7][1]
figures.bank(seven, strokes, stroke_maps(seven[None])[0], names)

# %% [markdown]
# Should max pooling take the maximum over all four maps, too?
#
# <details><summary>Answer</summary>
#
# No. Only "there is some stroke around here" would be left, and not which one. A 7 and a 1 differ in just that. Each
# map answers its own question, so each is pooled on its own. There are as many channels after pooling as before.
# </details>
#
# ### Exercise: `max_pool2d` &nbsp; ⏱ 8 min · ●●○
#
# Now the layer as a network uses it, for a batch of images with their channels.

# %% exercise="max_pool2d" points=3
def max_pool2d(x, size, stride):
    """Max pooling of every channel of every image: (N, C, H, W) to (N, C, H', W').

    Sizes as in max_pool2d_single. Any real dtype; x stays as it is.
    Example: maps of shape (10, 4, 16, 16) become (10, 4, 8, 8) for size and stride 2.
    """
    ### BEGIN SOLUTION
    n_images, channels, height, width = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    #> out = np.zeros(...)
    out = np.zeros((n_images, channels, rows, columns))
    #> for n in range(...):
    for n in range(n_images):
        #> for c in range(...):
        for c in range(channels):
            for row in range(rows):
                for column in range(columns):
                    top, left = row * stride, column * stride
                    out[n, c, row, column] = x[n, c, top : top + size, left : left + size].max()
    return out
    ### END SOLUTION


# %% check="max_pool2d"
check(max_pool2d)

# %% [markdown]
# ### Exercise: `catch_max_pool2d` &nbsp; ⏱ 6 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `max_pool2d`. One is right, and each of the others has a mistake of its own.
# You don't see their code. An input *exposes* a function whose result there differs from the right one. The check
# shows what all five give on your inputs, and once only the right one stands, what was wrong with the others.
#
# Write a list of at most **2 inputs** that expose all four. Each is a tuple `(x, size, stride)`.

# %% exercise="catch_max_pool2d" points=2
catch_max_pool2d = []  # at most 2 tuples (x, size, stride)
### BEGIN SOLUTION
catch_max_pool2d = [
    (-np.arange(1.0, 7.0).reshape(1, 1, 2, 3), 2, 1),
    (np.arange(9).reshape(1, 1, 3, 3), 2, 2),
]
### END SOLUTION

# %% check="catch_max_pool2d"
check("catch_max_pool2d", catch_max_pool2d)

# %% [markdown]
# <details><summary>Why would a network not notice the mistake that starts from 0?</summary>
#
# Behind a ReLU no number is below 0, so this mistake never shows. Many mistakes sleep like this, until
# somebody uses the function in another place. A test must not rest on what the numbers usually look like.
# </details>

# %%
figures.bank_pooled(max_pool2d, stroke_maps(seven[None])[0], names, [(2, 2), (4, 4)])

# %% [markdown]
# Cover the upper row. Could you still say roughly where the seven has its horizontal stroke, and where the rising one?

# %% [markdown]
# ## 4. Maximum or mean?
#
# Why the maximum, and not the mean? Both are in use. A window holds a single 1 and eight 0s. What
# is its maximum, what is its mean? And what is left of our map if we simply keep every third number, as a
# filter with stride 3 would?
#
# ### Exercise: `avg_pool2d` &nbsp; ⏱ 4 min · ●○○
#
# The same as `max_pool2d`, with another word for "maximum". Mind integers: the mean of 1 and 2 isn't a whole number,
# and two bytes may not fit into one when you add them up.

# %% exercise="avg_pool2d" points=1
def avg_pool2d(x, size, stride):
    """The mean of each window, in every channel of every image: (N, C, H, W) to floats
    (N, C, H', W').

    Sizes as in max_pool2d_single. Any real dtype; x stays as it is.
    Example: avg_pool2d(np.array([[[[1, 2], [3, 5]]]]), 2, 2) gives [[[[2.75]]]].
    """
    ### BEGIN SOLUTION
    n_images, channels, height, width = x.shape
    rows = (height - size) // stride + 1
    columns = (width - size) // stride + 1
    out = np.zeros((n_images, channels, rows, columns))
    for i in range(rows):
        for j in range(columns):
            top, left = i * stride, j * stride
            #> window = ...
            window = x[:, :, top : top + size, left : left + size]
            out[:, :, i, j] = window.mean(axis=(2, 3))
    return out
    ### END SOLUTION


# %% check="avg_pool2d"
check(avg_pool2d)

# %%
grey = data.photo()[90:250, 150:390].mean(axis=2)
figures.shrunk(max_pool2d, avg_pool2d, grey, two, sizes=(4, 3))

# %% [markdown]
# For a photograph the mean is right: it is how one makes a picture smaller. For detections it is not. The mean turns a
# clear "yes" into a weak 1/9, and a larger window makes it weaker. Every third number misses both detections. The
# maximum answers our question, *anywhere around here?*, in full.

# %% [markdown]
# ## 5. What does it cost?
#
# ### Exercise: `pool_weights` &nbsp; ⏱ 2 min · ●○○
#
# A max pooling layer of size 3 and stride 3 gets 16 channels. How many weights does it have to learn? Count biases,
# too.

# %% exercise="pool_weights" points=1
pool_weights = None  # your number
### BEGIN SOLUTION
pool_weights = 0
### END SOLUTION

# %% check="pool_weights"
check("pool_weights", pool_weights)

# %% [markdown]
# ### Exercise: `pooled_shape` &nbsp; ⏱ 4 min · ●○○
#
# *You* choose size and stride, so you have to know what they do to the shape. Sizes are whole numbers.

# %% exercise="pooled_shape" points=1
def pooled_shape(shape, size, stride):
    """The shape after max pooling: a tuple (N, C, H, W) of integers to a tuple
    (N, C, H', W') of integers.

    Example: pooled_shape((10, 4, 16, 12), 2, 2) is (10, 4, 8, 6).
    """
    ### BEGIN SOLUTION
    n_images, channels, height, width = shape
    #> return (...)
    return (n_images, channels, (height - size) // stride + 1, (width - size) // stride + 1)
    ### END SOLUTION


# %% check="pooled_shape"
check(pooled_shape)

# %% [markdown]
# **Predict first:** 8 maps of 28 by 28 are pooled with size 2 and stride 2, again and again. How often, until nothing
# is left to pool? Is any row lost on the way?

# %%
predict("how_often_to_pool", ...)

# %%
figures.shrinking(pooled_shape, (1, 8, 28, 28), size=2, stride=2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Four times: 28, 14, 7, 3, 1. Of 7 rows the last one has no partner, and of 3 rows as well. What was detected there is
# lost. Each pooling leaves a quarter of the numbers or less, so the layers that follow are at least four times cheaper.
# </details>

# %% [markdown]
# ## 6. Does it hold still?
#
# Back to our question. The dot on the i moves right by 1, 2, 3 pixels, on a wider sheet. Which
# moves change the pooled map? And what if we only keep every third number?

# %%
wide = np.pad(dots[0], ((0, 0), (0, 3)))
figures.moving(max_pool2d_single, np.array([np.roll(wide, step, axis=1) for step in range(4)]), size=3)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# The pooled map doesn't change at all while the dot stays within one window, for moves by 1 and 2. With the third step
# the dot is in the next window, and the pooled map moves by a whole cell. When only every third number is kept, the dot
# is there, gone, gone, and there again.
# </details>
#
# The dot started at the left end of its window. From the last column it would have left its window with the first step.
# Try it with *move →* and *move ↓*:

# %%
pool(wide, size=3, stride=3)

# %% [markdown]
# So how often does a pooled map stay as it was? The dot may start anywhere, with equal chances. **Predict first:** in
# what share of its places does a move by one pixel change nothing, for size 3? For size 2? For size 4 and a move by 2?

# %%
predict("moves_without_effect", ...)

# %%
figures.staying(max_pool2d_single)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Two of three, one of two, and two of four. A window has *s* places in a row. From *s − d* of them a move by *d* pixels
# ends in the same window, so the share is (*s* − *d*) / *s*. For moves by *s* or more it is 0; without pooling it is
# always 0. So max pooling forgives **small** moves, and only some of them. When people call it "translation invariant",
# they mean this.
# </details>

# %% [markdown]
# ### Exercise: `pooling_and_moves` &nbsp; ⏱ 3 min · ●●○
#
# A filter with stride 1, then max pooling with size 3 and stride 3. The picture moves right by one pixel. Which
# sentence is true, away from the edges?
#
# - **a** Both layers are invariant: neither map changes.
# - **b** The filter is equivariant: its map moves by one pixel. The pooled map may stay the same, or change.
# - **c** The filter is equivariant: its map moves by one pixel. The pooled map always stays the same.
# - **d** Both layers are equivariant: both maps move by one pixel's worth.

# %% exercise="pooling_and_moves" points=1
pooling_and_moves = None  # your letter, in quotes
### BEGIN SOLUTION
pooling_and_moves = "b"
### END SOLUTION

# %% check="pooling_and_moves"
check("pooling_and_moves", pooling_and_moves)

# %% [markdown]
# ## 7. Was it anywhere at all?
#
# We can go to the extreme: one window as large as the whole map. Then each filter has a single number left,
# "somewhere in this picture".
#
# ### Exercise: `detected_anywhere` &nbsp; ⏱ 3 min · ●○○
#
# This is called *global max pooling*. Maps need not be square, and nobody has run ReLU over them.

# %% exercise="detected_anywhere" points=1
def detected_anywhere(feature_map):
    """The maximum of each filter's map in each image: (N, F, H, W) to (N, F).

    Any real dtype; numbers may all be negative.
    Example: detected_anywhere(np.array([[[[1, 4], [0, 2]], [[-7, -2], [-3, -9]]]]))
    gives [[4, -2]].
    """
    ### BEGIN SOLUTION
    return feature_map.max(axis=(2, 3))
    ### END SOLUTION


# %% check="detected_anywhere"
check(detected_anywhere)

# %% [markdown]
# A six, and its four numbers. The same six is moved to a corner: what happens to the numbers? It is
# turned upside down, so that it reads as a nine: what happens now?

# %%
six = test[test_labels == 6][4]
one = test[test_labels == 1][1]
four = np.array([six, np.roll(six, (3, -3), axis=(0, 1)), six[::-1, ::-1], one])
figures.anywhere(detected_anywhere, four, stroke_maps(four), ["a six", "moved", "turned", "a one"], names)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Nothing, both times. Wherever the six goes, the strongest stroke of each kind goes with it. A horizontal stroke turned
# by half a turn is a horizontal stroke, so the turned six has exactly the same four numbers. We still know which
# strokes there are. We don't know how they stand to each other, and that makes a six a six.
# </details>

# %% [markdown]
# ## 8. Measured
#
# Let us see what all this does for reading digits. As in notebook 01, a classifier (logistic regression) learns from
# digits at rest. It is tested on digits that have moved by 0, 1, 2 and 3 pixels. The first moves to the right, the
# second down, the third to the left, and so on. The sheet is large enough: no ink is lost. But now the classifier doesn't get
# the pixels. It gets the four stroke maps, pooled in one way or another.
#
# We measure two things: how far the pooled maps of a digit change when it moves, and how many digits the classifier
# still reads. (The unit of the first is the mean distance to another digit.)
#
# **Predict first:** no pooling, windows of 2, 3, 4 or 8, or the whole map: which of the six is best for digits at rest?
# For a move by one pixel? By three? Write it down, then run the cell. (It takes a while: your `max_pool2d` has about two
# million windows to look at.)

# %%
predict("best_pooling", ...)

# %%
digits = (train, train_labels, test, test_labels)
figures.moved_digits(max_pool2d, detected_anywhere, stroke_maps, [(2, 2), (3, 2), (4, 4), (8, 8)], digits)

# %% [markdown]
# <details><summary>What do the charts say?</summary>
#
# **At rest**, the place is worth a lot: about 98 % right with the full maps, and still about 97 %
# with windows of 2 or 3.
# With windows of 8 it is 84 %, and 40 % when all that is left is which strokes there are. (Guessing gives 10 %.)
#
# **Moved by one pixel**, the full maps fall to 50 %. On the left you see why: to the classifier a digit is then as far
# from itself as from another digit. A little pooling (size 3, stride 2) had cost about 1.5 points at rest, and now it
# keeps 73 %.
#
# **Moved by two or three**, only large windows are much better than guessing, and they aren't good. The flat line
# is the one that is truly invariant: always 40 %.
#
# On the left, the lines with pooling even rise above the one without. The unit of that chart is the distance to another
# digit, and pooling makes it shorter. All digits stand in the middle of the sheet, so two of them share most of their
# places once the maps are coarse. As a share of the maps' own length, as one list of numbers, the distance falls from
# 1.0 (no pooling) to 0.5 (windows of 4). A digit that has moved by 3 pixels stands where no digit stands at rest.
#
# So a little pooling costs almost nothing and buys a lot, for small moves. (AlexNet, which made convolutional
# networks famous in 2012, pools with size 3 and stride 2.) But after one pooling the classifier still depends on where
# things are.
# </details>
#
# <details><summary>Then is there no way to have both?</summary>
#
# There is: forgive a little, look again, forgive a little more. First filters, then pooling of size 2. Then filters
# that look at the pooled maps and put strokes together, then pooling again. Each pooling forgives small moves of the
# parts that have just been found. How the parts stand to each other isn't lost. That is the architecture of
# notebook 06. And the filters themselves can be learned so that they fit (notebook 07).
# </details>

# %% [markdown]
# ## 9. Going further: pooling without jumps
#
# This section is for those who want more; it has no points. A pooled map jumps: with stride 2 the first step of a
# detection changes nothing, the next step moves it by a whole cell. Richard Zhang (2019) found a simple remedy. Take
# the maximum at *every* place first, blur that map a little, and only then keep every second number.
#
# ### Exercise: `blur_pool` &nbsp; ⏱ 15 min · ●●● · no points
#
# Three steps, each of which you have written already. The blur has the weights 1 2 1, 2 4 2, 1 2 1, divided by 16.

# %% exercise="blur_pool" points=0
def blur_pool(x, size, stride):
    """Max pooling without jumps: (N, C, H, W) to floats (N, C, H', W').

    First the maximum of each window of size by size, with stride 1. Then the weighted
    mean of each 3 by 3 patch of that map, without padding. Of this, every stride-th row
    and column, from the first on.
    Example: with size 2 and stride 1, a map of ones of shape (1, 1, 4, 5) gives
    [[[[1, 1]]]].
    """
    ### BEGIN SOLUTION
    n_images, channels = x.shape[:2]
    height, width = x.shape[2] - size + 1, x.shape[3] - size + 1
    #> largest = ...
    largest = np.zeros((n_images, channels, height, width))
    for i in range(height):
        for j in range(width):
            largest[:, :, i, j] = x[:, :, i : i + size, j : j + size].max(axis=(2, 3))
    #> weights = np.array(...) / 16
    weights = np.array([[1, 2, 1], [2, 4, 2], [1, 2, 1]]) / 16
    blurred = np.zeros((n_images, channels, height - 2, width - 2))
    for i in range(3):
        for j in range(3):
            blurred += weights[i, j] * largest[:, :, i : i + height - 2, j : j + width - 2]
    #> return ...
    return blurred[:, :, ::stride, ::stride]
    ### END SOLUTION


# %% check="blur_pool"
check(blur_pool)

# %% [markdown]
# A detection moves right by 0 to 6 pixels. Where does the pooled map say that it is? (We take the mean of its columns,
# weighted by their values, times the stride.)

# %%
figures.jumps(max_pool2d, blur_pool, size=2, stride=2)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# Max pooling goes up in steps of 2: it waits, and jumps. With the blur the pooled map follows each step of 1 pixel,
# though it has only one cell for two pixels. It is closer to equivariant, and the layers after it see no jumps.
# </details>

# %% [markdown]
# ## The answer
#
# *How can a network keep that there is a dot and forget, a little, where?*
#
# By taking the maximum of each window. A detection may then move within its window and nothing changes. Beyond
# that it moves to the next window. The layer has a size and a stride, which you choose, and no weights at all. It
# makes maps smaller (size 3, stride 3: 36 numbers became 4), and what comes after it cheaper.
#
# The price is the place. To give up a little of it is cheap, and buys more than it costs. To give up all of it is too
# much: a six can't be told from a nine.
#
# What you can do now:
#
# - pool with any size and stride, one map or a batch, and say which shape comes out
# - choose between maximum and mean
# - tell *equivariant* from *invariant*: filters are the first, pooling brings a little of the second
# - say what pooling is good for, with numbers that you have measured yourself
#
# <details><summary>Further reading</summary>
#
# - Dominik Scherer, Andreas Müller, Sven Behnke: *Evaluation of pooling operations in convolutional architectures for
#   object recognition*, ICANN 2010. The maximum against the mean.
# - Jost Tobias Springenberg and others: *Striving for simplicity: the all convolutional net*, ICLR 2015. Strides in place
#   of pooling.
# - Richard Zhang: *Making convolutional networks shift-invariant again*, ICML 2019. The blur of section 9.
# </details>
#
# **Next**, in notebook 06: filters, ReLU, pooling, and once more, then a classifier on top. A whole convolutional
# network, reading digits.
