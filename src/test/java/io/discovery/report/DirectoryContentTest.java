package io.discovery.report;

import static io.discovery.registry.Fixtures.LEASE;
import static io.discovery.registry.Fixtures.SECOND;
import static io.discovery.registry.Fixtures.key;
import static io.discovery.registry.Fixtures.registered;
import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.ServiceName;
import io.discovery.model.Version;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two directories that learn of the same hosts in another order; a lease is 10 s. */
class DirectoryContentTest {

    private final AtomicLong now = new AtomicLong();
    private final Directory one = directory();
    private final Directory other = directory();

    private Directory directory() {
        return new Directory(LEASE, ExpiryProtection.OFF, now::get, CacheBudget.unlimited());
    }

    @Test
    void membersWithEqualListsHaveEqualDigests() {
        register(one, "payments", 1, 0);
        register(one, "orders", 2, 0);
        register(other, "orders", 2, 0);
        assertThat(digest(one)).isNotEqualTo(digest(other));

        register(other, "payments", 1, 3);
        // One of them has the list in its cache.
        assertThat(other.service(new ServiceName("payments")).listings()).hasSize(1);

        assertThat(digest(one)).isEqualTo(digest(other)).matches("[0-9a-f]{32}");
        assertThat(DirectoryContent.of(one))
                .containsAllEntriesOf(Map.of("hosts", 2L, "services", 2, "registrations", 2));
        now.set(10 * SECOND + 1);
        assertThat(digest(one)).isNotEqualTo(digest(other));
        assertThat(DirectoryContent.of(one))
                .containsAllEntriesOf(Map.of("hosts", 0L, "services", 0, "registrations", 2));
    }

    private static void register(Directory directory, String service, int n, long second) {
        directory.merge(registered(key(service, n), new Version(second * SECOND, 0)));
    }

    private static String digest(Directory directory) {
        return String.valueOf(DirectoryContent.of(directory).get("content"));
    }
}
