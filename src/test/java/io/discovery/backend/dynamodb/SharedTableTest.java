package io.discovery.backend.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.CheckIn;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Retention;
import io.discovery.registry.StorageBackend.Write;
import io.discovery.registry.StorageBackend.Written;
import io.discovery.registry.StoredCopy;
import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.DynamoDbProxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** A table with several writers: two halves of a cluster, and members of lyft/discovery. */
class SharedTableTest {

    private static final Lease LEASE = Lease.of(Duration.ofSeconds(10));
    private static final long NOON = TimeUnit.SECONDS.toMicros(1_700_000_000);
    private static final InstanceKey KEY = InstanceKey.of(new ServiceName("payments"), new IpAddress("10.0.0.1"));

    private final DynamoDbLocal server = DynamoDbLocal.server();
    private final DynamoDbProxy proxy = DynamoDbProxy.before(server.port());
    private final String table = DynamoDbLocal.newTableName();
    private final AtomicLong now = new AtomicLong(NOON);
    private final TableSettings settings =
            new TableSettings(table, Optional.of(proxy.endpoint()), false, Optional.empty(), 50);
    private final DynamoDbBackend backend =
            new DynamoDbBackend(settings, "ip", new Retention(LEASE, now::get, now::get));

    @BeforeEach
    void open() {
        // Without time to live: these registrations are of long ago.
        server.client().createTable(Schema.request(settings));
        backend.open();
    }

    @AfterEach
    void close() {
        backend.close();
        proxy.close();
        server.client().deleteTable(drop -> drop.tableName(table));
    }

    @Test
    void whatIsKnownIsWrittenWithoutReading() {
        Registration first = registered(NOON, 1, "az");
        Registration second = registered(NOON + 5, 1, "az");
        write(first, null);
        proxy.resetCounts();

        Written written = write(second, known(first));

        assertThat(proxy.count("PutItem")).isEqualTo(1);
        assertThat(proxy.count(DynamoDbProxy.ANY)).isEqualTo(1);
        assertThat(written).isEqualTo(Written.ALL);
        assertThat(stored()).isEqualTo(second);
    }

    @Test
    void theSameAgainWritesNothing() {
        Registration registration = registered(NOON, 1, "az");
        write(registration, null);
        proxy.resetCounts();

        assertThat(write(registration, null)).isEqualTo(Written.ALL);

        assertThat(proxy.count("PutItem")).isEqualTo(1);
    }

    @Test
    void anOlderCopyChangesNothingAndLearnsTheNewer() {
        Registration newer = registered(NOON + 5, 1, "az");
        write(newer, null);
        Map<String, AttributeValue> before = item();
        proxy.resetCounts();

        Written written = write(registered(NOON, 1, "az"), null);

        assertThat(item()).isEqualTo(before);
        assertThat(written.found()).containsExactly(newer);
        assertThat(proxy.count("PutItem")).isEqualTo(1);
    }

    @Test
    void aTombstoneStaysBelowALaterHeartbeatAndAboveAnEarlierOne() {
        Registration gone = new Registration(KEY, null, Tags.NONE, new Version(NOON + 3, 2));
        Registration later = registered(NOON + 5, 1, "az");
        write(later, null);

        assertThat(write(gone, null).found()).containsExactly(later);
        assertThat(stored()).isEqualTo(Registration.merge(gone, later));

        Registration last = new Registration(KEY, null, Tags.NONE, new Version(NOON + 9, 2));
        write(last, null);
        assertThat(write(later, null).found()).containsExactly(last);
        assertThat(stored()).isEqualTo(last);
    }

    @Test
    void aHeartbeatThatTheSeedTookIsKept() {
        Registration ours = registered(NOON, 1, "az");
        write(ours, null);
        seedPuts(NOON + 5, "{\"az\": \"b\", \"canary\": true}");

        Written written = write(registered(NOON + 3, 1, "az"), known(ours));

        Version bySeed = new Version(NOON + 5, Version.NO_MEMBER);
        Registration seeds = new Registration(
                KEY,
                new CheckIn(bySeed, 80, "seed", "repo"),
                new Tags(List.of(new Tag("az", "\"b\"", bySeed), new Tag("canary", "true", bySeed))),
                null);
        assertThat(stored()).isEqualTo(seeds);
        assertThat(written.found()).containsExactly(seeds);
    }

    /** The seed sets a weight and leaves the time of the check-in as it was. */
    @Test
    void aWeightThatTheSeedSetIsKept() {
        seedPuts(NOON, "{\"az\": \"a\"}");
        Registration seeds = stored();
        seedPuts(NOON, "{\"az\": \"a\", \"load_balancing_weight\": 7}");

        write(registered(NOON + 5, 1, "az"), known(seeds));

        assertThat(stored().tags().find("load_balancing_weight"))
                .contains(new Tag("load_balancing_weight", "7", new Version(NOON, Version.NO_MEMBER)));
        assertThat(Objects.requireNonNull(stored().checkIn()).micros()).isEqualTo(NOON + 5);
    }

    /** The seed puts whole items without the attributes that it does not know. */
    @Test
    void whatALaterVersionAddedIsWrittenAgainAfterTheSeedDroppedIt() {
        Registration ours = registered(NOON, 1, "az");
        Registration more = new Registration(
                KEY,
                ours.checkIn(),
                ours.tags(),
                null,
                new Tags(List.of(new Tag("health", "\"up\"", new Version(NOON, 2)))));
        write(more, null);
        seedPuts(NOON + 5, "{}");
        assertThat(stored().additions()).isEqualTo(Tags.NONE);

        write(more, known(more));

        assertThat(stored().additions()).isEqualTo(more.additions());
        assertThat(Objects.requireNonNull(stored().checkIn()).micros()).isEqualTo(NOON + 5);
    }

    @Test
    void whatTheSeedRemovedIsWrittenAgain() {
        Registration ours = registered(NOON, 1, "az");
        write(ours, null);
        server.client().deleteItem(delete -> delete.tableName(table).key(ItemCodec.key(KEY)));

        Registration later = registered(NOON + 5, 1, "az");
        assertThat(write(later, known(ours)).refused()).isEmpty();

        assertThat(stored()).isEqualTo(later);
    }

    @Test
    void theTagsOfALeaseThatHadEndedLeaveWithTheNextCheckIn() {
        seedPuts(NOON, "{\"az\": \"a\", \"load_balancing_weight\": 7}");
        Registration back = registered(NOON + LEASE.ttlMicros() + 1, 1, "az");

        write(back, null);

        assertThat(stored()).isEqualTo(back);
    }

    @Test
    void aClockThatRanAheadShutsNobodyOut() {
        seedPuts(NOON + TimeUnit.DAYS.toMicros(1), "{}");
        Registration ours = registered(NOON, 1, "az");

        assertThat(write(ours, null)).isEqualTo(Written.ALL);

        assertThat(stored()).isEqualTo(ours);
    }

    /** Every register ends at its latest version, in whatever order the writers write. */
    @Test
    void writersAtOnceLoseNothing() throws Exception {
        List<Thread> writers = new ArrayList<>();
        List<Registration> all = new ArrayList<>();
        List<Written> results = Collections.synchronizedList(new ArrayList<>());
        for (int writer = 1; writer <= 4; writer++) {
            Registration own = with(
                    registered(NOON + writer, writer, "az"), new Tag("t" + writer, "1", new Version(NOON, writer)));
            all.add(own);
            writers.add(new Thread(() -> results.add(write(own, null))));
        }

        writers.forEach(Thread::start);
        for (Thread writer : writers) {
            writer.join(TimeUnit.SECONDS.toMillis(20));
        }

        assertThat(results)
                .hasSize(4)
                .allSatisfy(result -> assertThat(result.refused()).isEmpty());
        assertThat(stored()).isEqualTo(all.stream().reduce(Registration::merge).orElseThrow());
    }

    private Written write(Registration registration, @Nullable StoredCopy known) {
        return backend.write(List.of(new Write(registration, known)));
    }

    private StoredCopy known(Registration stored) {
        return StoredCopy.of(stored, now.get());
    }

    private Registration stored() {
        List<Registration> all = new ArrayList<>();
        backend.scan(all::add);
        assertThat(all).hasSize(1);
        return all.get(0);
    }

    private Map<String, AttributeValue> item() {
        return server.client()
                .getItem(get -> get.tableName(table).key(ItemCodec.key(KEY)))
                .item();
    }

    private void seedPuts(long micros, String tags) {
        server.client()
                .putItem(put ->
                        put.tableName(table).item(SeedItems.item("10.0.0.1", SeedTimestamp.write(micros), tags)));
    }

    private static Registration registered(long micros, long member, String tag) {
        Version version = new Version(micros, member);
        return new Registration(
                KEY,
                new CheckIn(version, 80, "r" + micros, "repo"),
                new Tags(List.of(new Tag(tag, "\"a\"", version))),
                null);
    }

    private static Registration with(Registration registration, Tag tag) {
        List<Tag> tags = new ArrayList<>(registration.tags().list());
        tags.add(tag);
        return new Registration(
                registration.key(), registration.checkIn(), new Tags(tags), registration.deregistration());
    }
}
