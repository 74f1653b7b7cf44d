"""The notebook's ten figures, drawn as the notebook draws them (matplotlib, PNG at 300 dpi)."""

import matplotlib

matplotlib.use("Agg")
import matplotlib.pyplot as plt  # noqa: E402
import numpy as np  # noqa: E402

plt.rcParams.update({"axes.spines.right": False, "axes.spines.top": False,
                     "axes.titleweight": "bold", "axes.labelweight": "bold", "savefig.dpi": 300})


def save(folder, name):
    plt.tight_layout()
    plt.savefig(folder / f"{name}.png")
    plt.close()


def draw_frequencies_and_batch(folder, proportions, batch):
    plt.figure(figsize=(10, 3))
    plt.plot(np.log(proportions + 1e-15), "k.", alpha=0.3, markersize=3)
    plt.gca().set(xlabel="Token index", ylabel="Token log-frequency", ylim=[-14, None],
                  xlim=[0, len(proportions)], title="Empirical proportions in 1M tokens")
    save(folder, "part1")
    plt.figure(figsize=(8, 4))
    plt.pcolor(batch, cmap="magma")
    plt.gca().set(xlabel="Token index", ylabel="Sequence")
    save(folder, "part2")


def draw_adjustments(folder, log_proportions, log_norms, by_layer):
    num_layers = len(log_norms)
    _, axs = plt.subplots(1, 3, figsize=(12, 3))
    for axis, layer in zip(axs, (0, num_layers // 2, num_layers - 1)):
        axis.plot(log_proportions[:, 1:].ravel(), log_norms[layer][:, 1:].ravel(), "k.",
                  markersize=3, alpha=0.3)
        axis.plot(log_proportions[:, 0], log_norms[layer][:, 0], "rx", markersize=5, alpha=0.7)
        axis.set(xlabel="Log token prop", ylabel="Vector norm",
                 title=f"Layer {layer}: (r = {by_layer[layer]:.2f})")
    save(folder, "part4a")
    plt.figure(figsize=(8, 3))
    for layer, r in enumerate(by_layer):
        plt.plot(layer, r, "ks", markersize=11, markerfacecolor=plt.cm.plasma(layer / num_layers))
    plt.axhline(0, linestyle="--", color="k", linewidth=0.4)
    plt.gca().set(xlabel="Transformer layer", ylabel="Correlation coefficient",
                  title="Attention adjustment magnitudes vs. token frequency")
    save(folder, "part4b")


def draw_pairs(folder, log_proportions, scores):
    """scores: Z of the scatter layer [B, S, S]."""
    pairs = log_proportions[0][:, None] + log_proportions[0][None, :]
    plt.imshow(pairs, vmin=-20, vmax=-5, origin="lower")
    plt.gca().set(xlabel="Token index", ylabel="Token index", title="Token proportion product pairs")
    plt.colorbar(pad=0.01)
    save(folder, "part5a")
    for row, z in zip(log_proportions, scores):
        pairs = (row[:, None] + row[None, :]).ravel()
        plt.plot(pairs[::500], z.ravel()[::500], ".", markersize=3, alpha=0.3)
    plt.gca().set(xlabel="Log-probabilty sum", ylabel="QK$^\\top$")
    save(folder, "part5b")
    pairs = pairs[np.isfinite(pairs)]
    equal_data = np.percentile(pairs, np.linspace(0, 100, 41))
    equal_grid = np.linspace(pairs.min(), pairs.max(), 41)
    plt.plot(equal_data, equal_grid, "kh", markersize=10, markerfacecolor=[0.9, 0.7, 0.9, 0.7])
    plt.plot(equal_data[[0, -1]], equal_data[[0, -1]], "k--", linewidth=0.5)
    plt.gca().set(xlabel="Edges from percentile (equal data)",
                  ylabel="Edges from linspace (equal grid spacing)")
    save(folder, "part5_edges")


def draw_profile_layer(folder, centres, profiles, correlations, layer):
    _, axs = plt.subplots(1, 2, figsize=(10, 3))
    for axis, name in zip(axs, ("mean", "std")):
        for x, values in zip(centres, profiles[name][:, layer]):
            axis.plot(x, values, "h", markersize=4, alpha=0.5)
        axis.set(xlabel="Token pair log-probs", ylabel=f"$\\mathbf{{QK^\\top}}$ {name}",
                 title=f"Scores by token probs, L{layer}")
    save(folder, "part5c")
    plt.figure(figsize=(8, 3))
    for name in ("std", "mean"):
        plt.plot(correlations[f"bin_{name}_by_sequence"], label=f"$\\mathbf{{QK^\\top}}$ {name}")
    plt.axhline(0, linestyle="--", linewidth=0.3, color="w")
    plt.legend()
    plt.gca().set(xlabel="Batch sequence number", ylabel="Correlation coefficient",
                  title="Relations between token frequencies and QK$^\\top$ features")
    save(folder, "part5d")


def draw_laminar_profiles(folder, centres, profiles, correlations):
    num_layers = profiles["mean"].shape[1]
    _, axs = plt.subplots(2, 2, figsize=(12, 6))
    norm = matplotlib.colors.Normalize(vmin=0, vmax=num_layers - 1)
    mappable = matplotlib.cm.ScalarMappable(cmap=matplotlib.cm.plasma, norm=norm)
    x = centres.mean(axis=0)
    for column, name in enumerate(("mean", "std")):
        for layer in range(num_layers):
            axs[0, column].plot(x, profiles[name][:, layer].mean(axis=0), ".-", markersize=7,
                                color=plt.cm.plasma(norm(layer)), linewidth=2)
            axs[1, column].plot(layer, correlations[f"bin_{name}"][layer], "ks", markersize=11,
                                markerfacecolor=plt.cm.plasma(layer / num_layers))
        axs[1, column].axhline(0, color="k", linestyle="--", linewidth=0.4)
        plt.colorbar(mappable, ax=axs[0, column], pad=0.01).set_label("Transformer layer")
    save(folder, "part6")


def draw(folder, proportions, batch, log_proportions, scores, log_norms, correlations, centres,
         profiles, scatter_layer, profile_layer):
    folder.mkdir(parents=True, exist_ok=True)
    draw_frequencies_and_batch(folder, proportions, batch)
    draw_adjustments(folder, log_proportions, log_norms, correlations["log_norm"])
    draw_pairs(folder, log_proportions, scores[scatter_layer])
    draw_profile_layer(folder, centres, profiles, correlations, profile_layer)
    draw_laminar_profiles(folder, centres, profiles, correlations)
