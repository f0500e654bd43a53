package io.discovery.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hazelcast.core.HazelcastInstance;
import io.discovery.registry.MissingMember;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Three real members, the last of which has just joined. */
class PeerLossesTest {

    private static final MissingMember FAR = new MissingMember("id-1", "10.0.0.1:5701", 7);
    private static final MissingMember FARTHER = new MissingMember("id-2", "[::1]:5701", Long.MAX_VALUE);

    private final List<HazelcastInstance> members = new ArrayList<>();

    @AfterEach
    void end() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void aMemberThatStartsIsToldByEachPeerWhomItMisses() {
        members.addAll(QuickMembers.start(3));
        tells(0, List.of(FAR, FARTHER));
        tells(1, List.of(FAR));
        tells(2, List.of(new MissingMember("own", "own", 1)));

        assertTold(FAR, FARTHER, FAR);
    }

    @Test
    void aPeerThatHasYetToBeginOrFailsOrHasGoneTellsNothing() {
        members.addAll(QuickMembers.start(3));
        new PeerLosses(members.get(0)).answer(() -> {
            throw new IllegalStateException("no answer");
        });
        assertThat(new PeerLosses(members.get(2)).ask()).isEmpty();

        tells(1, List.of(FAR));
        members.get(0).getLifecycleService().terminate();
        assertTold(FAR);
    }

    /** A peer has a second to answer, which a busy machine may not give it. */
    private void assertTold(MissingMember... missing) {
        PeerLosses asking = new PeerLosses(members.get(2));
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(asking.ask()).containsExactlyInAnyOrder(missing));
    }

    private void tells(int n, List<MissingMember> missing) {
        new PeerLosses(members.get(n)).answer(() -> missing);
    }
}
