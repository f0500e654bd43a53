package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Directory;
import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes of lists that a member holds while hosts fall silent, one after the other, and a client reads. */
class ListMemoryTest {

    private static final int HOSTS = 60;
    private static final long SECOND = 1_000_000;

    private final AtomicLong now = new AtomicLong(1_000 * SECOND);
    private final V1Json json = new V1Json("test");
    private final Renderer<Buffer> service = Renderer.small(json::service);
    private final List<WeakReference<byte[]>> lists = new ArrayList<>();

    /** With protection the first hosts leave the list; from the thirtieth on they stay in it, marked. */
    @ParameterizedTest
    @EnumSource(ExpiryProtection.class)
    void hostsThatFallSilentHoldNoOldList(ExpiryProtection protection) {
        Lease lease = Lease.of(Duration.ofSeconds(1_000));
        Directory directory = new Directory(lease, protection, now::get, CacheBudget.unlimited());
        for (int n = 0; n < HOSTS; n++) {
            directory.merge(checkedIn(n, now.get() + n * SECOND));
        }
        now.addAndGet(1_000 * SECOND - 1);

        for (int silent = 0; silent < HOSTS; silent++) {
            read(directory.service(new ServiceName("payments")));
            read(directory.repo("repo"));
            now.addAndGet(SECOND);
        }

        // The latest list of the service and that of the repo; a part of the one need not be in the other.
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            System.gc();
            assertThat(lists.stream()
                            .map(WeakReference::get)
                            .filter(Objects::nonNull)
                            .count())
                    .isLessThanOrEqualTo(2);
        });
        assertThat(directory.size()).as("all are kept until RETENTION ends").isEqualTo(HOSTS);
    }

    private static Registration checkedIn(int n, long micros) {
        CheckIn checkIn = new CheckIn(new Version(micros, 1), 80, "r", "repo");
        return new Registration(Fixtures.key("payments", n), checkIn, Tags.NONE, null);
    }

    private void read(Snapshot snapshot) {
        var list = (BufferInternal) snapshot.rendered(service);
        lists.add(new WeakReference<>(list.getByteBuf().array()));
    }
}
