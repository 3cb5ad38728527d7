# %% [markdown]
# # 02 · Slide a filter
#
# **The question of this chapter:** ten numbers, `0 0 1 1 1 0 1 0 0 0`, and one of the 1s stands alone. A fully
# connected layer that marks it wherever it is must learn over a hundred numbers. How can a **handful** do the same?
#
# You know logistic regression. Notebook 01 has shown what a fully connected network does not know: what belongs
# together lies close together, and a thing stays the same thing elsewhere. Here both are built in, in one dimension,
# where everything fits on a line.
#
# **After this chapter** you can slide a filter along a signal, with padding, stride and bias, and say how many numbers
# come out. You can say in which sense that is a fully connected layer. You can choose weights for what you want to find.
#
# ⏱ about 120 minutes · {exercises} · {points} · you need no background in signals

# %%
import numpy as np

from helpers import check, hint, predict, recall, series
from helpers.figures import filters_1d as figures
from helpers.figures.interactive import slide

# %%
recall("01_pixels")

# %% [markdown]
# <details><summary>Do you remember notebook 01? A fully connected layer goes from pictures of 8 by 8 pixels to 10
# classes. How many weights does it have, and which two things about pictures is it never told?</summary>
#
# 10 × (64 + 1) = 650. It doesn't know which pixels are neighbours, and it doesn't know that a thing stays the same thing
# elsewhere.
# </details>

# %% [markdown]
# ## 1. Numbers in a row
#
# A 1D signal is a row of numbers in which the order means something. Each number is called a *sample*. There are
# many: a heart's voltage over time, new cases of an illness day by day, the temperature of each month. A genome is
# one, too, and so is the light from one patch of the sky.

# %%
figures.signals(series.heartbeat(), series.case_counts(), series.genome(), series.night())

# %% [markdown]
# In the sky, a star moves through the patch slowly, and a satellite is gone within one sample: a single blip. We want to find
# blips. So here is our running example, as black and white as can be:

# %%
x = np.array([0, 0, 1, 1, 1, 0, 1, 0, 0, 0])
figures.row(x)

# %% [markdown]
# Your eye sees it at once: at position 6 (positions count from 0) there is a 1 with a 0 on either side. A **lonely one**.
#
# ## 2. One window
#
# How could a dot product see it? Look at three samples at a time: a *window*. And take three *weights* that like a 1 in the middle and dislike
# 1s beside it: `w = -1 1 -1`. Such a short row of weights is called a **filter** (or kernel).
#
# **Predict first:** what is the dot product of `w` with the window that starts at 5, so with `0 1 0`? And with the one that starts at 2, `1 1 1`?

# %%
predict("two_windows", ...)

# %%
w = np.array([-1, 1, -1])
figures.window(x, w, 5)

# %% [markdown]
# <details><summary>And the other one?</summary>
#
# `1 1 1` gives −1 + 1 − 1 = −1: the neighbours outvote the middle.
# </details>

# %% [markdown]
# ### Exercise: `window_dot` &nbsp; ⏱ 5 min · ●○○
#
# One trap before you start. Signals and pictures often come as `uint8`: one byte for each number, 0 to 255. **Predict first:** what does
# this print?

# %%
predict("bytes_multiply", ...)

# %%
print(np.array([200, 100], dtype=np.uint8) * np.array([2, 3], dtype=np.uint8))

# %% [markdown]
# <details><summary>Why?</summary>
#
# 400 and 300 don't fit into a byte, so NumPy keeps what is left after subtracting 256. No error, no warning, just
# wrong numbers. The remedy: make floats first, `x.astype(float)`. In this course every function that computes
# something has to be right for integers, too.
# </details>

# %% exercise="window_dot" points=1
def window_dot(x, w, i):
    """The dot product of w (k,) with the window of x (n,) that starts at i: a number.

    x and w have any real dtype, uint8 too. The window lies within x.
    Example: window_dot(np.array([0, 0, 1, 1]), np.array([-1, 1, 5]), 1)
    is 1 * 1 + 5 * 1 = 6.
    """
    ### BEGIN SOLUTION
    #> window = ...
    window = x[i : i + len(w)].astype(float)
    return np.sum(window * w)
    ### END SOLUTION


# %% check="window_dot"
check(window_dot)

# %% [markdown]
# Stuck? `hint("window_dot")` gives one hint at a time, for every exercise.

# %% [markdown]
# ## 3. Slide it
#
# Now put the filter at *every* place where it fits whole, and take the dot product each time. That is all that a convolution is.
#
# **Predict first:** how many places are there for 3 weights on 10 samples? In how many of them is the dot product above 0?

# %%
predict("places", ...)

# %%
figures.staircase(x, w)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 8 places, n − k + 1. Only one output is above 0, the lonely one's: −1 0 −1 0 −2 **1** −1 0.
# </details>

# %% [markdown]
# Watch it slide: press *play*, or point at any number. **Predict first:** click on the 1 at position 6, and make it a 2. How many outputs change?

# %%
predict("outputs_that_change", ...)

# %%
slide(x, w)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Three: −3 2 −2. Three windows hold position 6, and in each of them it meets another weight.
# </details>
#
# ### Exercise: `conv1d_valid` &nbsp; ⏱ 8 min · ●●○
#
# Only whole windows count; that is what people call *valid*. Write it yourself: `np.convolve`, `np.correlate`, SciPy and PyTorch are
# off limits. Everything else of NumPy is fine, and so are your own functions from above.

# %% exercise="conv1d_valid" points=2
def conv1d_valid(x, w):
    """The dot product of w (k,) with every whole window of x (n,).

    Returns floats of shape (n - k + 1,). Output i belongs to the window that starts at
    i. Any real dtypes, any k up to n.
    Example: conv1d_valid(np.array([1, 2, 4, 8]), np.array([1, 10])) gives [21, 42, 84].
    """
    ### BEGIN SOLUTION
    n_out = len(x) - len(w) + 1
    #> out = np.zeros(...)
    out = np.zeros(n_out)
    #> for i in range(...):
    for i in range(n_out):
        out[i] = np.dot(x[i : i + len(w)].astype(float), w)
    return out
    ### END SOLUTION


# %% check="conv1d_valid"
check(conv1d_valid)

# %% [markdown]
# Each output stands under the middle of its window. Is your 1 in the right place?

# %%
figures.filtered(conv1d_valid, x, w)

# %% [markdown]
# A filter may have any size, 2, 3, 4, ..., and its weights may be any real numbers.
#
# Here is one of size 2, `-1 1`. What does it find?

# %%
figures.filtered(conv1d_valid, x, np.array([-1, 1]))

# %% [markdown]
# <details><summary>Answer</summary>
#
# Changes. 1 where the signal goes up, −1 where it goes down, 0 where it stays the same. On images such a filter finds edges (notebook 03).
# </details>

# %% [markdown]
# ### A word with two meanings
#
# "Convolution" is an overloaded word, as "normal" is. In mathematics and signal processing, the filter is flipped
# before it slides; sliding it unflipped is called *correlation* there. Machine learning slides it unflipped and still
# says convolution. So does this course.
#
# It makes a difference only for a filter that isn't its own mirror image. **Predict first:** slide `1 2 3` as it is over a single 1. In which order do
# 1, 2 and 3 come out?

# %%
predict("order_of_a_blip", ...)

# %%
figures.one_blip(np.array([1, 2, 3]))

# %% [markdown]
# <details><summary>Why backwards?</summary>
#
# The window reaches the blip with its right end first, so the *last* weight comes out first. A mathematician's
# convolution (`np.convolve`) flips the filter, and its weights then come out in their own order. For learned filters
# it makes no difference: the network learns them flipped or not, as needed.
# </details>

# %% [markdown]
# ## 4. Keep what fires
#
# The lonely one is where the output is above 0. How negative the others are doesn't matter to us, so set them to 0,
# with a function that you know from the hidden layer of a network:
#
# ### Exercise: `relu` &nbsp; ⏱ 2 min · ●○○

# %% exercise="relu" points=1
def relu(z):
    """The larger of z and 0, entry by entry.

    z has any shape and any real dtype, and stays as it is.
    Example: relu(np.array([-1.5, 0, 2])) gives [0, 0, 2].
    """
    ### BEGIN SOLUTION
    return np.maximum(z, 0)
    ### END SOLUTION


# %% check="relu"
check(relu)

# %%
figures.rectified(conv1d_valid, relu, x, w)

# %% [markdown]
# One number is left standing. Filter, then ReLU: that is a layer with one *feature*, "is there a lonely one here?"

# %% [markdown]
# ## 5. What happens at the ends?
#
# **Predict first:** this signal has two lonely ones. Which of them does the layer find?

# %%
predict("lonely_at_the_ends", ...)

# %%
ends = np.array([1, 0, 0, 1, 1, 0, 0, 0, 0, 1])
figures.rectified(conv1d_valid, relu, ends, w)

# %% [markdown]
# <details><summary>What went wrong?</summary>
#
# It finds neither. No whole window has the first or the last sample in its middle. There were 10 samples, and only 8 got an answer.
# </details>

# %% [markdown]
# The usual remedy is **padding**: put zeros around the signal before the filter slides. It is a choice, so ask what
# the application wants. For the night sky, "dark beyond the edge" is a good guess. Further down you will meet a
# signal for which zeros are a bad choice.
#
# ### Exercise: `pad1d` &nbsp; ⏱ 4 min · ●○○

# %% exercise="pad1d" points=1
def pad1d(x, padding):
    """x (n,) with `padding` zeros on both sides: (n + 2 * padding,). padding may be 0.

    Example: pad1d(np.array([5, 6]), 2) gives [0, 0, 5, 6, 0, 0].
    """
    ### BEGIN SOLUTION
    n = len(x)
    #> out = np.zeros(...)
    out = np.zeros(n + 2 * padding)
    out[padding : padding + n] = x
    return out
    ### END SOLUTION


# %% check="pad1d"
check(pad1d)

# %%
figures.padded(pad1d, conv1d_valid, relu, ends, w, padding=1)

# %% [markdown]
# Both are found. And our running example, padded? **Predict first:** how many outputs are there now, and what changes about the ones you know?

# %%
predict("padded_outputs", ...)

# %%
figures.padded(pad1d, conv1d_valid, relu, x, w, padding=1)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Ten outputs for ten inputs, an answer for each sample, which is what one usually wants. The eight from before are still there, with one more at either end, 0 both
# times: 0 −1 0 −1 0 −2 1 −1 0 0. After ReLU only position 6 is 1 (the seventh, if you count from 1).
# </details>
#
# ### Exercise: `same_padding` &nbsp; ⏱ 3 min · ●○○
#
# One zero on each side keeps the size for 3 weights. And for any other odd number of weights?

# %% exercise="same_padding" points=1
def same_padding(k):
    """The padding that gives as many outputs as inputs for an odd size k: an integer.

    Example: same_padding(3) is 1.
    """
    ### BEGIN SOLUTION
    return (k - 1) // 2
    ### END SOLUTION


# %% check="same_padding"
check(same_padding)

# %% [markdown]
# <details><summary>And for an even size?</summary>
#
# Then you need k − 1 zeros in all, an odd number: one side gets one more than the other. That is one reason why most
# filters have an odd size.
# </details>

# %% [markdown]
# ### Exercise: `catch_pad1d` &nbsp; ⏱ 5 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `pad1d`. One is right, and each of the others has a
# mistake of its own. You don't see their code. Write inputs that *expose* the wrong ones: an input exposes a function
# whose result there differs from the right one. The check shows what all five give on your inputs. Once you have
# exposed all four, it says what was wrong with each.
#
# Write a list of at most **2 inputs**. Each is a tuple of the arguments: `(np.array([5, 6]), 1)` stands for `pad1d(np.array([5, 6]), 1)`. Think first: what could
# somebody get wrong, and on which input would it show?

# %% exercise="catch_pad1d" points=2
catch_pad1d = []  # at most 2 tuples (x, padding)
### BEGIN SOLUTION
catch_pad1d = [(np.array([0.5, 2.0]), 2), (np.array([3, 4]), 0)]
### END SOLUTION

# %% check="catch_pad1d"
check("catch_pad1d", catch_pad1d)

# %% [markdown]
# <details><summary>What makes a good test?</summary>
#
# An input that is *not special*: two ends that differ and aren't 0, fractions, a padding that is neither 0 nor 1. It exposes most mistakes at once. Then the special
# cases, each by itself: here padding 0, where there is nothing to do. A function can be right everywhere else and fail there.
# </details>

# %% [markdown]
# ## 6. Larger steps
#
# So far the window moved one sample at a time. It may take larger steps; the size of a step is called **stride**.
#
# **Predict first:** 3 weights on 10 samples, stride 3. How many windows? Is any sample left over?

# %%
predict("windows_with_stride", ...)

# %%
figures.strides(10, 3)

# %% [markdown]
# A last window that doesn't fit whole is left out, and nothing is wrong with that.
#
# ### Exercise: `output_size` &nbsp; ⏱ 5 min · ●●○
#
# The formula that you will need most often in this course. Count the *steps*, then add 1 for the first place. A size
# is a whole number, so divide with `//`, not with `/`.

# %% exercise="output_size" points=1
def output_size(n, k, padding=0, stride=1):
    """Number of outputs for n samples and k weights: an integer.

    `padding` zeros stand on both sides, and the window takes steps of `stride`. A last
    window that doesn't fit whole is left out.
    Example: output_size(10, 3, padding=1, stride=2) is 5.
    """
    ### BEGIN SOLUTION
    return (n + 2 * padding - k) // stride + 1
    ### END SOLUTION


# %% check="output_size"
check(output_size)

# %% [markdown]
# ## 7. A bias, and the whole layer
#
# Logistic regression adds an offset to its dot product. So does a filter: one number b, the **bias**, the same at every place.
#
# ### Exercise: `conv1d` &nbsp; ⏱ 12 min · ●●○
#
# Now everything together: padding, windows at every `stride`-th place, dot products, bias. You have written all the parts; this is about putting them
# in the right order. (Write them out once more here: then a slip in an earlier function costs you nothing in this one.)

# %% exercise="conv1d" points=3
def conv1d(x, w, b=0.0, padding=0, stride=1):
    """Convolution of a signal x (n,) with a filter w (k,) and a bias b: floats (n',).

    `padding` zeros go on both sides of x first. Output i is b plus the dot product of w
    with the window of the padded signal that starts at i * stride;
    n' = (n + 2 * padding - k) // stride + 1. Any real dtypes; x and w stay as they are.
    Example: conv1d(np.array([1, 2, 4]), np.array([1, 10]), b=0.5, padding=1, stride=2)
    is [10.5, 42.5].
    """
    ### BEGIN SOLUTION
    #> padded = ...
    padded = np.pad(x.astype(float), padding)
    #> out = np.zeros(...)
    out = np.zeros((len(padded) - len(w)) // stride + 1)
    #> for i in range(...):
    for i in range(len(out)):
        start = i * stride
        out[i] = np.dot(padded[start : start + len(w)], w) + b
    return out
    ### END SOLUTION


# %% check="conv1d"
check(conv1d)

# %% [markdown]
# What does a bias do? Take our example with padding 1, and let b = 1. **Predict first:** how many of the ten outputs are not 0 after ReLU?
# (Without bias it was one.)

# %%
predict("bias_of_1", ...)

# %%
figures.layer(conv1d, relu, x, w, b=1, padding=1)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Six: 1 0 1 0 1 0 2 0 1 1. Every output moves up by 1, so every place that was at 0, a piece of dark sky say, fires now, too. A positive bias makes
# a filter easy to please, a negative one makes it strict. What fires is decided by the weights *and* the bias.
# </details>

# %% [markdown]
# Now you. Click on a weight to change it. Can you find weights and a bias that fire
#
# - only at the start of a run of 1s (a lonely one counts as a run of one)?
# - only in the middle of `1 1 1`?
# - only at `1 0 1`, the gap beside the lonely one?

# %%
slide(x, w, padding=1)

# %% [markdown]
# <details><summary>One answer for each</summary>
#
# `-1 1 0` with bias 0. `1 1 1` with bias −2: the sum is 3 only there. `1 -1 1` with bias −1: the window `1 0 1` gives 2, every other one at most 1.
# </details>

# %% [markdown]
# With stride 2 the layer still finds the lonely one below. Move the signal one place to the right: will it find it again?

# %%
figures.layer(conv1d, relu, x, w, padding=1, stride=2)

# %%
figures.layer(conv1d, relu, np.concatenate([[0], x[:-1]]), w, padding=1, stride=2)

# %% [markdown]
# <details><summary>What happened?</summary>
#
# With stride 2 only every second place is looked at, and 7 isn't one of them. A stride saves work, and it can step over what you are looking for. Notebook 05
# has a better way to make outputs fewer.
# </details>

# %% [markdown]
# ### Exercise: `find_isolated` &nbsp; ⏱ 6 min · ●●○
#
# Put the layer to use. Where are the lonely ones? A 1 at either end counts as lonely if its one neighbour is 0.

# %% exercise="find_isolated" points=2
def find_isolated(x):
    """Positions, ascending, of every 1 in a 0/1 signal x (n,) that has no 1 next to
    it, the ends included.

    x has any real dtype, uint8 too. Returns a list of integers or an integer array.
    Example: find_isolated(np.array([1, 0, 1, 1, 0, 1])) gives [0, 5].
    """
    ### BEGIN SOLUTION
    #> padded = ...
    padded = np.pad(x.astype(float), 1)
    #> z = ...
    z = padded[1:-1] - padded[:-2] - padded[2:]  # the filter -1, 1, -1 at every place
    return np.flatnonzero(z > 0)
    ### END SOLUTION


# %% check="find_isolated"
check(find_isolated)

# %%
figures.isolated(find_isolated, np.array([1, 0, 0, 1, 1, 0, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1, 1, 0, 1]))

# %% [markdown]
# ## 8. What does it cost?
#
# A fully connected layer is a matrix: outputs = M @ x. And a filter? Each output is a sum of inputs times weights as well, so there must be a matrix that does
# the same. You have seen it already: the staircase.
#
# ### Exercise: `conv_matrix` &nbsp; ⏱ 10 min · ●●●
#
# Write down row 0 by hand, then row 1. With padding, what becomes of a weight that falls on a padded zero? (`x` has no such entry, so M has no
# column for it.)

# %% exercise="conv_matrix" points=2
def conv_matrix(w, n, padding=0):
    """The matrix M with M @ x equal to conv1d(x, w, padding=padding).

    That holds for every x of n samples. w (k,) gives M of shape
    (n + 2 * padding - k + 1, n).
    Example: conv_matrix(np.array([5, 6]), 3) gives [[5, 6, 0], [0, 5, 6]].
    """
    ### BEGIN SOLUTION
    k = len(w)
    n_out = n + 2 * padding - k + 1
    #> m = np.zeros(...)
    m = np.zeros((n_out, n))
    #> for i in range(...):
    for i in range(n_out):
        #> for j in range(...):
        for j in range(k):
            column = i + j - padding
            if 0 <= column < n:
                m[i, column] = w[j]
    return m
    ### END SOLUTION


# %% check="conv_matrix"
check(conv_matrix)

# %% [markdown]
# **Predict first:** for our example with padding 1, M has 10 times 10 entries. How many are not 0? How many *different* numbers are they?

# %%
predict("entries_not_0", ...)

# %%
figures.matrix(conv_matrix, x, w, padding=1)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 28 are not 0 (3 in each row, but 2 in the first and last), and they are 3 weights, used again in every row. (Two of the three happen to be −1.)
# </details>

# %% [markdown]
# So a convolution *is* a fully connected layer, with two things fixed beforehand. **Most weights are zero:** an output listens to its neighbourhood only
# (locality). **The others are shared:** every place uses the same ones (what it learns in one place, it knows in all of them). Both are what we know
# about signals, built in.

# %%
figures.connections(w, 10)

# %% [markdown]
# (Biases are not drawn.)
#
# ### Exercise: `weights_conv` and `weights_fc` &nbsp; ⏱ 3 min · ●○○
#
# How many numbers have to be learned? Count biases, too.
#
# - `weights_conv`: a filter of size 3 with a bias, slid over 10 inputs with padding 1, so that it gives 10 outputs.
# - `weights_fc`: a fully connected layer from the same 10 inputs to 10 outputs.

# %% exercise="weights_conv" points=1
weights_conv = None  # your number
### BEGIN SOLUTION
weights_conv = 4
### END SOLUTION

# %% check="weights_conv"
check("weights_conv", weights_conv)

# %% exercise="weights_fc" points=1
weights_fc = None  # your number
### BEGIN SOLUTION
weights_fc = 110
### END SOLUTION

# %% check="weights_fc"
check("weights_fc", weights_fc)

# %% [markdown]
# And with 1,000 inputs and 1,000 outputs?
#
# <details><summary>Answer</summary>
#
# The filter: still 4. The fully connected layer: 1,000 × 1,001 = 1,001,000.
# </details>

# %% [markdown]
# ## 9. Four signals, one function
#
# The same `conv1d`, with other weights, does quite different work. (The signals are made up, in the likeness of real ones.)
#
# ### A heart
#
# We want the sharp spikes. Their height won't do: the whole curve drifts with the breath, and a slow wave at its top is higher than a spike
# at its bottom. Take `-1 -1 4 -1 -1`: one sample against its neighbours.
#
# What does this filter give on a flat piece at 0 millivolts? And on a flat piece at 1 millivolt?

# %%
figures.heartbeats(conv1d, relu, series.heartbeat(), np.array([-1, -1, 4, -1, -1]), b=-2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 0 both times: the weights add up to 0, so whatever is the same in the whole window cancels, and a slow drift nearly does. The bias of −2 keeps out
# everything that isn't sharp enough.
# </details>

# %% [markdown]
# How strict should it be? The slider calls your own `conv1d` and `relu`. At which biases does it also count waves
# that aren't heartbeats, and at which does it miss a beat?

# %%
figures.heartbeats_by_bias(conv1d, relu, series.heartbeat(), np.array([-1, -1, 4, -1, -1]))

# %% [markdown]
# <details><summary>Answer</summary>
#
# From −0.5 down to −2.75 it counts the nine beats and nothing else. At −0.25 and above, smaller bumps fire, too. From
# −3 down it misses beats.
# </details>

# %% [markdown]
# ### Cases day by day
#
# Few cases are reported at weekends. To see the wave itself, average over a window. **Predict first:** how many days must the window have, for the weekends to
# disappear? And what will the padded zeros do at the right end?

# %%
predict("days_of_a_window", ...)

# %%
week = np.full(7, 1 / 7)
figures.smoothed(conv1d, series.case_counts(), week)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Seven: then every window holds each weekday once. But look at the right end. The line dives, though the bars don't:
# the last windows reach into padded zeros, and take them for days without cases. Here zero padding tells a lie, and
# on the days that people care about most. Better to give no answer there: `padding=0` leaves out the first three and
# the last three days.
# </details>
#
# ### A genome
#
# In bacteria, the letters TATAAT often stand a little before the start of a gene. A filter needs numbers, so write A and G, the large molecules, as 1
# and C and T, the small ones, as −1. The filter is the motif itself, written the same way: a window that agrees in all 6 places gives 6.
#
# Which bias lets exactly those windows fire? And will each of them be TATAAT?

# %%
code = {"A": 1, "G": 1, "C": -1, "T": -1}
figures.motif(conv1d, series.genome(), "TATAAT", code, b=-5)

# %% [markdown]
# <details><summary>Answer</summary>
#
# One letter that differs costs 2 (a −1 in place of a +1), so the next best windows give 4. A bias of −5 lets only 6
# through (−4 does, too). But CGCGAC has its large and small molecules in the same places, and one number for each
# letter can't tell A from G. We need more than one number for each place: *channels*, in notebook 04.
# </details>

# %% [markdown]
# ## 10. Star or satellite?
#
# ### Exercise: `satellite_filter` &nbsp; ⏱ 8 min · ●●○
#
# Now design one yourself. Choose a filter (`satellite_filter`, a 1D array of any size up to 7) and a bias (`satellite_bias`, a number). The filter slides without
# padding, and it *fires* where its output is above 0.
#
# - **A satellite** is one sample of brightness 1 on a dark sky of 0. In at least one window your filter has to fire.
# - **A dark sky** is all 0. It must not fire.
# - **A star** is three or more samples wide, and may be fainter or brighter than the satellite, by far. It is flat, or it rises and falls: slowly, so that
#   both neighbours of its brightest sample have at least half of its light. Your filter must not fire anywhere, not at a star's edges either.
#
# The check says for each series what your filter should do and what it does: `'fires'` or `'stays quiet'`.

# %% exercise="satellite_filter" points=2
satellite_filter = None  # an array, say np.array([...])
satellite_bias = None  # a number
### BEGIN SOLUTION
satellite_filter = np.array([-1.0, 1.0, -1.0])
satellite_bias = 0.0
### END SOLUTION

# %% check="satellite_filter"
check("satellite_filter", satellite_filter, satellite_bias)

# %%
figures.sky(conv1d, series.night(), satellite_filter, satellite_bias)

# %% [markdown]
# <details><summary>Why wouldn't <code>-1 2 -1</code> do?</summary>
#
# At the first sample of a flat star of brightness h, the window is `0 h h` and gives 2h − h = h. A bias of −1.5 helps with faint stars (and keeps the
# blip, 2 − 1.5 > 0), but every star brighter than that fires. One neighbour alone has to outweigh the middle.
# </details>

# %% [markdown]
# A real detector is noisy. Here is the same night with noise, and the filter `-1 1 -1` with bias 0. What could you change so that it
# finds the satellite and nothing else?

# %%
noisy = series.night(noise=0.08)
figures.sky(conv1d, noisy, np.array([-1, 1, -1]), 0, "the same patch, with the detector's noise")

# %%
figures.sky(conv1d, noisy, np.array([-1, 1, -1]), -0.5, "with a bias of −0.5")

# %% [markdown]
# The bias is a threshold: it says how sure the filter has to be. Where to put it depends on the noise, and so on the data. That is a first reason to *learn* the
# four numbers instead of choosing them.

# %% [markdown]
# ## 11. Going further: a filter with gaps
#
# This section is for those who want more; it has no points. Back to the cases day by day. Are there more today than
# yesterday? The filter `-1 1` answers that, but what it sees is mostly the weekend. A better question: are there more
# than a week ago, on the same weekday? That takes a weight of −1 and a weight of 1, and a gap of six days between them.
#
# Such a filter is called **dilated**. Its *dilation* is the distance from one weight to the next. With dilation 1
# there are no gaps; here it is 7.
#
# ### Exercise: `conv1d_dilated` &nbsp; ⏱ 10 min · ●●○ · no points
#
# How far does a filter of k weights reach? Draw three weights with dilation 2, and count their places on 8 samples.

# %% exercise="conv1d_dilated" points=0
def conv1d_dilated(x, w, dilation):
    """The dot product of w (k,), with gaps, at every place in x (n,): floats.

    A place is one where the filter with its gaps fits whole. Output i is the sum of
    x[i + j * dilation] * w[j] over all j. There are n - (k - 1) * dilation outputs. Any
    real dtypes; stride 1, no padding.
    Example: conv1d_dilated(np.array([1, 2, 4, 8]), np.array([1, 10]), 2)
    gives [41, 82].
    """
    ### BEGIN SOLUTION
    n_out = len(x) - (len(w) - 1) * dilation
    #> out = np.zeros(...)
    out = np.zeros(n_out)
    #> for i in range(...):
    for i in range(n_out):
        for j in range(len(w)):
            #> out[i] += ...
            out[i] += float(x[i + j * dilation]) * w[j]
    return out
    ### END SOLUTION


# %% check="conv1d_dilated"
check(conv1d_dilated)

# %% [markdown]
# The cases against the day before, and against the same weekday of the week before. In which of the two do you see when
# the wave rises, and when it falls?

# %%
figures.differences(conv1d_dilated, series.case_counts(), np.array([-1, 1]), dilations=(1, 7))

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# Against the day before, the sign changes 37 times: that is the week. Against the week before it changes 5 times. The
# first 35 differences are above 0 and the next 28 below: the wave rises, and then it falls.
# </details>
#
# Gaps also let a network see far with few weights. Three layers of three weights with dilation 1, 2 and 4 see 15
# samples; without gaps they see 7. WaveNet (2016) makes speech, sample by sample, with layers whose dilation doubles
# each time.

# %% [markdown]
# ## The answer
#
# *How can a handful of numbers do what takes a fully connected layer more than a hundred?*
#
# Four against 110, by being used again. A filter of three weights and a bias looks at a small window, since what makes
# a 1 lonely stands right beside it. The same four numbers are used in every place, since a lonely one is a lonely one
# wherever it stands. A fully connected layer could do the same (`conv_matrix` is the proof), but it would have to find
# the 110 numbers, and learn the same thing for each place again.
#
# What you can do now:
#
# - slide a filter, with padding, stride and bias, and predict the size of what comes out
# - say in which sense a convolution is a fully connected layer, and count the weights of both
# - choose weights and a bias for what you want to find, and test a function with few inputs
#
# You chose the weights by hand. From notebook 07 on, they are learned.
#
# <details><summary>Further reading</summary>
#
# - Ian Goodfellow, Yoshua Bengio, Aaron Courville: *Deep learning*, MIT Press 2016. Its chapter on convolutional networks
#   begins with the same two ideas.
# - Fisher Yu, Vladlen Koltun: *Multi-scale context aggregation by dilated convolutions*, ICLR 2016. Gaps in filters for
#   images.
# - Aäron van den Oord and others: *WaveNet: a generative model for raw audio*, arXiv 2016. The same gaps, for speech.
# </details>
#
# **Next**, in notebook 03: the same on images. The window becomes a patch, and the lonely one the dot on an i.
