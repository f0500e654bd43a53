package io.discovery.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.model.IpAddress;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import io.discovery.registry.Asker;
import java.util.List;
import org.junit.jupiter.api.Test;

class AskerMemoryTest {

    private static final Asker CLIENT = new Asker("127.0.0.9", "deploy");

    private final ChangeRing ring = new ChangeRing(2);
    private final AskerMemory memory = new AskerMemory(ring);

    @Test
    void aChangeAndItsAskerMeetWhicheverComesFirst() {
        RecordedChange early = add(1);
        memory.asked(new Version(1, 7), CLIENT);
        memory.asked(new Version(2, 7), CLIENT);
        RecordedChange late = add(2);

        assertThat(early.asker()).isEqualTo(CLIENT);
        assertThat(late.asker()).isEqualTo(CLIENT);
    }

    /** Its texts would stay in memory, beyond the bound of the ring. */
    @Test
    void aChangeThatTheRingHasDroppedIsNotHeld() {
        RecordedChange first = add(1);
        assertThat(memory.find(new Version(1, 7))).isSameAs(first);

        add(2);
        add(3);

        assertThat(memory.find(new Version(1, 7))).isNull();
        assertThat(memory.find(new Version(3, 7))).isNotNull();
    }

    private RecordedChange add(long micros) {
        RecordedChange added = ring.add(
                new InstanceChange(
                        new ChangeId(micros, 1),
                        ChangeKind.UPDATED,
                        new ServiceName("payments"),
                        new IpAddress("127.0.0.1"),
                        80,
                        List.of(),
                        new Version(micros, 7),
                        null),
                micros);
        memory.recorded(added);
        return added;
    }
}
