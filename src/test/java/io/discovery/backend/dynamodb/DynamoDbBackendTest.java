package io.discovery.backend.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.json.JsonText;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.SharedBackendContract;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.RejectedException;
import io.discovery.testing.DynamoDbLocal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = Resources.SYSTEM_PROPERTIES, mode = ResourceAccessMode.READ)
class DynamoDbBackendTest extends SharedBackendContract {

    private static final String NOON_OF_SEED = SeedTimestamp.write(NOON);

    private final DynamoDbLocal server = DynamoDbLocal.server();
    private final String table = DynamoDbLocal.newTableName();

    @Override
    protected StorageBackend backend(Retention rules) {
        return backend("ip", rules);
    }

    private DynamoDbBackend backend(String instanceKey, Retention rules) {
        return new DynamoDbBackend(settings(Optional.empty()), instanceKey, rules);
    }

    private TableSettings settings(Optional<Capacity> capacity) {
        return new TableSettings(table, Optional.of(server.endpoint()), true, capacity, 50);
    }

    /** Creates the table without time to live: the registrations of the contract are of long ago. */
    @BeforeEach
    void createTable() {
        server.client().createTable(Schema.request(settings(Optional.empty())));
    }

    @AfterEach
    void dropTable() {
        server.client().deleteTable(drop -> drop.tableName(table));
    }

    @Test
    void theIndexFindsWhatHasARepository() {
        InstanceKey alone = key("10.0.0.2");
        write(
                registered("10.0.0.1", NOON),
                new Registration(alone, new CheckIn(new Version(NOON, 1), 80, "r", ""), Tags.NONE, null),
                deregistered("10.0.0.3", NOON));

        List<Map<String, AttributeValue>> found = server.client()
                .scan(scan -> scan.tableName(table).indexName(Schema.INDEX))
                .items();

        assertThat(found).extracting(ItemCodec::name).containsExactly("payments/10.0.0.1");
    }

    @Test
    void withPortsInstancesOfOneAddressAreToldApart() {
        ServiceName service = new ServiceName("payments");
        List<Registration> instances = List.of(
                registered(new InstanceKey(service, new IpAddress("10.0.0.1"), 80), NOON),
                registered(new InstanceKey(service, new IpAddress("10.0.0.1"), 65_535), NOON),
                registered(new InstanceKey(service, new IpAddress("::1"), 80), NOON));

        try (StorageBackend backend = backend("ip_port", retention)) {
            backend.open();
            assertThat(put(backend, instances)).isEmpty();

            assertThat(scan(backend)).containsExactlyInAnyOrderElementsOf(instances);
        }
    }

    @Test
    void whatIsPastItsRetentionIsRemovedByAScan() {
        Registration old = registered("10.0.0.1", NOON);
        Registration recent = registered("10.0.0.2", NOON + 1);
        write(old, recent);
        now.set(LEASE.keptUntil(old));

        try (DynamoDbBackend backend = (DynamoDbBackend) opened()) {
            assertThat(scan(backend)).containsExactly(recent);

            await().untilAsserted(() -> assertThat(names()).containsExactly("payments/10.0.0.2"));
            await().untilAsserted(() -> assertThat(backend.rowsPurged()).isEqualTo(1));
        }
    }

    /** Its clock is right, and that of this cluster has been a day ahead for long. */
    @Test
    void whatLyftDiscoveryWroteIsRemovedByItsOwnClock() {
        opened().close();
        long ended = NOON - LEASE.retentionMicros();
        putItem(SeedItems.item("10.0.0.1", NOON_OF_SEED, "{}"));
        putItem(SeedItems.item("10.0.0.2", SeedTimestamp.write(ended), "{}"));
        putItem(SeedItems.item("10.0.0.3", SeedTimestamp.write(ended + 1), "{}"));
        now.set(NOON + TimeUnit.DAYS.toMicros(1));

        try (DynamoDbBackend backend = (DynamoDbBackend) opened()) {
            assertThat(scan(backend)).isEmpty();
            await().untilAsserted(() -> assertThat(backend.rowsPurged()).isEqualTo(1));

            assertThat(scan(backend)).isEmpty();
            assertThat(names()).containsExactlyInAnyOrder("payments/10.0.0.1", "payments/10.0.0.3");
        }
    }

    @Test
    void manyThatArePastTheirRetentionAreRemovedByOneScan() {
        List<Registration> many = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            many.add(registered("10.0.0." + i, NOON));
        }
        write(many.toArray(Registration[]::new));
        now.set(LEASE.keptUntil(many.get(0)));

        try (StorageBackend backend = opened()) {
            assertThat(scan(backend)).isEmpty();

            await().untilAsserted(() -> assertThat(names()).isEmpty());
        }
    }

    @Override
    protected void damageRow(String address) {
        putItem(SeedItems.item(address, "yesterday", "{}"));
    }

    @Test
    void anOddItemIsLeftOutAndStays() {
        write(registered("10.0.0.1", NOON));
        Map<String, AttributeValue> portless = SeedItems.item("10.0.0.2", NOON_OF_SEED, "{}");
        portless.remove("port");
        putItem(portless);
        putItem(SeedItems.item("ten", NOON_OF_SEED, "{}"));
        putItem(SeedItems.item("10.0.0.3:80", "1999-01-01T00:00:00Z", "{}"));

        try (DynamoDbBackend backend = (DynamoDbBackend) opened()) {
            assertThat(scan(backend)).containsExactly(registered("10.0.0.1", NOON));
            assertThat(scan(backend)).containsExactly(registered("10.0.0.1", NOON));

            assertThat(backend.damage().rows()).isEqualTo(3);
            assertThat(backend.damage().reasons())
                    .anyMatch(reason -> reason.startsWith("the item payments/ten is not a valid registration: "));
            assertThat(backend.rowsPurged()).isZero();
        }
        assertThat(names()).hasSize(4);
    }

    @Test
    void anOddItemIsWrittenOver() {
        opened().close();
        Map<String, AttributeValue> odd = SeedItems.item("10.0.0.1", "yesterday", "{}");
        odd.put("port", AttributeValue.fromBool(true));
        putItem(odd);

        write(registered("10.0.0.1", NOON));

        assertThat(stored()).containsExactly(registered("10.0.0.1", NOON));
    }

    @Test
    void aScanFollowsAllPages() {
        String big = JsonText.quote("x".repeat(50_000));
        List<Registration> many = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            many.add(with(registered("10.0.0." + i, NOON), new Tag("big", big, new Version(NOON, 1))));
        }

        write(many.toArray(Registration[]::new));

        assertThat(stored()).containsExactlyInAnyOrderElementsOf(many);
    }

    @Test
    void anItemThatIsTooBigHoldsUpNothingElse() {
        String big = JsonText.quote("x".repeat(410_000));
        Registration tooBig = with(registered("10.0.0.1", NOON), new Tag("big", big, new Version(NOON, 1)));

        try (StorageBackend backend = opened()) {
            Map<InstanceKey, BackendException> refused = put(backend, List.of(tooBig, registered("10.0.0.2", NOON)));

            assertThat(refused).containsOnlyKeys(tooBig.key());
            assertThat(refused.get(tooBig.key()))
                    .isInstanceOf(RejectedException.class)
                    .hasMessageContaining(table)
                    .hasMessageContaining("payments/10.0.0.1 has 410")
                    .hasMessageContaining("size");
            assertThat(scan(backend)).containsExactly(registered("10.0.0.2", NOON));
            // Alone, too: a retry would not help.
            assertThat(put(backend, List.of(tooBig))).containsOnlyKeys(tooBig.key());
        }
    }

    @Test
    void whatIsNotOpenIsNotUsed() {
        StorageBackend backend = backend(retention);

        assertThatThrownBy(() -> scan(backend)).isInstanceOf(IllegalStateException.class);
    }

    private List<String> names() {
        return server.client().scan(scan -> scan.tableName(table)).items().stream()
                .map(ItemCodec::name)
                .toList();
    }

    private void putItem(Map<String, AttributeValue> item) {
        server.client().putItem(put -> put.tableName(table).item(item));
    }
}
