package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.map.IMap;
import com.hazelcast.map.listener.EntryAddedListener;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** The listener of the youngest of three members, which parts from the others and merges into them again. */
class EntryListeningTest {

    @AutoClose
    private final HazelcastMembers members = HazelcastMembers.startQuick(3);

    private final HazelcastInstance youngest = members.all().get(2);
    private final IMap<String, Registration> map = youngest.getMap(RegistrationMap.NAME);
    private final Set<String> heard = ConcurrentHashMap.newKeySet();
    private final EntryListening listening = new EntryListening(
            youngest, map, (EntryAddedListener<String, Registration>) event -> heard.add(event.getKey()));

    @Test
    void afterAMergeTheListenerCountsForUnknownUntilItIsAddedAgain() throws InterruptedException {
        listening.begin();
        assertThat(listening.isKnown()).isTrue();

        assertThat(members.part(youngest).await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(listening.isKnown()).isFalse();

        await().atMost(Duration.ofSeconds(10)).until(() -> {
            listening.begin();
            return listening.isKnown();
        });
        assertThat(EntryListening.added(map)).as("the former is removed").hasSize(1);
        List<String> written = write();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(heard).containsAll(written));
    }

    /** Hazelcast adds a listener then without telling other members. */
    @Test
    void whileTheMemberMergesNoListenerIsAdded() {
        listening.entered(LifecycleState.MERGING);
        listening.begin();
        assertThat(listening.isKnown()).isFalse();
        assertThat(EntryListening.added(map)).isEmpty();

        listening.entered(LifecycleState.MERGE_FAILED);
        listening.begin();
        assertThat(listening.isKnown()).isTrue();
    }

    @Test
    void aListenerThatEndsHearsNothing() {
        listening.begin();
        listening.end();

        assertThat(listening.isKnown()).isFalse();
        assertThat(listening.isAdded()).isFalse();
        assertThat(EntryListening.added(map)).isEmpty();
    }

    private List<String> write() {
        List<String> written = new ArrayList<>();
        for (int n = 1; n < 200; n++) {
            Registration registration = registered(key("merged", n), new Version(1, n));
            String name = registration.key().toString();
            members.second().getMap(RegistrationMap.NAME).set(name, registration);
            written.add(name);
        }
        return written;
    }
}
