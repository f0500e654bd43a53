package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A real client of gRPC in a process of its own, as a user runs it: gRPC reads its bootstrap file, once, and finds the
 * endpoints by xDS. The test writes lines that say what to call and how often; the client answers how often each
 * endpoint answered. All threads may use it.
 */
public final class GrpcCaller implements AutoCloseable {

    /** The bootstrap file as it is shipped, for a stand-alone member on this machine. */
    private static final Path BOOTSTRAP = Path.of("cluster-config", "grpc", "bootstrap.json");

    private static final String SHIPPED_MEMBER = "127.0.0.1:8080";
    private static final String SHIPPED_CREDENTIALS = "\"insecure\"";
    private static final Path JS_MODULES = Path.of("target", "clients", "grpc-js", "node_modules");
    private static final Path JS_PROGRAM = Path.of("src", "test", "resources", "grpc", "calls.js");
    private static final int PATIENCE_SECONDS = 60;

    private final ExternalProcess process;
    private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

    private GrpcCaller(ExternalProcess process) {
        this.process = process;
        Thread reader = new Thread(this::read, "grpc-caller");
        reader.setDaemon(true);
        reader.start();
    }

    /**
     * Starts a client of gRPC for Java. It opens a connection to a member, at this port, for each service that it
     * calls.
     */
    public static GrpcCaller java(int member) {
        return start(bootstrap(member), java(List.of()));
    }

    /** Starts one that speaks TLS with the member, and believes an authority. */
    public static GrpcCaller javaOverTls(int member, TestAuthority authority) {
        return start(bootstrapOverTls(member), java(authority.trustOptions()));
    }

    private static Program java(List<String> options) {
        List<String> command = new ArrayList<>(List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), GrpcJavaCalls.class.getName()));
        return Program.ofJdk("java", command.toArray(String[]::new));
    }

    /** Starts a client of gRPC for Node. It has one connection to a member, at this port, for all services. */
    public static GrpcCaller js(int member) {
        return start(bootstrap(member), js(JS_PROGRAM));
    }

    /** Returns a program for Node that has gRPC. */
    public static Program js(Path program, String... arguments) {
        List<String> command = new ArrayList<>(List.of("node", program.toString()));
        command.addAll(List.of(arguments));
        return Program.of(command).with(Map.of("NODE_PATH", JS_MODULES.toString()));
    }

    /** Skips the test, aloud, if gRPC for Node is missing. */
    public static void requireJs() {
        if (!Files.isDirectory(JS_MODULES)) {
            Tools.skip("there is no gRPC for Node, ./scripts/clients gets it; nothing is tested with it");
        }
    }

    private static GrpcCaller start(Path bootstrap, Program program) {
        return new GrpcCaller(
                program.with(Map.of("GRPC_XDS_BOOTSTRAP", bootstrap.toString())).startPiped("the client of gRPC"));
    }

    /** Writes a copy of the shipped bootstrap file with the port of this member. */
    public static Path bootstrap(int member) {
        return bootstrap(member, SHIPPED_CREDENTIALS);
    }

    private static Path bootstrapOverTls(int member) {
        return bootstrap(member, "\"tls\"");
    }

    private static Path bootstrap(int member, String credentials) {
        try {
            String shipped = Files.readString(BOOTSTRAP);
            assertThat(shipped).contains(SHIPPED_MEMBER, SHIPPED_CREDENTIALS);
            Path here = Files.createTempFile("discovery-grpc", ".json");
            here.toFile().deleteOnExit();
            return Files.writeString(
                    here,
                    shipped.replace(SHIPPED_MEMBER, "127.0.0.1:" + member).replace(SHIPPED_CREDENTIALS, credentials));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private void read() {
        try (BufferedReader output = process.output()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                lines.add(line);
            }
        } catch (IOException gone) {
            lines.add("gone: " + gone);
        }
    }

    /**
     * Calls a service, one call after the other, and counts the calls by the address that answered, or by the status if
     * none did.
     */
    public synchronized Map<String, Integer> answers(String service, int calls) {
        try {
            process.input().write(service + " " + calls + "\n");
            process.input().flush();
        } catch (IOException gone) {
            throw new UncheckedIOException(log(), gone);
        }
        Map<String, Integer> answers = new TreeMap<>();
        for (String answer : line().split(",", -1)) {
            String[] count = answer.split(" ", -1);
            answers.put(count[0], Integer.parseInt(count[1]));
        }
        return answers;
    }

    private String line() {
        try {
            @Nullable String line = lines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            if (line == null) {
                throw new AssertionError("no answer within " + PATIENCE_SECONDS + " s: " + log());
            }
            return line;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    /** Returns the log of the client, which says why calls failed. */
    public String log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
