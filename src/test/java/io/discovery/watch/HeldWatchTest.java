package io.discovery.watch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.directory.Snapshot;
import io.discovery.testing.EventStream;
import io.vertx.core.buffer.Buffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that watch while the member puts together what it missed in a split. The body is the number of hosts. */
@Timeout(30)
class HeldWatchTest {

    @AutoClose
    private final ServedWatch watch = new ServedWatch(ServedWatch.connections(), this::body, () -> {});

    private volatile Runnable onBody = () -> {};

    private Buffer body(Snapshot service) {
        onBody.run();
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

    @Test
    void aMemberThatStandsStillWhileItReadsForANewClientSendsNoEndedLease() {
        for (String path : List.of("/v1/watch/svc", "/v1/watch")) {
            watch.standStillInNextRead();
            try (EventStream client = EventStream.open(watch.port(), path)) {
                await().until(watch::hasStoodStill);

                renew(1);

                assertThat(client.next().data()).as(path).isEqualTo("1");
            }
        }
    }

    @Test
    void aMemberThatStandsStillWhileItReadsAChangeSendsNoEndedLease() {
        try (EventStream one = EventStream.open(watch.port(), "/v1/watch/svc");
                EventStream all = EventStream.open(watch.port(), "/v1/watch")) {
            assertThat(one.next().data()).isEqualTo("1");
            assertThat(all.next().data()).isEqualTo("1");

            watch.standStillInNextRead();
            register(2);
            watch.subscriptions().look();
            await().until(watch::hasStoodStill);
            renew(1, 2);

            assertThat(one.next().data()).isEqualTo("2");
            assertThat(all.next().data()).isEqualTo("2");
        }
    }

    @Test
    void aMemberThatStandsStillWhileItSendsAllServicesSendsNoEndedLease() {
        for (int service = 0; service < 30; service++) {
            watch.register("svc-" + service, "127.0.0.1");
        }
        AtomicInteger sent = new AtomicInteger();
        onBody = () -> {
            if (sent.incrementAndGet() == 10) {
                watch.standStillInNextRead();
            }
        };
        try (EventStream all = EventStream.open(watch.port(), "/v1/watch")) {
            await().until(watch::hasStoodStill);
            for (int service = 0; service < 30; service++) {
                watch.register("svc-" + service, "127.0.0.1");
            }
            renew(1);

            for (int service = 0; service <= 30; service++) {
                assertThat(all.next().data()).isEqualTo("1");
            }
        }
    }

    /** A pause of just under the time that counts as long: nothing is rebuilt after it. */
    @Test
    void aDoubtThatEndsWithoutARebuildIsNoEnd() {
        watch.standStillInNextRead();
        try (EventStream one = EventStream.open(watch.port(), "/v1/watch/svc");
                EventStream all = EventStream.open(watch.port(), "/v1/watch")) {
            await().until(watch::hasStoodStill);
            register(1);

            watch.endDoubt();
            watch.subscriptions().look();

            assertThat(one.next().data()).isEqualTo("1");
            assertThat(all.next().data()).isEqualTo("1");
        }
    }

    /** Ends a standstill after peers have brought what hosts reported meanwhile. */
    private void renew(int... hosts) {
        watch.goOn();
        Arrays.stream(hosts).forEach(this::register);
        watch.subscriptions().release();
        watch.subscriptions().look();
    }

    private void register(int host) {
        watch.register("svc", "127.0.0." + host);
    }
}
