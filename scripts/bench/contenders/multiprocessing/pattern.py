# How a receiver proves that it has the content: 16 places derive from one number. The same as harness/pattern.mjs.
PLACES = 16


def places(length):
    step = (length - 1) / (PLACES - 1)
    return [int(place * step) for place in range(PLACES)]


def stamp(data, seed):
    for number, place in enumerate(places(len(data))):
        data[place] = (seed + number * 7) & 255


def seed_of(data):
    """The seed that `data` was stamped with; -1 if it was not."""
    seed = data[0]
    good = all(data[place] == (seed + number * 7) & 255 for number, place in enumerate(places(len(data))))
    return seed if good else -1
