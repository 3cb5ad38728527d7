# %% [markdown]
# # 01 · Sorting
#
# **The question of this chapter:** how do you put a hand of cards in order?
#
# ⏱ about 30 minutes

# %%
import numpy as np

from helpers import check, hint

# %% [markdown]
# Most people take one card after the other, and put it where it belongs.


# %% exercise="insert" points=2
def insert(row, x):
    """The sorted row (n,) with x put where it belongs: (n + 1,)."""
    ### BEGIN SOLUTION
    #> place = ...
    place = int(np.sum(row <= x))
    return np.concatenate([row[:place], [x], row[place:]])
    ### END SOLUTION


# %% check="insert"
check(insert)


# %% exercise="insertion_sort" points=3
def insertion_sort(row):
    """The numbers of row (n,) in rising order: (n,)."""
    ### BEGIN SOLUTION
    out = row[:0]
    for card in row:
        out = insert(out, card)
    return out
    ### END SOLUTION


# %% check="insertion_sort"
check(insertion_sort)

# %% [markdown]
# How many numbers move when `2 4 3 1` is sorted by insertion?

# %% exercise="shifts" points=1
shifts = None  # a number
### BEGIN SOLUTION
shifts = 4
### END SOLUTION

# %% check="shifts"
check("shifts", shifts)

# %% [markdown]
# Six different numbers that take insertion sort as many shifts as possible, and six that take it none.

# %% exercise="orders" points=2
slowest = None
fastest = None
### BEGIN SOLUTION
slowest = [60, 50, 40, 30, 20, 10]
fastest = [10, 20, 30, 40, 50, 60]
### END SOLUTION

# %% check="orders"
check("orders", slowest, fastest)

# %% [markdown] written="why_stable" points=2
# What is it good for that equal numbers keep their order?
#
# ### BEGIN SOLUTION
# A list that is sorted by name stays sorted by name within each town when it is sorted by town.
# ### END SOLUTION
