package io.discovery.member;

import io.discovery.config.Setting;
import io.discovery.config.Settings;
import io.discovery.config.Settings.Minority;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The wait of a member that starts for enough others. A member that finds fewer than CLUSTER_MIN_MEMBERS may be cut off
 * from a cluster that is well: what it knows is nothing, or as old as its own file. So it waits on, unless it has what
 * is as new as anything the others know, or its operator prefers an old answer to none. Asked by one thread.
 */
final class PeerWait {

    private static final Logger log = LoggerFactory.getLogger(PeerWait.class);
    private static final Duration REMINDER = Duration.ofSeconds(30);

    private final Settings.Join settings;
    private final IntSupplier here;
    private final BooleanSupplier holdsAll;
    private final LongSupplier nanoTime;
    private final long begin;
    private long remindAt;
    private boolean isWarned;

    /**
     * @param here how many members there are, this one included
     * @param holdsAll whether this member has read all there is without the others: may throw if it cannot be told
     * @param nanoTime a monotonic clock
     */
    PeerWait(Settings.Join settings, IntSupplier here, BooleanSupplier holdsAll, LongSupplier nanoTime) {
        this.settings = settings;
        this.here = here;
        this.holdsAll = holdsAll;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
        this.remindAt = begin + settings.longestWait().toNanos();
    }

    /** Returns whether enough members are here. */
    boolean areEnoughHere() {
        return here.getAsInt() >= settings.minMembers();
    }

    /** Returns whether this member need not wait longer for others. Logs now and then what it waits for. */
    boolean isOver() {
        if (areEnoughHere()) {
            return true;
        }
        if (nanoTime.getAsLong() - begin < settings.longestWait().toNanos()) {
            return false;
        }
        if (settings.minority() == Minority.OPEN) {
            warnOfMinority();
            return true;
        }
        if (holdsAll.getAsBoolean()) {
            return true;
        }
        remind();
        return false;
    }

    /** For who asks why reads are refused. */
    String reason() {
        return "waiting for other members: " + here.getAsInt() + " of at least " + settings.minMembers() + " are here";
    }

    private void remind() {
        long now = nanoTime.getAsLong();
        if (now - remindAt >= 0) {
            remindAt = now + REMINDER.toNanos();
            log.warn(
                    "{} after {} s, and what this one knows may be old: reads are refused until they are. Start them, or see"
                            + " why they are not found; if there are fewer, set {}; to answer with what is here, set {}={}",
                    reason(),
                    Duration.ofNanos(now - begin).toSeconds(),
                    Setting.CLUSTER_MIN_MEMBERS,
                    Setting.CLUSTER_MINORITY,
                    Minority.OPEN.text());
        }
    }

    private void warnOfMinority() {
        if (!isWarned) {
            isWarned = true;
            log.warn(
                    "only {} of at least {} members are here after {} s: THIS MEMBER OPENS WITH WHAT IT HAS, WHICH MAY BE OLD OR"
                            + " NOTHING, because {}={}",
                    here.getAsInt(),
                    settings.minMembers(),
                    settings.longestWait().toSeconds(),
                    Setting.CLUSTER_MINORITY,
                    Minority.OPEN.text());
        }
    }
}
