package io.discovery.backend.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.discovery.model.Lease;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;

/** Messages of starts that fail: they say what to do. */
class StartMessagesTest {

    private final DynamoDbLocal server = DynamoDbLocal.server();

    @AutoClose
    private final DynamoDbProxy proxy = DynamoDbProxy.before(server.port());

    private final String table = DynamoDbLocal.newTableName();

    @Test
    void noTableIsNamed() {
        refused(" ", proxy.endpoint()).hasMessageContaining("DYNAMODB_TABLE_HOSTS");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8000", "ftp://localhost", "http:///x", "table"})
    void theEndpointIsNoUrl(String endpoint) {
        refused(table, URI.create(endpoint))
                .hasMessageContaining("DYNAMODB_URL")
                .hasMessageContaining("'" + endpoint + "'")
                .hasMessageContaining("http://localhost:8000");
    }

    @Test
    void theTableIsMissing() {
        refused()
                .hasMessageContaining("DynamoDB table " + table + " at " + proxy.endpoint() + " does not exist")
                .hasMessageContaining("DYNAMODB_CREATE_TABLES_IN_APP=true, or create it")
                .hasMessageContaining("service S HASH, ip_address S RANGE")
                .hasMessageContaining("service_repo_name_index");
    }

    @Test
    void theKeyIsAnother() {
        server.client()
                .createTable(create -> create.tableName(table)
                        .billingMode("PAY_PER_REQUEST")
                        .attributeDefinitions(AttributeDefinition.builder()
                                .attributeName("id")
                                .attributeType("N")
                                .build())
                        .keySchema(KeySchemaElement.builder()
                                .attributeName("id")
                                .keyType(KeyType.HASH)
                                .build()));

        refused()
                .hasMessageContaining(table)
                .hasMessageContaining("found key (id N HASH)")
                .hasMessageContaining("expected key (service S HASH, ip_address S RANGE)")
                .hasMessageContaining("DYNAMODB_TABLE_HOSTS");
    }

    @Test
    void theIndexIsMissing() {
        CreateTableRequest right = Schema.request(settings(table, proxy.endpoint()));
        server.client()
                .createTable(right.toBuilder()
                        .attributeDefinitions(right.attributeDefinitions().subList(0, 2))
                        .globalSecondaryIndexes((List<GlobalSecondaryIndex>) null)
                        .build());

        refused().hasMessageContaining("found no index service_repo_name_index, expected index");
    }

    @Test
    void theIndexProjectsTooLittle() {
        CreateTableRequest right = Schema.request(settings(table, proxy.endpoint()));
        server.client()
                .createTable(right.toBuilder()
                        .globalSecondaryIndexes(right.globalSecondaryIndexes().get(0).toBuilder()
                                .projection(little -> little.projectionType(ProjectionType.KEYS_ONLY))
                                .build())
                        .build());

        refused().hasMessageContaining("projection KEYS_ONLY, expected").hasMessageContaining("projection ALL");
    }

    @ParameterizedTest
    @ValueSource(strings = {"DescribeTable", "Scan", "GetItem", "PutItem", "DeleteItem"})
    void somethingIsNotPermitted(String operation) {
        server.client().createTable(Schema.request(settings(table, proxy.endpoint())));
        proxy.deny(operation);

        refused()
                .hasMessageContaining(table)
                .hasMessageContaining("is not permitted")
                .hasMessageContaining("permit dynamodb:DescribeTable, Scan, GetItem, PutItem and DeleteItem");
    }

    @Test
    void whatIsThereStaysAsItIs() {
        server.client().createTable(Schema.request(settings(table, proxy.endpoint())));

        try (DynamoDbBackend backend = backend(table, proxy.endpoint())) {
            backend.open();
        }

        assertThat(server.client().scan(scan -> scan.tableName(table)).items()).isEmpty();
        assertThat(proxy.count("CreateTable") + proxy.count("UpdateTable") + proxy.count("UpdateTimeToLive"))
                .isZero();
    }

    @Test
    void creatingIsNotPermitted() {
        proxy.deny("CreateTable");
        TableSettings creating = new TableSettings(table, Optional.of(proxy.endpoint()), true, Optional.empty(), 10);

        assertThatThrownBy(() -> new DynamoDbBackend(
                                creating, "ip", new Retention(Lease.of(Duration.ofSeconds(10)), () -> 0, () -> 0))
                        .open())
                .isInstanceOf(UnusableBackendException.class)
                .hasMessageContaining(table)
                .hasMessageContaining("dynamodb:CreateTable");
    }

    /** Messages about signatures may quote the request; nothing of it is told. */
    @ParameterizedTest
    @ValueSource(strings = {"InvalidSignatureException", "UnrecognizedClientException", "ExpiredTokenException"})
    void theCredentialsAreNotAccepted(String code) {
        proxy.fail("DescribeTable", 400, code, Integer.MAX_VALUE);

        refused()
                .hasMessageContaining(table)
                .hasMessageContaining(code)
                .hasMessageContaining("AWS_ACCESS_KEY_ID")
                .hasMessageNotContaining("the proxy says")
                .satisfies(failure -> assertThat(failure.getCause()).hasMessageNotContaining("the proxy says"));
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void thereAreNoCredentials() {
        String key = System.clearProperty("aws.accessKeyId");
        System.setProperty("aws.sharedCredentialsFile", "/none");
        System.setProperty("aws.configFile", "/none");
        try {
            refused()
                    .hasMessageContaining(table)
                    .hasMessageContaining("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY")
                    .hasMessageContaining("for a local DynamoDB any values will do");
        } finally {
            System.setProperty("aws.accessKeyId", key);
            System.clearProperty("aws.sharedCredentialsFile");
            System.clearProperty("aws.configFile");
        }
    }

    @Test
    void theEndpointIsNoDynamoDb() {
        proxy.fail(DynamoDbProxy.ANY, 404, "", Integer.MAX_VALUE);

        refused().hasMessageContaining(proxy.endpoint().toString()).hasMessageContaining("404");
    }

    @Test
    void aUserInTheUrlIsNotTold() {
        URI endpoint =
                URI.create("http://me:secret@127.0.0.1:" + proxy.endpoint().getPort());

        refused(table, endpoint)
                .satisfies(failure -> assertThat(org.assertj.core.util.Throwables.getStackTrace(failure))
                        .doesNotContain("secret"));
        assertThat(backend(table, endpoint).description()).doesNotContain("secret");
    }

    private AbstractThrowableAssert<?, ?> refused() {
        return refused(table, proxy.endpoint());
    }

    private static AbstractThrowableAssert<?, ?> refused(String table, URI endpoint) {
        return assertThatThrownBy(() -> backend(table, endpoint).open()).isInstanceOf(UnusableBackendException.class);
    }

    private static TableSettings settings(String table, URI endpoint) {
        return new TableSettings(table, Optional.of(endpoint), false, Optional.empty(), 10);
    }

    private static DynamoDbBackend backend(String table, URI endpoint) {
        return new DynamoDbBackend(
                settings(table, endpoint), "ip", new Retention(Lease.of(Duration.ofSeconds(10)), () -> 0, () -> 0));
    }
}
