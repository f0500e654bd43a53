package io.discovery.testing;

import static org.awaitility.Awaitility.await;

import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import io.discovery.http.HttpEndpoint;
import io.discovery.member.Backends;
import io.discovery.member.Member;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A real member in this process, on a free port of 127.0.0.1, in memory unless told otherwise. */
public final class TestMember implements AutoCloseable {

    private static final Map<String, String> DEFAULTS = Map.of(
            "HOST",
            "127.0.0.1",
            "PORT",
            "0",
            "BACKEND_STORAGE",
            "InMemory",
            "STATSD_PORT",
            "0",
            "LOG_LEVEL",
            "INFO",
            "MAX_CONNECTIONS",
            "1000");

    private final Member member;
    private final TestClient client;

    private TestMember(Member member, Settings.Http http) {
        this.member = member;
        this.client = new TestClient(http.tls().map(Settings.HttpTls::plainPort).orElseGet(member::port)).judging();
    }

    /** Starts a member and waits until it answers reads. */
    public static TestMember start(Map<String, String> environment) {
        TestMember started = startWithoutWaiting(environment);
        await().atMost(Duration.ofSeconds(30)).until(() -> started.member.phase() == Readiness.Phase.OPEN);
        return started;
    }

    public static TestMember startWithoutWaiting(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(DEFAULTS);
        all.putAll(environment);
        Backends backends = Backends.find(all);
        Settings settings = Settings.from(all, backends.names());
        Member member = Member.start(settings, backends, refusal -> {
            throw new AssertionError("refused by the cluster: " + refusal);
        });
        return new TestMember(member, settings.http());
    }

    /** Returns a client that fails at an answer which the description of the API does not have. */
    public TestClient client() {
        return client;
    }

    /** Returns all endpoints of its HTTP server. */
    public List<HttpEndpoint> endpoints() {
        return member.endpoints();
    }

    public int port() {
        return member.port();
    }

    @Override
    public void close() {
        member.stop();
    }
}
