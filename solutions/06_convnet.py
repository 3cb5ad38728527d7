# %% [markdown]
# # 06 · From pixels to an answer
#
# **The question of this chapter:** a filter, a ReLU, a maximum: each of them does one small thing. What do you have to put together so that pixels go in
# at one end, and "a 7, and I am 98 % sure" comes out at the other? And how much of that is new to you?
#
# You have written all the layers (notebooks 01 to 05). Now they become a convolutional network, a *convnet* for short. Its weights are given here; how they were found is notebook 07.
#
# **After this chapter** you can say for any row of layers which shapes come out and how many weights it has. You can turn
# scores into probabilities and a loss, without overflow. And you can say what is new in a convnet, and what isn't.
#
# ⏱ about 110 minutes · {exercises} · {points}

# %%
import numpy as np

import helpers
from helpers import check, data, hint, layers, weights
from helpers.figures import convnet as figures
from helpers.figures.interactive import network

# %%
helpers.recall("05_max_pooling")

# %% [markdown]
# <details><summary>Do you remember notebook 05? Max pooling of size 2 and stride 2 gets a tensor of shape (10, 4, 9, 8).
# Which shape comes out, and how many weights does the layer have?</summary>
#
# `(10, 4, 4, 4)`: the last row has no partner. It has no weights at all.
# </details>

# %% [markdown]
# ## 1. A row of layers
#
# Nearly every convolutional network for images is built like this:
#
# 1. the **image**;
# 2. **convolution + ReLU**, then **max pooling**, and that several times;
# 3. **flatten**, a **fully connected** layer, and **softmax**, which makes probabilities (section 4).
#
# Part 2 learns features. Its first filters find edges and dots. The next ones look at maps of edges and dots, and find combinations of them. The ones after
# those find combinations of combinations: a tyre, say, and then a car. Part 3 you know already. Take part 2 away and let the pixels go into it, and logistic regression is
# left. The output layer stays what it was; only its features are new. (On digits ours finds no tyres. Fur, wheels and
# faces come in notebook 08, where the pictures are photographs.)
#
# Here is ours, for digits of 8 by 8 pixels. Each layer is one line, with everything that has to be said about it:

# %%
reader = [
    ("conv", 12, 3, 1, 1),  # 12 filters of 3 by 3, padding 1, stride 1
    ("relu",),
    ("pool", 2, 2),  # max pooling, size 2, stride 2
    ("conv", 24, 3, 1, 1),
    ("relu",),
    ("pool", 2, 2),
    ("flatten",),
    ("fc", 10),  # fully connected, 10 outputs: one for each digit
]

# %% [markdown]
# **Predict first:** one image goes in, a tensor of shape (1, 8, 8). What are the eight shapes after the eight layers? Write them down. (Channels first; and you know the formula,
# $\lfloor (n + 2p - k)/s \rfloor + 1$.)

# %%
helpers.predict("flat_list", ...)

# %% [markdown]
# ### Exercise: `shape_trace` &nbsp; ⏱ 12 min · ●●○
#
# Now let the computer do it, for any list of layers.

# %% exercise="shape_trace" points=3
def shape_trace(layers, shape):
    """The shape after each layer, for an image of `shape` (C, H, W): a list of tuples
    of integers.

    layers is a list of ("conv", f, k, padding, stride) for f filters of k by k,
    ("relu",), ("pool", size, stride), ("flatten",) and ("fc", m) for m outputs. There
    is an entry for each layer, relu included; after flatten shapes are (n,).
    Example: shape_trace([("conv", 4, 3, 0, 1), ("flatten",)], (1, 5, 6)) gives
    [(4, 3, 4), (48,)].
    """
    ### BEGIN SOLUTION
    shapes = []
    #> for layer in layers:
    for layer in layers:
        kind = layer[0]
        if kind == "conv":
            f, k, padding, stride = layer[1:]
            shape = (f, (shape[1] + 2 * padding - k) // stride + 1, (shape[2] + 2 * padding - k) // stride + 1)
        elif kind == "pool":
            size, stride = layer[1:]
            shape = (shape[0], (shape[1] - size) // stride + 1, (shape[2] - size) // stride + 1)
        elif kind == "flatten":
            shape = (shape[0] * shape[1] * shape[2],)
        elif kind == "fc":
            shape = (layer[1],)
        #> shapes.append(...)
        shapes.append(shape)
    return shapes
    ### END SOLUTION


# %% check="shape_trace"
check(shape_trace)

# %% [markdown]
# Your shapes, drawn to scale (but for the lists at the end, which would be too long). Was your prediction right?

# %%
figures.architecture(shape_trace, reader, (1, 8, 8))

# %% [markdown]
# It is the typical look: the maps get smaller, and there are more and more of them. Less *where*, more *what*.

# %% [markdown]
# ## 2. What there is to learn
#
# **Predict first:** which of the layers has the most weights: the first convolution, the second one, or the fully connected layer at the end?

# %%
helpers.predict("most_weights", ...)

# %% [markdown]
# ### Exercise: `count_weights` &nbsp; ⏱ 8 min · ●●○
#
# You have counted the weights of a fully connected layer (notebook 01) and of a convolution (notebook 04). Now of a whole list of layers. To count those of one layer you need to know
# the shape that it gets.

# %% exercise="count_weights" points=2
def count_weights(layers, shape):
    """How many weights a whole network has, biases included, for images of `shape`
    (C, H, W): an integer.

    layers is a list as in shape_trace. Pooling, ReLU and flatten have none.
    Example: count_weights([("conv", 4, 3, 0, 1), ("flatten",), ("fc", 2)], (1, 5, 6))
    is 40 + 98 = 138.
    """
    ### BEGIN SOLUTION
    total = 0
    for layer in layers:
        kind = layer[0]
        if kind == "conv":
            f, k, padding, stride = layer[1:]
            #> total += ...
            total += f * (shape[0] * k * k + 1)
            shape = (f, (shape[1] + 2 * padding - k) // stride + 1, (shape[2] + 2 * padding - k) // stride + 1)
        elif kind == "pool":
            size, stride = layer[1:]
            shape = (shape[0], (shape[1] - size) // stride + 1, (shape[2] - size) // stride + 1)
        elif kind == "flatten":
            shape = (shape[0] * shape[1] * shape[2],)
        elif kind == "fc":
            total += layer[1] * (shape[0] + 1)
            shape = (layer[1],)
    return total
    ### END SOLUTION


# %% check="count_weights"
check(count_weights)

# %%
figures.weights_by_layer(count_weights, reader, (1, 8, 8))

# %% [markdown]
# <details><summary>Why the second convolution?</summary>
#
# Each of its 24 filters spans all 12 channels that come in: 12 · 3 · 3 + 1 = 109 weights for each, 2,616 in all. The first convolution has 12 · (9 + 1) = 120, the fully connected
# layer 10 · (96 + 1) = 970. On larger images it is often the other way round: there the flat list is long, and the fully connected layer has nearly all the weights.
# </details>
#
# **Predict first:** a fully connected layer from the 64 pixels to as many numbers as the first convolution gives, 12 · 8 · 8 = 768, would have how many weights?

# %%
helpers.predict("fully_connected_instead", ...)

# %% [markdown]
# ### Say what you did
#
# Suppose a friend wants to build your network again. You tell them the kinds of layers and their order. You say how many
# filters each bank has, and of which size, with which padding and stride. You name size and stride of the pooling. Which
# of these could you leave out?
#
# <details><summary>Answer</summary>
#
# None of them. Change any one, and it is another network. The list `reader` has them all. To have the same *weights* as
# well, your friend needs to know how you learned: the data, the loss, the start, the size of the steps, and how many
# steps. Best of all: publish the code.
# </details>

# %% [markdown]
# ## 3. Forward
#
# These weights were learned beforehand, from 1,198 handwritten digits, by the very functions that you will write in notebook 07:

# %%
trained = weights.digits()
{name: array.shape for name, array in trained.items()}

# %% [markdown]
# ### Exercise: `convnet_forward` &nbsp; ⏱ 15 min · ●●●
#
# Now put the layers in a row. You have written all of them before; `helpers.layers` has fast ones with the same arguments: `layers.conv2d(x, w, b, padding)`, `layers.relu(z)`,
# `layers.max_pool2d(x, size, stride)`.
#
# What comes out are ten numbers for each image, one for each class: *scores*, also called **logits**. They may be negative, and they have no upper bound. No ReLU after the last layer,
# and no softmax: it gets a section of its own.

# %% exercise="convnet_forward" points=4
def convnet_forward(x, params):
    """The logits (N, K) of a convolutional network for images x (N, C, H, W).

    conv, relu, pool, conv, relu, pool, flatten, fully connected. Convolutions have
    padding 1 and stride 1, pooling has size 2 and stride 2; H and W need not be
    multiples of 4. params is a dict: filter banks "w1" (F1, C, KH, KW) and "w2"
    (F2, F1, KH, KW) with biases "b1" (F1,) and "b2" (F2,); then "w3" (K, n) and "b3"
    (K,). Any real dtypes; x and params stay as they are.
    """
    ### BEGIN SOLUTION
    #> a = layers.relu(layers.conv2d(x, ...))
    a = layers.relu(layers.conv2d(x, params["w1"], params["b1"], padding=1))
    a = layers.max_pool2d(a, 2, 2)
    a = layers.relu(layers.conv2d(a, params["w2"], params["b2"], padding=1))
    a = layers.max_pool2d(a, 2, 2)
    #> flat = ...
    flat = a.reshape(len(x), -1)
    return flat @ params["w3"].T + params["b3"]
    ### END SOLUTION


# %% check="convnet_forward"
check(convnet_forward)

# %%
train, train_labels, test, test_labels = data.digits()  # (1198, 8, 8) and (599, 8, 8), 0 paper to 16 ink
figures.scores(convnet_forward, trained, test[20], test_labels[20])

# %% [markdown]
# It reads! This digit is one of 599 that the network has never seen.
#
# ## 4. Soft predictions
#
# But what does a score of 20 mean? We want *probabilities*: ten numbers from 0 to 1 that add up to 1. **Softmax** makes them. It takes $e$ to the power of each score, which is
# positive, and divides by the sum:
#
# $$p_k = \frac{e^{z_k}}{e^{z_0} + e^{z_1} + \dots + e^{z_9}}$$
#
# For two classes this is the logistic function that you know. (Another network has other classes: car, truck, van, bicycle, ...)
#
# **Predict first:** the scores of three classes are 2, 1 and 1. The probability of the first is about 0.58. What is it when all three scores grow by 100?

# %%
helpers.predict("scores_that_grow", ...)

# %% [markdown]
# That is useful, too. What does this print?

# %%
with np.errstate(over="ignore"):
    print(np.exp(np.array([1.0, 100.0, 1000.0])))

# %% [markdown]
# <details><summary>And now?</summary>
#
# $e^{1000}$ is too large for a float and becomes infinite; infinite divided by infinite is nan. So subtract the largest score of each row from all of that row's scores first. Then
# no power is above 1, and the probabilities are what they were.
# </details>
#
# ### Exercise: `softmax` &nbsp; ⏱ 8 min · ●●○

# %% exercise="softmax" points=2
def softmax(logits):
    """Probabilities (N, K) from logits (N, K) of any real dtype: positive or 0, each
    row adds up to 1.

    Right for large logits, too, 10000 and beyond, of either sign: nothing overflows.
    Example: softmax(np.array([[0.0, 0.0], [0.0, np.log(3)]])) gives
    [[0.5, 0.5], [0.25, 0.75]].
    """
    ### BEGIN SOLUTION
    z = logits.astype(float)
    #> z = z - ...
    z = z - z.max(axis=1, keepdims=True)
    e = np.exp(z)
    #> return e / ...
    return e / e.sum(axis=1, keepdims=True)
    ### END SOLUTION


# %% check="softmax"
check(softmax)

# %% [markdown]
# ### Exercise: `catch_softmax` &nbsp; ⏱ 5 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `softmax`. One is right, and each of the others has a mistake of its own.
# You don't see their code. An input *exposes* a function whose result there differs from the right one. The check
# shows what all five give on your inputs, and once only the right one stands, what was wrong with the others.
#
# Write a list of at most **2 inputs** that expose all four. Each is a tuple with one argument, `(logits,)`: mind the comma.

# %% exercise="catch_softmax" points=2
catch_softmax = []  # at most 2 tuples (logits,)
### BEGIN SOLUTION
catch_softmax = [(np.array([[0, 1], [1000, 1002]]),), (np.array([[1, 2, 3]]),)]
### END SOLUTION

# %% check="catch_softmax"
check("catch_softmax", catch_softmax)

# %% [markdown]
# <details><summary>What makes a good test of numbers?</summary>
#
# The extremes: very large, very small, both in the same batch. And the smallest batch there is: one point. Random logits
# near 0 expose none of three of these mistakes, however many you draw.
# </details>

# %% [markdown]
# Most digits are clear cases. A few are not, even for us. Cover the bars with a hand as soon as they are there. For each of the six digits, which two classes
# are the most likely? (The true class stands below the bars.)

# %%
figures.probabilities(convnet_forward, softmax, trained, test, test_labels, chosen=[20, 5, 63, 248, 517, 552])

# %% [markdown]
# The numbers say not only *what* but also *how sure*. (Don't trust them too much: networks tend to be surer than they ought to be. Some of these are sure and wrong. Section 8 mends that.)
#
# ### Exercise: `predict` &nbsp; ⏱ 3 min · ●○○
#
# If one answer is wanted, it is the most probable class. Do you need softmax for that?

# %% exercise="predict" points=1
def predict(logits):
    """The class with the largest logit for each point: (N, K) to integers (N,), counted
    from 0.

    Example: predict(np.array([[0.5, 2.0, -1.0], [-3.0, -2.0, -1.0]])) gives [1, 2].
    """
    ### BEGIN SOLUTION
    return np.argmax(logits, axis=1)
    ### END SOLUTION


# %% check="predict"
check(predict)

# %% [markdown]
# <details><summary>Answer</summary>
#
# No. A larger score has a larger probability, so the order is the same.
# </details>

# %% [markdown]
# ## 5. How good is it?
#
# The simplest measure is the share of digits that it reads correctly.
#
# ### Exercise: `accuracy` &nbsp; ⏱ 3 min · ●○○

# %% exercise="accuracy" points=1
def accuracy(logits, y):
    """The share of points whose largest logit (N, K) is that of their class y
    (N,): a number from 0 to 1.

    Example: accuracy(np.array([[2.0, 1.0], [0.0, 3.0]]), np.array([0, 0])) is 0.5.
    """
    ### BEGIN SOLUTION
    return np.mean(np.argmax(logits, axis=1) == y)
    ### END SOLUTION


# %% check="accuracy"
check(accuracy)

# %% [markdown]
# Beside it, the logistic regression of notebook 01, on the same pixels. **Predict first:** by how much is the convnet better?

# %%
helpers.predict("points_better", ...)

# %%
from sklearn.linear_model import LogisticRegression

regression = LogisticRegression(max_iter=1000).fit(train.reshape(len(train), -1) / 16, train_labels)
figures.how_good(convnet_forward, accuracy, trained, test, test_labels, regression)

# %% [markdown]
# Two points in a hundred do not sound like much. But count the mistakes: about half of them are gone.
#
# ### Exercise: `confusion_matrix` &nbsp; ⏱ 6 min · ●●○
#
# Which digits does it confuse? Count the pairs.

# %% exercise="confusion_matrix" points=1
def confusion_matrix(predicted, y, classes):
    """How often which class was taken for which: integers (classes, classes), rows
    true, columns predicted.

    Entry [i, j] is the number of points of class i in y (N,) whose entry in predicted
    (N,) is j.
    Example: confusion_matrix(np.array([0, 1, 1]), np.array([0, 0, 1]), 2) gives
    [[1, 1], [0, 1]].
    """
    ### BEGIN SOLUTION
    #> counts = np.zeros(...)
    counts = np.zeros((classes, classes), dtype=int)
    for true, guess in zip(y, predicted):
        counts[true, guess] += 1
    return counts
    ### END SOLUTION


# %% check="confusion_matrix"
check(confusion_matrix)

# %%
figures.confusion(convnet_forward, predict, confusion_matrix, trained, test, test_labels)

# %% [markdown]
# ## 6. What does each layer see?
#
# Follow one digit through the network. In which row can you no longer tell what it is?

# %%
figures.seen(trained, test[20], test_labels[20])

# %% [markdown]
# The first maps are copies of the digit in which some strokes or edges shine. In the last ones a single number says "somewhere in this quarter there is something that I know".
#
# But *what* is it that a filter knows? Look for the patches, among all training digits, to which it answers most strongly. First for filters of layer 1, with their nine weights in front:

# %%
figures.favourites(trained, train, layer=1, filters=[1, 5, 7, 9, 10])

# %% [markdown]
# **Predict first:** a filter of layer 2 sees 3 by 3 numbers of the pooled maps. How many pixels of the image is that? (Notebook 04 had a name for it.)

# %%
helpers.predict("pixels_seen", ...)

# %%
figures.favourites(trained, train, layer=2, filters=[1, 4, 9, 13, 20])

# %% [markdown]
# <details><summary>Answer</summary>
#
# Its receptive field is 8 by 8 pixels. The first filter sees 3, the pooling adds 1, and the second filter adds a step of
# 2 on either side. The patches in a row share a bow, a corner, a crossing. Nobody asked for bows: that they help was
# found while learning.
# </details>
#
# Edges and dots first, then combinations of them. On digits it ends there. With photographs and more layers it goes on to textures and parts of things.

# %% [markdown]
# ### Draw one
#
# Draw a digit with the mouse or a finger; it should fill the paper, as those that the network learned from did. Every
# layer follows while you draw. Click a number on any map to see what it was made from. Draw a 1.
# Which class comes second? Then turn it into a 7. From which stroke on does the network change its mind?

# %%
some = [20, 6, 3, 4, 1, 8, 5, 2, 77]
network(trained, test[some] / 16, [f"the digit {label}" for label in test_labels[some]])

# %% [markdown]
# ### And when the digit moves?
#
# In notebook 01 one pixel was enough to ruin logistic regression. **Predict first:** the convnet was trained on the same digits, none of them moved. Does it do better on moved ones? As well
# as before?

# %%
helpers.predict("moved_convnet", ...)

# %%
figures.moved(convnet_forward, trained, test, test_labels, regression)

# %% [markdown]
# <details><summary>Why better, and why not as well as before?</summary>
#
# Its filters are equivariant: they find their strokes wherever they are. Pooling forgives some steps of one pixel. But
# the fully connected layer at the end has a weight for each of the four quarters of each map, and it has learned where
# things usually are. (Also, a digit fills these 8 by 8 pixels: when it moves, it loses some ink.)
# </details>

# %% [markdown]
# ## 7. The familiar pattern
#
# All your models so far came about in the same three steps:
#
# 1. **Model:** choose how a prediction follows from features and parameters.
# 2. **Loss:** choose what a wrong prediction costs. Its mean over all $n$ points is the training loss.
# 3. **Minimise:** choose the parameters that make it small. A regulariser, say $\lambda \lVert w \rVert^2$, may be added.
#
# | step | linear regression | logistic regression | two-layer network | convnet |
# |---|---|---|---|---|
# | **1. model** | $w \cdot x + b$ | softmax of $w x + b$ | softmax of $w_2\,\mathrm{relu}(w_1 x + b_1) + b_2$ | softmax of `convnet_forward(x)` |
# | **2. loss** | squared error | negative log likelihood | negative log likelihood | negative log likelihood |
# | **3. minimise** | formula or gradient descent | gradient descent | gradient descent | gradient descent |
#
# Read the table from left to right. The second column predicts a class and not a number, so its loss is another one.
#
# ### Exercise: `step_that_changes` &nbsp; ⏱ 2 min · ●○○
#
# From logistic regression to a convnet, which of the three steps changes?
#
# - **a** only the model
# - **b** the model and the loss
# - **c** the model and how the loss is minimised
# - **d** all three

# %% exercise="step_that_changes" points=1
step_that_changes = None  # your letter, in quotes
### BEGIN SOLUTION
step_that_changes = "a"
### END SOLUTION

# %% check="step_that_changes"
check("step_that_changes", step_that_changes)

# %% [markdown]
# ### Exercise: `squared_error` &nbsp; ⏱ 3 min · ●○○
#
# The loss of the first column, and of the worked example in notebook 07.

# %% exercise="squared_error" points=1
def squared_error(prediction, y):
    """The mean over the points of (prediction - y) squared, for prediction (N,) and y
    (N,) of any real dtype: a number.

    Example: squared_error(np.array([1.0, 2.0]), np.array([1.0, 4.0])) is 2.0.
    """
    ### BEGIN SOLUTION
    difference = prediction.astype(float) - y
    return np.mean(difference**2)
    ### END SOLUTION


# %% check="squared_error"
check(squared_error)

# %% [markdown]
# For classes, the loss looks at the probability $p$ that the model gave to the **true** class, and at nothing else: it costs $-\log p$.
# This is the **negative log likelihood** of the table. With two classes it is the loss of logistic regression that you know.
#
# **Predict first:** what does a model pay that gives each of the ten digits 0.1, whatever it sees?

# %%
helpers.predict("knows_nothing", ...)

# %%
figures.cost()

# %% [markdown]
# <details><summary>Answer</summary>
#
# −log 0.1 = 2.30 for each point. Keep that number in mind: a network that has learned nothing starts near it.
# </details>
#
# ### Exercise: `nll_loss` &nbsp; ⏱ 10 min · ●●○
#
# There is one trap. A very wrong answer may have a probability like $e^{-2000}$, which a float rounds to 0, and the logarithm of 0 is infinite. So don't take the logarithm of softmax. Do the algebra first:
#
# $$-\log p_y = -\log \frac{e^{z_y}}{\sum_k e^{z_k}} = \log \sum_k e^{z_k} - z_y ,$$
#
# and subtract the largest score before anything else, as you did in softmax.

# %% exercise="nll_loss" points=2
def nll_loss(logits, y):
    """The mean negative log likelihood of the classes y (N,), integers, under the
    softmax of logits (N, K): a number.

    Right for large logits, too, 10000 and beyond.
    Example: nll_loss(np.array([[0.0, 0.0]]), np.array([1])) is log 2, and
    nll_loss(np.array([[2000.0, 0.0]]), np.array([1])) is 2000.
    """
    ### BEGIN SOLUTION
    z = logits.astype(float)
    z = z - z.max(axis=1, keepdims=True)
    #> log_sums = np.log(...)
    log_sums = np.log(np.exp(z).sum(axis=1))
    return np.mean(log_sums - z[np.arange(len(y)), y])
    ### END SOLUTION


# %% check="nll_loss"
check(nll_loss)

# %% [markdown]
# Two models, one loss. Here is what your two functions say of them. **Predict first:** on which digits is the loss smaller, those that the models have learned from, or new ones?

# %%
helpers.predict("new_or_learned", ...)

# %%
figures.compare(convnet_forward, nll_loss, accuracy, trained, (train, train_labels, test, test_labels), regression)

# %% [markdown]
# <details><summary>What the table says</summary>
#
# Both are better on what they have seen. The convnet knows its training digits by heart, with a loss near 0. What counts are the other columns, and there it is better as well. Step 3 minimises
# the *training* loss; whether the test loss falls as well has to be measured each time.
# </details>

# %% [markdown]
# ## 8. Going further: as sure as it is right
#
# This section is for those who want more; it has no points. When a network says "98 %", is it right in 98 of 100 cases?
# Ours nearly is, on digits at rest. On digits that have moved by one pixel it is much too sure, and so are many large
# networks. There is a simple remedy (Guo and others, 2017): divide all scores by one number, the *temperature*, before
# softmax. A temperature above 1 makes the probabilities more equal. The order of the classes stays, and with it the
# accuracy. The best temperature is the one with the smallest loss on digits that were not learned from.
#
# ### Exercise: `best_temperature` &nbsp; ⏱ 10 min · ●●○ · no points

# %% exercise="best_temperature" points=0
def best_temperature(logits, y, temperatures):
    """The entry t of temperatures (T,) for which logits / t have the smallest mean
    negative log likelihood.

    logits (N, K) of any real dtype, classes y (N,) integers. Nothing overflows, as in
    nll_loss.
    Example: best_temperature(np.array([[2.0, 0.0], [2.0, 0.0]]), np.array([0, 1]),
    np.array([1.0, 9.0])) is 9.0.
    """
    ### BEGIN SOLUTION
    losses = []
    #> for t in temperatures:
    for t in temperatures:
        z = logits / t
        z = z - z.max(axis=1, keepdims=True)
        #> losses.append(...)
        losses.append(np.mean(np.log(np.exp(z).sum(axis=1)) - z[np.arange(len(y)), y]))
    #> return ...
    return temperatures[np.argmin(losses)]
    ### END SOLUTION


# %% check="best_temperature"
check(best_temperature)

# %% [markdown]
# Every second test digit chooses the temperature; the others say what it is good for. First at rest, then moved to the
# right by one pixel. In which of the two is the temperature larger?

# %%
figures.surer(convnet_forward, best_temperature, trained, test, test_labels)

# %% [markdown]
# <details><summary>What the numbers say</summary>
#
# At rest the network is 97.7 % sure and 97.0 % right: there is nothing to mend. Moved by one pixel it is right in 74 % of
# the cases, and 85 % sure. A temperature of 1.74 brings that down to 76 %, and the loss with it.
# </details>

# %% [markdown]
# ## The answer
#
# *What do you have to put together, and how much of it is new?*
#
# Convolution, ReLU and pooling, a few times: they make features that say less and less *where* and more and more *what*. Then flatten, one fully connected layer and softmax, and there are the probabilities. It
# took 3,706 weights, fewer than one fully connected hidden layer of 64 units.
#
# Only the model is new. The output layer is that of logistic regression, the loss is the same, and so is the plan: model, loss, minimise. The first two steps are done.
#
# What you can do now:
#
# - say for any row of layers which shapes come out, and how many weights there are
# - run a whole convolutional network forward, and say what its layers see
# - turn scores into probabilities, a class and a loss, without overflow
# - measure accuracy, and see in a confusion matrix which classes are taken for which
#
# <details><summary>Further reading</summary>
#
# - Yann LeCun, Léon Bottou, Yoshua Bengio, Patrick Haffner: *Gradient-based learning applied to document recognition*,
#   Proceedings of the IEEE 1998. The network that read cheques.
# - Chuan Guo, Geoff Pleiss, Yu Sun, Kilian Weinberger: *On calibration of modern neural networks*, ICML 2017. Section 8.
# - Matthew Zeiler, Rob Fergus: *Visualizing and understanding convolutional networks*, ECCV 2014. The patches of section 6,
#   for photographs.
# </details>
#
# **Next**, in notebook 07: the third. Where do 3,706 good numbers come from, when you start with random ones?
