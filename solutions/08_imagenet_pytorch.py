# %% [markdown]
# # 08 · The same ideas, at scale
#
# **The question of this chapter:** so far a network of yours has read digits of 8 by 8 pixels. The networks that made
# history tell a thousand kinds of things apart, in colour photographs. What do they have that yours hasn't?
#
# Less than you think. The layers are those that you wrote. New is a library that runs them fast and works out the
# gradients by itself (**PyTorch**). New is a processor that does thousands of multiplications at once (a **GPU**), and
# a handful of tricks that let deep networks learn well. You don't need to know PyTorch; you do need notebooks 04 to 07.
#
# **After this chapter** you can write a network in PyTorch, train it on a GPU and know how busy it is. You can say why deep
# networks need shortcuts. You can load weights that others have trained, look at what they see, and fit them to your own
# pictures. You can report an error that others may trust.
#
# Everything here runs on a GPU where there is one, and without one in a few minutes, on smaller pictures.
# **On Colab:** Runtime > Change runtime type > T4 GPU, *before* you start.
#
# ⏱ about 180 minutes · {exercises} · {points} · needs notebooks 04 to 07, and PyTorch

# %%
import numpy as np

from helpers import check, checkpoints, devices, hint, layers, photographs, predict, recall, road_signs, training

training.require_torch()  # says what to install if PyTorch is missing

import torch
from torch import nn
from torch.nn import functional as F

from helpers import blocks, published
from helpers.figures import imagenet_pytorch as figures

device = devices.device()
print("PyTorch", torch.__version__, "on", devices.described(device))

# %%
recall("07_backprop")

# %% [markdown]
# <details><summary>Do you remember notebook 07? A convolution gets the gradient by its output. How do the gradients by its
# filter and by its input follow from it?</summary>
#
# The filter's is the correlation of the input with that gradient. The input's is the gradient spread out again: each
# entry is handed back through the weights of its window, and where windows overlap, the shares are added.
# </details>

# %% [markdown]
# ## 1. A chart that changed a field
#
# From 2010 to 2017 there was a yearly contest, the *ImageNet Large Scale Visual Recognition Challenge*. It had 1.2
# million photographs to learn from, in 1,000 classes (120 of them breeds of dogs). People on the internet labelled
# them, for a few cents each. The measure was the **top-5 error**: the share of photographs whose true class is not even
# among a program's five best guesses.
#
# In the picture, look at how much the best program gained from one year to the next.
#
# **Predict first:** how large is that error, in percent, for someone who guesses at random?

# %%
predict("random_guesses", ...)

# %%
figures.winners()

# %% [markdown]
# <details><summary>What the chart says</summary>
#
# Guessing has an error of 99.5 %. The winners of 2010 and 2011 described pictures by features that people had thought
# of, and gave them to a support vector machine, a linear classifier. In 2012 came **AlexNet**, a convnet of eight layers: 16.4 % (15.3 % with
# extra training data), while the next best, no convnet, had 26.2 %. A year later nearly every entry was a convnet. In 2014 GoogLeNet, with
# 6.67 %, was just ahead of VGG, with 7.3 %: plain stacks of 3 by 3 filters go far. The winner of 2015 had
# 152 layers (and was several such networks together; so were most winners).
#
# The line of 5.1 % is *one* well trained person in one study. It doesn't say that a program "sees better than people"; it says that
# 120 breeds of dogs are hard.
# </details>
#
# It was less of a jump than it looks. Layers like yours are in the *neocognitron* of 1980, and in 1989 LeCun and
# others trained a convnet by backpropagation to read digits for the post office. What had changed by 2012 was the rest:
# faster computers, GPUs above all, and a great many more labelled pictures. (An honest word on those: they were collected from
# the web, and the people who took them, or are in them, did not always agree to it.)
#
# Since then the same layers look for tumours in scans, search your photographs, and watch the road for cars.
#
# Numbers: Russakovsky et al., *ImageNet Large Scale Visual Recognition Challenge*, 2015, and the winners' papers.

# %% [markdown]
# ## 2. AlexNet, by your rules
#
# Here are the layers of AlexNet, the winner of 2012. You know each of them, and how to count: an output has side
# (n + 2 · padding − k) // stride + 1, a convolution has F · (C · k · k + 1) weights.
#
# **Predict first:** 227 by 227 pixels go in. What comes out of the first convolution: 96 filters of 11 by 11, no padding, stride 4?
# And where do most of the weights sit, where is most of the work?

# %%
predict("first_layer_of_alexnet", ...)

# %%
predict("weights_and_work", ...)

# %%
figures.alexnet()

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# (227 − 11) // 4 + 1 = 55, so 96 × 55 × 55. **The weights are in the fully connected layers (94 %), the work is in the
# convolutions (95 %).** A filter has few weights and uses them everywhere.
#
# Later networks drop the large fully connected layers: they take the mean of each last map instead, and go on with
# that. Yours will do so too.
# </details>
#
# (In 2012 one GPU had too little memory, so the network was split over two, and some filters saw only half of the maps. That is why people
# say "60 million weights", 60,965,224 to be exact. Here it is as if in one piece.)

# %% [markdown]
# ## 3. PyTorch: what you wrote, under other names
#
# A PyTorch *tensor* is an array that can do two more things. It can live on a GPU, and it can remember how it was
# computed, so that the gradients come by themselves. This is all of notebook 07's `conv2d_backward`:

# %%
rng = np.random.default_rng(8)
x_try, w_try = rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(4, 3, 3, 2))

w = torch.tensor(w_try, requires_grad=True)  # "remember what is done with it"
z = F.conv2d(torch.tensor(x_try), w, padding=1)
loss = (z**2).sum()
loss.backward()  # and back through all of it

_, dw, _ = layers.conv2d_backward(2 * z.detach().numpy(), x_try, w_try, padding=1)
print("dw by PyTorch and by notebook 07 differ by", abs(w.grad.numpy() - dw).max())

# %% [markdown]
# A *module* is a layer, or a whole network, that holds its weights. `nn.Conv2d(c_in, c_out, k)` has `weight` (F, C, KH,
# KW) and `bias` (F,), in the order that this course has used all along. Call it like a function.
#
# ### Exercise: `as_conv2d` &nbsp; ⏱ 10 min · ●●○
#
# Make an `nn.Conv2d` with *your* weights. Then it must give `conv2d`'s numbers.
#
# <details><summary>How to put weights into a module</summary>
#
# `layer.weight.copy_(tensor)` overwrites them; `torch.as_tensor(array)` makes the tensor. Gradients must not track this: do it
# inside `with torch.no_grad():`. A layer's weights are float32 unless you say `dtype=torch.float64` when you make it.
# </details>

# %% exercise="as_conv2d" points=2
def as_conv2d(w, b, padding, stride):
    """An nn.Conv2d with the weights w (F, C, KH, KW) and b (F,), NumPy arrays of any
    real dtype.

    For x (N, C, H, W) it gives what conv2d(x, w, b, padding, stride) of notebook 04
    gives. Filters needn't be square.
    """
    ### BEGIN SOLUTION
    #> filters, channels, kh, kw = ...
    filters, channels, kh, kw = w.shape
    #> layer = nn.Conv2d(...)
    layer = nn.Conv2d(channels, filters, (kh, kw), stride=stride, padding=padding, dtype=torch.float64)
    with torch.no_grad():
        #> layer.weight.copy_(...)
        layer.weight.copy_(torch.as_tensor(w))
        layer.bias.copy_(torch.as_tensor(b))
    return layer
    ### END SOLUTION


# %% check="as_conv2d"
check(as_conv2d)

# %% [markdown]
# Stuck somewhere? `hint("as_conv2d")` gives one hint at a time, for every exercise.

# %%
figures.same_numbers(as_conv2d)

# %% [markdown]
# The same numbers, up to rounding. From here on you may trust `nn.Conv2d`: you know what is in it.
#
# ## 4. What a GPU is good for
#
# A GPU was made for games: for millions of pixels, the same few multiplications. A convolution is just that. But it has to be
# *kept busy*: each order to it takes some microseconds, whatever its size.
#
# The next cell times the same convolution for 1, 4, 16, ... pictures at once: by NumPy, by PyTorch on the CPU, and on the
# GPU if you have one. In the picture, look at how the operations *per second* change with the number of pictures. The
# dashed line is what the device reaches in one large product of matrices, the thing it does best.

# %%
figures.race(device)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# A few pictures at a time are too little work: what is timed is mostly the call itself. With more, the rate climbs towards the line. A CPU is soon there (and may
# fall back when the pictures outgrow its fast memory). A GPU has the longest climb: with one picture it may lose against the CPU, with thousands it is far
# ahead. That is why networks are trained on large batches.
#
# The plain loops of notebook 04 would be far below this chart.
# </details>
#
# You gain even more with **16-bit numbers**: GPUs have units that multiply small matrices of them at once, several
# times as fast as float32, which has 32 bits. Convolutions don't mind, small gradients and sums do, so one mixes: *mixed precision*. Which
# 16 bits depends on the GPU. The type *bfloat16* has float32's range and few digits. The type *float16* has more digits, but 6 · 10⁻⁸ is
# its smallest number above 0, and gradients far below that become 0. So the loss is multiplied by a large number before
# going back, and the gradients are divided by it afterwards (a *scaler*). Beware: a T4 says that it can do bfloat16,
# and only emulates it. `devices.precision` goes by the GPU's generation.

# %% [markdown]
# ## 5. Pictures
#
# With a GPU and a network connection: **Imagenette**, 13,394 photographs of ten of ImageNet's thousand classes (94 MB, downloaded once). Otherwise
# 5,000 small pictures drawn by code: road signs and other things beside a road, with everything but the shape left to chance.
#
# The pictures are in three parts. The network learns from the **training part**. You will make choices: how long to train, how wide, which trick to keep. For these you look at the **validation part**.
# The more choices you make by it, the more it flatters you: you keep what happened to fit it. So there is a **test part**. You open it once, at the end, and what it says is your result.

# %%
everything = photographs.load() if device.type == "cuda" else road_signs.load()
pictures = everything.for_choices()  # a part of the training pictures is held out, the test part is out of sight
classes = len(pictures.classes)
print(pictures.name, pictures.train_images.shape, "to learn from,", pictures.test_images.shape, "to choose with")
print(everything.test_images.shape, "for the end")

# %%
figures.sheet(pictures)

# %% [markdown]
# **Predict first:** on digits, logistic regression on the pixels had about 4 % errors. How many will it have on these
# pictures? Guessing has 90 %.

# %%
predict("lines_on_pictures", ...)

# %%
from sklearn.linear_model import LogisticRegression


def small(images):
    """Pixels for logistic regression: shrunk to 32 by 32, flat, from −0.5 to 0.5."""
    n, channels, side, _ = images.shape
    blocks_of = images.reshape(n, channels, 32, side // 32, 32, side // 32)
    return blocks_of.mean(axis=(3, 5)).reshape(n, -1) / 255 - 0.5


regression = LogisticRegression(C=0.001, max_iter=200).fit(small(pictures.train_images), pictures.train_labels)
linear_error = 1 - regression.score(small(pictures.test_images), pictures.test_labels)
print(f"logistic regression: {linear_error:.0%} of the validation pictures wrong")

# %% [markdown]
# <details><summary>Why?</summary>
#
# It has a weight for each pixel and colour, so it can only learn rules such as "blue at the top left suggests a car". Here a car can be anywhere and of
# any colour. No pixel means anything on its own: this was the complaint of notebook 01, and now it hurts.
# </details>

# %% [markdown]
# ### Exercise: `top_k_error` &nbsp; ⏱ 8 min · ●●○
#
# Put a number on it with the contest's own measure, for any k. With k = 1 it is 1 − accuracy.

# %% exercise="top_k_error" points=2
def top_k_error(logits, y, k):
    """The share of points whose class y (N,) is not among the k largest of their logits
    (N, K): a number from 0 to 1.

    k is from 1 to K; no two logits of a point are equal.
    Example: logits [[3, 2, 1], [3, 2, 1]] and y [1, 2] give 1.0, 0.5 and 0.0 for k = 1,
    2 and 3.
    """
    ### BEGIN SOLUTION
    logits, y = np.asarray(logits), np.asarray(y)
    #> best = np.argsort(...)[:, ...]
    best = np.argsort(logits, axis=1)[:, -k:]
    #> found = ...
    found = (best == y[:, None]).any(axis=1)
    return np.mean(~found)
    ### END SOLUTION


# %% check="top_k_error"
check(top_k_error)

# %%
figures.top_k(top_k_error, regression.decision_function(small(pictures.test_images)), pictures.test_labels)

# %% [markdown]
# ### Exercise: `random_crop_flip` &nbsp; ⏱ 15 min · ●●○
#
# More pictures would help, and there is a cheap way to get more. A car that is moved a little, or mirrored, is still a car. So never show the network the same
# picture twice: **cut out a random square of it, and mirror it half of the time**, anew each time. This is called *augmentation*.
#
# Mirroring is wrong where left and right mean something: for letters, digits, an arrow that says "turn left". (A mirrored
# STOP doesn't occur on any road, but it can't be mistaken for another of our classes either.)
#
# Each picture of the batch gets its own place and its own toss of a coin. All randomness comes from `np.random.default_rng(seed)`.
# The crop may begin at row 0, 1, ..., H − size, all of them; columns likewise.
#
# `images` will be a tensor, maybe on the GPU. Slices work as in NumPy, `x.flip(2)` mirrors along axis 2 (tensors have no `[::-1]`), `torch.stack(list)` makes one tensor of many.

# %% exercise="random_crop_flip" points=2
def random_crop_flip(images, size, seed):
    """A crop of size by size pixels of each picture, each from its own random place,
    each mirrored with probability 1/2.

    images (N, C, H, W) to (N, C, size, size), same dtype and device; size is at most H
    and W. Mirrored means left and right exchanged. The same seed gives the same crops;
    images stays as it is.
    """
    ### BEGIN SOLUTION
    n, channels, height, width = images.shape
    rng = np.random.default_rng(seed)
    #> tops = rng.integers(...)
    tops = rng.integers(0, height - size + 1, n)
    #> lefts = ...
    lefts = rng.integers(0, width - size + 1, n)
    #> mirrored = ...
    mirrored = rng.random(n) < 0.5
    # All pictures at once: for each of them the rows and columns to take. A loop over the pictures is as good.
    rows = tops[:, None] + np.arange(size)
    columns = lefts[:, None] + np.arange(size)
    columns[mirrored] = columns[mirrored, ::-1]
    picture, channel = np.arange(n)[:, None, None, None], np.arange(channels)[:, None, None]
    return images[picture, channel, rows[:, None, :, None], columns[:, None, None, :]]
    ### END SOLUTION


# %% check="random_crop_flip"
check(random_crop_flip)

# %%
size = pictures.train_images.shape[-1] * 7 // 8  # 56 of 64 pixels, or 140 of 160
figures.crops(random_crop_flip, pictures, size)

# %% [markdown]
# ## 6. A network in blocks
#
# AlexNet had eight layers, each with numbers of its own. Today one designs a *block* and stacks it.
#
# The first block is convolution, **batch norm**, ReLU. Batch norm is the one layer that is new to you. For each channel it subtracts the mean and divides by the
# standard deviation, both *over the batch and all places*. Then it multiplies by a learned γ and adds a learned β. Whatever the layers before do, the numbers that arrive are of a
# sensible size, and training gets faster and far less fussy.
#
# **Predict first:** batch norm follows a convolution that has a bias. In training, the bias of one channel grows by 5. What
# does that change after batch norm?

# %%
predict("bias_before_batch_norm", ...)

# %% [markdown]
# <details><summary>Answer</summary>
#
# A bias shifts the whole channel, and the mean is subtracted right afterwards: it has no effect. β does its work. So the
# convolution of the block has no bias.
# </details>
#
# A *single* picture that is to be classified has no batch to take a mean of. So batch norm keeps running means of means and
# variances while training, and uses those in evaluation. A network therefore has two modes: `model.train()` and
# `model.eval()`. Forgetting the second is one of the commonest mistakes in PyTorch.
#
# ### Exercise: `ConvBlock` &nbsp; ⏱ 10 min · ●●○
#
# A module of your own is a class: `__init__` makes the parts, `forward` says what happens to x. Weights of the parts are found by PyTorch itself.
# Padding 1, so that stride 1 keeps the size. (`nn.Conv2d`, `nn.BatchNorm2d`, `F.relu`.)

# %% exercise="ConvBlock" points=2
class ConvBlock(nn.Module):
    """Convolution 3 by 3 with padding 1 and without bias, batch norm, ReLU:
    (N, c_in, H, W) to (N, c_out, H', W').
    """

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        ### BEGIN SOLUTION
        #> self.conv = nn.Conv2d(...)
        self.conv = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False)
        #> self.norm = ...
        self.norm = nn.BatchNorm2d(c_out)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        return F.relu(self.norm(self.conv(x)))
        ### END SOLUTION


# %% check="ConvBlock"
check(ConvBlock)

# %% [markdown]
# ### Exercise: `ResidualBlock` &nbsp; ⏱ 15 min · ●●●
#
# In 2015 He and others reported that a network of 56 plain layers was *worse* than one of 20, even on the pictures it had learned from. More layers could do all that fewer can; but
# gradient descent doesn't find it, so long is the way through all of them. The cure is a way around: the block's layers only compute what is to be **added** to x, the *residual*. Hence the name of the block, and of networks made of it: **ResNet**.

# %%
figures.residual_block()

# %% [markdown]
# **Predict first:** z = f(x) + x. What is dz/dx, if f's derivative is nearly 0?

# %%
predict("slope_with_a_shortcut", ...)

# %% [markdown]
# <details><summary>Answer</summary>
#
# df/dx + 1: nearly 1. Through the shortcut the gradient arrives undamped, however many blocks there are. That is how 152 layers became possible.
# </details>
#
# Does it matter? We trained networks of 8, 20 and 56 layers, each without shortcuts and with them. They have the same weights, the same 2,000 small pictures and the same 20 epochs.
# The error below is on the pictures that they *learned from*. A deeper network can do all that a shallower one can.
#
# **Predict first:** which line goes up?

# %%
predict("deeper_and_worse", ...)

# %%
figures.depth()

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# Without shortcuts, more layers are worse: 5 %, 35 % and 88 % errors. The network of 56 hardly learns at all. With shortcuts they are 1.6 %, 0.5 % and 16 %: the one of 20 is better than the one of 8. The one
# of 56 learns too, but in so short a training it isn't better than the others. So this shows that shortcuts let deep networks learn. It doesn't show that deeper is always better. (`python -m helpers.experiments.depth` repeats it, in about half an hour.)
# </details>
#
# The first convolution has the stride. To be added, both sides must have the same shape. So where the stride isn't 1 or the channels differ, the shortcut is a 1 by 1 convolution with
# that stride. Batch norm after it is usual, and no bias. Everywhere else it is x itself. ReLU comes after the sum.

# %% exercise="ResidualBlock" points=3
class ResidualBlock(nn.Module):
    """relu(f(x) + shortcut(x)): (N, c_in, H, W) to (N, c_out, H', W').

    f is convolution 3 by 3 with the stride, batch norm, ReLU, convolution 3 by 3, batch
    norm; no biases, padding 1. The shortcut is x, or where shapes differ a 1 by 1
    convolution with the stride.
    """

    def __init__(self, c_in, c_out, stride):
        super().__init__()
        ### BEGIN SOLUTION
        #> self.conv1, self.norm1 = ...
        self.conv1, self.norm1 = nn.Conv2d(c_in, c_out, 3, stride=stride, padding=1, bias=False), nn.BatchNorm2d(c_out)
        #> self.conv2, self.norm2 = ...
        self.conv2, self.norm2 = nn.Conv2d(c_out, c_out, 3, padding=1, bias=False), nn.BatchNorm2d(c_out)
        #> self.shortcut = nn.Identity()
        self.shortcut = nn.Identity()
        #> if ...:
        if stride != 1 or c_in != c_out:
            self.shortcut = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride=stride, bias=False), nn.BatchNorm2d(c_out))
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        z = F.relu(self.norm1(self.conv1(x)))
        z = self.norm2(self.conv2(z))
        #> return F.relu(...)
        return F.relu(z + self.shortcut(x))
        ### END SOLUTION


# %% check="ResidualBlock"
check(ResidualBlock)

# %% [markdown]
# ### Exercise: `catch_ResidualBlock` &nbsp; ⏱ 7 min · ●●○
#
# **Catch the mistake.** Five functions, A to E, claim to be a `ResidualBlock` at work. Each takes `(x, c_out, stride)`
# with an array x (N, C, H, W). It builds a block from C to `c_out` channels, with the same weights in all five, and
# gives its output in training mode. One is right, and each of the others has a mistake of its own. You don't see their
# code. An input *exposes* a function whose result there differs from the right one. The check shows what all five give
# on your inputs, and once only the right one stands, what was wrong with the others.
#
# Write a list of at most **3 inputs** that expose all four, each a tuple `(x, c_out, stride)`. Small arrays do.

# %% exercise="catch_ResidualBlock" points=2
catch_ResidualBlock = []  # at most 3 tuples (x, c_out, stride)
### BEGIN SOLUTION
x_catch = np.arange(96).reshape(2, 3, 4, 4) % 7
catch_ResidualBlock = [(x_catch, 3, 1), (x_catch, 3, 2), (x_catch, 4, 1)]
### END SOLUTION

# %% check="catch_ResidualBlock"
check("catch_ResidualBlock", catch_ResidualBlock)

# %% [markdown]
# <details><summary>Why three?</summary>
#
# The code has an `if`, and what it decides on has three cases that matter: nothing changes, the size does, the channels do. An input
# goes only one way. Look at the branches of a function: each needs a test that takes it. Batches of one image hide what batch norm does.
# </details>

# %% [markdown]
# ### Exercise: `SmallResNet` &nbsp; ⏱ 15 min · ●●○
#
# Stack them. A proposal, with `width` 16: a `ConvBlock` from 3 to 16 channels with stride 2, then residual blocks to 32, to 64 and to 128 channels, each with stride 2. After the one to 64 comes one more
# that keeps shape and channels: there the shortcut is x itself. Then take the
# **mean of each map** over all places, `x.mean(dim=(2, 3))`, and one fully connected layer, `nn.Linear`, makes the logits of it. No softmax: the loss has it in it.
#
# It's your network: other widths and depths are fine, as long as it has fewer than 3 million weights. Your own blocks go in here; if one of them isn't right yet, `blocks.ConvBlock` and
# `blocks.ResidualBlock` do the same, and you may use those.
#
# **Predict first:** the network has learned from pictures of 64 by 64 pixels. What does it give for one of 128 by 128?

# %%
predict("larger_pictures", ...)

# %% exercise="SmallResNet" points=3
class SmallResNet(nn.Module):
    """A residual network: colour pictures (N, 3, H, W), any size from 32 by 32, to
    logits (N, classes).

    Fewer than 3 million weights. `width` is the number of channels after the first
    block.
    """

    def __init__(self, classes, width=16):
        super().__init__()
        ### BEGIN SOLUTION
        #> self.features = ...
        self.features = nn.Sequential(
            blocks.ConvBlock(3, width, stride=2),
            blocks.ResidualBlock(width, 2 * width, stride=2),
            blocks.ResidualBlock(2 * width, 4 * width, stride=2),
            blocks.ResidualBlock(4 * width, 4 * width, stride=1),
            blocks.ResidualBlock(4 * width, 8 * width, stride=2),
        )
        #> self.classify = nn.Linear(...)
        self.classify = nn.Linear(8 * width, classes)
        ### END SOLUTION

    def forward(self, x):
        ### BEGIN SOLUTION
        #> z = self.features(x).mean(...)
        z = self.features(x).mean(dim=(2, 3))
        return self.classify(z)
        ### END SOLUTION


# %% check="SmallResNet"
check(SmallResNet)

# %% [markdown]
# ### Exercise: `count_parameters` &nbsp; ⏱ 3 min · ●○○
#
# How many weights is that? `model.parameters()` goes through all weight tensors of a module. Some may be frozen (`requires_grad` is False): those aren't trained, and don't count.

# %% exercise="count_parameters" points=1
def count_parameters(model):
    """How many numbers a module (nn.Module) has that training changes: an int."""
    ### BEGIN SOLUTION
    return sum(weights.numel() for weights in model.parameters() if weights.requires_grad)
    ### END SOLUTION


# %% check="count_parameters"
check(count_parameters)

# %%
figures.inside(SmallResNet, pictures, size)

# %% [markdown]
# Compare with AlexNet: nearly everything is in the convolutions now, and the fully connected layer is a crumb.
#
# ## 7. Learning
#
# ### Exercise: `train_step` &nbsp; ⏱ 10 min · ●●○
#
# One step of gradient descent. In PyTorch it is four lines, always the same. Forget the old gradients:
# `optimizer.zero_grad()`. Loss forward: `F.cross_entropy(logits, labels)` is softmax and mean negative log likelihood.
# Gradients backward: `loss.backward()`. Then the optimizer moves the weights: `optimizer.step()`.
#
# **Predict first:** what happens if you leave out the first?

# %%
predict("without_zero_grad", ...)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Gradients of shared weights add up (notebook 07), so `backward` always *adds*. Without `zero_grad` the gradients of all steps so far pile up, and you walk off in an old direction.
# </details>

# %% exercise="train_step" points=2
def train_step(model, images, labels, optimizer):
    """One step of the optimizer on a batch; returns the loss before the step, a float.

    images (N, C, H, W), floats, and labels (N,), integers, are on the model's device.
    The model is in training mode. The loss is the mean cross-entropy.
    """
    ### BEGIN SOLUTION
    optimizer.zero_grad()
    #> loss = F.cross_entropy(...)
    loss = F.cross_entropy(model(images), labels)
    loss.backward()
    optimizer.step()
    return loss.item()
    ### END SOLUTION


# %% check="train_step"
check(train_step)

# %% [markdown]
# Good habit number three, after gradient checks and a look at the first loss: **can it learn 32 pictures by heart?** If not, something is broken, and there's no need to wait an hour to find out.
#
# **Predict first:** where does the loss start?

# %%
predict("loss_at_the_start", ...)

# %%
figures.one_batch(SmallResNet, train_step, pictures)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Near log 10 = 2.30, as each network that knows nothing of ten classes.
# </details>
#
# ### Exercise: `evaluate` &nbsp; ⏱ 12 min · ●●○
#
# What counts are pictures that it has not learned from. `loader` gives batches (images, labels), the last one may be smaller: so count the points that are wrong, and divide at the end.
#
# - Evaluation mode while you look (`model.eval()`), and afterwards the mode that it was in (`model.training` says which).
# - No gradients: `with torch.no_grad():` saves time and memory.
# - The k best classes: `logits.topk(k, dim=1).indices`, or as in `top_k_error`.

# %% exercise="evaluate" points=2
def evaluate(model, loader):
    """Top-1 and top-5 error of a model: two numbers from 0 to 1, shares of all points
    in the loader.

    loader gives pairs: images (n, C, H, W), on the model's device, and labels (n,); n
    may differ. At least 5 classes. Afterwards the model is in the mode that it was in.
    """
    ### BEGIN SOLUTION
    was_training = model.training
    model.eval()
    points = wrong1 = wrong5 = 0
    with torch.no_grad():
        for images, labels in loader:
            #> best = ...
            best = model(images).topk(5, dim=1).indices
            hits = best == labels[:, None]
            points += len(labels)
            #> wrong1 += ...
            wrong1 += len(labels) - hits[:, 0].sum().item()
            #> wrong5 += ...
            wrong5 += len(labels) - hits.sum().item()
    model.train(was_training)
    return wrong1 / points, wrong5 / points
    ### END SOLUTION


# %% check="evaluate"
check(evaluate)

# %% [markdown]
# ### Training as it is done today
#
# Your four lines are the heart of it. Around them, `training.fit` adds what has proved its worth in the last ten years. Each is one or two lines in `helpers/training.py`, which is written to be read:
#
# | what | why |
# |---|---|
# | **augmentation**, on the device | your `random_crop_flip`: no picture twice |
# | **momentum** | steps remember their direction, as a ball that rolls (section 12 of notebook 07) |
# | **one-cycle learning rate** | start gently, go fast, end with tiny steps |
# | **label smoothing** | ask for 91 % rather than 100 % of belief, so that the network isn't driven to extremes |
# | **weight decay on filters only** | a regulariser (notebook 06): it makes weights smaller; biases and batch norm say how large numbers are, and are left alone |
# | **pictures as bytes on the device** | a quarter of the memory, and no copying in each step; each batch becomes floats there |
# | **a batch that fits the memory** | a GPU wants much work at once: `devices.batch_size` counts what one picture needs |
# | **`channels_last`** | the channels of a pixel side by side in memory, as the fast units want them |
# | **mixed precision** | 16 bits where the device is made for it, in training and in evaluation |
# | **`torch.compile`** | reads the whole network and joins its small steps into larger ones; on a GPU only |
# | **`cudnn.benchmark`** | tries several ways to compute each convolution and keeps the fastest; all batches have one shape |
# | **no `.item()` in the loop** | `.item()` waits until the GPU has done all that it was told; the losses are added up there |
# | **inference mode** | for evaluation: nothing is kept for gradients |
#
# How much does each of these bring? A **speed ladder** tells it for your device. It starts with plain float32, and each line has all measures above it. The last column says how much of the device is busy:
# 100 % would be the rate of one large product of matrices.
#
# In the table, look for the measure that brings most on your device.

# %%
figures.ladder(training.build(SmallResNet, classes), size)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# On a CPU little changes: `channels_last` helps or hurts by some percent, and the 16-bit units are missing. On a GPU the small network of this notebook can't fill the device. A wider one can: try
# `lambda k: SmallResNet(k, width=64)`.
# </details>
#
# Colab takes a machine away after some hours, and its files go with it. So the state is saved after each epoch when you name a file. On Google Drive it lasts; on the machine's own disk it survives only a restart of the kernel.
# Run the same cell again, and the training resumes where it stopped. If the memory isn't enough, the batch goes through in smaller parts, and it says so.
#
# How long will it take on a T4? An estimate, not a measurement. Your network needs 0.16 billion multiplications and additions for a picture of 140 by 140 pixels, and three times that with the way back.
# 8,285 pictures in 20 epochs are 166,000 pictures, so 80,000 billion in all. A T4 states 8,100 billion a second in float32. If a small network gets only 3 % of that, training takes 330 seconds: five and a half minutes.
#
# The heart of it all:

# %%
import inspect

print(inspect.getsource(training.step))

# %% [markdown]
# The learning rate over the whole training. In the picture, look at where it is highest, and at how it starts and ends.

# %%
model = training.build(SmallResNet, classes, seed=0)
batch = devices.batch_size(model, size) if model else 64
settings = training.Settings(epochs=7 if size == 56 else 20, size=size, batch=batch)
figures.learning_rate(settings)

# %% [markdown]
# <details><summary>Why not start with the highest right away?</summary>
#
# At the start the weights are random and the gradients are large and say little: a big step would throw the network somewhere from where it finds no way back. At the end the steps have to be small to settle in the valley.
# </details>
#
# Now it learns, from all pictures. Without a GPU this takes a minute or two. In the picture below, look at how soon its error
# is below that of logistic regression, and at where it ends.

# %%
checkpoint = checkpoints.folder() / "small_resnet.pt" if device.type == "cuda" else None
history = training.fit(model, pictures, settings, random_crop_flip, evaluate, checkpoint)

# %%
figures.learned(history, linear_error)

# %% [markdown]
# One more trick, after the training: ask twice, about the picture and about its mirror image, and take the mean of the logits (*test-time flips*).

# %%
figures.compare(model, evaluate, pictures, linear_error)

# %% [markdown]
# <details><summary>And on photographs?</summary>
#
# On a GPU you have just seen it. (We had no GPU when this was written, so no number of ours stands here.) For comparison, the public list of results on Imagenette at 128 pixels (github.com/fastai/imagenette): 14.2 % errors after 5 epochs, 8.4 % after
# 20, by networks with many more weights than yours. Try `training.build(lambda k: SmallResNet(k, width=48), classes)`.
# </details>
#
# **Optional, for GPUs:** how long does compiling take, and what does a step cost before and after?

# %%
figures.compiled(model, size)

# %% [markdown]
# ## 8. What has it found?
#
# The filters of the first layer are 3 by 3 pixels of red, green and blue, so they can be looked at as small colour pictures. Before the training they are noise:

# %%
figures.untrained_filters(SmallResNet, classes)

# %% [markdown]
# Now after the training. In the picture, compare each filter with the one above it, from which it started.

# %%
figures.first_filters(model, SmallResNet, classes)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# Order: neighbours agree. Many filters are edges now, from dark to light or from one colour to another, with one direction each. You met their grey cousins in notebook 03, where we made them by hand. Nearly
# every network that learns from pictures begins so, AlexNet too. (Ours have nine pixels and a few minutes of training, so not every one is a textbook case.)
# </details>
#
# Then the maps, layer after layer. In the picture, look for the first row in which you can no longer tell what it is.

# %%
figures.maps(model, pictures, place=7)

# %% [markdown]
# **And where did it look?** The last maps still have places. The logit of a class is a sum over maps and places, so each place's part in it can be drawn: a **class activation map**. Bright is what spoke for the answer.
# The last maps are coarse, 4 by 4 places. So the picture is moved by parts of their stride, four times along each axis, and the maps are joined into one of 16 by 16.
#
# In the picture, look at whether the bright places are on the thing or on the background.

# %%
figures.activation_maps(model, pictures)

# %% [markdown]
# Nobody has ever told the network *where* anything is. It only heard "stop".
#
# It takes pictures of any size, so here is a harder test: a photograph, with three things drawn into it. It has never seen a photograph, nor so large a picture, nor more than one thing at a time.

# %%
figures.in_a_photograph(model, pictures)

# %% [markdown]
# It finds them, and on the way it suspects a thing or two elsewhere. To say *where* things are, and how many, networks are trained for just that (*detection*), and they start from maps like these.
#
# Last, the habit that teaches most: look at the pictures that it got **most wrong**. Look for those that are hard for you, too.

# %%
figures.most_wrong(model, pictures)

# %% [markdown]
# <details><summary>What to look for</summary>
#
# Some are hard for us as well: the thing is nearly the colour of its background. Others are wrong in a way that
# *explains* something. On the drawn set many of them have a branch across the thing, and a steep branch is easily taken
# for a traffic light's post. The network has found that out for itself, and it isn't what we meant. If a kind of
# mistake is common, you know what kind of picture to add. (In real data sets you'd also find wrong labels here, in
# ImageNet too.)
# </details>

# %% [markdown]
# ## 9. Eyes that have seen a million photographs
#
# Your network has seen some thousand pictures. Others have trained a network on 1.2 million photographs for days, and they publish its weights. The best known
# one is **ResNet-18**: a *stem* (one convolution and a pooling), eight residual blocks in four groups and one fully connected layer. The blocks are yours: `blocks.ResNet(ResidualBlock)` stacks them.
#
# A file of published weights is a *state dict*: names and tensors, in the order of the layers. It calls things `layer1.0.conv1.weight`; your block has names of its own.
# The shapes and their order are the same.
#
# ### Exercise: `load_pretrained` &nbsp; ⏱ 15 min · ●●○
#
# Put published weights into a network of your own blocks. Go through the entries in order. Each belongs in the first tensor of the model with the same shape that isn't filled yet.
#
# - `model.state_dict()` gives name and tensor of all that a model stores: weights, and batch norm's running mean and variance too. These tensors are the model's own: `tensor.copy_(values)` changes the model.
# - Entries whose name ends in `num_batches_tracked` only count batches. Leave them out, in the file and in the model.
# - An entry that fits nowhere means that this is another network. Raise a `ValueError` that has the entry's name in its text.

# %% exercise="load_pretrained" points=2
def load_pretrained(model, weights):
    """Copies weights, a dict of names and tensors, into the model by shape and order;
    returns the model.

    Names don't matter. Counts (num_batches_tracked) are left out. Raises ValueError,
    naming the entry, when one fits nowhere.
    """
    ### BEGIN SOLUTION
    #> free = [own for name, own in ... if ...]
    free = [own for name, own in model.state_dict().items() if not name.endswith("num_batches_tracked")]
    with torch.no_grad():
        for name, values in weights.items():
            if name.endswith("num_batches_tracked"):
                continue
            #> fitting = [number for number, own in enumerate(free) if ...]
            fitting = [number for number, own in enumerate(free) if own.shape == values.shape]
            #> if ...:
            if not fitting:
                #> raise ValueError(...)
                raise ValueError(f"{name} {tuple(values.shape)} fits nowhere")
            free.pop(fitting[0]).copy_(values)
    return model
    ### END SOLUTION


# %% check="load_pretrained"
check(load_pretrained)

# %% [markdown]
# With a network connection this loads ResNet-18's own weights (45 MB, checked against the sum that its authors give). Otherwise it loads a small one with the same names that we trained on the drawn signs.

# %%
known = published.load()
eyes = published.network(ResidualBlock, load_pretrained, known)
print(known.name, "with", f"{sum(tensor.numel() for tensor in known.weights.values()):,}", "numbers")

# %%
shown = figures.photographs_for(known.side, pictures)
figures.names(eyes, known.classes, shown)

# %% [markdown]
# **What do its filters look for?** A filter deep in the network is no small picture any more. But one can ask which patches it answers to most.
# Each row below is one filter of the second group of blocks, with its favourite patches among 400 pictures.
#
# In the picture, look for what the patches of a row have in common: their colour, their shape, or neither.

# %%
figures.favourites(eyes, eyes and eyes.groups[1], pictures.train_images[:400], pictures.train_images.shape[-1] * 3 // 8)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# In most rows a kind of shape comes back, in any colour: a ring with digits, a triangle with its mark, a bar, a rounded edge. With ImageNet's weights you also find fur, tyres and faces. Some rows have nothing that we could name. That is honest too:
# nothing forces a filter to look for a thing that has a name.
# </details>
#
# **And how sure is it?** Each pixel moves by the same number of its 255 levels, up or down, whichever raises the loss. You met this gradient in notebook 07; here it goes on to the picture.
#
# **Predict first:** by how many levels must each pixel move, until the answer changes?

# %%
predict("levels_to_fool", ...)

# %%
figures.fooled(eyes, known.classes, shown[-1])

# %% [markdown]
# <details><summary>Why is it so easy?</summary>
#
# A picture has thousands of pixels. Each changes the loss by a little, and all changes point the same way. Such pictures are called *adversarial examples*. A network that is right on
# all your test pictures can still be fooled like this. Remember it where someone could gain by fooling yours.
# </details>
#
# **Your own pictures.** Some dozens are enough, since all but the last layer is learned already. Put them in folders, one for each class, name the folder below, and run the cell. It trains a new last layer.
# Take the held-out error with care: with ten pictures held out, one of them is 10 %.

# %%
my_folder = ""  # such as "my_pictures", with the folders my_pictures/mugs and my_pictures/shoes in it
if my_folder and eyes:
    mine = photographs.from_folder(my_folder, known.side)
    error = training.new_last_layer(eyes, mine)
    print(f"{', '.join(mine.classes)}: {error:.0%} of {len(mine.test_labels)} held-out pictures wrong")

# %% [markdown]
# ## 10. After 2017
#
# The contest ended, and the field went on. Two lines matter most.
#
# **Vision transformers** (2020) cut a picture into patches of 16 by 16 pixels and treat them as a sentence of words. In each layer every patch looks at all others (*attention*); nothing in it
# knows which patches are neighbours. With few pictures this is a drawback: the network has to learn what a filter knows from the start. With hundreds of millions of pictures it is an advantage.
#
# **ConvNeXt** (2022) asked what is left of that advantage when a ResNet is trained in the same way. Its authors changed one thing after another: patches in place of the stem, and filters of 7 by 7 that look at one channel each.
# They also left out some ReLUs and some layers like batch norm. The result is a plain convnet that is as good as the transformers of its day.
#
# And how does a transformer turn a patch into numbers? You have written that layer.
#
# ### Exercise: `patch_embedding` &nbsp; ⏱ 8 min · ●●○
#
# Cut each picture into patches of `size` by `size` pixels, row by row. Number d of a patch is its dot product with filter d, plus b[d].
#
# **Predict first:** which stride makes a convolution do just this?

# %%
predict("stride_of_patches", ...)

# %% exercise="patch_embedding" points=1
def patch_embedding(images, w, b, size):
    """The first layer of a vision transformer: images (N, C, H, W) to (N, patches, D),
    patches row by row. NumPy.

    w is (D, C, size, size), b (D,). Pixels at the end that don't fill a patch are left
    out. `layers.conv2d` is allowed.
    """
    ### BEGIN SOLUTION
    #> maps = layers.conv2d(...)
    maps = layers.conv2d(images, w, b, padding=0, stride=size)
    n, numbers, rows, columns = maps.shape
    #> return maps.reshape(...).transpose(...)
    return maps.reshape(n, numbers, rows * columns).transpose(0, 2, 1)
    ### END SOLUTION


# %% check="patch_embedding"
check(patch_embedding)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Stride = size: each patch is seen once. A vision transformer begins with a convolution.
# </details>

# %%
figures.patches(patch_embedding, as_conv2d, everything)

# %% [markdown]
# Where convolutions still win: with few pictures, since neighbours needn't be learned. On large pictures, since attention compares every patch with every other, so its work grows with the square of their number.
# On small devices, since a filter needs little memory. Many networks of today mix both.
#
# Sources:
#
# - Dosovitskiy et al., *An Image is Worth 16x16 Words*, 2020 (arXiv 2010.11929)
# - Liu et al., *A ConvNet for the 2020s*, 2022 (arXiv 2201.03545)
# - Xiao et al., *Early Convolutions Help Transformers See Better*, 2021 (arXiv 2106.14881)

# %% [markdown]
# ## 11. The test part, opened once
#
# All choices are made. Whatever you tried above, you looked at the validation part. Now comes the number that you may tell others.
#
# In the table, compare it with the validation error that the network had in section 7.

# %%
linear_test_error = 1 - regression.score(small(everything.test_images), everything.test_labels)
figures.compare(model, evaluate, everything, linear_test_error)

# %% [markdown]
# <details><summary>And if it disappoints?</summary>
#
# Then that is your result. Going back to change something until the test error is better makes a second validation part of it, and leaves you without a test.
# </details>
#
# ## 12. Going further: not too sure
#
# This section is for those who want more; it has no points. Section 7's table has a line that is worth a look:
# **label smoothing** (Szegedy and others, 2016). The usual loss falls as long as the true class's logit grows, without
# end. So it drives a network to extremes: ever larger logits, ever surer, also where it is wrong.
#
# Label smoothing asks for less. A `share` of all belief is spread evenly over all K classes, the true one included: each
# has the target share / K. The rest, 1 − share, is added to the true class's target. With the targets $t_k$, the loss of
# a point is
#
# $$-\sum_k t_k \log p_k ,$$
#
# with the probabilities $p_k$ of softmax, and the loss of a batch is the mean over its points. With a share of 0 only
# the true class is left in the sum: then it is the loss of notebook 06.
#
# ### Exercise: `label_smoothing_loss` &nbsp; ⏱ 10 min · ●●○ · no points
#
# Write it in NumPy. Large logits are the same trap as in notebook 06: don't take the logarithm of softmax.
#
# **Predict first:** ten classes, and a share of 0.1. The logit of the true class grows and grows, while the others
# stay at 0. What does the loss do?

# %%
predict("logit_that_grows", ...)

# %% exercise="label_smoothing_loss" points=0
def label_smoothing_loss(logits, y, share):
    """The mean loss of logits (N, K) for classes y (N,), labels smoothed: a number.

    Each class has the target share / K, the true one 1 - share more; 0 <= share < 1.
    A point's loss is the sum over its classes of -target * log(probability). Right for
    logits of 10000, too.
    Example: logits [[0, log 3]], y [1] and share 0.5 give about 0.56.
    """
    ### BEGIN SOLUTION
    z = np.asarray(logits, dtype=float)
    z = z - z.max(axis=1, keepdims=True)
    #> log_p = ...
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    #> target = np.full(...)
    target = np.full(z.shape, share / z.shape[1])
    #> target[np.arange(...), ...] += ...
    target[np.arange(len(y)), y] += 1 - share
    return -np.mean(np.sum(target * log_p, axis=1))
    ### END SOLUTION


# %% check="label_smoothing_loss"
check(label_smoothing_loss)

# %%
figures.smoothed(label_smoothing_loss)

# %% [markdown]
# <details><summary>What do you see?</summary>
#
# Without smoothing the loss falls for ever. With it, the lowest point is at a logit of 4.5. There the true class has a
# probability of 91 %, which is the target. Beyond it, being surer costs more. PyTorch has this loss as
# `F.cross_entropy(logits, labels, label_smoothing=0.1)`, and `training.step` uses it.
# </details>
#
# ## 13. What to try next
#
# - **Leave something out.** Train without augmentation (`lambda images, size, seed: images`, with `size` 64), without the shortcut, without batch norm (then with a tenth of the learning rate). What does each of them do for the error?
# - **Wider or deeper?** `width=32`, or two blocks at each size, with the same number of weights.
# - **Fewer pictures:** `road_signs.load(train=500)`. How does the error grow? Does augmentation matter more now?
# - **Your own class:** draw it, in `helpers/road_signs.py`: a class is a list of shapes.
# - **Richer augmentation:** `training.resized_crops` in place of `random_crop_flip` cuts out parts of any size and stretches them. It is how ImageNet's networks are trained. Does it help with few epochs, or only with many?
#
# ## The answer
#
# *What do the networks that made history have that yours hadn't?*
#
# The same convolutions, ReLUs and gradients, and four things more. A way around each block lets gradients reach the first layer. Batch norm keeps numbers at a sensible size. Augmentation makes the pictures last longer.
# And a machine multiplies thousands of numbers at once, with a library that keeps it busy. You have used all of it.
#
# What you can do now:
#
# - write blocks and networks in PyTorch, and train them on whatever processor there is
# - say what shortcuts, batch norm and augmentation are for, and what an experiment says about each
# - load published weights into a network of your own, and check what it leans on
# - choose by a validation part, and open the test part once
#
# From one filter that finds a lonely 1 to this: you wrote every part of it. That was the course. Now take it to pictures that *you* care about.
