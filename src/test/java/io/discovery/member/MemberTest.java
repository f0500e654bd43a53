package io.discovery.member;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.hamcrest.Matchers.equalTo;

import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import io.discovery.config.Settings;
import io.discovery.testing.TestMember;
import java.util.Map;
import java.util.Set;
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
        // Members of other tests may live in this process.
        Set<HazelcastInstance> others = Hazelcast.getAllHazelcastInstances();
        Member member = start(reason::set);

        Hazelcast.getAllHazelcastInstances().stream()
                .filter(instance -> !others.contains(instance))
                .forEach(instance -> instance.getLifecycleService().terminate());

        await().untilAtomic(reason, equalTo("Hazelcast has stopped"));
        member.stop();
    }

    @Test
    void aMemberThatIsStoppedIsNotExpelled() {
        AtomicReference<String> reason = new AtomicReference<>();

        start(reason::set).stop();

        assertThat(reason).hasNullValue();
    }

    private static Member start(Consumer<String> onExpulsion) {
        Map<String, String> environment = Map.of("PORT", "0", "HOST", "127.0.0.1", "BACKEND_STORAGE", "InMemory");
        Backends backends = Backends.find(environment);
        return Member.start(Settings.from(environment, backends.names()), backends, onExpulsion);
    }
}
