package io.discovery.member;

import io.discovery.config.Settings;
import io.discovery.directory.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A member that starts, serves itself a little and stops. With {@code -XX:ArchiveClassesAtExit} Java notes which
 * classes that takes, and members that are given the archive start in half the time. It is on a port of its own on
 * 127.0.0.1, keeps its data in a temporary folder and has no peers, whatever the environment says.
 */
public final class CdsTrainingRun {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String REGISTRATION = "ip=127.0.0.1&port=80&revision=1"
            + "&tags=%7B%22az%22%3A%22a%22%2C%22region%22%3A%22r%22%2C%22instance_id%22%3A%22i%22%7D";
    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "
            + REGISTRATION.length() + "\r\n\r\n" + REGISTRATION;
    private static final String NO_BODY = "\r\n";

    private CdsTrainingRun() {}

    /**
     * Blocks for some seconds.
     *
     * @throws IOException if a request gets no answer, or the temporary folder cannot be used
     * @throws IllegalStateException if an answer is not 200
     */
    public static void run() throws IOException {
        Path dir = Files.createTempDirectory("discovery-rehearsal");
        try {
            Map<String, String> environment = Map.of(
                    "HOST", "127.0.0.1", "PORT", "0", "BACKEND_STORAGE", "InFile", "APPLICATION_DIR", dir.toString());
            Backends backends = Backends.find(environment);
            Member member = Member.start(Settings.from(environment, backends.names()), backends, reason -> {});
            try {
                serve(member);
            } finally {
                member.stop();
            }
        } finally {
            delete(dir);
        }
    }

    private static void serve(Member member) throws IOException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (member.phase() != Readiness.Phase.OPEN) {
            if (System.nanoTime() - end > 0) {
                throw new IllegalStateException("the member is not open after " + PATIENCE.toSeconds() + " s");
            }
            Thread.onSpinWait();
        }
        for (String request : List.of(
                "POST /v1/registration/rehearsal",
                "GET /v1/registration/rehearsal",
                "GET /v1/registration/rehearsal",
                "GET /health/ready",
                "GET /v1/cluster",
                "GET /v1/services",
                "GET /metrics",
                "DELETE /v1/registration/rehearsal/127.0.0.1")) {
            exchange(member.port(), request, request.startsWith("POST") ? FORM : NO_BODY);
        }
    }

    private static void exchange(int port, String request, String rest) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
            String head = request + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n";
            socket.getOutputStream().write((head + rest).getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!answer.startsWith("HTTP/1.1 200 ")) {
                throw new IllegalStateException(
                        request + ": expected 200, given " + answer.lines().findFirst());
            }
        }
    }

    private static void delete(Path dir) throws IOException {
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
