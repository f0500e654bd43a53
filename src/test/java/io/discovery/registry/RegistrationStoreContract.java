package io.discovery.registry;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** The contract of a registration store, in one process or distributed. */
public abstract class RegistrationStoreContract {

    private static final AtomicInteger SERVICES = new AtomicInteger();

    private long start;
    private final String service = getClass().getSimpleName() + SERVICES.incrementAndGet();

    protected abstract RegistrationStore store();

    protected abstract RegistrationCopies copies();

    /** The clock that the store reads. */
    protected abstract long nowMicros();

    @Test
    void aChangeAnswersTheFinishedRegistration() {
        InstanceKey key = key(service, 0);
        Change.Register register = register(key, 0, Map.of("az", "\"a\"", "k", "{\"nested\": [1, \"\\u00e9\"]}"));

        Outcome outcome = apply(register);

        assertThat(outcome).isEqualTo(register.applyTo(null));
    }

    @Test
    void changesSeeWhatEarlierOnesLeft() {
        InstanceKey key = key(service, 0);
        apply(register(key, 0, Map.of("az", "\"a\"")));
        apply(new Change.SetWeight(key, at(1), new Weight(7), LEASE));
        apply(register(key, 2, Map.of("az", "\"b\"")));

        Registration stored = stored(key);

        assertThat(stored.tags().find(Weight.TAG)).map(Tag::json).contains("7");
        assertThat(stored.tags().find("az")).map(Tag::json).contains("\"b\"");
    }

    @Test
    void aStaleChangeIsToldTheVersionToBeat() {
        InstanceKey key = key(service, 0);
        apply(register(key, 5, Map.of()));

        assertThat(apply(register(key, 4, Map.of()))).isEqualTo(new Outcome.Stale(at(5)));
    }

    @Test
    void aChangeSentTwiceAnswersAsTheFirstTime() {
        InstanceKey key = key(service, 0);
        apply(register(key, 0, Map.of()));
        Change deregister = new Change.Deregister(key, at(1), LEASE);

        assertThat(apply(deregister)).isEqualTo(apply(deregister)).isInstanceOf(Outcome.Applied.class);
    }

    @Test
    void whatIsNotThereIsAbsent() {
        InstanceKey key = key(service, 0);

        assertThat(apply(new Change.Deregister(key, at(0), LEASE))).isInstanceOf(Outcome.Absent.class);
        assertThat(apply(new Change.SetWeight(key, at(0), new Weight(1), LEASE)))
                .isInstanceOf(Outcome.Absent.class);
    }

    /** The keys are so many that another member owns some. */
    @Test
    void aChangeGoesByTheLeaseThatItCarries() {
        for (int i = 0; i < 12; i++) {
            InstanceKey key = key(service, i);
            apply(register(key, 0, Map.of()));

            assertThat(apply(new Change.Deregister(key, at(110), LEASE))).isInstanceOf(Outcome.Absent.class);
            assertThat(apply(new Change.Deregister(key, at(110), LEASE.withOvertime())))
                    .isInstanceOf(Outcome.Applied.class);
        }
    }

    @Test
    void everyRegisterIsKeptWithItsVersion() {
        InstanceKey key = new InstanceKey(new ServiceName(service + " é:."), new IpAddress("::1"), 443);
        Registration registration = new Registration(
                key,
                registered(key, new Version(nowMicros(), Long.MIN_VALUE)).checkIn(),
                new Tags(List.of(
                        new Tag("", "null", new Version(nowMicros() - 1, Long.MAX_VALUE)),
                        new Tag("\uD83D\uDE00\n\u0000", "\"x\"", new Version(nowMicros() - 2, -1)))),
                new Version(nowMicros() - SECOND, 3));

        assertThat(copies().offer(List.of(registration))).isEqualTo(1);

        assertThat(stored(key)).isEqualTo(registration);
    }

    @Test
    void anOfferMergesAndAnOlderOneChangesNothing() {
        InstanceKey key = key(service, 0);
        apply(register(key, 1, Map.of("az", "\"a\"")));
        Registration older = registered(key, at(0));
        Registration newer = registered(key, at(2));

        assertThat(copies().offer(List.of(older))).isZero();
        assertThat(copies().offer(List.of(newer))).isEqualTo(1);
        assertThat(copies().offer(List.of(newer))).isZero();
        assertThat(stored(key)).isEqualTo(newer);
    }

    @Test
    void anOfferFromAClockThatRanAheadIsClamped() {
        InstanceKey key = key(service, 0);
        copies().offer(List.of(registered(key, new Version(nowMicros() + 3_600 * SECOND, 1))));

        assertThat(stored(key).lastVersion().micros()).isLessThanOrEqualTo(nowMicros() + SECOND);
    }

    @Test
    void anOfferFromAClockThatRanAheadReplacesNothing() {
        InstanceKey key = key(service, 0);
        Registration ahead = registered(key, new Version(nowMicros() + 3_600 * SECOND, 1));
        copies().offer(List.of(ahead));
        apply(new Change.Deregister(key, at(1), LEASE));

        assertThat(copies().offer(List.of(ahead))).isZero();

        assertThat(stored(key).isTombstone()).isTrue();
    }

    /** Say, from the disk of the only member that was left. */
    @Test
    void anOfferFromAClockThatRanAheadBringsWhatIsMissing() {
        InstanceKey key = key(service, 0);
        Version ahead = new Version(nowMicros() + 3_600 * SECOND, 1);
        apply(register(key, 1, Map.of("az", "\"a\"")));
        Registration other = ((Outcome.Applied)
                        new Change.SetWeight(key, ahead, new Weight(7), LEASE).applyTo(registered(key, ahead)))
                .registration();

        copies().offer(List.of(other));

        assertThat(stored(key).tags().find(Weight.TAG)).map(Tag::json).contains("7");
        assertThat(stored(key).lastVersion()).isEqualTo(at(1));
    }

    @Test
    void whatIsPastItsRetentionIsNotTaken() {
        InstanceKey key = key(service, 0);
        Registration ended = registered(key, new Version(nowMicros() - LEASE.retentionMicros() - 1, 1));

        assertThat(copies().offer(List.of(ended))).isZero();

        store().restore(ended).toCompletionStage().toCompletableFuture().join();
        assertThat(find(key)).isEmpty();
    }

    @Test
    void digestsTellWhichBucketsDiffer() {
        long[] before = copies().digests(Comparison.at(LEASE, nowMicros()));
        List<Registration> many = new ArrayList<>();
        for (int i = 0; i < 600; i++) {
            many.add(registered(key(service, i), at(0)));
        }
        copies().offer(many);
        long[] after = copies().digests(Comparison.at(LEASE, nowMicros()));

        for (Registration registration : many) {
            before[Buckets.of(registration.key())] += registration.copyDigest();
        }
        assertThat(after).isEqualTo(before);
    }

    /** Returns a version of a moment, in tenths of a second after the begin of the test. */
    private Version at(long tenth) {
        start = start == 0 ? nowMicros() : start;
        return new Version(start + tenth * SECOND / 10, 1);
    }

    private Change.Register register(InstanceKey key, long tenth, Map<String, String> tags) {
        return new Change.Register(key, at(tenth), 80, "r", "repo", tags, LEASE);
    }

    private Outcome apply(Change change) {
        return await(store().apply(change));
    }

    private Registration stored(InstanceKey key) {
        return find(key).orElseThrow();
    }

    private Optional<Registration> find(InstanceKey key) {
        BitSet all = new BitSet();
        all.set(0, Buckets.COUNT);
        return copies().read(all).stream()
                .filter(registration -> registration.key().equals(key))
                .findFirst();
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(20, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new AssertionError("no answer within 20 s", late);
        }
    }
}
