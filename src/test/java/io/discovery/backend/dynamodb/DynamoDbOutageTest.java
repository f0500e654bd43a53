package io.discovery.backend.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.registry.StorageBackendContract;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** The backend while DynamoDB is away, slow, or refuses. */
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = Resources.SYSTEM_PROPERTIES, mode = ResourceAccessMode.READ)
class DynamoDbOutageTest {

    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final long NOON = TimeUnit.SECONDS.toMicros(1_700_000_000);

    /** Two call timeouts, and some patience with a busy machine. */
    private static final Duration BOUND = Table.CALL.multipliedBy(2).plusSeconds(3);

    private final DynamoDbLocal server = DynamoDbLocal.server();
    private final DynamoDbProxy proxy = DynamoDbProxy.before(server.port());
    private final String table = DynamoDbLocal.newTableName();
    private final TableSettings settings =
            new TableSettings(table, Optional.of(proxy.endpoint()), false, Optional.empty(), 50);
    private final DynamoDbBackend backend =
            new DynamoDbBackend(settings, "ip", new Retention(LEASE, () -> NOON, () -> NOON));

    @BeforeEach
    void createTable() {
        server.client().createTable(Schema.request(settings));
    }

    @AfterEach
    void close() {
        backend.close();
        proxy.close();
    }

    @Test
    void anOutageAtTheStartIsWaitedOut() {
        proxy.refuse();
        backend.open();
        assertThatThrownBy(this::scan)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining(table)
                .hasMessageContaining(proxy.endpoint().toString())
                // The latter once in many runs, on a machine with other work: why a refused connection is not noticed
                // at
                // once is not known.
                .hasMessageMatching("(?s).*(cannot be reached|does not answer in time).*");
        proxy.restore();

        assertThat(put(registrations(1))).isEmpty();

        assertThat(scan()).hasSize(1);
    }

    @Test
    void anErrorOfTheServerAtTheStartIsWaitedOut() {
        proxy.breakDown(DynamoDbProxy.ANY, Integer.MAX_VALUE);
        backend.open();
        proxy.restore();

        assertThat(scan()).isEmpty();
    }

    @Test
    void aTableThatTurnsOutToBeMissingIsToldInTheSameWords() {
        proxy.refuse();
        backend.open();
        server.client().deleteTable(drop -> drop.tableName(table));
        proxy.restore();

        for (ThrowingCallable use : List.<ThrowingCallable>of(this::scan, () -> put(registrations(1)))) {
            assertThatThrownBy(use)
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining(table)
                    .hasMessageContaining("DYNAMODB_CREATE_TABLES_IN_APP=true, or create it")
                    .hasCauseInstanceOf(UnusableBackendException.class);
        }
    }

    @Test
    void aFrozenServerHoldsNothingUpForLongAndIsUsedAgainAtOnce() {
        backend.open();
        // Many connections are open when it freezes.
        assertThat(put(registrations(100))).isEmpty();
        proxy.freeze();

        long start = System.nanoTime();
        assertThatThrownBy(() -> put(registrations(500)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("does not answer in time");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        proxy.restore();

        assertThat(put(registrations(200))).isEmpty();
        assertThat(scan()).hasSize(200);
    }

    @Test
    void aServerThatRefusesHoldsNothingUpForLong() {
        backend.open();
        assertThat(put(registrations(10))).isEmpty();
        proxy.refuse();

        long start = System.nanoTime();
        assertThatThrownBy(() -> put(registrations(500)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be reached");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(BOUND);
        proxy.restore();

        assertThat(put(registrations(10))).isEmpty();
    }

    @Test
    void throttledWritesGetThrough() {
        backend.open();
        proxy.throttle("PutItem", 10);

        assertThat(put(registrations(30))).isEmpty();

        assertThat(scan()).hasSize(30);
        assertThat(proxy.count("PutItem")).isGreaterThanOrEqualTo(40);
    }

    @Test
    void aThrottledScanGetsThrough() {
        backend.open();
        put(registrations(20));
        proxy.throttle("Scan", 6);

        assertThat(scan()).hasSize(20);
    }

    @Test
    void whatIsThrottledTooLongIsRefusedWithTheReason() {
        backend.open();
        proxy.throttle("PutItem", Integer.MAX_VALUE);

        assertThatThrownBy(() -> put(registrations(3)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("throttles")
                .hasMessageContaining("ProvisionedThroughputExceededException");
    }

    @Test
    void aScanOfWhichAPageFailsIsNoScan() {
        backend.open();
        put(registrations(20));
        proxy.breakDown("Scan", Integer.MAX_VALUE);

        assertThatThrownBy(this::scan)
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("fails with status 500");
    }

    @Test
    void aPermissionWithdrawnIsToldAndNothingIsWritten() {
        backend.open();
        proxy.deny("PutItem");

        assertThatThrownBy(() -> put(registrations(3)))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("is not permitted");
    }

    @Test
    void whetherItHoldsSomethingIsNotKnownInAnOutage() {
        backend.open();
        proxy.refuse();

        assertThatThrownBy(() -> backend.holds(registrations(1).get(0).key()))
                .isInstanceOf(BackendException.class)
                .hasMessageContaining("cannot be reached");
    }

    private Map<InstanceKey, BackendException> put(List<Registration> registrations) {
        return StorageBackendContract.put(backend, registrations);
    }

    private List<Registration> scan() {
        List<Registration> all = new ArrayList<>();
        backend.scan(all::add);
        return all;
    }

    private static List<Registration> registrations(int count) {
        List<Registration> registrations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            registrations.add(new Registration(
                    InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0." + i / 250 + "." + i % 250)),
                    new CheckIn(new Version(NOON, 1), 80, "r", "repo"),
                    Tags.NONE,
                    null));
        }
        return registrations;
    }
}
