package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.directory.Snapshot;
import io.discovery.testing.EventStream;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that watch while the member puts together what it missed in a split. The body is the number of hosts. */
@Timeout(30)
class HeldWatchTest {

    @AutoClose
    private final ServedWatch watch = new ServedWatch(ServedWatch.connections(), HeldWatchTest::body, () -> {});

    private static Buffer body(Snapshot service) {
        return Buffer.buffer(service.listings().size() + "\n");
    }

    @BeforeEach
    void registerOne() {
        register(1);
    }

    @Test
    void whatIsPutTogetherIsToldOnceWhenItIsWhole() {
        try (EventStream one = EventStream.open(watch.port(), "/v1/watch/svc");
                EventStream all = EventStream.open(watch.port(), "/v1/watch")) {
            assertThat(one.next().data()).isEqualTo("1");
            assertThat(all.next().data()).isEqualTo("1");

            watch.subscriptions().hold();
            for (int host = 2; host <= 9; host++) {
                register(host);
                watch.subscriptions().look();
            }
            watch.subscriptions().release();
            watch.subscriptions().look();

            assertThat(one.next().data()).isEqualTo("9");
            assertThat(all.next().data()).isEqualTo("9");
        }
    }

    /** A change that was told of in the moment before, and read in the moment after. */
    @Test
    void whatNobodyWasToldOfInBetweenIsToldAfterwards() {
        try (EventStream one = EventStream.open(watch.port(), "/v1/watch/svc")) {
            assertThat(one.next().data()).isEqualTo("1");

            watch.subscriptions().hold();
            register(2);
            watch.subscriptions().release();

            assertThat(one.next().data()).isEqualTo("2");
        }
    }

    private void register(int host) {
        watch.register("svc", "127.0.0." + host);
    }
}
