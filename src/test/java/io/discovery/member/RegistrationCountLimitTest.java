package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RegistrationCountLimitTest {

    private static final Lease LEASE = Lease.of(Duration.ofMinutes(1));

    private long nowMicros = TimeUnit.HOURS.toMicros(1);
    private final Directory directory =
            new Directory(LEASE, ExpiryProtection.OFF, () -> nowMicros, CacheBudget.unlimited());

    private RegistrationCountLimit limit(int hosts, int services) {
        return new RegistrationCountLimit(directory, hosts, services, () -> TimeUnit.MICROSECONDS.toNanos(nowMicros));
    }

    @Test
    void withoutSettingsAllIsTaken() {
        RegistrationCountLimit limit = limit(0, 0);

        for (int host = 1; host < 100; host++) {
            assertThat(register(limit, "service" + host, host)).isNull();
        }
    }

    @Test
    void aNewHostOverTheLimitIsRefusedAndKnownOnesGoOn() {
        RegistrationCountLimit limit = limit(2, 0);
        register(limit, "payments", 1);
        register(limit, "orders", 2);

        assertThat(register(limit, "payments", 3))
                .startsWith("full: given 2 hosts, expected less than 2 (MAX_REGISTRATIONS)")
                .contains("nothing was changed");
        assertThat(register(limit, "payments", 1)).isNull();
        assertThat(ask(limit, new Change.Deregister(key("payments", 1), next(), LEASE)))
                .isNull();
    }

    @Test
    void aNewServiceOverTheLimitIsRefusedAndNewHostsOfKnownServicesAreTaken() {
        RegistrationCountLimit limit = limit(0, 1);
        register(limit, "payments", 1);

        assertThat(register(limit, "orders", 2))
                .startsWith("full: given 1 services, expected less than 1 (MAX_SERVICES)");
        assertThat(register(limit, "payments", 2)).isNull();
        nowMicros += TimeUnit.SECONDS.toMicros(2);
        assertThat(register(limit, "payments", 3)).isNull();
        assertThat(register(limit, "orders", 2)).isNotNull();
    }

    /** Its owner did not answer, so it is not listed yet. */
    @Test
    void aNewHostThatSendsAgainHasItsRoom() {
        RegistrationCountLimit limit = limit(1, 0);
        Change first = registering("payments", 1);
        assertThat(ask(limit, first)).isNull();

        assertThat(ask(limit, first)).isNull();
        nowMicros += TimeUnit.SECONDS.toMicros(2);
        assertThat(ask(limit, first)).isNull();
        assertThat(ask(limit, registering("payments", 2))).isNotNull();
    }

    @Test
    void aHostThatHasLapsedLeavesItsPlaceAndMayComeBackAllTheSame() {
        RegistrationCountLimit limit = limit(1, 1);
        register(limit, "payments", 1);

        nowMicros += 2 * LEASE.ttlMicros();

        assertThat(register(limit, "orders", 2)).isNull();
        assertThat(register(limit, "payments", 1)).isNull();
        assertThat(register(limit, "payments", 3)).isNotNull();
    }

    /** Otherwise a client could register and remove hosts, and then have all of them come back. */
    @Test
    void aHostThatWasRemovedIsNewAgain() {
        RegistrationCountLimit limit = limit(1, 0);
        register(limit, "payments", 1);
        apply(new Change.Deregister(key("payments", 1), next(), LEASE));
        nowMicros += TimeUnit.SECONDS.toMicros(1);
        assertThat(register(limit, "payments", 2)).isNull();

        assertThat(register(limit, "payments", 1)).isNotNull();
    }

    /** Otherwise a count in the midst of a flood would forget all that is under way. */
    @Test
    void aHostWhoseRegistrationIsUnderWayKeepsItsPlaceForAWhile() {
        RegistrationCountLimit limit = limit(1, 0);
        assertThat(ask(limit, registering("payments", 1))).isNull();

        nowMicros += TimeUnit.SECONDS.toMicros(1);
        assertThat(ask(limit, registering("payments", 2))).isNotNull();

        nowMicros += TimeUnit.SECONDS.toMicros(1);
        assertThat(ask(limit, registering("payments", 2)))
                .as("the registration has failed")
                .isNull();
    }

    /** Other members take hosts too. */
    @Test
    void theLimitCountsWhatOthersTookAfterASecond() {
        RegistrationCountLimit limit = limit(2, 0);
        register(limit, "payments", 1);
        apply(registering("payments", 2));

        nowMicros += TimeUnit.SECONDS.toMicros(1);

        assertThat(register(limit, "payments", 3)).isNotNull();
    }

    /** Registers a host if there is room for it; returns the reason if there is none. */
    private @Nullable String register(RegistrationCountLimit limit, String service, int host) {
        Change change = registering(service, host);
        String refusal = ask(limit, change);
        if (refusal == null) {
            apply(change);
        }
        return refusal;
    }

    private @Nullable String ask(RegistrationCountLimit limit, Change change) {
        RegistryException refusal = limit.refusal(change, directory.find(change.key()));
        return refusal == null ? null : refusal.getMessage();
    }

    private void apply(Change change) {
        directory.merge(((Outcome.Applied) change.applyTo(directory.find(change.key()))).registration());
    }

    private Change registering(String service, int host) {
        return new Change.Register(key(service, host), next(), 80, "r", "", Map.of(), LEASE);
    }

    private static InstanceKey key(String service, int host) {
        return new InstanceKey(new ServiceName(service), new IpAddress("127.0.0." + host), InstanceKey.ANY_PORT);
    }

    private Version next() {
        nowMicros++;
        return new Version(nowMicros, 1);
    }
}
