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
    /** One member does not hear another, which hears it. */
    ONE_WAY,
    /** A fifth to a third of all packets between members is lost. */
    LOSSY,
    /** Packets between members go through thin pipes. */
    SLOW,
    /** One member's wall clock jumps, to and fro. */
    CLOCK,
    /** One member is frozen, the others go on, and one of those is killed before the first wakes. */
    SILENT_BACKUP,
    /** The disks of all members are full for a while. */
    FULL_DISK,
    /** The table refuses connections, or answers none, for a while. */
    BACKEND_OUTAGE,
    /** kill -9 of all members, which then start again from what the backend has. */
    KILL_ALL;

    private static final Set<Fault> OF_MEMORY = EnumSet.of(KILL, RESTART, SILENT_BACKUP, KILL_ALL);
    private static final Set<Fault> OF_NETWORK =
            EnumSet.of(FREEZE, CUT_OFF, REFUSE, SPLIT_ALL, ONE_WAY, LOSSY, SLOW, SILENT_BACKUP);

    /** Returns true if a member loses its memory. */
    boolean losesMemory() {
        return OF_MEMORY.contains(this);
    }

    /** Returns true if a member may be alone with what it acknowledged, for a while after the fault. */
    boolean maySplit() {
        return OF_NETWORK.contains(this);
    }
}
