package io.discovery.member;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait of a member that starts until it has learned what the other members' copies hold. The cluster's map is not
 * enough: it lacks what members that have merged had in theirs, until they give it back. A member that answers nothing
 * and does not go either is not waited for without end. Asked by one thread.
 */
final class CopyWait {

    private static final Logger log = LoggerFactory.getLogger(CopyWait.class);
    /** Longer than it takes to find out that a silent member is gone, and to do without it. */
    private static final Duration LEAST = Duration.ofSeconds(15);

    private final BooleanSupplier hasAll;
    private final Duration patience;
    private final LongSupplier nanoTime;
    private @Nullable Long begin;
    private boolean isWarned;

    /**
     * @param hasAll whether this member has learned what others hold
     * @param joinWait how long to wait for it; 15 s at least
     * @param nanoTime a monotonic clock
     */
    CopyWait(BooleanSupplier hasAll, Duration joinWait, LongSupplier nanoTime) {
        this.hasAll = hasAll;
        this.patience = joinWait.compareTo(LEAST) > 0 ? joinWait : LEAST;
        this.nanoTime = nanoTime;
    }

    /** Returns whether this member need not wait longer. The wait begins with the first question since it was over. */
    boolean isOver() {
        long now = nanoTime.getAsLong();
        if (hasAll.getAsBoolean()) {
            begin = null;
            return true;
        }
        if (begin == null) {
            begin = now;
        }
        if (now - begin < patience.toNanos()) {
            return false;
        }
        if (!isWarned) {
            isWarned = true;
            log.error(
                    "other members have not told all that they hold for {} s: THIS MEMBER OPENS WITHOUT IT, AND ITS LISTS MAY LACK"
                            + " HOSTS until they have",
                    patience.toSeconds());
        }
        return true;
    }

    /** For who asks why reads are refused. */
    String reason() {
        return "learning what the other members hold";
    }
}
