package io.discovery.reconciliation;

import io.discovery.cluster.ClusterClock;
import io.discovery.subscription.Subscriptions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Agreement of this member's clock with the oldest member's. A clock far ahead takes leases for ended that go on, and
 * writes versions that no other member can replace: this member refuses reads and writes until the clocks agree, and
 * writes from a merge until the oldest member has told the time. Safe for all threads.
 */
final class ClockAgreement {

    private static final Logger log = LoggerFactory.getLogger(ClockAgreement.class);

    private static final String AHEAD =
            "this member's clock is over a minute ahead of the oldest member's, and waits for that one at half speed";

    private static final String UNTOLD = "has merged, and has yet to be told the time by the oldest member";

    private final ClusterClock clock;
    private final Subscriptions subscriptions;
    /** True if the clock was far ahead when it was last adjusted. */
    private volatile boolean isAhead;
    /** True once the oldest member has told the time since this one last merged. */
    private volatile boolean isTold = true;

    ClockAgreement(ClusterClock clock, Subscriptions subscriptions) {
        this.clock = clock;
        this.subscriptions = subscriptions;
    }

    /** Returns why this member refuses reads, or null. */
    @Nullable
    String whyNoReads() {
        return isAhead ? AHEAD : null;
    }

    /** Returns why this member refuses writes, or null. */
    @Nullable
    String whyNoWrites() {
        return clock.isFarAheadOfOthers() ? AHEAD : isTold ? null : UNTOLD;
    }

    /** Records that another member may be the oldest now. */
    void merged() {
        isTold = false;
    }

    /** Records that a member that tells no time is waited for no longer. */
    void isEnough() {
        isTold = true;
    }

    /**
     * Adjusts this member's clock. May block for a second.
     *
     * @return whether the oldest member has told the time
     */
    boolean adjust() {
        boolean toldNow = clock.adjust();
        note(clock.isFarAhead());
        isTold |= toldNow;
        return toldNow;
    }

    private synchronized void note(boolean isFarAhead) {
        if (isFarAhead && !isAhead) {
            subscriptions.hold();
            log.error(
                    "{}: reads and writes are refused until then; set the machine's clock right and restart this member",
                    AHEAD);
        } else if (isAhead && !isFarAhead) {
            subscriptions.release();
            log.info(
                    "this member's clock is near the oldest member's: reads and writes are refused for that no longer");
        }
        isAhead = isFarAhead;
    }
}
