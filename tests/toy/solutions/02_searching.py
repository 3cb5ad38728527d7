# %% [markdown]
# # 02 · Searching
#
# **The question of this chapter:** how do you find a name in a telephone book?
#
# ⏱ about 20 minutes

# %%
import numpy as np

from helpers import check, hint


# %% exercise="first_at_least" points=1
def first_at_least(row, x):
    """The place, from 0, of the first number of the sorted row (n,) that is at least x; n if there is none."""
    ### BEGIN SOLUTION
    return int(np.sum(row < x))
    ### END SOLUTION


# %% check="first_at_least"
check(first_at_least)


# %% exercise="halving" points=3
def halving(row, x):
    """The same as first_at_least, with at most ten looks at the numbers of a row of a thousand."""
    ### BEGIN SOLUTION
    low, high = 0, len(row)
    #> while ...:
    while low < high:
        middle = (low + high) // 2
        if row[middle] < x:
            low = middle + 1
        else:
            high = middle
    return low
    ### END SOLUTION


# %% check="halving"
check(halving)

# %% [markdown]
# How many looks does halving take in a million numbers? a: 1000, b: 20, c: a million.

# %% exercise="looks" points=1
looks = None  # "a", "b" or "c"
### BEGIN SOLUTION
looks = "b"
### END SOLUTION

# %% check="looks"
check("looks", looks)
