package io.discovery.backend.dynamodb;

import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/**
 * A check of the table: it exists, or is created if the settings say so; it has the seed's schema; and a member has
 * permission for all its calls, proven by calls that change nothing.
 */
final class TableCheck {

    private static final AttributeValue SLASH = AttributeValue.fromS("/");

    /** A key that no instance has: a service has no slash in its name. */
    private static final Map<String, AttributeValue> IMPOSSIBLE_KEY =
            Map.of(ItemCodec.SERVICE, SLASH, ItemCodec.IP_ADDRESS, SLASH);

    private final Table table;
    private final DynamoDbAsyncClient dynamo;

    TableCheck(Table table) {
        this.table = table;
        this.dynamo = table.dynamo();
    }

    /**
     * Runs the check.
     *
     * @throws UnusableBackendException if an operator must act
     * @throws BackendException if the table does not answer now
     */
    void run() {
        requireCredentials();
        Schema.require(table, description());
        prove(() -> dynamo.scan(scan -> scan.tableName(table.name()).limit(1)));
        prove(() -> dynamo.getItem(get -> get.tableName(table.name()).key(IMPOSSIBLE_KEY)));
        prove(() -> dynamo.putItem(
                put -> Condition.NEVER.on(put.tableName(table.name()).item(IMPOSSIBLE_KEY))));
        prove(() -> dynamo.deleteItem(
                delete -> Condition.NEVER.on(delete.tableName(table.name()).key(IMPOSSIBLE_KEY))));
    }

    private void requireCredentials() {
        try {
            table.credentials().resolveCredentials();
        } catch (SdkClientException none) {
            throw new UnusableBackendException(table.place() + " " + Failures.withoutCredentials(), none);
        }
    }

    private TableDescription description() {
        try {
            TableDescription found = describe();
            return found.tableStatus() == TableStatus.CREATING ? new TableCreation(table, this).whenActive() : found;
        } catch (ResourceNotFoundException missing) {
            if (table.settings().createTable()) {
                return new TableCreation(table, this).create();
            }
            throw new UnusableBackendException(
                    table.place()
                            + " does not exist; set DYNAMODB_CREATE_TABLES_IN_APP=true, or create it with "
                            + Schema.EXPECTED + ", or name another one in DYNAMODB_TABLE_HOSTS",
                    missing);
        }
    }

    /**
     * Describes the table.
     *
     * @throws ResourceNotFoundException if it does not exist
     */
    TableDescription describe() {
        return call(() -> dynamo.describeTable(describe -> describe.tableName(table.name())))
                .table();
    }

    private void prove(Supplier<CompletableFuture<?>> operation) {
        try {
            call(operation);
        } catch (ConditionalCheckFailedException permitted) {
            // The condition can never hold: its failure proves the permission.
        } catch (ResourceNotFoundException vanishing) {
            // It was described a moment ago: another process is deleting it, or it is so new that not every server
            // knows it.
            throw Failures.toBackendException(table.place(), vanishing);
        }
    }

    /** Calls DynamoDB; throws the two expected failures as they are. */
    <T> T call(Supplier<? extends CompletableFuture<? extends T>> operation) {
        try {
            return Table.await(operation.get());
        } catch (ConditionalCheckFailedException | ResourceNotFoundException expected) {
            throw expected;
        } catch (SdkException failure) {
            if (Failures.isOutage(failure)) {
                throw Failures.toBackendException(table.place(), failure);
            }
            throw new UnusableBackendException(Failures.explain(table.place(), failure), Failures.harmless(failure));
        }
    }
}
