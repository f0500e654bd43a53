package io.discovery.registry;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.key;

import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.InstanceDetails;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** A {@link Registry} over a map and a copy in this process, with the conditions that its tests change. */
final class RegistryFixture {

    static final InstanceKey KEY = key("payments", 1);

    private static final InstanceDetails DETAILS = new InstanceDetails(80, "r", "", Map.of("az", "\"a\""));

    final Fixtures.HandClock clock = new Fixtures.HandClock(1);
    final LocalStore store = new LocalStore(LEASE, clock::nowMicros);
    final Fixtures.PlainCopy copy = new Fixtures.PlainCopy();
    /** The time that {@link ProcessPauseDetector} sees; a step of it is a standstill. */
    final AtomicLong nanos = new AtomicLong();

    boolean complete = true;
    Registry.Room room = (change, known) -> null;

    private final ProcessPauseDetector standstill =
            new ProcessPauseDetector(Duration.ofMillis(100), Duration.ofSeconds(3), nanos::get, () -> 0L);

    final SetDivergence divergence = new SetDivergence();

    Registry registry() {
        return over(store);
    }

    Registry over(RegistrationStore changes) {
        return over(changes, Duration.ofMillis(100));
    }

    Registry over(RegistrationStore changes, Duration deadline) {
        return with(changes, copy, deadline);
    }

    /** Returns another member's registry over the same map. */
    Registry ofAnotherMember() {
        return with(store, new Fixtures.PlainCopy(), Duration.ofMillis(100));
    }

    private Registry with(RegistrationStore changes, Fixtures.PlainCopy known, Duration deadline) {
        return new Registry(
                changes,
                known,
                clock,
                () -> LEASE,
                new RequestDeadline(deadline),
                new Registry.Conditions(() -> complete, standstill, room, divergence));
    }

    /** Returns a store that answers each change so. */
    static RegistrationStore answering(Function<Change, Future<Outcome>> answers) {
        return new RegistrationStore() {
            @Override
            public Future<Outcome> apply(Change change) {
                return answers.apply(change);
            }

            @Override
            public Future<Void> restore(Registration copy) {
                return Future.succeededFuture();
            }
        };
    }

    static Future<Version> register(Registry registry) {
        return register(registry, KEY);
    }

    static Future<Version> register(Registry registry, InstanceKey key) {
        return registry.byDeadline(registry.register(key, DETAILS));
    }

    Registration shown() {
        return Objects.requireNonNull(copy.find(KEY));
    }

    static void await(Future<?> future) {
        try {
            future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no answer within 20 s", late);
        }
    }
}
