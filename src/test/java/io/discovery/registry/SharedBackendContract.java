package io.discovery.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.Registration;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.model.Weight;
import io.discovery.registry.StorageBackend.BackendException;
import io.discovery.registry.StorageBackend.Write;
import io.discovery.registry.StorageBackend.Written;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The further contract of a {@link StorageBackend} that all members share. */
public abstract class SharedBackendContract extends StorageBackendContract {

    private static final int ROUNDS = 50;

    @Test
    void membersShareIt() {
        try (StorageBackend one = opened();
                StorageBackend other = opened()) {
            put(one, List.of(registered("10.0.0.1", NOON)));

            assertThat(other.scope()).isEqualTo(StorageBackend.Scope.SHARED);
            assertThat(scan(other)).containsExactly(registered("10.0.0.1", NOON));
        }
    }

    @Test
    void itHoldsWhatIsStoredTombstonesIncluded() {
        write(registered("10.0.0.1", NOON), deregistered("10.0.0.2", NOON));

        try (StorageBackend backend = opened()) {
            assertThat(backend.holds(key("10.0.0.1"))).isTrue();
            assertThat(backend.holds(key("10.0.0.2"))).isTrue();
            assertThat(backend.holds(key("10.0.0.3"))).isFalse();
        }
    }

    /** Two halves of a split cluster know the same copy, and each writes a register that the other has not seen. */
    @Test
    void whatTwoMembersWriteApartComesTogetherAndIsTold() {
        Registration common = registered("10.0.0.1", NOON);
        Registration weighed = with(common, new Tag(Weight.TAG, "7", new Version(NOON + 9, 2)));
        Registration beaten = registered("10.0.0.1", NOON + 5);
        StoredCopy known = StoredCopy.of(common, NOON);
        write(common);

        try (StorageBackend one = opened();
                StorageBackend other = opened()) {
            assertThat(one.write(List.of(new Write(weighed, known)))).isEqualTo(Written.ALL);

            Written written = other.write(List.of(new Write(beaten, known)));

            assertThat(written.refused()).isEmpty();
            assertThat(written.found()).containsExactly(weighed);
        }
        assertThat(stored()).containsExactly(Registration.merge(weighed, beaten));
    }

    @Test
    void anOlderCopyChangesNothingWhateverIsKnownAndIsToldTheNewer() {
        Registration newer = registered("10.0.0.1", NOON + 5);
        write(newer);

        try (StorageBackend backend = opened()) {
            Written written =
                    backend.write(List.of(new Write(registered("10.0.0.1", NOON), StoredCopy.of(newer, NOON))));

            assertThat(written.refused()).isEmpty();
            assertThat(written.found()).containsExactly(newer);
        }
        assertThat(stored()).containsExactly(newer);
    }

    @Test
    void nothingIsToldOfWhatIsOlderOrTheSame() {
        write(registered("10.0.0.1", NOON));

        try (StorageBackend backend = opened()) {
            for (long micros : List.of(NOON, NOON + 1)) {
                Write write = new Write(registered("10.0.0.1", micros), null);
                assertThat(backend.write(List.of(write)).found()).isEmpty();
            }
        }
    }

    @Test
    void theTagsOfALeaseThatHadEndedLeaveWithTheNextCheckIn() {
        Registration back = registered("10.0.0.1", NOON + LEASE.ttlMicros() + 1);

        write(tagged("10.0.0.1", NOON, "az"));
        write(back);

        assertThat(stored()).containsExactly(back);
    }

    /** Each member writes a tag that the other has not seen, again and again, into one row. */
    @Test
    void ofTwoWritersOfOneRowNeitherIsLost() throws Exception {
        write(registered("10.0.0.1", NOON));
        ExecutorService members = Executors.newFixedThreadPool(2);
        try {
            Callable<Integer> one = () -> writeTags("one");
            Callable<Integer> other = () -> writeTags("other");
            for (Future<Integer> member : members.invokeAll(List.of(one, other))) {
                assertThat(member.get(1, TimeUnit.MINUTES)).isEqualTo(ROUNDS);
            }
        } finally {
            members.shutdownNow();
        }

        assertThat(stored())
                .singleElement()
                .satisfies(row -> assertThat(row.tags().list()).hasSize(2 * ROUNDS));
    }

    private int writeTags(String member) {
        int written = 0;
        try (StorageBackend backend = opened()) {
            while (written < ROUNDS) {
                Tag tag = new Tag(member + written, "1", new Version(NOON + written, member.length()));
                written += isWritten(backend, with(registered("10.0.0.1", NOON), tag)) ? 1 : 0;
            }
        }
        return written;
    }

    /** Writes a registration and returns true if it was taken; otherwise it is given again, as a member does. */
    private static boolean isWritten(StorageBackend backend, Registration registration) {
        try {
            return put(backend, List.of(registration)).isEmpty();
        } catch (BackendException outrun) {
            return false;
        }
    }

    protected static Registration with(Registration registration, Tag tag) {
        List<Tag> tags = new ArrayList<>(registration.tags().list());
        tags.add(tag);
        return new Registration(
                registration.key(), registration.checkIn(), new Tags(tags), registration.deregistration());
    }
}
