package io.discovery.registry;

import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.model.Weight;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients do to registrations: register, weigh, deregister. Each becomes one {@link Change} at the key's owner;
 * when its future succeeds, owner and backup hold the change and this member's readers see it. A future that has no
 * result by the deadline fails with {@code OutcomeUnknown}. Never blocks, never throws; safe for all threads.
 */
public final class Registry {

    /** To lose the race for a version so often in a row, something must be wrong. */
    private static final int ATTEMPTS = 100;

    /**
     * More would only wait for each other: an engine that finishes fewer in a second would answer the last of them past the
     * deadline anyway. At {@link io.discovery.model.Limits#REGISTRATION} each they hold 64 MB.
     */
    static final int MOST_IN_FLIGHT = 4_096;

    private final InFlightLimit inFlight = new InFlightLimit(MOST_IN_FLIGHT);
    private final RegistrationStore store;
    private final ReadCopy readCopy;
    private final Clock clock;
    private final Supplier<Lease> lease;
    private final Duration deadline;
    private final BooleanSupplier complete;
    private final ProcessPauseDetector standstill;
    private final Room room;
    private final Divergence divergence;

    /** The memory that registrations may take. Safe for all threads, never blocks. */
    public interface Room {
        /**
         * Why a change is refused, what goes on all the same, and until when; null if there is room for it.
         *
         * @param known what this member has of the instance, null if nothing
         */
        @Nullable
        String whyFull(Change change, @Nullable Registration known);
    }

    /**
     * @param lease by which instances are listed now; must not block
     * @param deadline how long a client waits at most
     * @param complete whether the registry has all that was ever stored: until then an absent instance is no reason to
     *     say that there is none
     * @param standstill tells when a request may be older than it looks
     * @param room for what clients add
     */
    public Registry(
            RegistrationStore store,
            ReadCopy readCopy,
            Clock clock,
            Supplier<Lease> lease,
            Duration deadline,
            BooleanSupplier complete,
            ProcessPauseDetector standstill,
            Room room,
            Divergence divergence) {
        this.store = store;
        this.readCopy = readCopy;
        this.clock = clock;
        this.lease = lease;
        this.deadline = deadline;
        this.complete = complete;
        this.standstill = standstill;
        this.room = room;
        this.divergence = divergence;
    }

    /**
     * Registers an instance, or renews the lease of a known one.
     *
     * @param port 1 to 65535
     * @param repo empty for none
     * @param tags JSON text by key
     */
    public Future<Void> register(InstanceKey key, int port, String revision, String repo, Map<String, String> tags) {
        return byDeadline(registerAmongMany(key, port, revision, repo, tags));
    }

    /** {@link #register} for who puts one deadline on many, by {@link #byDeadline}. */
    public Future<Void> registerAmongMany(
            InstanceKey key, int port, String revision, String repo, Map<String, String> tags) {
        return begin(new Change.Register(key, clock.next(), port, revision, repo, tags, lease.get()));
    }

    /** Fails with {@code NotListed} if the instance is not listed. */
    public Future<Void> setWeight(InstanceKey key, Weight weight) {
        return byDeadline(begin(new Change.SetWeight(key, clock.next(), weight, lease.get())));
    }

    /** Fails with {@code NotListed} if the instance is not listed. */
    public Future<Void> deregister(InstanceKey key) {
        return byDeadline(begin(new Change.Deregister(key, clock.next(), lease.get())));
    }

    /** How many changes are under way here, answered or not. */
    public int changesInFlight() {
        return inFlight.now();
    }

    /** How many changes were refused so far because there were too many. */
    public long changesRefused() {
        return inFlight.refused();
    }

    private Future<Void> begin(Change change) {
        if (standstill.isDoubtful()) {
            return Future.failedFuture(new RegistryException.NotReady(
                    "this member stood still, and the request may be an old one; nothing was changed, send it again"));
        }
        Registration ours = readCopy.find(change.key());
        String full = room.whyFull(change, ours);
        if (full != null) {
            inFlight.refuse();
            return Future.failedFuture(new RegistryException.Overloaded(full));
        }
        if (ours != null && divergence.isCopyBehind() && isReturn(change, ours)) {
            return Future.failedFuture(new RegistryException.NotReady(
                    "members have come or gone and are comparing what they have, and the host's lease had ended here but"
                            + " perhaps not there; nothing was changed, send it again"));
        }
        if (!inFlight.begin()) {
            return Future.failedFuture(new RegistryException.Overloaded(inFlight.now()));
        }
        Change sent = withoutEnds(change);
        long end = System.nanoTime() + deadline.toNanos();
        // A map that has an older state would take a heartbeat for a new start, and end the host's weight and tags.
        Future<Void> known = ours != null && divergence.isMapBehind() ? store.restore(ours) : Future.succeededFuture();
        // Until it has ended, not only until its client has gone: then it still holds what it holds.
        return known.compose(restored -> attempt(sent, ATTEMPTS, end))
                .onComplete(done -> inFlight.end())
                .map(this::show);
    }

    /** What a host sends while nobody can say that it had gone: a tag kept by mistake is better than an operator's weight lost. */
    private Change withoutEnds(Change change) {
        return change instanceof Change.Register register && divergence.mayLackRenewals()
                ? register.by(register.lease().withRetention())
                : change;
    }

    /** Whether a host comes back whose lease had ended: its weight and tags are gone then. */
    private static boolean isReturn(Change change, Registration ours) {
        return change instanceof Change.Register register
                && ours.checkIn() != null
                && !register.lease().isListed(ours.checkIn(), register.version().micros());
    }

    /** The outcome of changes, or {@code OutcomeUnknown} at the deadline; they go on. */
    public <T> Future<T> byDeadline(Future<T> changes) {
        return changes.timeout(deadline.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof TimeoutException
                                ? new RegistryException.OutcomeUnknown(
                                        "no answer within " + deadline.toMillis() + " ms")
                                : failure));
    }

    /** Tries above the stored version until it applies, or its client waits no longer: a later version would be a lie. */
    private Future<Registration> attempt(Change change, int attemptsLeft, long endNanos) {
        return store.apply(change).compose(outcome -> {
            if (outcome instanceof Outcome.Applied applied) {
                return Future.succeededFuture(applied.registration());
            }
            if (outcome instanceof Outcome.Stale stale) {
                return attemptsLeft > 1 && System.nanoTime() - endNanos < 0
                        ? attempt(change.at(clock.nextAbove(stale.stored())), attemptsLeft - 1, endNanos)
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
                    // Once: what is then still absent was deregistered meanwhile.
                    ? store.restore(lost).compose(restored -> attempt(change, 1, endNanos))
                    : Future.failedFuture(absent(change.key()));
        });
    }

    /**
     * This member's copy, if it alone has what the change is for: then the store has lost it with its owner and backup,
     * and has not got it back yet, or this member has not heard of its deregistration.
     */
    private @Nullable Registration lost(Change change) {
        Registration ours = readCopy.find(change.key());
        return ours == null || change.applyTo(ours) instanceof Outcome.Absent ? null : ours;
    }

    private RegistryException absent(InstanceKey key) {
        return complete.getAsBoolean()
                ? new RegistryException.NotListed(key.service(), key.instance())
                : new RegistryException.NotReady("still loading, " + key.instance() + " may be registered");
    }

    /** A client reads its own write on the member that took it: it is shown before the answer leaves. */
    private @Nullable Void show(Registration registration) {
        readCopy.merge(registration);
        return null;
    }
}
