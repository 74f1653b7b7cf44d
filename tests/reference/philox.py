"""The random numbers of zipflens: Philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011), and what is drawn from it."""

LOW = 2**32 - 1


def philox(counter, key):
    """Four 32-bit words."""
    a, b, c, d = counter
    k, m = key
    for _ in range(10):
        first, second = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b, c, d = (second >> 32) ^ b ^ k, second & LOW, (first >> 32) ^ d ^ m, first & LOW
        k, m = (k + 0x9E3779B9) & LOW, (m + 0xBB67AE85) & LOW
    return a, b, c, d


def halves(value):
    return value & LOW, value >> 32


def words(seed, purpose, stream):
    """The words of a CounterRandom."""
    block = 0
    while True:
        yield from philox((block, purpose, *halves(stream)), halves(seed))
        block += 1


def shuffled(num, seed, purpose, stream):
    """0 .. num - 1 in the order of ShuffleInPlace (Fisher and Yates, with Lemire's bounded numbers)."""
    random = words(seed, purpose, stream)

    def below(bound):
        product = next(random) * bound
        while (product & LOW) < (2**32 - bound) % bound:
            product = next(random) * bound
        return product >> 32

    order = list(range(num))
    for left in range(num, 1, -1):
        other = below(left)
        order[left - 1], order[other] = order[other], order[left - 1]
    return order


def random_batch(lengths, num_sequences, sequence_length, seed, purpose=7):
    """Documents and offsets of `--batch random`, of documents with these numbers of tokens."""
    chosen = []
    for document, length in enumerate(lengths):
        if length < sequence_length:
            continue
        a, b, c, d = philox((0, purpose, *halves(document)), halves(seed))
        offset = ((c << 32 | d) * (length - sequence_length + 1)) >> 64
        chosen.append((a << 32 | b, document, offset))
    return sorted((document, offset) for _, document, offset in sorted(chosen)[:num_sequences])
