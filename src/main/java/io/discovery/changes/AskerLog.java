package io.discovery.changes;

import io.discovery.model.Version;
import io.discovery.registry.Asked;
import io.discovery.registry.Asker;
import io.discovery.registry.Askers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The askers of changes: those that ask this member wait here, for some milliseconds, until the other members are told;
 * those that ask others come from there. Of more than there is room for, the others hear nothing. Thread-safe.
 */
public final class AskerLog implements Askers {

    private static final int MOST_WAITING = 10_000;
    /** Number of askers told at once. */
    private static final int BATCH = 1_000;

    private final AskerMemory memory;
    private final LongAdder untold = new LongAdder();
    private final BlockingQueue<Asked> waiting = new ArrayBlockingQueue<>(MOST_WAITING);

    AskerLog(AskerMemory memory) {
        this.memory = memory;
    }

    @Override
    public void asked(Version made, Supplier<Asker> asker) {
        RecordedChange change = memory.find(made);
        if (change != null) {
            Asked asked = new Asked(made, asker.get());
            change.askedBy(asked.asker());
            if (!waiting.offer(asked)) {
                untold.increment();
            }
        }
    }

    /** Returns the number of askers of which the others heard nothing. */
    long untold() {
        return untold.sum();
    }

    /** Takes what another member was asked. */
    public void told(List<Asked> asked) {
        asked.forEach(each -> memory.asked(each.version(), each.asker()));
    }

    /** Tells others of the askers that wait; to be called every few milliseconds, by one thread. */
    public void tell(Consumer<List<Asked>> others) {
        while (!waiting.isEmpty()) {
            List<Asked> batch = new ArrayList<>();
            waiting.drainTo(batch, BATCH);
            others.accept(batch);
        }
    }
}
