package io.discovery.v1;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Directory;
import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.discovery.registry.Fixtures;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Event loops that render lists of one service at once, while its hosts check in. The lists share their hosts' bytes. */
class ConcurrentListsTest {

    private static final int HOSTS = 50;
    private static final int LISTS = 5_000;

    private final Directory directory =
            new Directory(Lease.of(Duration.ofHours(1)), ExpiryProtection.OFF, () -> LISTS, CacheBudget.unlimited());
    private final V1Json json = new V1Json("test");

    @Test
    void everyListIsWhole() {
        IntStream.range(0, HOSTS).forEach(n -> directory.merge(checkedIn(n, 0)));
        CompletableFuture<Void> other = CompletableFuture.runAsync(this::render);
        render();
        other.join();
    }

    private void render() {
        for (int n = 1; n < LISTS; n++) {
            directory.merge(checkedIn(n % HOSTS, n));
            String list = new String(
                    json.service(directory.service(new ServiceName("payments"))).getBytes(), StandardCharsets.US_ASCII);
            assertThat(list.indexOf('\0')).as(list).isEqualTo(-1);
        }
    }

    private static Registration checkedIn(int n, long micros) {
        CheckIn checkIn = new CheckIn(new Version(micros, 1), 80, "r", "");
        return new Registration(Fixtures.key("payments", n), checkIn, Tags.NONE, null);
    }
}
