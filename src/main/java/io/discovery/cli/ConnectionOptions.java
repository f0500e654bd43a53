package io.discovery.cli;

import io.discovery.cli.http.Credentials;
import io.discovery.cli.http.Credentials.TlsFiles;
import io.discovery.cli.http.Endpoint;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Failure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options of all commands that say which members to ask, and how. Each has a variable that stands for it. */
final class ConnectionOptions {

    private static final String DEFAULT_ENDPOINT = "http://localhost:8080";

    private final Map<String, String> environment;

    @Option(
            names = {"-e", "--endpoint"},
            paramLabel = "URL[,URL...]",
            scope = ScopeType.INHERIT,
            description = "Members, or a load balancer before them: when one is gone the next is asked."
                    + " Variable: DISCOVERY_ENDPOINTS. Default: " + DEFAULT_ENDPOINT + ".")
    private List<String> endpoints = List.of();

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "A file with the token that proves who you are. Variables: DISCOVERY_TOKEN_FILE,"
                    + " or DISCOVERY_TOKEN with the token itself.")
    private @Nullable Path tokenFile;

    @Option(
            names = "--ca",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The authorities to believe over HTTPS (PEM). Variable: DISCOVERY_CA.")
    private @Nullable Path authorities;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "A certificate to show (PEM). Variable: DISCOVERY_CERT.")
    private @Nullable Path certificate;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = "The key of that certificate (PEM, PKCS #8). Variable: DISCOVERY_KEY.")
    private @Nullable Path key;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            scope = ScopeType.INHERIT,
            defaultValue = "10s",
            description = "How long a member may be silent before the next is asked. Default: ${DEFAULT-VALUE}.")
    private Duration timeout = Duration.ofSeconds(10);

    ConnectionOptions(Map<String, String> environment) {
        this.environment = environment;
    }

    /** @throws Failure if an option, or the variable for it, cannot be used */
    Members members() {
        String named = !endpoints.isEmpty()
                ? String.join(",", endpoints)
                : variable("DISCOVERY_ENDPOINTS").orElse(DEFAULT_ENDPOINT);
        if (timeout.isZero()) {
            throw Failure.usage("--timeout: given 0, expected more");
        }
        return new Members(Endpoint.list(named), credentials(), timeout);
    }

    private Credentials credentials() {
        Optional<Path> file = file(tokenFile, "DISCOVERY_TOKEN_FILE");
        Optional<String> token = file.isPresent() ? file.map(Credentials::read) : variable("DISCOVERY_TOKEN");
        return Credentials.of(
                token,
                new TlsFiles(
                        file(authorities, "DISCOVERY_CA"),
                        file(certificate, "DISCOVERY_CERT"),
                        file(key, "DISCOVERY_KEY")));
    }

    private Optional<Path> file(@Nullable Path given, String variable) {
        return given != null ? Optional.of(given) : variable(variable).map(Path::of);
    }

    private Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isBlank());
    }
}
