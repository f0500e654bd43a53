package io.discovery.faults;

import java.util.EnumSet;
import java.util.Set;

/** A fault that the nemesis can inject. */
enum Fault {
    /** kill -9 of one member, started again some seconds later. */
    KILL,
    /** SIGTERM of one member, started again. */
    RESTART,
    /** SIGSTOP of one member, SIGCONT some seconds later. */
    FREEZE,
    /** One member hears and reaches no peer. */
    CUT_OFF,
    /** Connections between one member and its peers are reset and refused. */
    REFUSE,
    /** No member reaches any other. */
    SPLIT_ALL,
    /** Two members reach each other and none of the others, which are two at least. */
    HALVES,
    /** One member does not hear another, which hears it. */
    ONE_WAY,
    /** A fifth to a third of all packets between members is lost. */
    LOSSY,
    /** Packets between members go through thin pipes. */
    SLOW,
    /** One member's wall clock jumps, to and fro. */
    CLOCK,
    /** One member's wall clock runs 5 % fast or slow. */
    DRIFT,
    /** One member is killed; another stands still as it starts again. */
    PAUSED_START,
    /** One member is killed, and learns all again through a thin pipe. */
    THIN_CATCH_UP,
    /** One member is killed, and a row of its file damaged before it starts again. */
    DAMAGED_ROW,
    /** A member joins for good. */
    JOIN,
    /** A member leaves for good. */
    LEAVE,
    /** One member is frozen, the others go on, and one of those is killed before the first wakes. */
    SILENT_BACKUP,
    /** Packets from one member to its peers vanish for up to 1.5 s; then it is killed. */
    UNSENT_BACKUP,
    /** The disk of one member, or of all, is full for a while. */
    FULL_DISK,
    /** Each write to one member's disk, and each flush, takes a fifth of a second. */
    SLOW_DISK,
    /** Every third write to one member's disk fails. */
    DISK_ERRORS,
    /** kill -9 of all members, whose disks lose what was not flushed. */
    POWER_FAILURE,
    /** The table refuses connections, or answers none, for a while. */
    BACKEND_OUTAGE,
    /** The table has no capacity for many requests, and answers the others late. */
    TABLE_OVERLOAD,
    /** One member stops, and starts again with this version of the program. */
    UPGRADE,
    /** One member stops, and starts again with the version of the program before. */
    DOWNGRADE,
    /** kill -9 of all members, of one some seconds before the others, which then start again from what the backend has. */
    KILL_ALL;

    private static final Set<Fault> OF_MEMORY = EnumSet.of(
            KILL,
            RESTART,
            SILENT_BACKUP,
            UNSENT_BACKUP,
            KILL_ALL,
            POWER_FAILURE,
            PAUSED_START,
            THIN_CATCH_UP,
            DAMAGED_ROW,
            UPGRADE,
            DOWNGRADE,
            LEAVE);
    private static final Set<Fault> OF_NETWORK = EnumSet.of(
            FREEZE,
            CUT_OFF,
            REFUSE,
            SPLIT_ALL,
            HALVES,
            ONE_WAY,
            LOSSY,
            SLOW,
            SILENT_BACKUP,
            UNSENT_BACKUP,
            PAUSED_START,
            THIN_CATCH_UP);
    private static final Set<Fault> OF_CLOCKS = EnumSet.of(CLOCK, DRIFT);
    private static final Set<Fault> OF_VERSIONS = EnumSet.of(UPGRADE, DOWNGRADE);
    private static final Set<Fault> OF_DISK = EnumSet.of(SLOW_DISK, DISK_ERRORS, POWER_FAILURE);
    /** Faults that may come together with one of another member, or of the network. */
    private static final Set<Fault> COMPANIONS =
            EnumSet.of(CLOCK, DRIFT, FULL_DISK, SLOW_DISK, DISK_ERRORS, BACKEND_OUTAGE, TABLE_OVERLOAD);

    /** Returns true if a member loses its memory. */
    boolean losesMemory() {
        return OF_MEMORY.contains(this);
    }

    /** Returns true if the fault is in a clock. */
    boolean isOfClock() {
        return OF_CLOCKS.contains(this);
    }

    /** Returns true if the fault needs the version of the program before this one. */
    boolean needsVersionBefore() {
        return OF_VERSIONS.contains(this);
    }

    /** Returns true if the fault needs a library between a member and its disk. */
    boolean needsFaultyDisk() {
        return OF_DISK.contains(this);
    }

    /**
     * Returns true if this fault may come while another goes on, without taking more from the cluster than it promises
     * to stand.
     */
    boolean goesWith(Fault other) {
        return COMPANIONS.contains(this)
                && other != this
                && other != KILL_ALL
                && other != POWER_FAILURE
                && !(OF_DISK.contains(this) && OF_DISK.contains(other))
                && !(isOfClock() && (other.isOfClock() || other.losesMemory()));
    }

    /** Returns true if a member may be alone with what it acknowledged, for a while after the fault. */
    boolean maySplit() {
        return OF_NETWORK.contains(this);
    }
}
