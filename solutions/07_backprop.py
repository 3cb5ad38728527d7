# %% [markdown]
# # 07 · Where filters come from
#
# **The question of this chapter:** so far every filter was chosen by someone: the lonely one, the edges, the strokes
# of a digit. The network of notebook 06 has 3,706 weights, and nobody chose a single one of them. Where did they come
# from? Can a network find its filters by itself, from nothing but examples?
#
# It can, and you will watch it. The whole secret is one question, asked of each weight: *if it grew a little, would
# the loss go up or down, and how fast?* That number is the **gradient**. This chapter computes it: first for three
# weights, by hand, then for all of them at once.
#
# You know the layers (notebooks 02 to 05), the loss (06), and gradient descent from linear and logistic regression.
#
# **After this chapter** you can take any of these layers backward, and check that the result is right. You can train a
# network with nothing but NumPy, on digits and on clothes. You can say what a learning curve tells. And you have
# written, in small, what a deep learning library does for you.
#
# ⏱ about 275 minutes, 153 of them for the exercises with points · {exercises} · {points} · needs notebooks 02 to 06

# %% [markdown]
# <details><summary>Do you remember notebook 06? Ten classes, and the network gives each the same probability. How large
# is the loss of one point? And what does the loss of a whole batch do with its points?</summary>
#
# −ln(1/10) = ln 10, about 2.30. The loss of a batch is the *mean* over its points. That 1/N will turn up in every
# gradient of this chapter.
# </details>

# %%
import numpy as np

from helpers import check, data, fashion, hint, layers, predict, recall, weights
from helpers.experiments import clothes
from helpers.figures import backprop as figures
from helpers.figures.interactive import backward

# %%
recall("06_convnet")

# %% [markdown]
# ## 1. The smallest network with a filter
#
# Five features, **one filter of size 3**, one number to predict. No biases, no pooling; a zero on each side, so that
# there are as many outputs as features. In full, for i = 1, ..., 5:
#
# - z<sub>i</sub> = w1 · (x<sub>i−1</sub>, x<sub>i</sub>, x<sub>i+1</sub>) &nbsp; the filter: 5 numbers
# - a<sub>i</sub> = relu(z<sub>i</sub>) &nbsp; 5 numbers
# - a2 = w2 · a &nbsp; the prediction: one number, nothing more is done to it (it is a regression)
# - L = (a2 − y)² &nbsp; the loss: squared error
#
# x<sub>0</sub> and x<sub>6</sub> are the padding. **Predict first:** take x = 1, 2, 0, 1, 3 and y = 1. The filter is
# −1, 1, −1; the weights w2 are 1, 2, 1, −1, 1. Work out z, a, a2 and L on paper. It takes two minutes, and you will
# need these numbers.

# %%
predict("on_paper", ...)

# %%
x = np.array([1.0, 2.0, 0.0, 1.0, 3.0])
y = 1.0
w1 = np.array([-1.0, 1.0, -1.0])
w2 = np.array([1.0, 2.0, 1.0, -1.0, 1.0])

padded = np.pad(x, 1)
z = np.array([w1 @ padded[i : i + 3] for i in range(5)])
a = np.maximum(z, 0)
a2 = w2 @ a
loss = (a2 - y) ** 2
print("z =", z, " a =", a, " a2 =", a2, " L =", loss)

# %%
figures.network(x, y, w1, w2)

# %% [markdown]
# The prediction is 4 and should be 1. Eight weights could be changed, and each has its part in it: five in w2, and
# three in w1. Each of those three is used in *five* places. Look at the blue arrows: they are all one weight.
#
# ## 2. A wave of x's
#
# Start at the bottom. **Predict first:** the third weight of the filter, `w1[2]`, grows by 0.1. By how much do
# z<sub>1</sub>, z<sub>2</sub>, ..., z<sub>5</sub> change?

# %%
predict("third_weight_grows", ...)

# %% [markdown]
# <details><summary>Answer</summary>
#
# z<sub>2</sub> = w1[0] x<sub>1</sub> + w1[1] x<sub>2</sub> + w1[2] x<sub>3</sub>. The third weight is multiplied by
# x<sub>3</sub>, so z<sub>2</sub> changes by 0.1 x<sub>3</sub>. **The derivative of z<sub>2</sub> by the third weight is
# x<sub>3</sub>.** In the same way the derivatives of z<sub>1</sub>, ..., z<sub>5</sub> by it are x<sub>2</sub>,
# x<sub>3</sub>, x<sub>4</sub>, x<sub>5</sub>, x<sub>6</sub>: here 2, 0, 1, 3, 0. The last one is the padding.
# </details>
#
# All these derivatives together are a matrix, dz/dw1. We lay it out as *size of the bottom by size of the top*. There
# is a row for each of the 3 weights, and a column for each of the 5 outputs. Column i is simply the window that output
# i sees, (x<sub>i−1</sub>, x<sub>i</sub>, x<sub>i+1</sub>).
#
# ### Exercise: `dz_dw` &nbsp; ⏱ 6 min · ●○○
#
# For a filter of any size k and any padding.

# %% exercise="dz_dw" points=2
def dz_dw(x, k, padding):
    """The derivatives of a 1D convolution's outputs by its weights: x (n,) to floats
    (k, n').

    Entry [j, i] is the derivative of output i by weight j. Column i is window i of x,
    with `padding` zeros on both sides: n' = n + 2 * padding - k + 1. Any real dtype;
    padding may be 0.
    Example: dz_dw(np.array([1, 2, 3]), 3, 1) gives [[0, 1, 2], [1, 2, 3], [2, 3, 0]].
    """
    ### BEGIN SOLUTION
    padded = np.pad(x.astype(float), padding)
    n_out = len(padded) - k + 1
    #> wave = np.zeros(...)
    wave = np.zeros((k, n_out))
    #> for i in range(n_out):
    for i in range(n_out):
        #> wave[:, i] = ...
        wave[:, i] = padded[i : i + k]
    return wave
    ### END SOLUTION


# %% check="dz_dw"
check(dz_dw)

# %% [markdown]
# Stuck somewhere? `hint("dz_dw")` gives one hint at a time, for every exercise.
#
# Draw it, each sample in a colour of its own. In the picture, follow one colour from column to column.

# %%
figures.waves(dz_dw, x, [(3, 1)])

# %% [markdown]
# The samples roll through the matrix like a wave. Each one comes in at the bottom, since the filter's last weight meets
# it first. Then it moves up, and leaves at the top. Framed: column 2, the window of z<sub>2</sub>.
#
# Another padding gives another size and other entries, and so does another filter:

# %%
figures.waves(dz_dw, x, [(3, 0), (2, 1)])

# %% [markdown]
# ## 3. The chain
#
# How does the loss depend on the filter? Through z, then a, then a2. The **chain rule** multiplies the derivatives
# along the way. With each one laid out as bottom by top, the shapes fit:
#
# dL/dw1 (3 × 1) &nbsp; = &nbsp; dz/dw1 (3 × 5) · da/dz (5 × 5) · dL/da (5 × 1)
#
# - **dz/dw1** is your wave.
# - **da/dz** is diagonal, since a<sub>i</sub> depends on z<sub>i</sub> only: 1 where z<sub>i</sub> is above 0, else 0.
# - **dL/da** has the entries 2 (a2 − y) · w2<sub>i</sub>.
#
# **Predict first:** with our numbers, which columns of the wave survive the multiplication by da/dz? Then what is
# dL/dw1?

# %%
predict("gradient_of_the_filter", ...)

# %%
figures.chain(dz_dw, x, y, w1, w2)

# %% [markdown]
# <details><summary>Step by step</summary>
#
# Only z<sub>2</sub> and z<sub>5</sub> are above 0, so only columns 2 and 5 count. 2 (a2 − y) = 6, so they get the
# factors 6 · 2 = 12 and 6 · 1 = 6. The sum is 12 · (1, 2, 0) + 6 · (1, 3, 0) = (18, 42, 0).
#
# The last 0 is worth a look. Both windows end in a 0, so the third weight had no part in the prediction. The loss does
# not depend on it.
# </details>
#
# Nobody multiplies by a diagonal matrix, of course; entry by entry, `* (z > 0)` does the same. And one goes from the
# loss back to the weights, since the loss is a single number. On its side of the product stands a vector, and a vector
# times a matrix is a vector again. From the other side each step would multiply two matrices, which costs far more.
# Hence the name: **backpropagation**. Here is the first picture again, read backwards. Each number in a yellow box is
# the loss's gradient by the number that stood there:

# %%
figures.network(x, y, w1, w2, back=True)

# %% [markdown]
# A *unit* (one z with its ReLU) that is off (z<sub>i</sub> ≤ 0) lets nothing through. And a weight of the filter collects from every place
# where it is used. That is all there is to shared weights: **their gradients add up.**
#
# Point at a gradient below to see which outputs it was made from, and at a column of the wave to see where the filter
# stood. **Predict first:** dL/dz is 12 for the second output, 6 for the last, 0 for the others. How many outputs does
# the *input* x<sub>3</sub> hear from? And x<sub>1</sub>?

# %%
predict("outputs_that_an_input_hears", ...)

# %%
backward(x, w1, dz=[0, 12, 0, 0, 6], padding=1)

# %% [markdown]
# <details><summary>Answer</summary>
#
# x<sub>3</sub> was used by three outputs, the second, third and fourth, each time with another weight. Only the second
# one has a gradient that isn't 0: −1 · 12 = −12. x<sub>1</sub> stands at the edge: two outputs have used it.
# </details>
#
# ### Exercise: `lecture_gradients` &nbsp; ⏱ 12 min · ●●○
#
# The whole case by code: the loss, and its gradients by both sets of weights. Any number of features n, filter size 3.

# %% exercise="lecture_gradients" points=3
def lecture_gradients(x, y, w1, w2):
    """Loss and gradients of the network above: x (n,), y a number, w1 (3,), w2 (n,) to
    (loss, dw1 (3,), dw2 (n,)).

    z = w1 slid over x with one zero on both sides, a = relu(z), a2 = w2 . a,
    loss = (a2 - y) ** 2. ReLU's slope at 0 is 0. Any real dtypes; the arguments stay
    as they are.
    Example: x = [1, 2, 0, 1, 3], y = 1, w1 = [-1, 1, -1], w2 = [1, 2, 1, -1, 1] give 9,
    [18, 42, 0] and [0, 6, 0, 0, 12].
    """
    ### BEGIN SOLUTION
    n = len(x)
    padded = np.pad(x.astype(float), 1)
    #> wave = ...
    wave = np.array([padded[j : j + n] for j in range(3)])
    #> z = ...
    z = w1 @ wave
    a = np.maximum(z, 0)
    error = w2 @ a - y
    #> dw2 = ...
    dw2 = 2 * error * a
    da = 2 * error * w2
    #> dz = ...
    dz = da * (z > 0)
    #> dw1 = ...
    dw1 = wave @ dz
    return error**2, dw1, dw2
    ### END SOLUTION


# %% check="lecture_gradients"
check(lecture_gradients)

# %% [markdown]
# Now *use* them. The gradient says in which direction the loss grows, so take a step the other way:
# w1 − lr · dw1, and w2 − lr · dw2. **Predict first:** does a larger step always help more?

# %%
predict("a_larger_step", ...)

# %%
figures.steps(lecture_gradients, x, y, w1, w2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. A learning rate of 0.008 brings the loss from 9 to nearly 0 in a single step. With twice that, the step goes far
# beyond the valley: no z is above 0 any more, the prediction is 0, and the loss is 1. Worse, every unit is off now, so
# all gradients are 0, and no later step changes anything. A gradient knows the slope where you stand, and nothing of
# what lies behind the next hill.
# </details>
#
# ## 4. A filter is found
#
# In notebook 02 somebody (we) thought of the filter −1, 1, −1 to find a lonely 1. Let us forget it, and only give
# *examples*: a signal of five 0s and 1s, and **how many** lonely 1s it has. Not where they are, and nothing of a
# filter. The three weights start at random, and for each example we go one small step down the gradient.


# %%
def lonely_ones(x):
    """How many 1s have no 1 beside them."""
    padded = np.pad(x, 1)
    return np.sum((padded[1:-1] == 1) & (padded[:-2] == 0) & (padded[2:] == 0))


def learn(seed, steps=3000, lr=0.02):
    """Stochastic gradient descent with random examples: the filter after each step, and
    each example's loss.
    """
    rng = np.random.default_rng(seed)
    w1, w2 = rng.normal(size=3), np.abs(rng.normal(size=5)) / 2
    filters, losses = [w1], []
    for _ in range(steps):
        x = rng.integers(0, 2, 5).astype(float)
        loss, dw1, dw2 = lecture_gradients(x, lonely_ones(x), w1, w2)
        w1, w2 = w1 - lr * dw1, w2 - lr * dw2
        filters.append(w1)
        losses.append(loss)
    return filters, losses


# %% [markdown]
# Start A has three positive weights, and starts B and C are two others. In the picture, look at the signs of the weights
# in the end, and at the loss below.

# %%
figures.found_again(learn, seeds=[1, 0, 8])

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# **Start A** ends with −1.13, 1.13, −1.13 and a loss of 0. That is *our* filter, a little larger, and w2 is a little
# smaller to make up for it. Nobody told it. **The filter was in the examples.**
#
# **Start B** goes downhill, too, and ends in a valley that isn't the deepest one: its filter finds gaps between 1s,
# which is better than nothing. **Start C** learns nothing at all: its weights are all negative. So on signals of 0s and
# 1s no z is ever above 0. ReLU is off everywhere, and the gradient is 0. Such a unit is called *dead*.
#
# Of a hundred starts (seeds 0 to 99), 44 find the filter and 12 are dead from the start. A network therefore gets many
# filters, each with a start of its own: enough of them find something worth while.
# </details>
#
# So that is the answer in small. What is missing are more layers, and a way to be *sure* of the gradients.

# %% [markdown]
# ## 5. Are they right?
#
# A wrong gradient doesn't stop with an error message. The network learns a bit worse, or not at all, and you look for
# the reason for days. But there is a check that knows nothing of chain rules: **nudge** one weight and see what the
# loss does. The loss a bit to the right, minus the loss a bit to the left, divided by the distance:
#
# (L(w + h) − L(w − h)) / 2h
#
# Below is our loss as `w1[0]` alone changes, and a rather large nudge, h = 2. By the chain rule the gradient is 18. In the
# picture, look at what the curve does between the two points. Then read the slopes for three sizes of h.


# %%
def loss_by_first_weight(value):
    moved = np.array([value, *w1[1:]])
    return (w2 @ np.maximum([moved @ padded[i : i + 3] for i in range(5)], 0) - y) ** 2


figures.nudged(loss_by_first_weight, start=w1[0], h=2, name="w1[0]")
for h in (2, 0.5, 1e-5):
    print("h =", h, " slope", (loss_by_first_weight(w1[0] + h) - loss_by_first_weight(w1[0] - h)) / (2 * h))

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# With a nudge as large as that, the slope is 24.75. On the way there are kinks, at −2 and at 0.5, where a unit switches
# off or on. With a small h it is 18, to ten digits or so. (Both sides are taken since that is far more exact than one side.
# What the curve bends on the right it bends on the left, too, and the two cancel out. On the piece of a parabola
# between two kinks, h = 0.5 is already exact.)
# </details>
#
# ### Exercise: `numerical_gradient` &nbsp; ⏱ 8 min · ●●○
#
# For any function f that makes a number of an array, one entry of the array after the other. The trap: after each
# nudge, the entry has to go back to where it was.

# %% exercise="numerical_gradient" points=2
def numerical_gradient(f, x, h=1e-5):
    """The gradient of f, which makes one number of an array of x's shape, at x: floats
    of the shape of x.

    Each entry is (f with this entry larger by h  -  f with it smaller by h) / (2 * h).
    x may have any number of axes and any real dtype; afterwards it is as it was.
    Example: numerical_gradient(lambda x: np.sum(x**2), np.array([3.0, -1.0])) is close
    to [6, -2].
    """
    ### BEGIN SOLUTION
    moved = x.astype(float)
    gradient = np.zeros(x.shape)
    #> for place in np.ndindex(x.shape):
    for place in np.ndindex(x.shape):
        #> moved[place] = ...
        moved[place] = x[place] + h
        #> up = ...
        up = f(moved)
        moved[place] = x[place] - h
        down = f(moved)
        moved[place] = x[place]
        gradient[place] = (up - down) / (2 * h)
    return gradient
    ### END SOLUTION


# %% check="numerical_gradient"
check(numerical_gradient)

# %% [markdown]
# Both ways to the same eight numbers:


# %%
def both_ways():
    """The gradients by w1 and w2, one after the other: by the chain rule, and by
    nudging.
    """
    _, dw1, dw2 = lecture_gradients(x, y, w1, w2)
    nudged1 = numerical_gradient(lambda w: lecture_gradients(x, y, w, w2)[0], w1)
    nudged2 = numerical_gradient(lambda w: lecture_gradients(x, y, w1, w)[0], w2)
    return np.concatenate([dw1, dw2]), np.concatenate([nudged1, nudged2])


figures.side_by_side(both_ways)

# %% [markdown]
# "Then why not always nudge?" **Predict first:** AlexNet has 61 million weights. How many times must the whole network
# run for *one* step, by nudging? By the chain rule?

# %%
predict("runs_for_one_step", ...)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 122 million times by nudging: twice for each weight. By the chain rule once forward and once backward, and the way back
# costs about twice the way forward. That is why backpropagation is worth a chapter, and nudging is only for checking.
# </details>
#
# ### Exercise: `relative_error` &nbsp; ⏱ 4 min · ●○○
#
# "Close" needs a measure. A difference of 0.001 is much for gradients of 0.002, and nothing for gradients of 5000. So
# divide by the size of the two: |a − b| / (|a| + |b|). Where both are 0 that would be 0 / 0; so never divide by less
# than 10⁻⁸. Take the maximum over all entries: a single wrong one shall not hide among many right ones.

# %% exercise="relative_error" points=1
def relative_error(a, b):
    """How different two arrays of the same shape are: one number, 0 when they are the
    same, at most 1.

    It is the maximum of abs(a - b) / max(1e-8, abs(a) + abs(b)) over all entries. Any
    real dtypes.
    Example: relative_error(np.array([1.0, 10.0]), np.array([3.0, 10.0])) is 0.5.
    """
    ### BEGIN SOLUTION
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    #> size = ...
    size = np.maximum(1e-8, np.abs(a) + np.abs(b))
    return np.max(np.abs(a - b) / size)
    ### END SOLUTION


# %% check="relative_error"
check(relative_error)

# %% [markdown]
# How small should h be? **Predict first:** the smaller, the better?

# %%
predict("the_smaller_the_better", ...)


# %%
def wavy(x):
    return np.sum(np.sin(x) * x**2)


place = np.array([0.7, -1.3, 2.1])
figures.step_sizes(
    numerical_gradient, relative_error, wavy, place, 2 * place * np.sin(place) + place**2 * np.cos(place)
)

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. With a large h the curve bends between the two points. With a tiny one, the two losses agree in nearly all their
# 16 digits, and the difference is made of rounding. In between, around 10⁻⁵, both errors are small.
# </details>
#
# From now on this is a **habit**: write a backward function, check it against nudges, then go on. For a layer alone
# there is no loss; but whatever comes later only enters through `up`, the gradient by the layer's output. So take
# random numbers for it, and for the loss the sum of `up * output`, whose gradient by the output is just `up`.

# %%
rng = np.random.default_rng(7)


def gradient_check(layer, backward, inputs, **options):
    """The relative error of each gradient that `backward` gives, one for each input of
    the layer.
    """
    up = rng.normal(size=layer(*inputs, **options).shape)

    def loss_by(place):  # the loss as a function of this one input
        return lambda value: np.sum(up * layer(*inputs[:place], value, *inputs[place + 1 :], **options))

    gradients = backward(up, *inputs[:2], **options)  # a bias, the third input, isn't needed on the way back
    gradients = gradients if isinstance(gradients, tuple) else (gradients,)
    return [
        relative_error(gradient, numerical_gradient(loss_by(place), inputs[place]))
        for place, gradient in enumerate(gradients)
    ]


# %% [markdown]
# Below 10⁻⁶ a gradient is right. Above 10⁻³ it is wrong. In between look closer: it may be a kink.

# %% [markdown]
# ## 6. Layer by layer
#
# A deep network is a chain of layers, and backpropagation treats each one alone. A layer is *given* the loss's gradient
# by its output. It *gives* the gradient by its weights, for the step, and the gradient by its input, which is what the
# layer below is waiting for. Write these for five layers, and you can train any network made of them, in any order.
#
# In the names, `dz` always means "the loss's gradient by z", and it has the shape of z.
#
# ### Exercise: `relu_backward` &nbsp; ⏱ 3 min · ●○○
#
# ReLU's slope at exactly 0 may be taken as 0 or 1; everybody takes 0.

# %% exercise="relu_backward" points=1
def relu_backward(da, z):
    """The gradient by z, from da, the gradient by relu(z). Both have the same shape,
    any; so has the result.

    Where z is above 0 it is da, elsewhere (also at 0) it is 0.
    Example: relu_backward(np.array([5.0, 6.0, 7.0]), np.array([-1.0, 2.0, 0.0])) gives
    [0, 6, 0].
    """
    ### BEGIN SOLUTION
    return da * (z > 0)
    ### END SOLUTION


# %% check="relu_backward"
check(relu_backward)

# %% [markdown]
# ### Exercise: `catch_relu_backward` &nbsp; ⏱ 5 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `relu_backward`. One is right, and each of the others has a mistake of its own.
# You don't see their code. An input *exposes* a function whose result there differs from the right one. The check
# shows what all five give on your inputs, and once only the right one stands, what was wrong with the others.
#
# Write a list with **a single input** that exposes all four: a tuple `(da, z)` of two arrays of the same shape. Three
# entries are enough.

# %% exercise="catch_relu_backward" points=2
catch_relu_backward = []  # one tuple (da, z)
### BEGIN SOLUTION
catch_relu_backward = [(np.array([-0.5, 1.5, 2.5]), np.array([1, 0, -1]))]
### END SOLUTION

# %% check="catch_relu_backward"
check("catch_relu_backward", catch_relu_backward)

# %% [markdown]
# <details><summary>Would the gradient check have found them?</summary>
#
# With random numbers it finds two: what happens to negative gradients, and the leak below 0. It never meets a z of exactly
# 0, and never whole numbers. A check with random numbers tests the usual case well, and the special ones not at all.
# </details>

# %% [markdown]
# And the habit:

# %%
z_try = rng.normal(size=(2, 3, 4))
figures.checked(["dz"], lambda: gradient_check(layers.relu, relu_backward, [z_try]))

# %% [markdown]
# ### Exercise: `fc_backward` &nbsp; ⏱ 8 min · ●●○
#
# The fully connected layer: z = x @ w.T + b, for N points at once: x is (N, n), w (m, n), b (m,), z (N, m).
#
# Start from the shapes: dx has the shape of x, dw that of w, and db that of b. Find the products of dz with x or w that
# have these shapes, and you are nearly done.
#
# **Predict first:** the loss of a batch is a mean over its N points. Each of them gives a part of dw. Is dw the sum of
# these parts, or their mean?

# %%
predict("parts_of_a_batch", ...)

# %% exercise="fc_backward" points=2
def fc_backward(dz, x, w):
    """Gradients of a fully connected layer z = x @ w.T + b:
    (dx (N, n), dw (m, n), db (m,)).

    dz is (N, m), the gradient by z; x is (N, n) and w (m, n), any real dtypes.
    Example: dz = [[1, 2]], x = [[3, 4, 5]] and w = [[1, 0, 0], [0, 1, 0]] give
    [[1, 2, 0]], [[3, 4, 5], [6, 8, 10]] and [1, 2].
    """
    ### BEGIN SOLUTION
    dz, x, w = dz.astype(float), x.astype(float), w.astype(float)
    #> dx = ...
    dx = dz @ w
    #> dw = ...
    dw = dz.T @ x
    #> db = ...
    db = dz.sum(axis=0)
    return dx, dw, db
    ### END SOLUTION


# %% check="fc_backward"
check(fc_backward)

# %%
def fully_connected(x, w, b):
    return x @ w.T + b


fc_try = [rng.normal(size=(5, 4)), rng.normal(size=(3, 4)), rng.normal(size=3)]  # x, w, b
figures.checked(["dx", "dw", "db"], lambda: gradient_check(fully_connected, fc_backward, fc_try))

# %% [markdown]
# ### Exercise: `softmax_nll_backward` &nbsp; ⏱ 8 min · ●●○
#
# The top of the network: softmax and negative log likelihood in one. For one point with the logits z and the true class
# y, the loss is log(Σ exp(z<sub>k</sub>)) − z<sub>y</sub>. Its derivative by z<sub>k</sub> is surprisingly simple. The
# logarithm gives exp(z<sub>k</sub>) / Σ exp(z<sub>j</sub>), which is the probability p<sub>k</sub>. The last term adds
# −1 at the true class. So it is p<sub>k</sub>, and at the true class p<sub>y</sub> − 1.
#
# **Predict first:** the network is sure and right, p<sub>y</sub> = 0.99. Sure and wrong, p<sub>y</sub> = 0.01. How
# large is the gradient by the true class's logit each time?

# %%
predict("sure_and_right_or_wrong", ...)

# %% exercise="softmax_nll_backward" points=2
def softmax_nll_backward(logits, y):
    """The gradient by the logits (N, K) of the mean negative log likelihood of the
    classes y (N,): floats (N, K).

    The loss is the mean over the N points. Right for logits as large as 1e4, too.
    Example: softmax_nll_backward(np.array([[0.0, 0.0]]), np.array([1])) gives
    [[0.5, -0.5]].
    """
    ### BEGIN SOLUTION
    z = logits.astype(float)
    #> p = ...
    p = np.exp(z - z.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    #> p[np.arange(...), ...] -= ...
    p[np.arange(len(y)), y] -= 1
    return p / len(y)
    ### END SOLUTION


# %% check="softmax_nll_backward"
check(softmax_nll_backward)

# %%
figures.probabilities(softmax_nll_backward, np.array([2.0, 0.5, 1.0, -1.0]), y=2)

# %% [markdown]
# The true class gets a negative gradient: a step *down* the gradient makes its logit larger. The others go down, each by
# as much as it was believed. Probabilities add up to 1, so the gradient adds up to 0: what one class gains, the others
# lose. (And the answer: nearly 0 when it is sure and right, nearly −1 when it is sure and wrong. It learns from its
# mistakes.)


# %%
def nll_loss(logits, y):
    """The loss of notebook 06: the mean negative log likelihood."""
    z = logits - logits.max(axis=1, keepdims=True)
    return np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y])


def check_softmax():
    logits, y = rng.normal(size=(4, 3)), np.array([2, 0, 1, 1])
    nudged = numerical_gradient(lambda logits: nll_loss(logits, y), logits)
    return [relative_error(softmax_nll_backward(logits, y), nudged)]


figures.checked(["dlogits"], check_softmax)

# %% [markdown]
# ### Exercise: `max_pool2d_backward` &nbsp; ⏱ 12 min · ●●○
#
# Max pooling has no weights, but what is below it has. Say the window 3, 9, 4, 1 gave 9. If the 3 grows a little, the
# output stays as it is. If the 9 grows, the output grows with it. Only the 9 counts. So it gets all of the gradient, and
# the other three get 0.
#
# Windows may overlap: then one place may be the maximum of several windows, and its gradients add up. And if there are
# two maxima? PyTorch gives everything to the first one, row by row; giving it to all of them, or sharing it, is common
# as well. Here any of these is right.

# %% exercise="max_pool2d_backward" points=3
def max_pool2d_backward(dy, x, size, stride):
    """The gradient by x (N, C, H, W), from dy (N, C, H', W'), the gradient by
    max_pool2d(x, size, stride).

    Each number of dy is added where the maximum of its window is; all else
    is 0. Floats of x's shape. Any real dtypes; windows may overlap, and a last row or
    column may belong to none.
    Example: x = [[[[3, 9], [4, 1]]]], dy = [[[[5.0]]]], size 2 and stride 2 give
    [[[[0, 5], [0, 0]]]].
    """
    ### BEGIN SOLUTION
    #> dx = np.zeros(...)
    dx = np.zeros(x.shape)
    #> for n, c, i, j in np.ndindex(dy.shape):
    for n, c, i, j in np.ndindex(dy.shape):
        top, left = i * stride, j * stride
        #> window = ...
        window = x[n, c, top : top + size, left : left + size]
        #> row, column = np.unravel_index(...)
        row, column = np.unravel_index(window.argmax(), window.shape)
        dx[n, c, top + row, left + column] += dy[n, c, i, j]
    return dx
    ### END SOLUTION


# %% check="max_pool2d_backward"
check(max_pool2d_backward)

# %%
heights = np.array([[1, 4, 2, 0], [3, 0, 7, 5], [-2, 6, 1, 2], [-5, -1, 3, 8]])
figures.routed(max_pool2d_backward, heights, np.array([[0.5, -1.0], [2.0, 3.0]]), size=2, stride=2)

# %% [markdown]
# Three of four places get nothing: in this step, the network learns only from what was loudest. **Predict first:** with
# size 3 and stride 1 the windows overlap. How many places get something now?

# %%
predict("places_with_a_gradient", ...)

# %%
figures.routed(max_pool2d_backward, heights, np.array([[0.5, -1.0], [2.0, 3.0]]), size=3, stride=1)

# %%
pool_try = rng.permutation(2 * 2 * 5 * 7).reshape(2, 2, 5, 7) / 10  # no two are the same


def check_pool(size, stride):
    return gradient_check(layers.max_pool2d, max_pool2d_backward, [pool_try], size=size, stride=stride)


figures.checked(["dx, size 2 stride 2", "dx, size 3 stride 1"], lambda: check_pool(2, 2) + check_pool(3, 1))

# %% [markdown]
# ### Exercise: `conv2d_backward` &nbsp; ⏱ 25 min · ●●●
#
# Now the heart of it. It looks frightening, and you have done it already, with a filter of size 3. One output is
#
# z[n, f, i, j] = sum of (window × w[f]) + b[f]
#
# so if the gradient by this one output is dz[n, f, i, j], then it adds
#
# - to **dw[f]**: dz × the *window*, since that is what the weights were multiplied by (a column of the wave),
# - to **dx**, in the window's place: dz × the *filter* w[f], since that is what the pixels were multiplied by,
# - to **db[f]**: dz.
#
# Here for one filter, one window, and dz = 2:

# %%
picture = np.array([[1, 2, 0, 1, 3], [0, 1, 4, 2, 1], [2, 0, 1, 5, 0], [1, 3, 2, 0, 1]])
figures.one_window(picture, np.array([[1, -1], [3, 0], [-2, 1]]), row=1, column=2, dz=2)

# %% [markdown]
# Do this for every image, filter and window, and add everything up: the same loops as forward. With padding, the windows
# are those of the padded image, so add up a `dpadded` and cut the padding off in the end. (Try your idea with
# `padding=0` as well: `dpadded[0:-0]` is empty. No `np.convolve`, SciPy, PyTorch or `helpers.layers` in here.)

# %% exercise="conv2d_backward" points=6
def conv2d_backward(dz, x, w, padding=0, stride=1):
    """Gradients of conv2d(x, w, b, padding, stride): (dx, dw, db), of the shapes of x,
    w and b.

    dz (N, F, H', W') is the gradient by the output, x is (N, C, H, W), db is (F,), w is
    (F, C, KH, KW). Any real dtypes; floats come out. The arguments stay as they are.
    Example: dz = [[[[2.0]]]], x = [[[[1, 3]]]] and w = [[[[10, 20]]]] give
    [[[[20, 40]]]], [[[[2, 6]]]] and [2].
    """
    ### BEGIN SOLUTION
    height, width = x.shape[2:]
    kh, kw = w.shape[2:]
    dz, w = dz.astype(float), w.astype(float)
    #> padded = ...
    padded = np.pad(x.astype(float), ((0, 0), (0, 0), (padding, padding), (padding, padding)))
    #> dpadded = np.zeros(...)
    dpadded = np.zeros(padded.shape)
    #> dw = np.zeros(...)
    dw = np.zeros(w.shape)
    #> for n, f, i, j in np.ndindex(dz.shape):
    for n, f, i, j in np.ndindex(dz.shape):
        rows = slice(i * stride, i * stride + kh)
        columns = slice(j * stride, j * stride + kw)
        #> dw[f] += ...
        dw[f] += dz[n, f, i, j] * padded[n, :, rows, columns]
        #> dpadded[n, :, rows, columns] += ...
        dpadded[n, :, rows, columns] += dz[n, f, i, j] * w[f]
    #> dx = ...
    dx = dpadded[:, :, padding : padding + height, padding : padding + width]
    return dx, dw, dz.sum(axis=(0, 2, 3))
    ### END SOLUTION


# %% check="conv2d_backward"
check(conv2d_backward)

# %%
conv_try = [rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 2)), rng.normal(size=4)]  # x, w, b


def check_conv(padding, stride):
    return gradient_check(layers.conv2d, conv2d_backward, conv_try, padding=padding, stride=stride)


parts = ["dx", "dw", "db", "dx, padding 1 stride 2", "dw, padding 1 stride 2", "db, padding 1 stride 2"]
figures.checked(parts, lambda: check_conv(0, 1) + check_conv(1, 2))

# %% [markdown]
# If all of this is green, you have written the hardest part of a deep learning library, and you *know* that it is right.
#
# Look around in it once more, for one image and one filter. Which inputs get the largest gradient, and which none at a
# stride of 3?

# %%
backward(picture, np.array([[1, -1], [3, 0], [-2, 1]]), dz=[[1, 0, 2, -1], [0, 3, 0, 1]])

# %% [markdown]
#
# <details><summary>For the curious: a convolution again, twice</summary>
#
# dw is a product of matrices, wave times dz, as with the five features: in the language of notebook 04, dz, flattened,
# times `im2col(x)`. And dx is a convolution of dz with the filters *turned by half a turn*. So here, on the way back,
# the flip turns up that everybody else calls convolution, and that machine learning leaves out on the way forward.
# </details>

# %% [markdown]
# ## 7. A step, and a network
#
# ### Exercise: `sgd_step` &nbsp; ⏱ 3 min · ●○○
#
# All parameters live in a dict, and their gradients in another with the same names. One step of gradient descent gives
# a *new* dict: the old parameters may still be wanted (we are going to film them).

# %% exercise="sgd_step" points=1
def sgd_step(params, grads, lr):
    """New parameters, each minus lr times its gradient: a new dict of arrays; the
    old one stays as it is.

    `params` and `grads` are dicts of arrays with the same names, whatever these are.
    Example: sgd_step({"w": np.array([1.0, 2.0])}, {"w": np.array([10.0, -10.0])},
    0.1) gives {"w": [0, 3]}.
    """
    ### BEGIN SOLUTION
    return {name: params[name] - lr * grads[name] for name in params}
    ### END SOLUTION


# %% check="sgd_step"
check(sgd_step)

# %% [markdown]
# The network is that of notebook 06: convolution, ReLU, pooling, and once more; then flatten and a fully connected
# layer. The digits are real ones, 8 by 8 pixels, written by 13 people. There are 1,198 to learn from, and 599 for a
# test. Those the network never sees while it learns. (They are the test part of a collection by 43 people: Alpaydin and
# Kaynak, 1998. Every third digit is for testing, so the same hands wrote both parts.)
#
# Learning starts at random. Not just any random numbers: too small, and the signal fades from layer to layer, too
# large, and it explodes. `weights.he_start()` draws each weight with the standard deviation sqrt(2 / inputs of its
# unit) (He et al., 2015), and sets all biases to 0.

# %%
train_images, train_labels, test_images, test_labels = data.digits()
images, new_images = train_images[:, None] / 16, test_images[:, None] / 16  # (1198, 1, 8, 8), (599, 1, 8, 8)


def forward(params, x):
    """convnet_forward of notebook 06, with the fast layers: (N, C, H, W) to logits
    (N, K).
    """
    a1 = layers.max_pool2d(layers.relu(layers.conv2d(x, params["w1"], params["b1"], padding=1)), 2, 2)
    a2 = layers.max_pool2d(layers.relu(layers.conv2d(a1, params["w2"], params["b2"], padding=1)), 2, 2)
    return a2.reshape(len(x), -1) @ params["w3"].T + params["b3"]


def accuracy(params, x, y):
    return np.mean(forward(params, x).argmax(axis=1) == y)


start = weights.he_start()
print("weights:", sum(array.size for array in start.values()))
print(f"accuracy of the start on new digits: {accuracy(start, new_images, test_labels):.1%}")
print(f"loss of the start: {nll_loss(forward(start, images), train_labels):.2f}")

# %% [markdown]
# As good as guessing. A network that gives each class the same probability has the loss −ln(1/10) = ln 10 = 2.30. This
# start's is a bit larger: it isn't undecided, it has random opinions, and pays for those that are wrong. A first loss of
# 0.5, or of 50, would be a sign of a mistake. Good habit number two.
#
# ### Exercise: `loss_and_gradients` &nbsp; ⏱ 20 min · ●●●
#
# Everything on one batch of images: once forward, once backward.
#
# 1. forward through all layers, keeping what each one was given;
# 2. the loss, and `dlogits`, its gradient by the logits;
# 3. backward through the layers, from the last to the first.
#
# For convolution and pooling take the fast ones in `layers`: `layers.conv2d(x, w, b, padding)`,
# `layers.max_pool2d(x, size, stride)`, `layers.relu`. Their backward functions have the names and arguments of yours.
# (Yours give the same numbers and would take minutes.) For the rest call what you wrote above, and `nll_loss`.
#
# The backward function of a layer needs what the layer was given. So of each block (convolution, ReLU, pooling) keep three
# arrays of the forward pass: one for each of its layers.

# %% exercise="loss_and_gradients" points=3
def loss_and_gradients(params, x, y):
    """The loss of the network of `convnet_forward` on one batch, and its gradients:
    (loss, grads).

    params: dict of w1 (F1, C, 3, 3), b1 (F1,), w2 (F2, F1, 3, 3), b2 (F2,), w3 (K, n),
    b3 (K,). x (N, C, H, W), y (N,) classes. The loss is the mean negative log
    likelihood. grads is a dict with the names and shapes of params. Sides need not be
    multiples of 4. The arguments stay as they are.
    """
    ### BEGIN SOLUTION
    # forward
    #> z1 = layers.conv2d(...)
    z1 = layers.conv2d(x, params["w1"], params["b1"], padding=1)
    a1 = layers.relu(z1)
    p1 = layers.max_pool2d(a1, 2, 2)
    z2 = layers.conv2d(p1, params["w2"], params["b2"], padding=1)
    a2 = layers.relu(z2)
    p2 = layers.max_pool2d(a2, 2, 2)
    flat = p2.reshape(len(x), -1)
    #> logits = ...
    logits = flat @ params["w3"].T + params["b3"]

    # backward
    grads = {}
    #> dlogits = ...
    dlogits = softmax_nll_backward(logits, y)
    #> dflat, grads["w3"], grads["b3"] = ...
    dflat, grads["w3"], grads["b3"] = fc_backward(dlogits, flat, params["w3"])
    #> da2 = ...
    da2 = layers.max_pool2d_backward(dflat.reshape(p2.shape), a2, 2, 2)
    #> dp1, grads["w2"], grads["b2"] = layers.conv2d_backward(...)
    dp1, grads["w2"], grads["b2"] = layers.conv2d_backward(relu_backward(da2, z2), p1, params["w2"], padding=1)
    da1 = layers.max_pool2d_backward(dp1, a1, 2, 2)
    _, grads["w1"], grads["b1"] = layers.conv2d_backward(relu_backward(da1, z1), x, params["w1"], padding=1)
    return nll_loss(logits, y), grads
    ### END SOLUTION


# %% check="loss_and_gradients"
check(loss_and_gradients)

# %% [markdown]
# <details><summary>Which three arrays are these in the second block?</summary>
#
# `p1`, what the convolution was given; `z2`, what ReLU was given; `a2`, what pooling was given. What comes out of a
# block is only needed by the next one.
# </details>
#
# And the habit: the whole chain, checked against nudges before anything is trained with it. Nudging takes 2 × 207 runs
# for a small network of two and three filters, so take that.


# %%
def gradient_by_nudging(params, x, y):
    def loss_by(name):
        return lambda value: nll_loss(forward({**params, name: value}, x), y)

    return {name: numerical_gradient(loss_by(name), params[name]) for name in params}


def whole_check(params, x, y):
    _, chain = loss_and_gradients(params, x, y)
    nudged = gradient_by_nudging(params, x, y)
    return [relative_error(chain[name], nudged[name]) for name in params]


small = weights.he_start(filters=(2, 3))
some, some_labels = images[:20], train_labels[:20]
moved = small | {"b1": np.array([0.1, -0.2]), "b2": np.array([0.2, 0.1, -0.1])}
figures.checked(list(moved), lambda: whole_check(moved, some, some_labels))

# %% [markdown]
# **Predict first:** the same check at `small` itself, where all biases are exactly 0. Does a line turn orange, and which?
# (Think of the blank paper around a digit.)

# %%
predict("biases_of_0", ...)

# %%
figures.checked(list(small), lambda: whole_check(small, some, some_labels))

# %% [markdown]
# <details><summary>Answer</summary>
#
# The line of b1, and your code is right. On blank paper all pixels are 0, and with a bias of 0 so is z: exactly on
# ReLU's *kink*. There the slope is 0 to the left and 1 to the right; the rule says 0, and nudging to both sides finds
# 1/2. A nudge to the bias b1 moves all blank pixels off the kink together. So check gradients away from kinks: at biases
# that aren't 0.
# </details>
#
# ### Exercise: `train` &nbsp; ⏱ 12 min · ●●○
#
# The gradients are right, so use them. **Minibatch stochastic gradient descent**: an epoch goes once through all images,
# in a new random order, a few of them (a *batch*) for each step. A dozen lines.
#
# **Predict first:** 1,198 images in batches of 16. How many steps does an epoch make, and how large is the last batch?

# %%
predict("steps_of_an_epoch", ...)

# %% exercise="train" points=2
def train(params, x, y, lr, epochs, batch, seed):
    """Trains with `loss_and_gradients`: (params, losses), the new parameters and each
    epoch's mean loss.

    params: a dict as above; it stays as it is. x (N, C, H, W), y (N,) classes. Each
    epoch takes all points once, `batch` at a time (the last batch may be smaller), in a
    new order from np.random.default_rng(seed), and makes a step of -lr * gradient for
    each batch.
    losses: a list with a number for each epoch, the mean loss of its points as they
    were met.
    The same seed gives the same result, another seed another order.
    """
    ### BEGIN SOLUTION
    rng = np.random.default_rng(seed)
    losses = []
    for _ in range(epochs):
        order = rng.permutation(len(x))
        total = 0.0
        for first in range(0, len(x), batch):
            #> chosen = order[...]
            chosen = order[first : first + batch]
            #> loss, grads = loss_and_gradients(...)
            loss, grads = loss_and_gradients(params, x[chosen], y[chosen])
            total += loss * len(chosen)
            #> params = ...
            params = {name: params[name] - lr * grads[name] for name in params}
        losses.append(total / len(x))
    return params, losses
    ### END SOLUTION


# %% check="train"
check(train)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 75 steps: 74 batches of 16, and a last one of 14.
# </details>

# %% [markdown]
# ## 8. Watch it learn
#
# Now from nothing: random filters, 1,198 digits, 12 epochs. After each epoch we measure, and keep the parameters, to
# look at the filters later.


# %%
def measured(params):
    """Loss and accuracy on the images it learns from, and on new ones."""
    logits, new_logits = forward(params, images), forward(params, new_images)
    return {
        "params": params,
        "train_loss": nll_loss(logits, train_labels),
        "train_accuracy": np.mean(logits.argmax(axis=1) == train_labels),
        "new_loss": nll_loss(new_logits, test_labels),
        "new_accuracy": np.mean(new_logits.argmax(axis=1) == test_labels),
    }


def watch(epochs=12):
    """What is measured before learning and after each epoch."""
    params = start
    history = [measured(params)]
    for epoch in range(epochs):
        params, _ = train(params, images, train_labels, lr=0.2, epochs=1, batch=16, seed=epoch)
        history.append(measured(params))
    return history


# %% [markdown]
# **Predict first:** guessing gives 10 %. How many percent of the new digits are right after one epoch, that is, after
# having seen each digit once? How many in the end?

# %%
predict("after_one_epoch", ...)

# %%
history = figures.attempt(watch)
figures.curves(history)
if history:
    print(f"new digits: {history[1]['new_accuracy']:.1%} after one epoch, {history[-1]['new_accuracy']:.1%} in the end")

# %% [markdown]
# <details><summary>What do the curves say?</summary>
#
# About 86 % after a single look at each digit, and **97.8 %** in the end, on digits that it has never seen. It isn't a
# smooth ride: around epoch 5 the steps are too large for the place it is at, and it finds its way back. (Luck plays a
# part: 15 other starts gave between 96.7 and 98.7 %, with a mean of 97.6 %.)
#
# How well does it read hands that it has never seen? The digits come in the order in which they were collected. With
# the first 1,198 to learn from and the last 599 to be tested on, five starts gave 94.2 to 96.7 %, with a mean of
# 95.2 %. So about two points of the 97.6 % come from knowing the hands.
#
# In the end the accuracy on the images it learns from is 100 % and their loss nearly 0, while on new ones both level
# off. From there on it only learns these images by heart. (This is called *overfitting*; section 11 has more of it. A
# regulariser, more data, or stopping earlier help.)
# </details>
#
# And the filters? They start as noise. In the picture, look for edges and strokes like those that we designed.

# %%
figures.filters(history, epochs=(0, 1, 4, 12))

# %% [markdown]
# Take a good look at the first and the last line. Some have hardly changed. Some have turned into something with a
# direction: blue on one side and orange on the other, an edge. Or a bright line with dark beside it. It is not as tidy
# as what a person would draw. A filter doesn't have to look nice, it only has to be *useful to the next layer*.
#
# Move the slider through the epochs. What does each filter see in this digit?

# %%
figures.film(history, new_images[test_labels == 3][2, 0])

# %% [markdown]
# The mistakes that are left, the surest first. Above each what the network says, and how sure it is. How many
# would you have got right?

# %%
figures.misread(test_images, test_labels, history and forward(history[-1]["params"], new_images))

# %% [markdown]
# ### Were the filters worth learning?
#
# A fair question: perhaps the fully connected layer does all the work, and *any* filters would do. So let us give three
# things to the same classifier, logistic regression. The first are the plain pixels. The others are what our
# convolutional layers make of them, with their *random* start and with *learned* filters. Three starts each, since luck
# plays a part. Your `train` is called for each of them, with 12 epochs, so the cell takes some seconds.
#
# **Predict first:** how good is the classifier with random filters, compared with plain pixels?

# %%
predict("random_filters", ...)

# %%
figures.worth(train, (images, train_labels, new_images, test_labels))

# %% [markdown]
# <details><summary>What does it say?</summary>
#
# With random filters it is no better than with plain pixels (rather worse: pooling forgets places, and noise doesn't
# make up for it). With learned filters it is better than both, from every start: about half as many mistakes. So it
# isn't the architecture alone: **what was learned is in the filters.** (599 digits are few. A percent is six of them,
# and a difference of half a percent may well be luck.)
# </details>

# %% [markdown]
# ## 9. A tape in forty lines
#
# `loss_and_gradients` is written for *one* network. Another layer, and you write it anew: the forward pass, and the same
# steps backwards. That second half is no work for a person, since the first half says it all. So let the numbers
# remember where they came from.
#
# A `Tensor` wraps an array. Each operation returns a new `Tensor` that knows its **parents**, the tensors it was made
# from. It also knows **back**, a function that turns the gradient by the result into the gradients by the parents. Such
# a record of a computation is called a *tape*, or a graph. You have written all the backs already.
#
# - `value`: the array; `grad`: the gradient of the last result by it, 0 before `backward()`.
# - `parents`: a tuple of tensors, empty for what you made yourself; `back(d)`: a tuple of as many gradients.
# - `x.conv2d(w, b, padding, stride)`, `x.relu()`, `x.max_pool2d(size, stride)`, `x.flatten()`,
#   `x.fully_connected(w, b)`: w and b are tensors too. `logits.softmax_nll(y)`: y is an array of classes.
# - `loss.backward()` fills `grad` in all that the loss was made from.
#
# A value may be used twice, by two operations. `backward` has to take care of such values.
#
# <details><summary>How it does that</summary>
#
# The gradient of such a value is the sum of two parts, as for shared weights. It has to wait until *both* operations
# have handed down their parts. So the order matters: each tensor before its parents, and each only once. Walk to the
# parents first, put the tensor itself into a list after them, and read that list backwards.
# </details>
#
# ### Exercise: `Tensor` &nbsp; ⏱ 25 min · ●●●
#
# Eight short methods. The first two operations are nearly given; the others are made in the same way.

# %% exercise="Tensor" points=3
class Tensor:
    """An array that knows how it was made: value, grad, parents, back.

    value and grad are arrays of floats of the same shape. `parents` are the tensors it
    was made from; back(d), for a gradient d by this value, gives a tuple of gradients,
    one for each parent.
    """

    def __init__(self, value, parents=(), back=None):
        ### BEGIN SOLUTION
        #> self.value = np.asarray(value, dtype=float)
        self.value = np.asarray(value, dtype=float)
        #> self.grad = np.zeros(self.value.shape)
        self.grad = np.zeros(self.value.shape)
        #> self.parents, self.back = parents, back
        self.parents, self.back = parents, back
        ### END SOLUTION

    def conv2d(self, w, b, padding=0, stride=1):
        """The convolution of this batch (N, C, H, W) with filters w and biases b."""
        ### BEGIN SOLUTION
        #> z = layers.conv2d(self.value, w.value, b.value, padding, stride)
        z = layers.conv2d(self.value, w.value, b.value, padding, stride)
        #> return Tensor(z, (self, w, b), lambda d: conv2d_backward(d, ...))
        return Tensor(z, (self, w, b), lambda d: conv2d_backward(d, self.value, w.value, padding, stride))
        ### END SOLUTION

    def relu(self):
        """ReLU of each entry, any shape."""
        ### BEGIN SOLUTION
        #> return Tensor(layers.relu(self.value), (self,), lambda d: (...,))
        return Tensor(layers.relu(self.value), (self,), lambda d: (relu_backward(d, self.value),))
        ### END SOLUTION

    def max_pool2d(self, size, stride):
        """Max pooling of this batch (N, C, H, W)."""
        ### BEGIN SOLUTION
        y = layers.max_pool2d(self.value, size, stride)
        return Tensor(y, (self,), lambda d: (max_pool2d_backward(d, self.value, size, stride),))
        ### END SOLUTION

    def flatten(self):
        """Each point of the batch as one row: (N, ...) to (N, n)."""
        ### BEGIN SOLUTION
        #> return Tensor(..., (self,), lambda d: (...,))
        return Tensor(self.value.reshape(len(self.value), -1), (self,), lambda d: (d.reshape(self.value.shape),))
        ### END SOLUTION

    def fully_connected(self, w, b):
        """This batch (N, n) through a fully connected layer of weights w (m, n) and
        biases b (m,).
        """
        ### BEGIN SOLUTION
        z = self.value @ w.value.T + b.value
        return Tensor(z, (self, w, b), lambda d: fc_backward(d, self.value, w.value))
        ### END SOLUTION

    def softmax_nll(self, y):
        """The mean negative log likelihood of the classes y (N,), for these logits
        (N, K): one number.
        """
        ### BEGIN SOLUTION
        #> loss = nll_loss(...)
        loss = nll_loss(self.value, y)
        return Tensor(loss, (self,), lambda d: (d * softmax_nll_backward(self.value, y),))
        ### END SOLUTION

    def backward(self):
        """Adds to `grad` of all ancestors the gradient of this value by theirs; its own
        is 1.
        """
        ### BEGIN SOLUTION
        order, seen = [], set()

        #> def visit(tensor):
        def visit(tensor):
            if tensor not in seen:
                seen.add(tensor)
                for parent in tensor.parents:
                    visit(parent)
                order.append(tensor)

        visit(self)
        #> self.grad = np.ones(...)
        self.grad = np.ones(self.value.shape)
        #> for tensor in reversed(order):
        for tensor in reversed(order):
            if tensor.parents:
                #> for parent, gradient in zip(tensor.parents, ...):
                for parent, gradient in zip(tensor.parents, tensor.back(tensor.grad)):
                    #> parent.grad = ...
                    parent.grad = parent.grad + gradient
        ### END SOLUTION


# %% check="Tensor"
check(Tensor)

# %% [markdown]
# The network again. Now it is written *forward* only, and a training step has four lines. In the picture, look at how
# large the difference is between these gradients and those of `loss_and_gradients`.


# %%
def tape_loss(p, x, y):
    """The loss of the network as a Tensor, for parameters p that are Tensors."""
    a1 = Tensor(x).conv2d(p["w1"], p["b1"], padding=1).relu().max_pool2d(2, 2)
    a2 = a1.conv2d(p["w2"], p["b2"], padding=1).relu().max_pool2d(2, 2)
    return a2.flatten().fully_connected(p["w3"], p["b3"]).softmax_nll(y)


def tape_step(params, x, y, lr):
    """One step of gradient descent: the new parameters, the loss, and the gradients."""
    p = {name: Tensor(array) for name, array in params.items()}  # 1: wrap
    loss = tape_loss(p, x, y)  # 2: forward
    loss.backward()  # 3: backward
    new = {name: array - lr * p[name].grad for name, array in params.items()}  # 4: step
    return new, float(loss.value), {name: tensor.grad for name, tensor in p.items()}


def against_tape():
    _, _, taped = tape_step(moved, some, some_labels, lr=0.2)
    _, written = loss_and_gradients(moved, some, some_labels)
    return [relative_error(taped[name], written[name]) for name in moved]


figures.checked(list(moved), against_tape)

# %% [markdown]
# The same numbers, but for rounding at most. And a change of the network is now a change of *one* line: put another
# `.conv2d(...).relu()` into `tape_loss`, and `backward()` needs no change at all.
#
# ## 10. The same by PyTorch
#
# In practice nobody writes this class either. Libraries such as PyTorch have one, with some hundred operations, on a
# GPU. Do they agree with you?

# %%
def gradient_by_torch(params, x, y):
    import torch
    from torch.nn import functional as F

    p = {name: torch.tensor(array, requires_grad=True) for name, array in params.items()}  # 1: wrap
    a1 = F.max_pool2d(torch.relu(F.conv2d(torch.tensor(x), p["w1"], p["b1"], padding=1)), 2)
    a2 = F.max_pool2d(torch.relu(F.conv2d(a1, p["w2"], p["b2"], padding=1)), 2)
    loss = F.cross_entropy(a2.flatten(1) @ p["w3"].T + p["b3"], torch.tensor(y))  # 2: forward
    loss.backward()  # 3: backward
    return {name: tensor.grad.numpy() for name, tensor in p.items()}


def against_torch():
    _, yours = loss_and_gradients(start, images, train_labels)
    theirs = gradient_by_torch(start, images, train_labels)
    return [relative_error(yours[name], theirs[name]) for name in start]


figures.checked(list(start), against_torch, needs="torch")

# %% [markdown]
# All 3,706 gradients, for all 1,198 digits, are the same but for rounding (where PyTorch is installed). One line,
# `loss.backward()`, and now you know what it does: you have written it.

# %% [markdown]
# ## 11. Clothes
#
# Digits of 8 by 8 pixels are easy. Here is something harder: *Fashion-MNIST*, pictures of clothes (Xiao, Rasul and
# Vollgraf, 2017), made smaller, to 14 by 14 pixels. There are ten kinds, and some look much alike.
#
# And this time we do it by the rules. There are three parts. The network **learns** from 4,000 pictures. All that *we*
# choose (the learning rate, the number of epochs, the filters) we choose by 1,000 others, the **validation** part. The
# 2,000 of the **test** part we look at once, in the end. If we chose by them, they would not be new any more.

# %%
learning, validation, test = fashion.load()  # x (N, 1, 14, 14), y (N,)
figures.wardrobe(learning)

# %% [markdown]
# One start may be lucky. So take three, and draw their mean with **error bars**: one standard deviation over the starts,
# up and down. Each start has 8 epochs, the last two with a fifth of the learning rate. Your `train` does all of it, so
# the cell takes about a minute.
#
# Digits reached 98 %. In the picture, look at what these reach, and at how long the bars are.

# %%
def from_each_start(starts=3):
    """The learned parameters, and losses and accuracies by epoch, for each start."""
    return [clothes.learned(train, learning, validation, epochs=8, last=2, start=start) for start in range(starts)]


runs = figures.attempt(from_each_start)
figures.over_starts(runs)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# After one epoch the three starts have 74, 79 and 81 % of the validation part right; in the end they have 84, 87 and
# 86 %. The bars are long at first and short in the end: luck matters less when the steps get small. With bars as long
# as these, a difference of one percent between two networks says nothing.
#
# On the pictures it learns from it has 87 to 89 %. That is a little more than on the validation part. The gap is small,
# since 4,000 pictures are many for 2,698 weights.
# </details>
#
# Now for the opposite. Take only the first 250 pictures, and 80 epochs, in batches of 25. In the picture, compare what the
# two losses do before the dashed line and after it. Look at the validation accuracy, too.

# %%
def from_few():
    return clothes.learned(train, learning.first(250), validation, epochs=80, batch=25)


figures.overfitting(figures.attempt(from_few))

# %% [markdown]
# This is what **overfitting** looks like. Up to the dashed line the network learns what holds for all clothes, and both
# losses fall. From there on one falls, and the other slowly rises. The 250 pictures it knows by heart in the end; of
# the validation part it has 76 % right. That share hardly falls. But the network gets ever surer, also where it is
# wrong, and the loss counts that.
#
# ### Exercise: `rising_loss` &nbsp; ⏱ 2 min · ●●○
#
# The loss on the pictures it learns from still falls, epoch by epoch. The validation loss rises. What does that mean?
#
# - **a** Some of the gradients are wrong.
# - **b** The network still learns, but what it learns now holds for these 250 pictures only.
# - **c** The learning rate is too large.
# - **d** It has to learn longer; then the validation loss falls too.

# %% exercise="rising_loss" points=1
rising_loss = None  # your letter, in quotes
### BEGIN SOLUTION
rising_loss = "b"
### END SOLUTION

# %% check="rising_loss"
check("rising_loss", rising_loss)

# %% [markdown]
# What helps? To stop at the dashed line, which is what the validation part is for. Or more pictures: with 4,000 of them
# the gap was small.
#
# Everything is chosen. So now, once, the **test** part. In the picture, look for the kinds that are easy and for those
# that are hard.

# %%
figures.kinds(runs and [clothes.by_class(params, test) for params, _ in runs])
if runs:
    shares = [clothes.score(params, test)[1] for params, _ in runs]
    print(f"new pictures: {np.mean(shares):.1%} right, standard deviation over the starts {np.std(shares, ddof=1):.1%}")

# %% [markdown]
# <details><summary>What does it say?</summary>
#
# About 83 %, with a standard deviation of half a percent over the starts. Trousers, sneakers, ankle boots and bags are
# easy: more than 90 %. Shirts are hard: 59 %. At 14 by 14 pixels they look like T-shirts, pullovers and coats; try it
# yourself above. Larger pictures and deeper networks do better: that is notebook 08.
# </details>

# %% [markdown]
# ## 12. Going further: momentum
#
# This section is for those who want more; it has no points. Plain steps have no memory. In a narrow valley they jump
# from side to side. **Momentum** lets a step remember its direction, as a heavy ball does. It keeps a *velocity* v,
# which starts at 0. Then for each parameter p with the gradient g:
#
# v ← momentum · v + g &nbsp; and then &nbsp; p ← p − lr · v
#
# ### Exercise: `momentum_step` &nbsp; ⏱ 6 min · ●●○ · no points

# %% exercise="momentum_step" points=0
def momentum_step(params, grads, velocity, lr, momentum):
    """One step with momentum: (params, velocity), two new dicts; the given ones stay as
    they are.

    All are dicts of arrays with the same names. The new velocity is momentum * velocity
    + gradient, and a parameter changes by -lr times its new velocity.
    Example: {"w": [1.0]}, {"w": [2.0]}, {"w": [4.0]}, lr 0.5 and momentum 0.5 give
    {"w": [-1.0]} and {"w": [4.0]}.
    """
    ### BEGIN SOLUTION
    #> velocity = {name: ... for name in params}
    velocity = {name: momentum * velocity[name] + grads[name] for name in params}
    #> return {name: ... for name in params}, velocity
    return {name: params[name] - lr * velocity[name] for name in params}, velocity
    ### END SOLUTION


# %% check="momentum_step"
check(momentum_step)

# %% [markdown]
# The digits again, for two epochs with a small learning rate of 0.02. With a momentum of 0.9, a gradient counts
# 1 + 0.9 + 0.81 + … = 10 times in the end. In the picture, look at which loss falls faster, with momentum or without.

# %%
def two_epochs(momentum):
    """The loss on new digits after every fifth step of two epochs with momentum."""
    losses = []
    params, velocity = start, {name: np.zeros(array.shape) for name, array in start.items()}
    rng = np.random.default_rng(0)
    for _ in range(2):
        for step, chosen in enumerate(np.array_split(rng.permutation(len(images)), 75)):
            _, grads = loss_and_gradients(params, images[chosen], train_labels[chosen])
            params, velocity = momentum_step(params, grads, velocity, lr=0.02, momentum=momentum)
            if step % 5 == 4:
                losses.append(nll_loss(forward(params, new_images), test_labels))
    return losses


figures.raced(two_epochs, momenta=(0.0, 0.9), every=5)

# %% [markdown]
# ## The answer
#
# *Where do filters come from?*
#
# From examples. A filter starts as noise. For each weight the chain rule says how the loss would change if it grew. The
# error at the top is handed down from layer to layer. At each window it is multiplied by what the weight has met there:
# a wave of x's. A weight is used in many places, so its gradients add up. A small step the other way, and again, a
# thousand times: then three weights have become a detector of lonely ones, or 3,706 weights a reader of digits. Nobody
# designed the filters. Somebody chose the architecture and the loss, and brought the examples.
#
# What you can do now:
#
# - take any of these layers backward, and know that the result is right
# - train a convolutional network with nothing but NumPy
# - let a computation record itself, and go back through it
# - read learning curves: what is learned, what is learned by heart, and what is luck
# - say what a deep learning library does for you
#
# <details><summary>Further reading</summary>
#
# - David Rumelhart, Geoffrey Hinton, Ronald Williams: *Learning representations by back-propagating errors*, Nature 323,
#   1986.
# - Atılım Güneş Baydin and others: *Automatic differentiation in machine learning: a survey*, Journal of Machine
#   Learning Research 18, 2018. Tapes, and the other way round.
# - Kaiming He and others: *Delving deep into rectifiers*, ICCV 2015. How to start.
# - Han Xiao, Kashif Rasul, Roland Vollgraf: *Fashion-MNIST: a novel image dataset for benchmarking machine learning
#   algorithms*, arXiv 1708.07747, 2017.
# - Ilya Sutskever and others: *On the importance of initialization and momentum in deep learning*, ICML 2013.
# </details>
#
# **Next**, in notebook 08: the same ideas in PyTorch, for large colour photographs, on a GPU.
