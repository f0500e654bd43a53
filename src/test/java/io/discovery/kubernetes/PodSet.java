package io.discovery.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.testing.Ports;
import io.discovery.testing.TestClient;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * The StatefulSet of a manifest, with its pods as processes, each at an address of its own of this machine. It starts
 * and ends pods in the order of Kubernetes' controller. In place of the cluster's DNS, Java reads a file that has, for
 * the headless Service, the addresses that Kubernetes would publish. In place of a network for each pod, all pods have
 * two free ports.
 */
final class PodSet implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    /** Time for which the Service leads to a pod that is told to end: Kubernetes tells both at the same moment. */
    private static final Duration NEWS_OF_THE_END = Duration.ofMillis(500);
    /** The most that a test waits after a pod is ready; Kubernetes gives members as long as the manifest says. */
    private static final Duration LONGEST_CALM = Duration.ofSeconds(2);

    private final Path dir;
    private final int port;
    private final int memberPort;
    private final List<Pod> pods = new CopyOnWriteArrayList<>();
    private final PodService service = new PodService(this::endpoints);
    private volatile List<Pod> ending = List.of();
    private Manifest manifest;

    PodSet(Manifest manifest, Path dir) {
        this.manifest = manifest;
        this.dir = dir;
        List<Integer> ports = Ports.free(2);
        this.port = ports.get(0);
        this.memberPort = ports.get(1);
    }

    /** Applies a manifest: pods that start from now on are made of it. */
    void apply(Manifest changed) {
        manifest = changed;
    }

    private JsonNode spec() {
        return manifest.object("StatefulSet", "discovery").path("spec");
    }

    private JsonNode container() {
        return spec().at("/template/spec/containers/0");
    }

    /** Starts pods until there are so many, all together. */
    void scaleUp(int replicas) {
        assertThat(spec().path("podManagementPolicy").asText()).isEqualTo("Parallel");
        while (pods.size() < replicas) {
            pods.add(launch(pods.size()));
            publish();
        }
        awaitReady();
    }

    /** Ends the pod with the highest number, as a StatefulSet with one replica less does. */
    void scaleDownByOne() {
        end(pods.size() - 1);
    }

    /** Replaces all pods by new ones, from the highest number down, each when the one before is ready and has been for a while. */
    void update() {
        for (int number = pods.size() - 1; number >= 0; number--) {
            end(number);
            pods.add(number, launch(number));
            publish();
            awaitReady();
            Duration calm = Duration.ofSeconds(spec().path("minReadySeconds").asInt());
            pause(calm.compareTo(LONGEST_CALM) < 0 ? calm : LONGEST_CALM);
        }
    }

    /** Loses a pod with its volume, and starts it anew, with an empty one. */
    void loseWithVolume(int number) {
        pods.get(number).lose();
        Path folder = folderOf(number);
        try {
            Files.move(folder.resolve("data"), folder.resolve("lost"));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        pods.set(number, launch(number));
        publish();
        awaitReady();
    }

    private Path folderOf(int number) {
        return folder(dir.resolve("discovery-" + number));
    }

    private void end(int number) {
        Pod pod = pods.get(number);
        ending = List.of(pod);
        Thread news = new Thread(() -> {
            pause(NEWS_OF_THE_END);
            ending = List.of();
        });
        news.start();
        pods.remove(number);
        pod.terminate(Duration.ofSeconds(
                spec().at("/template/spec/terminationGracePeriodSeconds").asInt()));
        pod.close();
        publish();
    }

    private Pod launch(int number) {
        String address = "127.77.0." + (number + 1);
        PodContainer container = new PodContainer(
                container(),
                Map.of("data", folder(folderOf(number).resolve("data")), "cluster-config", clusterConfig()));
        Map<String, String> environment =
                new HashMap<>(container.environment(Map.of("status.podIP", address), manifest));
        List<String> options = new ArrayList<>(
                List.of(environment.getOrDefault("JAVA_OPTS", "").split(" ")));
        options.add("-Djdk.net.hosts.file=" + hosts(number));
        environment.remove("JAVA_OPTS");
        // The image has this variable.
        environment.put("APPLICATION_DIR", container.here("/data"));
        // A test's members do without these; the pod's have the defaults.
        environment.put("SHUTDOWN_DELAY_SECONDS", environment.getOrDefault("SHUTDOWN_DELAY_SECONDS", ""));
        environment.putAll(Map.of("CLUSTER_PORT", Integer.toString(memberPort), "PORT", Integer.toString(port)));
        write(hosts(number), "");
        return new Pod("discovery-" + number, address, container(), environment, options.toArray(String[]::new));
    }

    /** Writes the files of the ConfigMap, where the container mounts it. */
    private Path clusterConfig() {
        Path folder = folder(dir.resolve("cluster-config"));
        JsonNode data = manifest.object("ConfigMap", "discovery-cluster").path("data");
        data.properties()
                .forEach(file -> write(
                        folder.resolve(file.getKey()),
                        file.getValue().asText().replace("service-port: 5701", "service-port: " + memberPort)));
        return folder;
    }

    private Path hosts(int number) {
        return dir.resolve("hosts-" + number);
    }

    /** Lets the name of the headless Service have the addresses of the pods, of those that are not ready too if it says that. */
    private void publish() {
        String name = spec().path("serviceName").asText();
        boolean all = manifest.object("Service", name)
                .at("/spec/publishNotReadyAddresses")
                .asBoolean();
        StringBuilder hosts = new StringBuilder();
        pods.stream()
                .filter(pod -> all || pod.isReady())
                .forEach(pod ->
                        hosts.append(pod.address()).append(' ').append(name).append('\n'));
        for (int number = 0; number < pods.size(); number++) {
            // The name of this machine, as in the /etc/hosts of a pod.
            write(hosts(number), pods.get(number).address() + " " + machine() + "\n" + hosts);
        }
    }

    private static String machine() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (IOException unknown) {
            return "localhost";
        }
    }

    private List<SocketAddress> endpoints() {
        return Stream.concat(pods.stream().filter(Pod::isReady), ending.stream())
                .map(pod -> SocketAddress.inetSocketAddress(pod.port(), pod.address()))
                .toList();
    }

    private void awaitReady() {
        await().atMost(PATIENCE).until(() -> pods.stream().allMatch(Pod::isReady));
    }

    /** Waits as an operator does before the next step: all are members, and losing one loses nothing. */
    void awaitSafe() {
        await().atMost(PATIENCE).until(() -> pods.stream().allMatch(pod -> sees(pod.client(), pods.size())));
    }

    private static boolean sees(TestClient client, int members) {
        String cluster = client.get("/v1/cluster").body();
        return cluster.split("\"self\"", -1).length - 1 == members && cluster.contains("\"partitions_safe\": true");
    }

    PodService service() {
        return service;
    }

    Pod pod(int number) {
        return pods.get(number);
    }

    private static void pause(Duration time) {
        LockSupport.parkNanos(time.toNanos());
    }

    private static Path folder(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Replaces a file at once: a member may be reading it. */
    private static void write(Path file, String text) {
        try {
            Path part = Files.writeString(file.resolveSibling(file.getFileName() + ".part"), text);
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    @Override
    public void close() {
        pods.forEach(Pod::close);
        service.close();
    }
}
