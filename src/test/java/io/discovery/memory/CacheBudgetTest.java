package io.discovery.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.memory.HeapReserve.Reach;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The cached values that are dropped when there is no room for all. */
class CacheBudgetTest {

    private static final long SIZE = 1_000;
    private static final long EACH = SIZE + CacheBudget.COST;

    private final HeapReserve heap = new HeapReserve(1_000);
    private final CacheBudget budget = new CacheBudget(8 * EACH, heap);
    private final List<String> dropped = new ArrayList<>();

    @Test
    void whatWasKeptFirstGoesFirst() {
        keep("abcdefgh");
        assertThat(dropped).isEmpty();
        assertThat(budget.bytes()).isEqualTo(8 * EACH);

        keep("ij");

        assertThat(dropped).containsExactly("a", "b");
        assertThat(budget.bytes()).isEqualTo(8 * EACH);
    }

    @Test
    void whatIsUsedHasAnotherTurn() {
        List<CacheBudget.Entry> entries = keep("abcdefgh");
        entries.get(0).use();
        entries.get(2).use();

        keep("ijk");
        assertThat(dropped).as("a and c have had their turn").containsExactly("b", "d", "e");

        keep("lmnop");
        assertThat(dropped).containsExactly("b", "d", "e", "f", "g", "h", "a", "i");
    }

    @Test
    void whenAllAreUsedTheOldestGoes() {
        keep("abcdefgh").forEach(CacheBudget.Entry::use);

        keep("i");

        assertThat(dropped).containsExactly("a");
    }

    @Test
    void whatIsLargerThanAllThereIsIsNotKeptAndTakesNobodysPlace() {
        CacheBudget.Entry large = entry("large");
        keep("ab");

        large.keep(8 * EACH);

        assertThat(dropped).containsExactly("large");
        assertThat(budget.bytes()).isEqualTo(2 * EACH);
        large.keep(SIZE);
        assertThat(budget.bytes()).as("it was let go of").isEqualTo(2 * EACH);
    }

    @Test
    void whileTheHeapIsScarceOneThatIsLargerThanTheRestTakesNobodysPlace() {
        keep("a");
        heap.collected(900, Reach.ALL);
        heap.tellShortage();

        entry("large").keep(EACH);

        assertThat(dropped).containsExactly("large");
        assertThat(budget.bytes()).isEqualTo(EACH);
    }

    @Test
    void whatIsReleasedCountsNoMoreNorEverAgain() {
        List<CacheBudget.Entry> entries = keep("ab");

        entries.get(0).release();
        entries.get(0).release();
        entries.get(0).keep(SIZE);

        assertThat(budget.bytes()).isEqualTo(EACH);
        keep("cdefghij");
        assertThat(dropped).containsExactly("b");
    }

    @Test
    void whatIsKeptTwiceCountsOnce() {
        keep("a").get(0).keep(SIZE);

        assertThat(budget.bytes()).isEqualTo(EACH);
    }

    @Test
    void anEighthStaysWhenTheHeapIsScarce() {
        keep("abcdefgh");

        heap.collected(900, Reach.ALL);
        heap.tellShortage();

        assertThat(dropped).containsExactly("a", "b", "c", "d", "e", "f", "g");
        assertThat(budget.bytes()).isEqualTo(EACH);
    }

    private List<CacheBudget.Entry> keep(String names) {
        List<CacheBudget.Entry> entries = new ArrayList<>();
        for (String name : names.split("")) {
            CacheBudget.Entry entry = entry(name);
            entry.keep(SIZE);
            entries.add(entry);
        }
        return entries;
    }

    private CacheBudget.Entry entry(String name) {
        return budget.entry(() -> dropped.add(name));
    }
}
