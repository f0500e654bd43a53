package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.testing.OpenLoop;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * The life of a cluster on Kubernetes without a Kubernetes: members as processes with the environment, the files and the
 * probes of {@code cluster-config/kubernetes.yaml}, which is the rendering of the chart, in the order of its
 * StatefulSet, behind its Service.
 */
@Tag("long")
@Tag("days")
@Timeout(300)
@Isolated("members that come and go keep others from answering by the deadline")
class StatefulSetIT {

    private static final int RATE = 50;

    @TempDir
    private Path dir;

    /**
     * From nothing to three members, to five, back to three, and an upgrade: clients that try nothing twice see nothing.
     * Then a member is lost with its volume, and learns all again.
     */
    @Test
    void noRequestFailsWhileMembersComeAndGo() {
        Manifest three = onOneMachine(Manifest.read(Manifest.OF_MEMBERS));
        Manifest five = withMembersToWaitFor(three, 3);
        try (PodSet pods = new PodSet(three, dir)) {
            pods.scaleUp(3);
            pods.pod(0).client().register("kept", "127.0.0.2");
            try (OpenLoop load = OpenLoop.start(pods.service().port(), RATE)) {
                pods.apply(five);
                pods.scaleUp(5);
                pods.awaitSafe();

                pods.apply(three);
                pods.scaleDownByOne();
                pods.awaitSafe();
                pods.scaleDownByOne();
                pods.awaitSafe();

                pods.update();
                pods.awaitSafe();
                OpenLoop.Report report = load.stop();

                System.out.println("pods, from 3 to 5 to 3 and an upgrade, " + RATE + " requests/s: " + report);
                assertThat(report.reads().failures()).isEmpty();
                assertThat(report.writes().failures()).isEmpty();
                assertThat(report.reads().requests()).isGreaterThan(10 * RATE);
            }
            pods.loseWithVolume(1);
            pods.awaitSafe();
            for (int number = 0; number < 3; number++) {
                assertThat(pods.pod(number).client().hosts("kept")).isEqualTo(Set.of("127.0.0.2"));
            }
        }
    }

    /**
     * Sets two values of the chart: a pod drains for 3 s in place of 5, and writes have 5 s in place of one, because all
     * pods share the processors of this machine, which two that start can take for longer than that.
     */
    private static Manifest onOneMachine(Manifest manifest) {
        ArrayNode environment = (ArrayNode) manifest.podOfMembers().at("/containers/0/env");
        Map.of("SHUTDOWN_DELAY_SECONDS", "3", "REQUEST_DEADLINE_MS", "5000")
                .forEach((name, value) ->
                        environment.addObject().put("name", name).put("value", value));
        return manifest;
    }

    /** Returns a copy with another number in the ConfigMap, as the chart renders it for more replicas. */
    private static Manifest withMembersToWaitFor(Manifest manifest, int members) {
        Manifest copy = manifest.copy();
        ((ObjectNode) copy.object("ConfigMap", "discovery-cluster").path("data"))
                .put("min-members", Integer.toString(members));
        return copy;
    }
}
