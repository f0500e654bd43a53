package io.discovery.store.hazelcast;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import io.discovery.model.Registration;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.discovery.registry.RegistrationCopies;
import io.discovery.registry.RegistrationStore;
import io.discovery.registry.RegistrationStoreContract;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** The contract on two real members: about half of the keys belong to the one that is not asked. */
class HazelcastStoreTest extends RegistrationStoreContract {

    private static final Fixtures.HandClock CLOCK = new Fixtures.HandClock(1);
    private static final HazelcastPair MEMBERS = HazelcastPair.start();

    @AfterAll
    static void stop() {
        MEMBERS.close();
    }

    private static HazelcastStore on(HazelcastInstance member) {
        return new HazelcastStore(member, CLOCK, LEASE);
    }

    @Override
    protected RegistrationStore store() {
        return on(MEMBERS.first());
    }

    @Override
    protected RegistrationCopies copies() {
        return on(MEMBERS.second());
    }

    @Override
    protected long nowMicros() {
        return CLOCK.nowMicros();
    }

    @Test
    void everyWriteIsHeardOfOnEveryMember() {
        Set<Registration> heard = ConcurrentHashMap.newKeySet();
        on(MEMBERS.second()).onWrite(heard::add);
        List<Registration> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(registered(key("heard", i), CLOCK.next()));
        }

        on(MEMBERS.first()).offer(written);

        await().atMost(Duration.ofSeconds(10)).until(() -> heard.containsAll(written));
    }

    @Test
    void backupsHoldTheFinishedValueAndItsTimeToLive() {
        List<Registration> written = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            written.add(registered(key("backed-up", i), new Version(CLOCK.nowMicros() - 100 * SECOND, 1)));
        }
        on(MEMBERS.first()).offer(written);
        IMap<String, Registration> map = MEMBERS.first().getMap(RegistrationMap.NAME);

        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            long copies = Stream.of(MEMBERS.first(), MEMBERS.second())
                    .mapToLong(member -> {
                        var stats = member.<String, Registration>getMap(RegistrationMap.NAME)
                                .getLocalMapStats();
                        return stats.getOwnedEntryCount() + stats.getBackupEntryCount();
                    })
                    .sum();
            assertThat(copies).isEqualTo(2L * map.size());
        });
        for (Registration registration : written) {
            long left =
                    map.getEntryView(registration.key().toString()).getExpirationTime() - System.currentTimeMillis();
            assertThat(TimeUnit.MILLISECONDS.toSeconds(left)).isBetween(35L, 45L);
        }
    }
}
