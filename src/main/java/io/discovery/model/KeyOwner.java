package io.discovery.model;

import io.discovery.model.Change.Outcome;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which the owner of a key joins what it stores with a change, or with a copy that another member offers.
 *
 * @param limitMicros latest time of a version by the owner's clock; {@link Long#MAX_VALUE} if it has no clock yet
 * @param mayLackRenewals whether a host whose lease has ended at the owner may have reported to members that the owner
 *     has not compared its copy with; must not block
 */
public record KeyOwner(long limitMicros, BooleanSupplier mayLackRenewals) {

    /**
     * Applies a change to the stored registration, merged with the owner's read copy. The map may have lost the
     * registration or have an older state, for example after a split. With an older check-in a heartbeat would pass for
     * the return of a host whose lease had ended. The member that took the change has asked whether it lacks renewals,
     * but the owner asks again: another may have been the owner then, and have gone with what it knew.
     *
     * @param stored null if there is none
     * @param readCopy null if there is none
     */
    public Outcome apply(Change change, @Nullable Registration stored, @Nullable Registration readCopy) {
        Registration known =
                readCopy == null ? stored : counted(readCopy, stored, change).mergedInto(stored);
        return isAhead(change, known)
                ? new Outcome.Ahead()
                : cautious(change, known).applyTo(known);
    }

    /** Returns the change; a host that may have reported elsewhere keeps its weight and tags as it returns. */
    private Change cautious(Change change, @Nullable Registration known) {
        return change instanceof Change.Register register
                        && register.isReturnTo(known)
                        && mayLackRenewals.getAsBoolean()
                ? register.keepingWeightAndTags()
                : change;
    }

    /**
     * Merges a copy that another replica offers into the stored registration. Of the two clocks the one that is behind
     * counts: the other may be the wrong one.
     *
     * @param offererLimitMicros latest time of a version by the clock of the member that offers the copy
     */
    public Registration merge(Registration offered, @Nullable Registration stored, long offererLimitMicros) {
        long now = Math.min(offererLimitMicros, limitMicros) - Version.CLOCK_TOLERANCE_MICROS;
        return offered.countedBeside(stored, now).mergedInto(stored);
    }

    /**
     * Returns the read copy as it counts beside the stored registration. One that is far ahead of the change counts as
     * made just before the change, even if this member has merged and does not know yet that its clock was wrong.
     */
    private Registration counted(Registration readCopy, @Nullable Registration stored, Change change) {
        long now = Math.min(
                limitMicros - Version.CLOCK_TOLERANCE_MICROS, change.version().micros() - 1);
        return readCopy.countedBeside(stored, now);
    }

    /**
     * Returns whether the change is too far ahead by the owner's clock. Above a stored version that is ahead already, a
     * change has to be ahead as well, and is allowed to be.
     */
    private boolean isAhead(Change change, @Nullable Registration known) {
        long micros = change.version().micros();
        return micros > limitMicros
                && (known == null || micros - known.lastVersion().micros() > Version.CLOCK_TOLERANCE_MICROS);
    }
}
