package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.HazelcastInstanceNotActiveException;
import io.discovery.config.Settings;
import io.discovery.testing.TestMember;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MemberTest {

    @Test
    void aStandAloneMemberServesWhatItIsTold() {
        try (TestMember member = TestMember.start(Map.of())) {
            member.client().register("payments", "127.0.0.2");

            assertThat(member.client().get("/v1/registration/payments").body()).contains("\"127.0.0.2\"");
        }
    }

    @Test
    void aMemberWhoseHazelcastEndsByItselfIsExpelled() {
        AtomicReference<String> reason = new AtomicReference<>();
        Member member = start("ends-by-itself", reason::set);

        // Members of other tests live in this process, and begin at any time: only this one has the cluster's name.
        assertThat(Hazelcast.getAllHazelcastInstances())
                .filteredOn(instance -> isIn("ends-by-itself", instance))
                .singleElement()
                .satisfies(instance -> instance.getLifecycleService().terminate());

        await().untilAtomic(reason, equalTo("Hazelcast has stopped"));
        member.stop();
    }

    @Test
    void aMemberThatIsStoppedIsNotExpelled() {
        AtomicReference<String> reason = new AtomicReference<>();

        start("is-stopped", reason::set).stop();

        assertThat(reason).hasNullValue();
    }

    private static boolean isIn(String cluster, HazelcastInstance instance) {
        try {
            return cluster.equals(instance.getCluster().getLocalMember().getAttribute("CLUSTER_NAME"));
        } catch (HazelcastInstanceNotActiveException ended) {
            return false; // a member of another test has just stopped
        }
    }

    private static Member start(String cluster, Consumer<String> onExpulsion) {
        Map<String, String> environment =
                Map.of("PORT", "0", "HOST", "127.0.0.1", "BACKEND_STORAGE", "InMemory", "CLUSTER_NAME", cluster);
        Backends backends = Backends.find(environment);
        return Member.start(Settings.from(environment, backends.names()), backends, onExpulsion);
    }
}
