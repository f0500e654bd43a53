package io.discovery.dns;

import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A list in uniformly random order. The shuffle (Fisher and Yates's, storing only moved elements) runs only as far as
 * the caller reads: taking ten of ten thousand elements costs ten steps.
 */
final class LazyShuffle<T> implements Iterator<T> {

    private final List<T> list;
    /** Elements that have moved, by their current index. */
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
