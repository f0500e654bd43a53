package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.CommandLineProgram;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestAuthority.Issued;
import io.discovery.testing.TestIdentities;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The command line with a member that serves HTTPS to clients with a certificate, and knows identities. */
@Timeout(120)
class SecuredIT {

    @TempDir
    private static Path dir;

    private static TestAuthority authority;
    private static Issued own;
    private static MemberProcess member;

    @BeforeAll
    static void start() {
        authority = new TestAuthority(dir, "clients");
        own = authority.issue("own", Form.member());
        Map<String, String> settings =
                new HashMap<>(authority.issue("server", Form.server()).httpsSettings());
        settings.put("TLS_CLIENT_CA", authority.file().toString());
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        settings.put(
                "AUTH_FILE",
                TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml")).toString());
        member = MemberProcess.start(settings);
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    private static CommandLineProgram cli() {
        return new CommandLineProgram(Map.of("DISCOVERY_ENDPOINTS", "https://127.0.0.1:" + member.port()))
                .with("DISCOVERY_CERT", own.certificate().toString())
                .with("DISCOVERY_KEY", own.key().toString());
    }

    private static CommandLineProgram believing() {
        return cli().with("DISCOVERY_CA", authority.file().toString());
    }

    @Test
    void aTokenIsReadFromItsFile() throws IOException {
        Path token = Files.writeString(dir.resolve("token"), TestIdentities.tokenOf("reader-of-all") + "\n");

        assertThat(believing()
                        .run("services", "--token-file", token.toString())
                        .succeeded()
                        .output())
                .isEqualTo("SERVICE  HOSTS\n");
        assertThat(believing()
                        .with("DISCOVERY_TOKEN_FILE", token.toString())
                        .run("services")
                        .exitCode())
                .isZero();
    }

    @Test
    void withoutATokenTheUserIsToldHowToGiveOne() {
        ProgramRun run = believing().run("services");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("name a file with a token by --token-file")
                .hasLineCount(1);
    }

    @Test
    void anIdentityThatMayNotIsToldSo() {
        ProgramRun run = believing()
                .with("DISCOVERY_TOKEN", TestIdentities.tokenOf("reader"))
                .run("drain", "payments", "127.0.0.1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.errors())
                .contains("use a token whose identity may do this")
                .hasLineCount(1);
    }

    @Test
    void aMemberOfAnUnknownAuthorityIsNotBelieved() {
        ProgramRun run =
                cli().with("DISCOVERY_TOKEN", TestIdentities.tokenOf("admin")).run("services");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors()).contains("name that by --ca").hasLineCount(1);
    }
}
