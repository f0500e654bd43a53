package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * A watch over some Envoys during an event that their clients must not feel. It sends requests through them all the
 * time, and asks them which instances they know.
 */
public final class EnvoyWatch implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final AtomicInteger requests = new AtomicInteger();
    private final Set<String> felt = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads;
    private volatile boolean ends;

    private EnvoyWatch(String service, Collection<Envoy> envoys) {
        this.threads = envoys.stream()
                .map(envoy -> new Thread(() -> watch(envoy, service), "envoy-watch"))
                .toList();
    }

    /**
     * Starts a watch: from now on no request may fail, and the instances that the Envoys know of a service must not
     * change.
     */
    public static EnvoyWatch start(String service, Collection<Envoy> envoys) {
        EnvoyWatch watch = new EnvoyWatch(service, envoys);
        watch.threads.forEach(Thread::start);
        return watch;
    }

    private void watch(Envoy envoy, String service) {
        Map<String, Integer> known = envoy.weights(service);
        while (!ends) {
            try {
                Map<String, Integer> answers = envoy.answers(5);
                requests.addAndGet(5);
                if (!known.keySet().containsAll(answers.keySet())) {
                    felt.add("answers: " + answers);
                }
                Map<String, Integer> now = envoy.weights(service);
                if (!now.equals(known)) {
                    felt.add("knows " + now + ", before " + known);
                }
            } catch (UncheckedIOException failed) {
                felt.add(failed.toString());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
    }

    /**
     * Ends the watch.
     *
     * @throws AssertionError if a request failed, the instances changed, or no request was sent
     */
    public void assertNothingFelt() {
        close();
        assertThat(felt).isEmpty();
        assertThat(requests).hasPositiveValue();
    }

    @Override
    public void close() {
        ends = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
