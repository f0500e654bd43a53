package io.discovery;

import io.discovery.directory.Readiness;
import io.discovery.directory.Subscriptions;
import java.time.Duration;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this member missed in its half of a split it learns by comparing copies, bit by bit, after the halves have merged. From
 * the merge to the end of the first comparison that began after it, the member refuses reads, and tells those who follow
 * services nothing: a list of which one half has come and the other has not would be partial by mistake. Safe for all threads.
 */
final class CatchingUp {

    private static final Logger log = LoggerFactory.getLogger(CatchingUp.class);

    private final Readiness readiness;
    private final Subscriptions subscriptions;
    private int merges;
    private boolean isBehind;
    private long mergedAt;

    CatchingUp(Readiness readiness, Subscriptions subscriptions) {
        this.readiness = readiness;
        this.subscriptions = subscriptions;
    }

    /** This member has merged into another cluster. */
    synchronized void merged() {
        merges++;
        isBehind = true;
        mergedAt = System.nanoTime();
        subscriptions.hold();
        readiness.hinder("learning what the cluster has that it has merged into");
        log.info("merged into another part of the cluster: reads are refused until copies have been compared");
    }

    /**
     * Runs a comparison.
     *
     * @param isComplete whether, by its result, this member now has all that it compared with
     * @throws RuntimeException what it throws; then it is to be run again, and reads stay refused
     */
    <T> T comparing(Supplier<T> comparison, Predicate<? super T> isComplete) {
        int before = merges();
        T result = comparison.get();
        if (isComplete.test(result)) {
            compared(before);
        }
        return result;
    }

    private synchronized int merges() {
        return merges;
    }

    /** A merge since the comparison began asks for another. */
    private synchronized void compared(int mergesBefore) {
        if (isBehind && merges == mergesBefore) {
            isBehind = false;
            readiness.allow();
            subscriptions.release();
            log.info(
                    "copies have been compared {} ms after the merge: reads are answered again",
                    Duration.ofNanos(System.nanoTime() - mergedAt).toMillis());
        }
    }
}
