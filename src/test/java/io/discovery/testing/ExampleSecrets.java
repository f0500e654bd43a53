package io.discovery.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The secrets of a cluster as {@code scripts/make-secrets} makes them, and curl as a client that has them.
 *
 * @param directory theirs
 */
public record ExampleSecrets(Path directory) {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Runs the script for a directory that need not be there; skips the test, aloud, without openssl or curl. */
    public static ProgramRun make(Path directory, String... names) {
        Tools.require("openssl");
        Tools.require("curl");
        List<String> command = new ArrayList<>(List.of("scripts/make-secrets"));
        command.addAll(List.of(names));
        return Program.of(command).with(environment(directory)).run(PATIENCE);
    }

    /** Returns the variables by which the script and Compose find the directory. */
    public static Map<String, String> environment(Path directory) {
        return Map.of("SECRETS", directory.toString());
    }

    /** Returns the directory that members read. */
    public Path ofMembers() {
        return directory.resolve("members");
    }

    /** Returns the header that an identity sends, without its name. */
    public String authorization(String identity) {
        try {
            return Files.readString(header(identity)).strip().replace("Authorization: ", "");
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path header(String identity) {
        return directory.resolve("clients").resolve(identity + ".header");
    }

    /**
     * Sends a request by HTTPS to a port of this machine.
     *
     * @param identity whose token goes along; empty for none
     * @param options of curl
     * @return the status; "000" without a response
     */
    public String ask(int port, String identity, String path, String... options) {
        List<String> all = new ArrayList<>(List.of("-o", "/dev/null", "-w", "%{http_code}"));
        all.addAll(List.of(options));
        return curl(port, identity, path, all);
    }

    /** Sends a GET by HTTPS to a port of this machine and returns the body of the answer. */
    public String get(int port, String identity, String path) {
        return curl(port, identity, path, List.of());
    }

    private String curl(int port, String identity, String path, List<String> options) {
        List<String> command = new ArrayList<>(List.of("curl", "-s", "--noproxy", "*", "--max-time", "10"));
        command.addAll(List.of("--cacert", directory.resolve("clients/ca.pem").toString()));
        if (!identity.isEmpty()) {
            command.addAll(List.of("-H", "@" + header(identity)));
        }
        command.addAll(options);
        command.add("https://localhost:" + port + path);
        return Program.of(command).run(PATIENCE).output().strip();
    }

    /** Registers an instance of a service, and returns the status. */
    public String register(int port, String identity, String service) {
        return ask(
                port,
                identity,
                "/v1/registration/" + service,
                "-d",
                "ip=127.0.0.1",
                "-d",
                "port=9000",
                "-d",
                "revision=1",
                "--data-urlencode",
                "tags=" + TestClient.TAGS);
    }
}
