package io.discovery.registry;

import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.vertx.core.Future;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The use cases of clients that change registrations: register, set a weight, deregister. Each request becomes one
 * {@link Change} at the key's owner; when its future succeeds, owner and backup hold the change and this member's
 * readers see it. A future without a result at the deadline fails with {@code OutcomeUnknown}. Never blocks, never
 * throws; thread-safe.
 */
public final class Registry {

    /** Maximum number of attempts of one change: if newer versions win more often in a row, something is wrong. */
    private static final int ATTEMPTS = 100;

    /**
     * Maximum number of changes under way. More changes would only wait for each other: an engine that finishes fewer
     * in a second would answer the last of them after the deadline anyway. At {@link
     * io.discovery.model.Limits#REGISTRATION} each they hold 64 MB.
     */
    static final int MOST_IN_FLIGHT = 4_096;

    private final InFlightLimit inFlight = new InFlightLimit(MOST_IN_FLIGHT);
    private final RegistrationStore store;
    private final ReadCopy readCopy;
    private final Clock clock;
    private final Supplier<Lease> lease;
    private final Deadline deadline;
    private final Conditions conditions;

    /** A change that was made, and the registration that holds it. */
    private record Made(Version version, Registration registration) {}

    /** The room that registrations may take. Thread-safe; never blocks. */
    @FunctionalInterface
    public interface Room {
        /**
         * Returns the refusal of a change, which says what is accepted nevertheless, and until when; null if there is
         * room for the change.
         *
         * @param known this member's copy of the instance's registration, null if there is none
         */
        @Nullable
        RegistryException refusal(Change change, @Nullable Registration known);

        /** Returns the room that is left where both this one and another have room. */
        default Room and(Room other) {
            return (change, known) -> {
                RegistryException refusal = refusal(change, known);
                return refusal == null ? other.refusal(change, known) : refusal;
            };
        }
    }

    /**
     * The conditions under which a member takes a change.
     *
     * @param isComplete whether the registry has received all stored registrations: until then an instance that it
     *     lacks may still be registered
     * @param standstill detects requests that may be older than they look
     * @param room memory for the changes of clients
     */
    public record Conditions(
            BooleanSupplier isComplete, ProcessPauseDetector standstill, Room room, Divergence divergence) {}

    /**
     * @param lease lease by which instances are listed now; must not block
     * @param deadline the longest time that a client waits
     */
    public Registry(
            RegistrationStore store,
            ReadCopy readCopy,
            Clock clock,
            Supplier<Lease> lease,
            Deadline deadline,
            Conditions conditions) {
        this.store = store;
        this.readCopy = readCopy;
        this.clock = clock;
        this.lease = lease;
        this.deadline = deadline;
        this.conditions = conditions;
    }

    /**
     * Registers an instance, or renews the lease of a known one; returns the version of the change, as the other methods
     * do. Sets no deadline: callers register many, and set one for all by {@link #byDeadline}.
     */
    public Future<Version> register(InstanceKey key, InstanceDetails details) {
        return begin(new Change.Register(key, clock.next(), details, lease.get()));
    }

    /** Sets the weight of an instance; fails with {@code NotListed} if the instance is not listed. */
    public Future<Version> setWeight(InstanceKey key, Weight weight) {
        return byDeadline(begin(new Change.SetWeight(key, clock.next(), weight, lease.get())));
    }

    /** Deregisters an instance; fails with {@code NotListed} if the instance is not listed. */
    public Future<Version> deregister(InstanceKey key) {
        return byDeadline(begin(new Change.Deregister(key, clock.next(), lease.get())));
    }

    /** Returns the number of changes under way here, answered or not. */
    public int changesInFlight() {
        return inFlight.now();
    }

    /** Returns the number of changes refused so far because there were too many. */
    public long changesRefused() {
        return inFlight.refused();
    }

    private Future<Version> begin(Change change) {
        if (conditions.standstill().isDoubtful()) {
            return Future.failedFuture(new RegistryException.NotReady(
                    "this member stood still, and the request may be an old one; nothing was changed, send it again"));
        }
        Registration ours = readCopy.find(change.key());
        RegistryException full = conditions.room().refusal(change, ours);
        if (full != null) {
            inFlight.refuse();
            return Future.failedFuture(full);
        }
        boolean isReturn = change instanceof Change.Register register && register.isReturnTo(ours);
        if (isReturn && conditions.divergence().isCopyBehind()) {
            return Future.failedFuture(new RegistryException.NotReady(
                    "members have come or gone and are comparing what they have, and the host's lease had ended here"
                            + " but perhaps not there; nothing was changed, send it again"));
        }
        if (!inFlight.begin()) {
            return Future.failedFuture(new RegistryException.Overloaded(inFlight.now()));
        }
        Change sent = keepingWeightAndTags(change);
        BooleanSupplier isOver = deadline.start();
        // A map with an older state would count a heartbeat as a return after the lease, and drop the host's weight and
        // tags. Otherwise the outcome is the store's, which completes on the caller's event loop: what follows a future
        // of no loop, the deadline too, would go by a thread that all loops share.
        Future<Made> made = ours != null && conditions.divergence().isMapBehind()
                ? store.restore(ours).compose(done -> attempt(sent, ATTEMPTS, isOver))
                : attempt(sent, ATTEMPTS, isOver);
        // The change counts until it has ended, not only until its client has gone: it still holds memory.
        return made.onComplete(ended -> inFlight.end()).map(this::show);
    }

    /**
     * Returns the change; a registration keeps the host's weight and tags while it is uncertain whether the host had
     * gone. The owner of the key asks again when it applies the change, which may be after members have gone.
     */
    private Change keepingWeightAndTags(Change change) {
        return change instanceof Change.Register register
                        && conditions.divergence().mayLackRenewals()
                ? register.keepingWeightAndTags()
                : change;
    }

    /** Returns the outcome of changes, or {@code OutcomeUnknown} at the deadline; the changes go on. */
    public <T> Future<T> byDeadline(Future<T> changes) {
        return deadline.limit(changes);
    }

    /**
     * Sends a change, with a new version above the stored one after each refusal, until it applies or its client no
     * longer waits: after that a later version would be false. A process that stood still does not know whether it
     * waits.
     */
    private Future<Made> attempt(Change change, int attemptsLeft, BooleanSupplier isOver) {
        return store.apply(change).compose(outcome -> {
            if (outcome instanceof Outcome.Applied applied) {
                return Future.succeededFuture(new Made(change.version(), applied.registration()));
            }
            if (outcome instanceof Outcome.Stale stale) {
                return attemptsLeft > 1
                                && !isOver.getAsBoolean()
                                && !conditions.standstill().isDoubtful()
                        ? attempt(change.at(clock.nextAbove(stale.stored())), attemptsLeft - 1, isOver)
                        : Future.failedFuture(new RegistryException.OutcomeUnknown("newer changes came in between"));
            }
            if (outcome instanceof Outcome.TooLarge large) {
                return Future.failedFuture(new RegistryException.TooLarge(large.bytes()));
            }
            if (outcome instanceof Outcome.Ahead) {
                return Future.failedFuture(
                        new RegistryException.NotReady("this member's clock is over a minute ahead of that of the"
                                + " member that keeps the host; nothing was changed, send it to another"));
            }
            Registration lost = lost(change);
            return lost != null && attemptsLeft > 1
                    // Once: a registration that is absent after that was deregistered meanwhile.
                    ? store.restore(lost).compose(restored -> attempt(change, 1, isOver))
                    : Future.failedFuture(absent(change.key()));
        });
    }

    /**
     * Returns this member's copy, if it alone has the registration that the change concerns, otherwise null. Then the
     * store has lost the registration with its owner and backup, and has not got it back yet, or this member has not
     * heard of its deregistration.
     */
    private @Nullable Registration lost(Change change) {
        Registration ours = readCopy.find(change.key());
        return ours == null || change.applyTo(ours) instanceof Outcome.Absent ? null : ours;
    }

    private RegistryException absent(InstanceKey key) {
        if (!conditions.isComplete().getAsBoolean()) {
            return new RegistryException.NotReady("still loading, " + key.instance() + " may be registered");
        }
        return conditions.divergence().isCopyBehind()
                ? new RegistryException.NotReady("members have come or gone and are comparing what they have, and "
                        + key.instance() + " may be registered; nothing was changed, send it again")
                : new RegistryException.NotListed(key.service(), key.instance());
    }

    /** Shows a change before the answer leaves: a client reads its own write on the member that took it. */
    private Version show(Made made) {
        readCopy.merge(made.registration());
        return made.version();
    }
}
