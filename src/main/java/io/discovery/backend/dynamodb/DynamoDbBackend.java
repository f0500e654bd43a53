package io.discovery.backend.dynamodb;

import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/**
 * A backend on the seed's DynamoDB table, the one copy that all members share, and members of lyft/discovery with them.
 *
 * <p><b>A write</b> is one PutItem for each registration, each with a condition, many at a time: see {@link RowWrite}.
 * BatchWriteItem has no conditions, and would overwrite a concurrent write; a transaction has them, but costs twice as
 * much for an atomicity that is not needed. An item below 1 kB takes one write unit, and one more of the index if it
 * has a repository; a condition that does not hold takes them as well.
 *
 * <p><b>The table is checked</b> once. If it does not answer when the backend is opened, the check waits until the
 * first read or write: an outage of DynamoDB keeps no member from starting.
 */
public final class DynamoDbBackend implements StorageBackend {

    private static final Logger LOG = LoggerFactory.getLogger(DynamoDbBackend.class);

    private final TableSettings settings;
    private final ItemCodec codec;
    private final Retention retention;

    private final SkippedItems skipped = new SkippedItems();
    private final AtomicLong removed = new AtomicLong();

    /** Null before the backend is opened, and once it is closed. */
    private volatile @Nullable Table table;

    private volatile boolean checked;

    /**
     * @param instanceKey INSTANCE_KEY: {@code ip} or {@code ip_port}
     */
    public DynamoDbBackend(TableSettings settings, String instanceKey, Retention retention) {
        this.settings = settings;
        this.codec = new ItemCodec(new InstanceNames(instanceKey), retention);
        this.retention = retention;
    }

    @Override
    public Scope scope() {
        return Scope.SHARED;
    }

    @Override
    public String description() {
        Table opened = table;
        return opened != null ? opened.place() : Table.place(settings, "the default region");
    }

    @Override
    public Damage damage() {
        return skipped.found();
    }

    /** Returns the number of items past their RETENTION removed since the start; from any thread. */
    public long rowsPurged() {
        return removed.get();
    }

    @Override
    public void open() {
        if (table != null) {
            throw new IllegalStateException("already open: " + description());
        }
        Table opening = new Table(settings);
        table = opening;
        boolean usable = false;
        try {
            check(opening);
            usable = true;
            if (codec.namesPorts()) {
                LOG.warn(
                        "INSTANCE_KEY=ip_port: {} holds ports in ip_address; lyft/discovery must not use it too",
                        opening.place());
            }
        } catch (BackendException outage) {
            LOG.warn("{}; the first read or write will check the table", outage.getMessage());
            usable = true;
        } finally {
            if (!usable) {
                close();
            }
        }
    }

    private synchronized void check(Table current) {
        if (!checked) {
            new TableCheck(current).run();
            checked = true;
        }
    }

    /** Returns the table after a successful check. */
    private Table checkedTable() {
        Table current = table;
        if (current == null) {
            throw new IllegalStateException("not open: " + description());
        }
        try {
            check(current);
        } catch (UnusableBackendException wrong) {
            throw new BackendException(String.valueOf(wrong.getMessage()), wrong);
        }
        return current;
    }

    @Override
    public void scan(Consumer<Registration> registrations) {
        Table current = checkedTable();
        try {
            new TableScan(current, codec, retention, skipped, new Purge(current, removed)).run(registrations);
        } catch (BackendException failure) {
            throw checkedAgain(failure);
        }
    }

    @Override
    public boolean holds(InstanceKey key) {
        Table current = checkedTable();
        try {
            GetItemResponse found = Table.await(current.dynamo()
                    .getItem(get -> get.tableName(current.name())
                            .key(ItemCodec.key(key))
                            .projectionExpression("#key")
                            .expressionAttributeNames(Map.of("#key", ItemCodec.IP_ADDRESS))
                            .consistentRead(true)));
            return found.hasItem() && !found.item().isEmpty();
        } catch (SdkException failure) {
            throw checkedAgain(Failures.toBackendException(current.place(), failure));
        }
    }

    @Override
    public Written write(Collection<Write> writes) {
        if (writes.isEmpty()) {
            return Written.ALL;
        }
        Table current = checkedTable();
        try {
            return new BatchWrite(current, codec, retention).run(writes);
        } catch (BackendException failure) {
            throw checkedAgain(failure);
        }
    }

    /** Schedules another check of a table that is gone: another process or this member may create it again. */
    private BackendException checkedAgain(BackendException failure) {
        if (failure.getCause() instanceof ResourceNotFoundException) {
            checked = false;
        }
        return failure;
    }

    @Override
    public void close() {
        Table current = table;
        if (current != null) {
            table = null;
            current.close();
        }
    }
}
