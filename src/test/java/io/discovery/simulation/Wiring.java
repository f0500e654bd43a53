package io.discovery.simulation;

import io.discovery.model.Registration;
import io.discovery.registry.Divergence;
import io.discovery.registry.MissingMember;
import io.discovery.registry.ReadCopy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The places at which a member's parts are joined, as the product joins them; a test plants its faults here. */
class Wiring {

    /** Returns what a backup stores of the owner's result. */
    Registration atBackup(Registration written, @Nullable Registration stored) {
        return written.mergedInto(stored);
    }

    /** Returns whether the owner answers only when its synchronous backup has the result. */
    boolean awaitsBackup() {
        return true;
    }

    ReadCopy readCopy(ReadCopy directory) {
        return directory;
    }

    Divergence divergence(Divergence catchUp) {
        return catchUp;
    }

    /** Returns whether the owner of a key may lack a host's reports, as it applies a change. */
    boolean mayOwnerLackRenewals(Divergence owner) {
        return owner.mayLackRenewals();
    }

    /** Returns the members that a starting member takes for missing of those that its peers miss. */
    List<MissingMember> missingElsewhere(List<MissingMember> told) {
        return told;
    }

    /** Returns the clock by which a member's directory lists hosts, in microseconds. */
    long directoryMicros(Member member) {
        return member.clock().nowMicros();
    }

    /** Returns whether a member that starts opens now. */
    boolean opens(boolean hasMetAll) {
        return hasMetAll;
    }

    /** Returns whether a mark reaches a watcher. */
    boolean isMarked(Watcher watcher) {
        return true;
    }

    /** Drops what is past its RETENTION. */
    void sweep(Member member) {
        member.directory().sweep();
    }
}
