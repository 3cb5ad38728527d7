"""Right ways to write the functions and modules of notebook 08: NumPy or tensors, subclassed, in a row, functional.

PyTorch is imported when it is first used, so that this file can be read without it.
"""

from __future__ import annotations

import random
from itertools import pairwise

import numpy as np

from autograder.exercises.later import Later

torch = Later("torch")
nn = Later("torch.nn")
F = Later("torch.nn.functional")

# -------------------------------------------------------------------------------------------------- top_k_error


def top_k_error__tensors(logits, y, k):
    best = logits.topk(k, dim=1).indices
    return 1 - (best == y.view(-1, 1)).any(dim=1).float().mean().item()


def top_k_error__tensor_result(logits, y, k):
    ranked = torch.argsort(torch.as_tensor(logits), dim=1, descending=True)[:, :k]
    hit = (ranked == torch.as_tensor(y)[:, None]).any(dim=1)
    return 1 - hit.double().mean()


def top_k_error__count_larger(logits, y, k):
    own = logits[np.arange(len(y)), y]
    return np.mean((logits > own[:, None]).sum(axis=1) >= k)


def top_k_error__loop(logits, y, k):
    wrong = 0
    for row, label in zip(logits, y):
        best = sorted(range(len(row)), key=lambda index: row[index], reverse=True)[:k]
        if label not in best:
            wrong += 1
    return wrong / len(y)


def top_k_error__argpartition(logits, y, k):
    best = np.argpartition(logits, -k, axis=1)[:, -k:]
    return 1.0 - np.isin(np.arange(len(y)), np.nonzero(best == y[:, None])[0]).mean()


# ---------------------------------------------------------------------------------------------------- as_conv2d


def as_conv2d__data(w, b, padding, stride):
    f, c, kh, kw = w.shape
    conv = nn.Conv2d(c, f, kernel_size=(kh, kw), padding=padding, stride=stride)
    conv.weight.data = torch.from_numpy(w).float()
    conv.bias.data = torch.from_numpy(b).float()
    return conv


def as_conv2d__parameters(w, b, padding, stride):
    conv = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride, padding)
    conv.weight = nn.Parameter(torch.tensor(w, dtype=torch.float32))
    conv.bias = nn.Parameter(torch.tensor(b, dtype=torch.float32))
    return conv


def as_conv2d__double(w, b, padding, stride):
    conv = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding).double()
    conv.load_state_dict({"weight": torch.as_tensor(w), "bias": torch.as_tensor(b)})
    return conv


def as_conv2d__fill(w, b, padding, stride):
    conv = nn.Conv2d(w.shape[1], w.shape[0], w.shape[2:], stride=stride, padding=padding)
    with torch.no_grad():
        conv.weight[...] = torch.as_tensor(w.astype(np.float32))
        for place, value in enumerate(b):
            conv.bias[place] = float(value)
    return conv.eval()


# --------------------------------------------------------------------------------------------- random_crop_flip


def random_crop_flip__tensors(images, size, seed):
    generator = torch.Generator().manual_seed(seed)
    height, width = images.shape[-2:]
    crops = []
    for image in images.clone():
        top = torch.randint(0, height - size + 1, (1,), generator=generator).item()
        left = torch.randint(0, width - size + 1, (1,), generator=generator).item()
        crop = image[:, top : top + size, left : left + size]
        if torch.rand(1, generator=generator).item() < 0.5:
            crop = crop.flip(-1)
        crops.append(crop)
    return torch.stack(crops)


def random_crop_flip__python_random(images, size, seed):
    coin = random.Random(seed)
    out = []
    for image in images:
        row, column = coin.randint(0, image.shape[1] - size), coin.randint(0, image.shape[2] - size)
        crop = image[:, row : row + size, column : column + size]
        out.append(np.fliplr(crop.transpose(1, 2, 0)).transpose(2, 0, 1) if coin.random() > 0.5 else crop)
    return np.array(out)


def random_crop_flip__fancy_indexing(images, size, seed):
    n, _, height, width = images.shape
    rng = np.random.default_rng(seed)
    rows = rng.integers(0, height - size, n, endpoint=True)[:, None] + np.arange(size)
    columns = rng.integers(0, width - size, n, endpoint=True)[:, None] + np.arange(size)
    flipped = rng.integers(0, 2, n).astype(bool)
    columns[flipped] = columns[flipped, ::-1]
    each = np.arange(n)[:, None, None]
    return images[each, :, rows[:, :, None], columns[:, None, :]].transpose(0, 3, 1, 2)


def random_crop_flip__flip_first(images, size, seed):
    np.random.seed(seed)
    out = np.zeros((len(images), images.shape[1], size, size))
    for i in range(len(images)):
        image = np.flip(images[i], axis=2) if np.random.rand() < 0.5 else images[i]
        r = np.random.randint(image.shape[1] - size + 1)
        c = np.random.randint(image.shape[2] - size + 1)
        out[i] = image[:, r : r + size, c : c + size]
    return out


# ---------------------------------------------------------------------------------------------------- ConvBlock


def ConvBlock__subclass(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.bn = nn.BatchNorm2d(c_out)  # in another order
            self.conv = nn.Conv2d(c_in, c_out, kernel_size=3, stride=stride, padding=1, bias=False)

        def forward(self, x):
            return F.relu(self.bn(self.conv(x)))

    return Block()


def ConvBlock__subclass_of_sequential(c_in, c_out, stride):
    class Block(nn.Sequential):
        def __init__(self):
            super().__init__(
                nn.ZeroPad2d(1),
                nn.Conv2d(c_in, c_out, 3, stride, bias=False),
                nn.BatchNorm2d(c_out, momentum=0.01),
                nn.ReLU(inplace=True),
            )

    return Block()


def ConvBlock__functional(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.kernels = nn.Parameter(torch.empty(c_out, c_in, 3, 3))
            nn.init.kaiming_normal_(self.kernels)
            self.beta, self.gamma = nn.Parameter(torch.zeros(c_out)), nn.Parameter(torch.ones(c_out))
            self.register_buffer("mu", torch.zeros(c_out))
            self.register_buffer("var", torch.ones(c_out))

        def forward(self, x):
            z = F.conv2d(x, self.kernels, stride=stride, padding=1)
            z = F.batch_norm(z, self.mu, self.var, self.gamma, self.beta, training=self.training)
            return torch.clamp(z, min=0)

    return Block()


def ConvBlock__lazy(c_in, c_out, stride):
    conv = nn.LazyConv2d(c_out, 3, stride=stride, padding=1, bias=False)
    return nn.Sequential(conv, nn.LazyBatchNorm2d(), nn.ReLU())


# ------------------------------------------------------------------------------------------------ ResidualBlock


def ResidualBlock__subclass(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(c_out)
            self.conv2 = nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(c_out)
            self.relu = nn.ReLU(inplace=True)
            self.downsample = None
            if stride != 1 or c_in != c_out:
                self.downsample = nn.Sequential(nn.Conv2d(c_in, c_out, 1, stride, bias=False), nn.BatchNorm2d(c_out))

        def forward(self, x):
            identity = x if self.downsample is None else self.downsample(x)
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            out += identity
            return self.relu(out)

    return Block()


def ResidualBlock__shortcut_without_norm(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            same = c_in == c_out and stride == 1
            self.skip = nn.Sequential() if same else nn.Conv2d(c_in, c_out, 1, stride)  # with a bias
            self.norms = nn.ModuleList([nn.BatchNorm2d(c_out) for _ in range(2)])
            self.convs = nn.ModuleDict(
                {
                    "b": nn.Conv2d(c_out, c_out, 3, padding="same", bias=False),
                    "a": nn.Conv2d(c_in, c_out, 3, stride, padding=1, bias=False),
                }
            )

        def forward(self, x):
            skip = self.skip(x)
            x = self.norms[0](self.convs["a"](x)).relu()
            return F.relu(torch.add(skip, self.norms[1](self.convs["b"](x))))

    return Block()


def ResidualBlock__of_conv_blocks(c_in, c_out, stride):
    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            first = nn.Sequential(nn.Conv2d(c_in, c_out, 3, stride, 1, bias=False), nn.BatchNorm2d(c_out), nn.ReLU())
            second = nn.Sequential(nn.Conv2d(c_out, c_out, 3, 1, 1, bias=False), nn.BatchNorm2d(c_out))
            nn.init.zeros_(second[1].weight)  # so that the block starts as its shortcut
            self.residual = nn.Sequential(first, second)
            self.project = nn.Conv2d(c_in, c_out, 1, stride, bias=False) if (c_in, 1) != (c_out, stride) else None

        def forward(self, x):
            return torch.relu(self.residual(x) + (self.project(x) if self.project else x))

    return Block()


# -------------------------------------------------------------------------------------------------- SmallResNet


def SmallResNet__sequential(classes):
    return nn.Sequential(
        ConvBlock__lazy(3, 16, 1),
        ResidualBlock__subclass(16, 16, 1),
        ResidualBlock__subclass(16, 32, 2),
        ResidualBlock__shortcut_without_norm(32, 64, 2),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(64, classes),
    )


def SmallResNet__subclass(classes):
    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = ConvBlock__subclass(3, 16, 2)
            widths = [16, 24, 32, 48]
            self.blocks = nn.ModuleList(ResidualBlock__of_conv_blocks(a, b, 2) for a, b in pairwise(widths))
            self.head = nn.Linear(48, classes)
            nn.init.zeros_(self.head.weight)
            nn.init.zeros_(self.head.bias)
            self.dropout = nn.Dropout(0.2)

        def forward(self, x):
            x = self.stem(x)
            for block in self.blocks:
                x = block(x)
            return self.head(self.dropout(x.mean(dim=(2, 3))))

    return Net()


def SmallResNet__large_log_softmax(classes):
    """Close to 3 million weights, max pooling in the stem, log_softmax at the end, which cross-entropy leaves alone."""

    class Net(nn.Module):
        def __init__(self):
            super().__init__()
            self.stem = nn.Sequential(ConvBlock__functional(3, 40, 1), nn.MaxPool2d(2))
            self.one = ResidualBlock__subclass(40, 80, 2)
            self.two = nn.Sequential(ResidualBlock__subclass(80, 160, 2), ResidualBlock__subclass(160, 160, 1))
            self.three = ResidualBlock__subclass(160, 288, 2)
            self.linear = nn.Linear(288, classes)

        def forward(self, x):
            x = self.three(self.two(self.one(self.stem(x))))
            return F.log_softmax(self.linear(F.adaptive_avg_pool2d(x, 1).flatten(1)), dim=1)

    return Net()


# --------------------------------------------------------------------------------------------- count_parameters


def count_parameters__loop(model):
    total = 0
    for parameter in model.parameters():
        if parameter.requires_grad:
            total += int(np.prod(parameter.shape))
    return total


def count_parameters__tensors(model):
    trainable = filter(lambda p: p.requires_grad, model.parameters())
    return sum(torch.tensor(p.nelement()) for p in trainable)


def count_parameters__vector(model):
    return len(nn.utils.parameters_to_vector([p for _, p in model.named_parameters() if p.requires_grad]))


# --------------------------------------------------------------------------------------------------- train_step


def train_step__clears_at_the_end(model, images, labels, optimizer):
    model.train()
    loss = nn.CrossEntropyLoss()(model(images), labels)
    loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return loss.detach()


def train_step__by_hand(model, images, labels, optimizer):
    for group in optimizer.param_groups:
        for p in group["params"]:
            p.grad = None
    log_p = F.log_softmax(model(images), dim=1)
    loss = -log_p[torch.arange(len(labels)), labels].mean()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def train_step__twice_log_softmax(model, images, labels, optimizer):
    optimizer.zero_grad(set_to_none=False)
    loss = F.nll_loss(model(images).log_softmax(-1), labels, reduction="sum") / labels.numel()
    loss.backward()
    optimizer.step()
    return loss


def train_step__single_precision(model, images, labels, optimizer):
    optimizer.zero_grad()
    loss = F.cross_entropy(model(images.float()), labels.long())
    loss.backward()
    optimizer.step()
    return loss.item()


# ----------------------------------------------------------------------------------------------------- evaluate


def evaluate__counting(model, loader):
    training = model.training
    model.eval()
    points = wrong_1 = wrong_5 = 0
    with torch.inference_mode():
        for images, labels in loader:
            ranked = model(images).argsort(dim=1, descending=True)
            points += len(labels)
            wrong_1 += (ranked[:, 0] != labels).sum().item()
            wrong_5 += len(labels) - (ranked[:, :5] == labels[:, None]).sum().item()
    model.train(training)
    return wrong_1 / points, wrong_5 / points


def evaluate__numpy(model, loader):
    was = model.training
    model.eval()
    try:
        with torch.no_grad():
            logits = np.concatenate([model(images).numpy() for images, _ in loader])
    finally:
        if was:
            model.train()
    labels = np.concatenate([np.asarray(y) for _, y in loader])
    order = np.argsort(-logits, axis=1)
    return [np.mean([y not in row[:k] for row, y in zip(order, labels)]) for k in (1, 5)]


def evaluate__dataset_length(model, loader):
    before = torch.is_grad_enabled()
    torch.set_grad_enabled(False)
    mode, right = model.training, torch.zeros(2)
    model.train(False)
    for x, y in loader:
        best = model(x).topk(5).indices
        right += torch.tensor([(best[:, 0] == y).sum(), (best == y.unsqueeze(1)).any(1).sum()])
    model.train(mode)
    torch.set_grad_enabled(before)
    top_1, top_5 = 1 - right.double() / len(loader.dataset)
    return top_1, top_5
