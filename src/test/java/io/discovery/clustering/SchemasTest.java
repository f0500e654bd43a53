package io.discovery.clustering;

import static io.discovery.registry.Fixtures.LEASE;
import static org.assertj.core.api.Assertions.assertThat;

import com.hazelcast.config.CompactSerializationConfigAccessor;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.core.LifecycleEvent.LifecycleState;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.LifecycleServiceImpl;
import com.hazelcast.internal.serialization.impl.compact.Schema;
import com.hazelcast.internal.serialization.impl.compact.schema.MemberSchemaService;
import io.discovery.cluster.HazelcastCluster;
import io.discovery.cluster.Schemas;
import io.discovery.cluster.port.MemberPort;
import io.discovery.config.BackendNames;
import io.discovery.config.Settings;
import io.discovery.model.Comparison;
import io.discovery.registry.Fixtures.PlainCopy;
import io.discovery.store.hazelcast.HazelcastPeerCopies;
import io.discovery.store.hazelcast.RegistrationMap;
import io.discovery.testing.Ports;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The serialized objects that a real member can read of another. */
class SchemasTest {

    private final List<Integer> ports = Ports.free(2);
    private final HazelcastInstance first = join(0);
    private final HazelcastInstance second = join(1);

    @BeforeEach
    void areOneCluster() {
        assertThat(second.getCluster().getMembers()).hasSize(2);
    }

    @AfterEach
    void end() {
        second.getLifecycleService().terminate();
        first.getLifecycleService().terminate();
    }

    /** Each serializer has a sample; a new one needs one here. */
    @Test
    void aMemberBringsTheSchemaOfEachSerializerThatIsRegistered() {
        new Schemas(second).bring(RegistrationMap.samples());

        assertThat(registered()).contains("registration", "clock-question");
        assertThat(known(first)).containsAll(registered());
        assertThat(known(second)).containsAll(registered());
    }

    /** The other member was too slow for a merge: the sender sends no schema, for it did so before the split. */
    @Test
    void whatAMergeCouldNotBringIsBroughtAfterIt() {
        PlainCopy copy = new PlainCopy();
        assertThat(new HazelcastPeerCopies(first, copy).count()).isOne();
        HazelcastPeerCopies peers = new HazelcastPeerCopies(second, copy);
        Schemas schemas = new Schemas(second);
        RegistrationMap.samples().forEach(sample -> service(second).putLocal(schema(sample)));
        schemas.look();
        assertThat(peers.digests(new Comparison(1, 0))).isEmpty();

        tell(LifecycleState.MERGED);
        tell(LifecycleState.MERGING);
        schemas.look();
        assertThat(peers.digests(new Comparison(1, 0)))
                .as("while it merges, it would only send them to itself")
                .isEmpty();

        tell(LifecycleState.MERGED);
        schemas.look();
        assertThat(peers.digests(new Comparison(1, 0))).hasSize(1);
    }

    /** Returns the schema of the class of {@code sample}, as {@code second} has come to know it. */
    private Schema schema(Object sample) {
        return ((HazelcastInstanceProxy) second).getSerializationService().extractSchemaFromObject(sample);
    }

    private void tell(LifecycleState state) {
        ((LifecycleServiceImpl) second.getLifecycleService()).fireLifecycleEvent(state);
    }

    private static MemberSchemaService service(HazelcastInstance member) {
        return ((HazelcastInstanceProxy) member).getOriginal().node.getSchemaService();
    }

    private static Set<String> known(HazelcastInstance member) {
        return service(member).getAllSchemas().stream().map(Schema::getTypeName).collect(Collectors.toSet());
    }

    private Set<String> registered() {
        return Set.copyOf(CompactSerializationConfigAccessor.getRegistrations(
                        second.getConfig().getSerializationConfig().getCompactSerializationConfig())
                .keySet());
    }

    private HazelcastInstance join(int n) {
        Map<String, String> environment = Map.of(
                "BACKEND_STORAGE",
                "InMemory",
                "CLUSTER_HOST",
                "127.0.0.1",
                "CLUSTER_PORT",
                Integer.toString(ports.get(n)),
                "CLUSTER_MEMBERS",
                "127.0.0.1:" + ports.get(0) + ",127.0.0.1:" + ports.get(1));
        return HazelcastCluster.join(
                Settings.from(environment, BackendNames.of("InMemory")),
                config -> RegistrationMap.configure(config, LEASE),
                "test",
                new MemberPort(null));
    }
}
