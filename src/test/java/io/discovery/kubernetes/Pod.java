package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.TestClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A pod of members as a process, with a thread that asks its probes as the machine of a pod does. Ready means what
 * Kubernetes means by it.
 */
final class Pod implements AutoCloseable {

    private final MemberProcess member;
    private final String address;
    private final int port;
    private final Probe startup;
    private final Probe readiness;
    private final Probe liveness;
    private final Thread thread;
    private volatile boolean ready;
    private volatile boolean terminating;
    /** A reason why Kubernetes would have ended the process. */
    private volatile String fault = "";

    /** @param environment with the port {@code PORT} */
    Pod(String name, String address, JsonNode container, Map<String, String> environment, String... javaOptions) {
        this.address = address;
        this.startup = Probe.of(container.path("startupProbe"));
        this.readiness = Probe.of(container.path("readinessProbe"));
        this.liveness = Probe.of(container.path("livenessProbe"));
        this.member = MemberProcess.launch(new MemberProcess.Place(List.of(), address), environment, javaOptions);
        this.port = member.port();
        this.thread = new Thread(this::probe, name);
        thread.setDaemon(true);
        thread.start();
    }

    private void probe() {
        if (awaitStart()) {
            int notReady = 0;
            int notLive = 0;
            long live = System.nanoTime();
            while (!terminating) {
                notReady = readiness.succeeds(address, port) ? 0 : notReady + 1;
                ready = notReady == 0 || (ready && notReady < readiness.failures());
                if (System.nanoTime() - live > liveness.period().toNanos()) {
                    live = System.nanoTime();
                    notLive = liveness.succeeds(address, port) ? 0 : notLive + 1;
                    if (notLive == liveness.failures()) {
                        fault = "the liveness probe failed";
                    }
                }
                LockSupport.parkNanos(readiness.period().toNanos());
            }
        }
    }

    private boolean awaitStart() {
        for (int asked = 0; asked < startup.failures() && !terminating; asked++) {
            if (startup.succeeds(address, port)) {
                return true;
            }
            LockSupport.parkNanos(startup.period().toNanos());
        }
        fault = terminating ? fault : "the startup probe failed";
        return false;
    }

    String address() {
        return address;
    }

    int port() {
        return port;
    }

    TestClient client() {
        return member.client();
    }

    /** Returns true if the Service leads here: a pod that is to end is not ready. */
    boolean isReady() {
        if (!fault.isEmpty() || !(member.isAlive() || terminating)) {
            throw new AssertionError(fault + ", log: " + member.log());
        }
        return ready && !terminating;
    }

    /** Tells the process to end, and waits as long as Kubernetes does. */
    void terminate(Duration grace) {
        terminating = true;
        LockSupport.unpark(thread);
        long begin = System.nanoTime();
        assertThat(member.stop()).as(member.log()).isZero();
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(grace);
    }

    /** Ends the process without a word, as the loss of its machine does. */
    void lose() {
        terminating = true;
        member.kill();
    }

    @Override
    public void close() {
        terminating = true;
        member.close();
    }
}
