package io.discovery.backend.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackendContract;
import io.discovery.testing.DynamoDbLocal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputDescription;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveDescription;
import software.amazon.awssdk.services.dynamodb.model.TimeToLiveStatus;

/** Tables that the backend makes. */
class TableCreationTest {

    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final Registration REGISTRATION = new Registration(
            InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1")),
            new CheckIn(new Version(nowMicros(), 1), 80, "r", "repo"),
            Tags.NONE,
            null);

    private final DynamoDbLocal server = DynamoDbLocal.server();
    private final String table = DynamoDbLocal.newTableName();

    private static long nowMicros() {
        return TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis());
    }

    private TableSettings settings(Optional<Capacity> capacity) {
        return new TableSettings(table, Optional.of(server.endpoint()), true, capacity, 50);
    }

    private DynamoDbBackend backend(Optional<Capacity> capacity) {
        return new DynamoDbBackend(
                settings(capacity),
                "ip",
                new Retention(LEASE, TableCreationTest::nowMicros, TableCreationTest::nowMicros));
    }

    private DynamoDbBackend opened() {
        DynamoDbBackend backend = backend(Optional.empty());
        backend.open();
        return backend;
    }

    @AfterEach
    void dropTable() {
        server.client().deleteTable(drop -> drop.tableName(table));
    }

    /** Seed: app/models/host.py, as pynamodb creates it. */
    @Test
    void theTableCreatedIsTheSeeds() {
        opened().close();

        TableDescription made =
                server.client().describeTable(it -> it.tableName(table)).table();
        assertThat(made.keySchema()).containsExactly(key("service", KeyType.HASH), key("ip_address", KeyType.RANGE));
        assertThat(made.attributeDefinitions())
                .containsExactlyInAnyOrder(text("service"), text("ip_address"), text("service_repo_name"));
        GlobalSecondaryIndexDescription index = made.globalSecondaryIndexes().get(0);
        assertThat(made.globalSecondaryIndexes()).hasSize(1);
        assertThat(index.indexName()).isEqualTo("service_repo_name_index");
        assertThat(index.keySchema())
                .containsExactly(key("service_repo_name", KeyType.HASH), key("ip_address", KeyType.RANGE));
        assertThat(index.projection().projectionType()).isEqualTo(ProjectionType.ALL);
        assertThat(made.billingModeSummary().billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
    }

    @Test
    void aTableCreatedForgetsWhatIsPastItsRetention() {
        opened().close();

        TimeToLiveDescription ttl =
                server.client().describeTimeToLive(it -> it.tableName(table)).timeToLiveDescription();
        assertThat(ttl.attributeName()).isEqualTo("expires_at");
        assertThat(ttl.timeToLiveStatus()).isEqualTo(TimeToLiveStatus.ENABLED);
    }

    @Test
    void aCapacityGivenIsThatOfTableAndIndex() {
        try (StorageBackend backend = backend(Optional.of(new Capacity(5, 10)))) {
            backend.open();
        }

        TableDescription made =
                server.client().describeTable(it -> it.tableName(table)).table();
        for (ProvisionedThroughputDescription throughput : List.of(
                made.provisionedThroughput(),
                made.globalSecondaryIndexes().get(0).provisionedThroughput())) {
            assertThat(throughput.readCapacityUnits()).isEqualTo(5);
            assertThat(throughput.writeCapacityUnits()).isEqualTo(10);
        }
    }

    @Test
    void twoMembersMayCreateTheTableAtOnce() {
        try (StorageBackend one = backend(Optional.empty());
                StorageBackend another = backend(Optional.empty())) {
            Thread other = new Thread(another::open);
            other.start();
            one.open();
            await().atMost(Duration.ofSeconds(10)).until(() -> !other.isAlive());

            put(one, List.of(REGISTRATION));
            assertThat(scan(another)).containsExactly(REGISTRATION);
        }
    }

    @Test
    void aTableThatVanishesIsCreatedAgain() {
        try (StorageBackend backend = opened()) {
            server.client().deleteTable(drop -> drop.tableName(table));
            assertThatThrownBy(() -> put(backend, List.of(REGISTRATION)))
                    .isInstanceOf(BackendException.class)
                    .hasMessageContaining("does not exist");

            assertThat(put(backend, List.of(REGISTRATION))).isEmpty();
        }
    }

    private static List<Registration> scan(StorageBackend backend) {
        List<Registration> all = new ArrayList<>();
        backend.scan(all::add);
        return all;
    }

    private static Map<InstanceKey, BackendException> put(StorageBackend backend, List<Registration> registrations) {
        return StorageBackendContract.put(backend, registrations);
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }
}
