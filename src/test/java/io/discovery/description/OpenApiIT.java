package io.discovery.description;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.DescribedApi;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Program;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.Tools;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests that schemathesis makes up from the description, valid and invalid ones, to all routes that end. No answer is a
 * fault of the member, of a status, type or header that is not described, or of JSON that does not fit its schema.
 */
@Tag("long")
class OpenApiIT {

    private static final Path PROGRAM =
            Path.of("target", "clients", "schemathesis", "bin", "st").toAbsolutePath();

    /** Streams go on for ever: the check of the wire tests sees their heads. */
    private static final String STREAMS = "^/v1/(watch|changes)";

    /**
     * Left out: whether all is refused that the description does not allow. A member takes more, as the seed did: a body of
     * another type, null for a value that was not sent, a query that no route knows.
     */
    private static final String CHECKS = String.join(
            ",",
            "not_a_server_error",
            "status_code_conformance",
            "content_type_conformance",
            "response_headers_conformance",
            "response_schema_conformance",
            "unsupported_method",
            "missing_required_header");

    private static final long SEED = Long.getLong("discovery.api.seed", 1);
    /** At each operation, beside those for the edges of each parameter. */
    private static final int REQUESTS = Integer.getInteger("discovery.api.requests", 5);

    private static final Duration PATIENCE = Duration.ofMinutes(Long.getLong("discovery.api.minutes", 3));

    @TempDir
    private Path dir;

    @Test
    void madeUpRequestsGetDescribedAnswers() {
        if (!Files.isExecutable(PROGRAM)) {
            Tools.skip(
                    "there is no schemathesis, ./scripts/clients gets it; no requests are made up from the description");
        }
        try (MemberProcess member = MemberProcess.start(Map.of("APPLICATION_DIR", dir.toString()))) {
            String url = "http://127.0.0.1:" + member.port();
            ProgramRun run = Program.of(List.of(
                            PROGRAM.toString(),
                            "run",
                            "src/main/resources/openapi.yaml",
                            "--url=" + url,
                            "--exclude-path-regex=" + STREAMS,
                            "--checks=" + CHECKS,
                            "--phases=examples,coverage,fuzzing",
                            "--max-examples=" + REQUESTS,
                            "--seed=" + SEED,
                            "--generation-database=none",
                            "--continue-on-failure",
                            "--request-timeout=10",
                            "--no-color"))
                    .run(PATIENCE);

            System.out.println(summary(run.output()));
            assertThat(run.exitCode()).as(run.output() + run.errors()).isZero();
            assertThat(run.output()).contains("Tested: " + operationsThatEnd());
            assertThat(member.log()).doesNotContain(" ERROR ");
        }
    }

    private static long operationsThatEnd() {
        return DescribedApi.read().operations().stream()
                .filter(each -> !each.path().matches(STREAMS + ".*"))
                .count();
    }

    private static String summary(String output) {
        return output.lines()
                .filter(line -> line.matches(" *(Tested|Seed): .*|.*[0-9] generated, .*"))
                .map(String::strip)
                .collect(Collectors.joining("; ", "schemathesis: ", ""));
    }
}
