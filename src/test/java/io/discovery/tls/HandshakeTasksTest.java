package io.discovery.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.discovery.process.FairTasks;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HandshakeTasksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final HandshakeTasks tasks = new HandshakeTasks("test-handshakes");
    private final CountDownLatch open = new CountDownLatch(1);
    private final List<String> ran = new CopyOnWriteArrayList<>();

    /** The steps that a test adds wait until it lets this one end. */
    @BeforeEach
    void firstStep() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(1);
        tasks.add(from("127.0.0.9", 1), () -> {
            begun.countDown();
            awaitUninterrupted();
        });
        assertThat(begun.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @AfterEach
    void end() {
        open.countDown();
    }

    @Test
    void addressesTakeTurns() {
        add("127.0.0.1", "stranger 1");
        add("127.0.0.1", "stranger 2");
        add("127.0.0.1", "stranger 3");
        add("127.0.0.2", "client");

        assertThatTheyRun("stranger 3", "client", "stranger 2", "stranger 1");
    }

    @Test
    void aNetworkOfIpv6IsOneAddress() {
        add("2001:db8::1", "stranger 1");
        add("2001:db8::2", "stranger 2");
        add("2001:db8:0:1::1", "client");

        assertThatTheyRun("stranger 2", "client", "stranger 1");
    }

    @Test
    void aStepIsLetGo() {
        FairTasks.Task gone = add("127.0.0.1", "gone");
        add("127.0.0.1", "stays");

        gone.cancel();

        assertThatTheyRun("stays");
    }

    @Test
    void aStepThatFailsStopsNoOther() {
        tasks.add(from("127.0.0.1", 1), () -> {
            throw new IllegalStateException("a step that fails");
        });
        add("127.0.0.1", "stays");
        add("127.0.0.2", "client");

        assertThatTheyRun("stays", "client");
    }

    private FairTasks.Task add(String address, String name) {
        return tasks.add(from(address, name.hashCode() & 0xffff), () -> ran.add(name));
    }

    private void assertThatTheyRun(String... names) {
        CountDownLatch last = new CountDownLatch(1);
        open.countDown();
        await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> ran.size() >= names.length);
        tasks.add(from("127.0.0.9", 2), last::countDown);
        await().dontCatchUncaughtExceptions().atMost(PATIENCE).until(() -> last.getCount() == 0);
        assertThat(ran).containsExactly(names);
    }

    private static InetSocketAddress from(String address, int port) {
        return new InetSocketAddress(address, port);
    }

    private void awaitUninterrupted() {
        try {
            open.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
