package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.TestClient;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that reports the same hosts again and again, reads their list, and registers a new host each time. As a load balancer does, it turns to the
 * next member when one refuses or is gone, and goes round a few times at most. A list without one of the hosts is a failure.
 */
final class SteadyClient implements AutoCloseable {

    private static final String SERVICE = "steady";
    private static final Set<String> HOSTS = Set.of("127.9.0.1", "127.9.0.2", "127.9.0.3");
    /** The service of the new hosts. */
    static final String NEW = "written";

    private static final int TURNS = 12;
    private static final Duration REQUEST_PATIENCE = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final List<TestClient> members;
    private final Thread thread = new Thread(this::run, "steady-client");
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    private volatile boolean stopped;
    private final Set<String> written = new TreeSet<>();
    private int member;

    private SteadyClient(List<TestClient> members) {
        this.members = members;
    }

    /** Starts the client, and returns when its hosts are registered. */
    static SteadyClient start(List<TestClient> members) {
        SteadyClient client = new SteadyClient(members);
        HOSTS.forEach(ip -> client.report(SERVICE, ip));
        client.thread.start();
        return client;
    }

    private void run() {
        try {
            while (!stopped) {
                HOSTS.forEach(ip -> report(SERVICE, ip));
                String ip = "127.20." + written.size() / 250 + "." + (1 + written.size() % 250);
                report(NEW, ip);
                written.add(ip);
                assertThat(TestClient.hostsOf(
                                answer("/v1/registration/" + SERVICE, null).body()))
                        .containsExactlyInAnyOrderElementsOf(HOSTS);
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        } catch (RuntimeException | Error failed) {
            failure.set(failed);
        }
    }

    private void report(String service, String ip) {
        answer("/v1/registration/" + service, TestClient.encode(TestClient.registration(Map.of("ip", ip))));
    }

    /** Returns the first answer with 200. */
    private HttpResponse<String> answer(String path, @Nullable String form) {
        String last = "";
        for (int turn = 0; turn < TURNS; turn++) {
            TestClient client = members.get(member % members.size());
            try {
                var request = client.request(path).timeout(REQUEST_PATIENCE);
                if (form != null) {
                    request.header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form));
                }
                HttpResponse<String> answer = client.send(request);
                if (answer.statusCode() == 200) {
                    return answer;
                }
                last = answer.statusCode() + " " + answer.body();
            } catch (UncheckedIOException gone) {
                last = gone.toString();
            }
            member++;
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        throw new AssertionError("no member answers " + path + ", the last: " + last);
    }

    /** Ends the client and returns the new hosts, each of which was acknowledged. */
    Set<String> stop() {
        close();
        Throwable failed = failure.get();
        if (failed != null) {
            throw new AssertionError("a client was failed", failed);
        }
        return Set.copyOf(written);
    }

    @Override
    public void close() {
        stopped = true;
        try {
            thread.join(Duration.ofSeconds(60).toMillis());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
