package io.discovery.backend.dynamodb;

import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TableStatus;

/** Creation of the table; several members may do it at once. An existing table is never altered. */
final class TableCreation {

    private static final Logger LOG = LoggerFactory.getLogger(TableCreation.class);

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(250);

    private final Table table;
    private final TableCheck check;
    private final DynamoDbAsyncClient dynamo;

    TableCreation(Table table, TableCheck check) {
        this.table = table;
        this.check = check;
        this.dynamo = table.dynamo();
    }

    /** Returns the table, created and ready. */
    TableDescription create() {
        boolean ours = request();
        TableDescription created = whenActive();
        if (ours) {
            LOG.info("created {}", table.place());
            enableTimeToLive();
        }
        return created;
    }

    /** Returns whether this member created the table. */
    private boolean request() {
        try {
            Table.await(dynamo.createTable(Schema.request(table.settings())));
            return true;
        } catch (ResourceInUseException anotherMemberWasFirst) {
            return false;
        } catch (SdkException failure) {
            if (Failures.isOutage(failure)) {
                throw Failures.toBackendException(table.place(), failure);
            }
            throw new UnusableBackendException(
                    Failures.explain(table.place(), failure)
                            + "; it does not exist, and this member cannot create it (dynamodb:CreateTable)",
                    Failures.harmless(failure));
        }
    }

    /**
     * Waits for the table.
     *
     * @throws BackendException if it does not become ready in time
     */
    TableDescription whenActive() {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() - until < 0) {
            try {
                TableDescription found = check.describe();
                if (found.tableStatus() == TableStatus.ACTIVE) {
                    return found;
                }
            } catch (ResourceNotFoundException notYet) {
                LOG.debug("{} is not visible yet", table.place());
            }
            pause();
        }
        String message = table.place() + " was created, but is not ready after " + PATIENCE.toSeconds() + " seconds";
        throw new BackendException(message, new IllegalStateException(message));
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE.toMillis());
        } catch (InterruptedException ending) {
            Thread.currentThread().interrupt();
            throw new BackendException("interrupted while a table is created", ending);
        }
    }

    /**
     * Enables DynamoDB's removal of expired items. Members remove them too, when they scan, so a failure is harmless.
     */
    private void enableTimeToLive() {
        try {
            Table.await(dynamo.updateTimeToLive(update -> update.tableName(table.name())
                    .timeToLiveSpecification(
                            ttl -> ttl.attributeName(ItemCodec.EXPIRES_AT).enabled(true))));
        } catch (SdkException failure) {
            LOG.warn(
                    "{}: time to live on {} was not switched on (dynamodb:UpdateTimeToLive)",
                    Failures.explain(table.place(), failure),
                    ItemCodec.EXPIRES_AT,
                    Failures.harmless(failure));
        }
    }
}
