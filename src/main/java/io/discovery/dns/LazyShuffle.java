package io.discovery.dns;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A list in random order, each order as likely as any other. It is made as far as it is read: whoever takes ten of ten
 * thousand pays for ten (Fisher and Yates's shuffle, which notes only what it has moved).
 */
final class LazyShuffle<T> implements Iterator<T> {

    private final List<T> list;
    /** Who stands at a place where another stood at first. */
    private final Map<Integer, T> moved = new HashMap<>();

    private int next;

    LazyShuffle(List<T> list) {
        this.list = list;
    }

    @Override
    public boolean hasNext() {
        return next < list.size();
    }

    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        int chosen = ThreadLocalRandom.current().nextInt(next, list.size());
        T result = at(chosen);
        moved.put(chosen, at(next));
        moved.remove(next);
        next++;
        return result;
    }

    private T at(int place) {
        return moved.getOrDefault(place, list.get(place));
    }
}
