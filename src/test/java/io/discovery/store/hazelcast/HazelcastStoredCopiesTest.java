package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.StoredCopy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class HazelcastStoredCopiesTest {

    @AutoClose
    private static final HazelcastMembers MEMBERS = HazelcastMembers.start(2);

    private final HazelcastStoredCopies first = following(MEMBERS.first());
    private final HazelcastStoredCopies second = following(MEMBERS.second());

    @Test
    void whatOneTellsAllKnow() {
        Map<InstanceKey, StoredCopy> copies = copies("told");

        first.put(copies);

        copies.forEach((key, copy) -> assertThat(first.find(key)).as("at once").isEqualTo(copy));
        await().until(() ->
                copies.keySet().stream().allMatch(key -> Objects.equals(copies.get(key), second.find(key))));
    }

    @Test
    void whoComesLaterKnowsToo() {
        Map<InstanceKey, StoredCopy> copies = copies("before");
        first.put(copies);

        HazelcastStoredCopies later = following(MEMBERS.second());

        copies.forEach((key, copy) -> assertThat(later.find(key)).isEqualTo(copy));
    }

    @Test
    void whatOneForgetsAllForget() {
        Map<InstanceKey, StoredCopy> copies = copies("forgotten");
        first.put(copies);

        second.forget(copies.keySet());

        copies.keySet().forEach(key -> assertThat(second.find(key)).isNull());
        await().until(() -> copies.keySet().stream().allMatch(key -> first.find(key) == null));
    }

    @Test
    void aTombstonesCopyHasNoCheckIn() {
        Registration tombstone = new Registration(key("gone", 1), null, Tags.NONE, new Version(5, 6));
        StoredCopy copy = StoredCopy.of(tombstone, 7);

        first.put(Map.of(tombstone.key(), copy));

        await().until(() -> copy.equals(second.find(tombstone.key())));
        assertThat(copy.checkIn()).isNull();
    }

    /** Hazelcast discards the smaller half's part of the map, and sends no events of what the other half did meanwhile. */
    @Test
    void aMemberThatHasMergedKnowsWhatTheOthersKnow() throws InterruptedException {
        try (HazelcastMembers three = HazelcastMembers.startQuick(3)) {
            HazelcastStoredCopies oldest = following(three.first());
            HazelcastStoredCopies youngest = following(three.all().get(2));
            Map<InstanceKey, StoredCopy> kept = copies("kept");
            Map<InstanceKey, StoredCopy> forgotten = copies("forgotten");
            oldest.put(kept);
            oldest.put(forgotten);
            await().until(() -> forgotten.keySet().stream().allMatch(key -> youngest.find(key) != null));

            CountDownLatch merged = three.part(three.all().get(2));
            oldest.forget(forgotten.keySet());
            assertThat(merged.await(30, TimeUnit.SECONDS)).isTrue();

            await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
                youngest.look();
                forgotten.keySet().forEach(key -> assertThat(youngest.find(key)).isNull());
                kept.forEach((key, copy) -> assertThat(youngest.find(key)).isEqualTo(copy));
            });
            Map<InstanceKey, StoredCopy> later = copies("later");
            oldest.put(later);
            await().until(() ->
                    later.keySet().stream().allMatch(key -> Objects.equals(later.get(key), youngest.find(key))));
        }
    }

    private static HazelcastStoredCopies following(HazelcastInstance member) {
        HazelcastStoredCopies copies = new HazelcastStoredCopies(member);
        copies.follow();
        return copies;
    }

    private static Map<InstanceKey, StoredCopy> copies(String service) {
        Map<InstanceKey, StoredCopy> copies = new HashMap<>();
        for (int i : List.of(1, 2, 3, 4, 5, 6, 7, 8)) {
            Registration registration = registered(key(service, i), new Version(i, 1));
            copies.put(registration.key(), StoredCopy.of(registration, i));
        }
        return copies;
    }
}
