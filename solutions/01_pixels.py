# %% [markdown]
# # 01 · A picture as a list of numbers
#
# **The question of this chapter:** a network takes a list of numbers. What does it lose when we hand it a picture
# that way?
#
# You know logistic regression and networks with one hidden layer. Here you feed pictures to them, measure how well
# that goes, and find two things about pictures that nobody tells them. Those two are why convolutional networks
# exist.
#
# **After this chapter** you can take a picture apart into a list and put it together again. You can count the weights of
# a fully connected network, and show with measurements what it does not know about pictures.
#
# ⏱ about 95 minutes · {exercises} · {points} · needs no knowledge of images
#
# Each exercise says how many minutes it takes, and how hard it is, from ●○○ to ●●●. Under **Predict first**, write
# your guess in place of the dots in the next cell, and run it before you go on. Predictions are never graded. You
# remember better what you have guessed first, above all when the guess was wrong.

# %%
import numpy as np

from helpers import check, data, hint, predict
from helpers.figures import pixels as figures

# %% [markdown]
# ## Why another kind of layer?
#
# So far your models had one layer (linear, logistic regression) or two: a hidden layer that *learns features*,
# and an output layer that uses them. (Take the hidden layer away, and linear or logistic regression is left.) A
# convolutional network ("convnet") is *deep*: it has more than one hidden layer. And most of these are of another
# kind. The output layer stays what it was.
#
# It pays. Convnets find tumours in medical scans, search pictures by what they show, and help cars see. ImageNet's
# yearly contest (2010 to 2017) had photographs of about 1,000 kinds of things, and allowed five guesses for each. The
# winner of 2011 was a support vector machine on hand-made features; for 25.8 % of the photographs the right answer
# was not among its five guesses. The convnet that won in 2012 missed 16.4 % (without extra training data). A year
# later nearly every entry was a convnet. Notebook 08 has the whole chart.
#
# First, though: what goes wrong *without* one?

# %% [markdown]
# ## 1. A grid of numbers
#
# A picture is a grid of *pixels*. In a grey one, each pixel is a number from 0 (black) to *p* (white).
# Photographs nearly always have *p* = 255.

# %%
figures.photo_as_numbers(data.photo())

# %% [markdown]
# Our running example is smaller: the word "Hi", 5 by 5 pixels, with *p* = 1. Rows and columns count from 0.
#
# **Predict first:** in which row and which column is the dot on the i?

# %%
predict("dot_on_i", ...)

# %%
hi = data.hi()
figures.hi_as_numbers(hi)

# %% [markdown]
# <details><summary>Answer</summary>
#
# `hi[1, 4]`: row 1, column 4, rows first. If you count from 1, as people do: row 2, column 5.
# </details>

# %% [markdown]
# ### Exercise: `normalize` &nbsp; ⏱ 3 min · ●○○
#
# Networks learn best from numbers of about the same, small size. Bring values from 0 to `p` to values from 0 to 1.
#
# Write your code where `NotImplementedError` is raised, run the cell, then run the check below it. Stuck? In a cell of
# your own, `hint("normalize")` gives one hint at a time; this works for every exercise.

# %% exercise="normalize" points=1
def normalize(image, p=255):
    """Scales values 0..p to floats in [0, 1].

    image: an array of any shape and any real dtype; it stays as it is. Returns floats
    of the same shape.
    Example: normalize(np.array([0, 51, 255])) gives [0.0, 0.2, 1.0].
    """
    ### BEGIN SOLUTION
    return image / p
    ### END SOLUTION


# %% check="normalize"
check(normalize)

# %%
figures.before_and_after(data.photo(), normalize)

# %% [markdown]
# It looks the same, of course: only the unit has changed.

# %% [markdown]
# ## 2. One long list
#
# The networks that you know take a vector $x_1, \dots, x_n$. So pick an order of the pixels and write them down
# one after the other: the picture is *flattened*. We go row by row ("row-major", NumPy's own order).
#
# ### Exercise: `flatten` &nbsp; ⏱ 5 min · ●○○

# %% exercise="flatten" points=1
def flatten(image):
    """All numbers of an image in one row-major list: shape (H, W) or (H, W, C) to (n,).

    Of a colour image the C values of a pixel stay together. The result is a copy:
    changing it, or changing the image later, leaves the other as it is.
    Example: flatten(np.array([[1, 2, 3], [4, 5, 6]])) gives [1, 2, 3, 4, 5, 6].
    """
    ### BEGIN SOLUTION
    return image.flatten()
    ### END SOLUTION


# %% check="flatten"
check(flatten)

# %% [markdown]
# **Predict first:** "Hi" becomes a list of how many numbers? Two pixels side by side in a row stay neighbours in the
# list. Two that touch from top to bottom: how far apart are they in the list?

# %%
predict("pixels_apart", ...)

# %%
figures.flatten_order(hi, flatten)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 25 numbers. Pixels below one another end up a whole row, here 5 places, apart: x15 and x20. In a photograph that
# is 640 pixels wide it is 640 places.
# </details>
#
# ### Exercise: `pixel_index` &nbsp; ⏱ 3 min · ●○○
#
# Where in the list is a given pixel? The picture above counts from 1; Python counts from 0, and so does this function.

# %% exercise="pixel_index" points=1
def pixel_index(row, col, width):
    """Position of pixel (row, col) in the flattened image of `width` columns.

    An integer, counted from 0.
    Example: the dot on the i of "Hi", pixel_index(1, 4, 5), is 9.
    """
    ### BEGIN SOLUTION
    return row * width + col
    ### END SOLUTION


# %% check="pixel_index"
check(pixel_index)

# %% [markdown]
# ### Exercise: `unflatten` &nbsp; ⏱ 3 min · ●○○
#
# Is anything lost? Write the way back.

# %% exercise="unflatten" points=1
def unflatten(x, shape):
    """The inverse of `flatten`: (n,) to `shape`, a tuple (H, W) or (H, W, C).

    Example: unflatten(np.array([1, 2, 3, 4, 5, 6]), (2, 3))
    gives [[1, 2, 3], [4, 5, 6]].
    """
    ### BEGIN SOLUTION
    return x.reshape(shape)
    ### END SOLUTION


# %% check="unflatten"
check(unflatten)

# %% [markdown]
# **Predict first:** a grey photograph of 75 by 80 pixels makes a list of 6,000 numbers. What will you see if you
# unflatten it to the shape (80, 75) instead?

# %%
predict("wrong_shape", ...)

# %%
figures.there_and_back(data.photo(), flatten, unflatten)

# %% [markdown]
# All numbers are there each time. But the picture is there only for those who know the shape, and **nobody tells
# the network**. Keep that in mind.
#
# ### Exercise: `flatten_batch` &nbsp; ⏱ 3 min · ●○○
#
# Data comes in batches: N images, one on top of the other. A network wants a matrix with one row for each image.

# %% exercise="flatten_batch" points=1
def flatten_batch(images):
    """Flattens each image of a batch: (N, ...) to (N, n). Row i is image i, flattened.

    Example: a batch of shape (10, 8, 8) becomes a matrix of shape (10, 64).
    """
    ### BEGIN SOLUTION
    return images.reshape(len(images), -1)
    ### END SOLUTION


# %% check="flatten_batch"
check(flatten_batch)

# %%
figures.batch_matrix(data.digits()[0][:6], flatten_batch)

# %% [markdown]
# ## 3. A fully connected network takes it
#
# In a *fully connected* layer each output has a weight for each input, and a bias. For a point $x$ (a row of the
# batch), output $j$ is
#
# $$z_j = w_j \cdot x + b_j .$$
#
# One trap on the way. Pixels are often `uint8`, whole numbers from 0 to 255 and nothing else. **Predict first:**
# what is 200 + 100 in `uint8`?

# %%
predict("bytes_add", ...)

# %%
np.array([200], dtype=np.uint8) + np.array([100], dtype=np.uint8)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 44: after 255 comes 0 again, and 300 − 256 = 44. No error, no warning. So turn integers into floats *before* you
# calculate.
# </details>
#
# ### Exercise: `fully_connected` &nbsp; ⏱ 8 min · ●●○

# %% exercise="fully_connected" points=2
def fully_connected(x, w, b):
    """A fully connected layer: points x (N, n), weights w (m, n), biases b (m,) to

    outputs (N, m), floats.

    Output j of point i is the dot product of x[i] with w[j], plus b[j]. The arguments
    may have any real dtype.
    Example: fully_connected(np.array([[1, 2]]), np.array([[3, 4], [0, 1]]),
    np.array([10, 20])) gives [[21, 22]].
    """
    ### BEGIN SOLUTION
    #> x, w = x.astype(float), w.astype(float)
    x, w = x.astype(float), w.astype(float)
    #> return ... + b
    return x @ w.T + b
    ### END SOLUTION


# %% check="fully_connected"
check(fully_connected)

# %% [markdown]
# Two such layers, with a ReLU between them (it sets negative numbers to 0), are the network that you know. Here it
# is, ready to look at "Hi":

# %%
figures.network(hi)

# %% [markdown]
# Every line is a weight. Look at $x_1$ and $x_{20}$: the network treats them as it treats any other two pixels.
# Where in the picture they stand, near or far, cannot be seen from here.
#
# ### Exercise: `count_fc_weights` &nbsp; ⏱ 3 min · ●○○
#
# How many numbers does one fully connected layer have to learn?

# %% exercise="count_fc_weights" points=1
def count_fc_weights(n_in, n_out):
    """Number of weights, biases included, of a fully connected layer from n_in
    inputs to n_out outputs: an integer.

    Example: a layer from 3 inputs to 2 outputs has 8.
    """
    ### BEGIN SOLUTION
    return n_out * (n_in + 1)
    ### END SOLUTION


# %% check="count_fc_weights"
check(count_fc_weights)

# %% [markdown]
# **Predict first:** the photograph above has 427 by 640 pixels of three colours. Take a modest hidden layer of
# 100 units. Is that thousands of weights, or millions, or more?

# %%
predict("weights_of_a_layer", ...)

# %%
figures.weights_needed(count_fc_weights, hidden=100)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 427 × 640 × 3 = 819,840 inputs, and 100 × (819,840 + 1) = 81,984,100 weights, in one layer, for a small photograph.
# </details>
#
# ### Exercise: `two_layer_forward` &nbsp; ⏱ 6 min · ●●○
#
# The forward pass of the whole network. ReLU keeps what is positive and sets the rest to 0.

# %% exercise="two_layer_forward" points=2
def two_layer_forward(x, w1, b1, w2, b2):
    """A ReLU hidden layer, then a linear output layer, on points (N, n).

    Returns floats (N, m). Shapes: w1 (k, n), b1 (k,), w2 (m, k), b2 (m,), for k hidden
    units. Nothing follows the output layer. The arguments may have any real dtype,
    uint8 too.
    """
    ### BEGIN SOLUTION
    #> hidden = np.maximum(..., 0)
    hidden = np.maximum(x.astype(float) @ w1.T + b1, 0)
    return hidden @ w2.T + b2
    ### END SOLUTION


# %% check="two_layer_forward"
check(two_layer_forward)

# %% [markdown]
# Now let it read. Three hidden units with weights made by hand look for three parts of "Hi": the left stroke, the
# crossbar, the dot. A unit has as many weights as there are pixels, so its weights can be drawn as a picture. Because of
# the bias a unit answers only to its whole part: a complete left stroke gives 5 − 4 = 1, one with a gap gives 0. The
# word lies on a sheet of 7 by 7 pixels, so that it has room to move later.

# %%
sheet, layers = np.pad(hi, 1), data.hi_detector(margin=1)
figures.hand_made(sheet, layers, two_layer_forward)

# %% [markdown]
# It works: all three parts are found, and the output is above 0. So a fully connected network *can* read a
# picture. What does it miss?

# %% [markdown]
# ## 4. Does the order of the pixels matter?
#
# Here are handwritten digits, 8 by 8 pixels each, on a sheet of 14 by 14. Below them are the same digits
# shuffled: every pixel has moved to another place, the same for all images. Could you read the lower row? Could a
# classifier?

# %%
train, train_labels, test, test_labels = data.digits(margin=3)  # (1198, 14, 14) and (599, 14, 14), 0 paper to 16 ink
order = np.random.default_rng(0).permutation(14 * 14)
figures.digits_shuffled(train[:8], order)

# %% [markdown]
# ### Exercise: `shuffled_accuracy` &nbsp; ⏱ 2 min · ●●○
#
# Train a fully connected classifier on the digits as they are, and the same kind of classifier on shuffled
# digits. Test each on digits of its own kind. Compared with the first, the accuracy of the second
# ...
#
# - **a** falls to about 10 %, as good as guessing
# - **b** falls somewhat, since it can't see which pixels are neighbours
# - **c** stays the same
# - **d** rises

# %% exercise="shuffled_accuracy" points=1
shuffled_accuracy = None  # your letter, in quotes
### BEGIN SOLUTION
shuffled_accuracy = "c"
### END SOLUTION

# %% check="shuffled_accuracy"
check("shuffled_accuracy", shuffled_accuracy)

# %% [markdown]
# And now the measurement. The classifier is logistic regression for ten classes: one fully connected layer and a
# softmax, which turns its ten outputs into probabilities.

# %%
from sklearn.linear_model import LogisticRegression

x_train, x_test = train.reshape(len(train), -1) / 16, test.reshape(len(test), -1) / 16  # flattened, from 0 to 1

as_written = LogisticRegression(max_iter=1000).fit(x_train, train_labels)
shuffled = LogisticRegression(max_iter=1000).fit(x_train[:, order], train_labels)

scores = as_written.score(x_test, test_labels), shuffled.score(x_test[:, order], test_labels)
print(f"right on {len(test)} test digits:  as written {scores[0]:.1%}   shuffled {scores[1]:.1%}")

# %%
figures.shuffle_result(as_written, shuffled, order, scores)

# %% [markdown]
# The same accuracy, and the same weights: each has moved along with its pixel. A sum does not depend on the order of
# its terms. So a fully connected layer **learns** shuffled digits as well as digits.
#
# Two questions remain. Is this also true for a network with a hidden layer? And can a classifier that has learned the
# digits as written read shuffled ones? Guess, then run the cell (it takes some seconds).

# %%
from sklearn.neural_network import MLPClassifier

hidden = MLPClassifier(30, max_iter=600, random_state=0)  # 30 hidden units
print(f"hidden layer, learns digits as written:  {hidden.fit(x_train, train_labels).score(x_test, test_labels):.1%}")
print(f"the same one, tested on shuffled digits: {hidden.score(x_test[:, order], test_labels):.1%}")
hidden.fit(x_train[:, order], train_labels)
print(f"hidden layer, learns shuffled digits:    {hidden.score(x_test[:, order], test_labels):.1%}")

# %% [markdown]
# <details><summary>What do the numbers say?</summary>
#
# A network with a hidden layer learns both equally well, too: the small difference is luck. But what it has learned
# is bound to the places of the pixels. It was trained on digits as written, and on shuffled ones it does no better than
# guessing (10 %).
# </details>
#
# To learn as well in any order sounds like a strength. But we know something about pixels. Take one of them, and ask
# which others tend to have ink when it has ink (their correlation, over all training digits):

# %%
figures.neighbours(train, order, pixel=(8, 6))

# %% [markdown]
# On the left there is a pattern: what goes with a pixel stands **near** it. That is *spatial locality*. The parts
# of a stop sign are beside each other too, not scattered over the corners of the picture. On the right the same
# facts are there, but any learner has to find them one pair at a time. To the fully connected network every picture is
# like the right one.

# %% [markdown]
# ## 5. Does the place matter?
#
# A word stays the same word one pixel further right. So let us move pictures.
#
# ### Exercise: `translate` &nbsp; ⏱ 12 min · ●●○

# %% exercise="translate" points=2
def translate(image, dy, dx):
    """A new array: image (H, W) moved down by dy and right by dx; same shape.

    dy and dx are integers of either sign. Places that no pixel moves to are 0. What
    leaves on one side does not come back on the other. The image itself stays as it is.
    Example: translate(np.array([[1, 2, 3], [4, 5, 6]]), 1, -1)
    gives [[0, 0, 0], [2, 3, 0]].
    """
    ### BEGIN SOLUTION
    height, width = image.shape
    #> out = np.zeros_like(image)
    out = np.zeros_like(image)
    for row in range(height):
        for column in range(width):
            if 0 <= row - dy < height and 0 <= column - dx < width:
                out[row, column] = image[row - dy, column - dx]
    return out
    ### END SOLUTION


# %% check="translate"
check(translate)

# %% [markdown]
# ### Exercise: `catch_translate` &nbsp; ⏱ 6 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be `translate`. One is right, and each of the others has a
# mistake of its own. You don't see their code. An input *exposes* a function whose result there differs from the
# right one. The check shows what all five give on your inputs. Once you have exposed all four, it also says what was
# wrong with each.
#
# Write a list of at most **2 inputs** that expose all four. Each is a tuple of the arguments, `(image, dy, dx)`. Think
# first: what could somebody get wrong, and on which image and shift would it show?

# %% exercise="catch_translate" points=2
catch_translate = []  # at most 2 tuples (image, dy, dx)
### BEGIN SOLUTION
catch_translate = [(np.array([[1, 2, 3], [4, 5, 6]]), -1, 1), (np.array([[1, 2]]), 0, 2)]
### END SOLUTION

# %% check="catch_translate"
check("catch_translate", catch_translate)

# %% [markdown]
# <details><summary>What makes a good test?</summary>
#
# First an input that is *not special*: an image that isn't square, numbers that all differ, two shifts that differ in
# size and in sign. It exposes most mistakes at once. Then the extreme cases, each by itself: here a shift after which
# nothing is left.
# </details>

# %% [markdown]
# **Predict first:** "Hi" on its sheet of 7 by 7 pixels moves right by one. To you it is the same word. How many of
# the 49 numbers change?

# %%
predict("numbers_that_change", ...)

# %%
figures.moved_hi(sheet, translate)

# %% [markdown]
# About half of them. And what does our hand-made reader of "Hi" say, when the word moves by one pixel? No part of
# it leaves the sheet.

# %%
figures.hand_made(sheet, layers, two_layer_forward, translate)

# %% [markdown]
# Every unit is blind: each knows its part *in one place* only.
#
# **Predict first:** the classifier from above was right for 96 % of the digits. Now the same classifier, without
# any new training, gets test digits that are moved by 1, 2 or 3 pixels. The sheet is large enough: no ink is lost.
# Write your three numbers down, then run the cell.

# %%
predict("accuracy_when_moved", ...)

# %%
def classify(images):
    return as_written.predict(images.reshape(len(images), -1) / 16)


figures.accuracy_when_moved(classify, test, test_labels, translate)

# %% [markdown]
# One pixel costs more than half of the accuracy. With two it does no better than guessing. What a pixel's weight
# has learned is of no use to the pixel beside it.
#
# <details><summary>Couldn't one train on moved digits too?</summary>
#
# Yes: show it every digit in every place ("data augmentation", notebook 08). But then it has to learn each digit
# again for each place, with weights of its own every time. That takes more data, more weights and more time, to
# learn something that we knew beforehand.
# </details>

# %% [markdown]
# ## 6. What we know about pictures
#
# - **Spatial locality:** what belongs together lies close together.
# - **Translation invariance:** a stop sign is a stop sign wherever it stands.
#
# A fully connected network is told neither, and has to learn both from examples. The rule of thumb: *build in what you
# know about the problem; do not make the method learn it again.*
#
# ### In your own words: `why_not_fc` &nbsp; ⏱ 8 min · ●●○
#
# A friend wants to find stop signs in photographs with a large fully connected network: "It can learn anything,
# it only needs enough data." Explain in five sentences or so what such a network does not know about a picture
# (both points), and what that costs. Use one of your measurements. Graded by hand.

# %% [markdown] written="why_not_fc" points=2
# ### BEGIN SOLUTION
# A fully connected layer gives each pixel a weight of its own and adds everything up, so the order of the pixels
# makes no difference. Trained on shuffled digits, it was right just as often (95.7 %). It doesn't know that the
# pixels of a stop sign are neighbours (locality): to it, two pixels side by side are like any other two. And what it
# learns in one place holds only there (no translation invariance): on digits moved by a single pixel the accuracy
# fell from 96 % to 43 %. So it would have to see stop signs in every place, and learn them again for each. That takes
# far more data and weights (82 million for one layer of 100 units on a small photograph). It may be able to learn
# that in principle, but we knew it beforehand, and should build it in.
# ### END SOLUTION

# %% [markdown]
# ## 7. Going further: the nearest digit
#
# This section is for those who want more; it has no points. Is it the fault of the *linear* classifier? Here is one
# that has no weights at all: it looks up the most similar training digit and takes its label. Similar means a small sum
# of squared differences, pixel by pixel.
#
# ### Exercise: `nearest_labels` &nbsp; ⏱ 8 min · ●●○ · no points

# %% exercise="nearest_labels" points=0
def nearest_labels(train, labels, x):
    """For each row of x (M, n), the label of the nearest row of train (N, n): (M,).

    labels (N,) are integers. Near means a small sum of squared differences. Any real
    dtype, bytes too.
    Example: nearest_labels(np.array([[0, 0], [9, 9]]), np.array([3, 5]),
    np.array([[7, 8]])) gives [5].
    """
    ### BEGIN SOLUTION
    train, x = train.astype(float), x.astype(float)
    found = []
    #> for point in x:
    for point in x:
        #> distances = ...
        distances = ((train - point) ** 2).sum(axis=1)
        found.append(labels[np.argmin(distances)])
    return np.array(found)
    ### END SOLUTION


# %% check="nearest_labels"
check(nearest_labels)

# %% [markdown]
# On unmoved digits, is it better or worse than logistic regression? And on moved digits?

# %%
def nearest(images):
    return nearest_labels(x_train, train_labels, images.reshape(len(images), -1) / 16)


figures.accuracy_when_moved(nearest, test, test_labels, translate)

# %% [markdown]
# <details><summary>What do the numbers say?</summary>
#
# On unmoved digits it is better: 97.8 %. But moved by one pixel it is right in 66 % of the cases, and by two pixels
# in 15 %. Pixel by pixel, a digit and its moved copy have little in common, whatever one does with the pixels
# afterwards.
# </details>

# %% [markdown]
# ## The answer
#
# *What does a network lose when we hand it a picture as a list of numbers?*
#
# None of the numbers: `unflatten` brings the picture back. It loses what we know **about** the numbers. It doesn't
# know which pixels are neighbours: trained on shuffled digits, it was just as good. And it doesn't know that a thing
# stays the same thing elsewhere: within two pixels it fell from 96 % to guessing.
#
# What you can do now:
#
# - take a picture apart into a list, put it together again, and find a pixel in the list
# - run a network with one hidden layer forward, and count its weights
# - show by shuffling and moving what a fully connected network does not know about pictures
#
# <details><summary>Further reading</summary>
#
# - Olga Russakovsky and others: *ImageNet large scale visual recognition challenge*, International Journal of Computer
#   Vision 2015. The contest, and all its winners.
# - Kunihiko Fukushima: *Neocognitron*, Biological Cybernetics 1980. The first network with local, shared filters.
# </details>
#
# Both can be built in, with one idea: look at a *small window* only, and use *the same weights in every place*.
# That is a filter. In notebook 02 you slide one along a signal, and count how few weights it needs.
