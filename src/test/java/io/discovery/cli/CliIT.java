package io.discovery.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.CommandLineProgram;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.ProgramRun;
import io.discovery.testing.TestClient;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command line from its jar, with a real member. */
@Tag("long")
@Timeout(120)
class CliIT {

    private static final String[] REGISTER = {
        "register",
        "payments",
        "127.0.0.10",
        "--port=9000",
        "--revision=4711",
        "--tag=az=a",
        "-t",
        "region=r",
        "-t",
        "instance_id=i-1",
        "--json-tag=canary=true"
    };

    private static MemberProcess member;
    private static CommandLineProgram cli;

    @BeforeAll
    static void start() {
        member = MemberProcess.start(Map.of());
        cli = CommandLineProgram.at(member.port());
    }

    @AfterAll
    static void stop() {
        member.close();
    }

    private static String output(String... arguments) {
        return cli.run(arguments).succeeded().output();
    }

    @Test
    void aHostIsRegisteredWeighedAndRemoved() {
        assertThat(output(REGISTER)).isEqualTo("registered 127.0.0.10 port 9000 for payments\n");
        assertThat(output("services")).matches("SERVICE +HOSTS\n(?s:.*)payments +1\n(?s:.*)");
        assertThat(output("services", "--wide")).matches("(?s).*payments +1 +0 +1 .*");
        assertThat(output("host", "127.0.0.10")).matches("SERVICE .*\npayments +127.0.0.10 +9000 .*\n");
        assertThat(output("host", "127.0.0.10:9000")).contains("payments");
        assertThat(output("host", "127.0.0.10:9001")).doesNotContain("payments");
        assertThat(output("changes", "--ip", "127.0.0.10:9000")).contains("registered");
        assertThat(output("changes", "--ip", "127.0.0.10:9001")).doesNotContain("registered");
        assertThat(output("host", "[::1]")).startsWith("SERVICE ");
        assertThat(output("hosts", "payments", "-o", "jsonl"))
                .matches("\\{\"service\": \"payments\", \"ip_address\": \"127.0.0.10\", .*\"canary\": true.*}\n");
        assertThat(output("drain", "payments", "127.0.0.10")).isEqualTo("127.0.0.10 of payments has weight 1\n");
        assertThat(output("hosts", "payments")).matches("SERVICE .*WEIGHT .*\npayments .* a +1 .*\n");
        assertThat(output("undrain", "payments", "127.0.0.10", "50")).contains("weight 50");
        assertThat(output("weight", "payments", "--all", "7")).isEqualTo("all hosts of payments have weight 7\n");
        assertThat(output("hosts", "payments", "-o", "json")).contains("\"load_balancing_weight\": 7");
        assertThat(output("deregister", "payments", "127.0.0.10")).isEqualTo("removed 127.0.0.10 from payments\n");
        assertThat(output("hosts", "payments", "-o", "json")).isEqualTo("[]\n");
    }

    @Test
    void theLatestChangesAreShownFirst() {
        TestClient client = new TestClient(member.port());
        client.register("orders", Map.of("ip", "127.0.0.11", "port", "80"));
        client.post("/v1/loadbalancing/orders/127.0.0.11", Map.of("load_balancing_weight", "5"));

        assertThat(output("changes", "-s", "orders", "--since", "10m").lines().skip(1))
                .satisfiesExactly(
                        latest -> assertThat(latest)
                                .matches(
                                        "20.*Z  weight +orders +127.0.0.11:80 +127.0.0.1 +tags.load_balancing_weight - -> 5"),
                        first -> assertThat(first)
                                .matches("20.*Z  registered +orders +127.0.0.11:80 +127.0.0.1 +port - -> 80, .*"));
        assertThat(cli.run("changes", "-s", "orders", "-n", "1").succeeded().errors())
                .contains("there are more");
    }

    @Test
    void aRefusalIsOneLineAndOne() {
        ProgramRun run = cli.run("deregister", "nobody", "127.0.0.1");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.output()).isEmpty();
        assertThat(run.errors()).matches("discovery: http://127.0.0.1:[0-9]+ refuses with 400: no host 127.0.0.1 .*\n");
    }

    @Test
    void aWrongOptionIsOneLineAndTwo() {
        assertThat(cli.run("hosts").exitCode()).isEqualTo(2);
        assertThat(cli.run("hosts", "payments", "-o", "xml").errors()).matches("discovery: Invalid value .*\n");
        assertThat(cli.run("weight", "payments", "5").errors()).matches("discovery: weight: no address .*\n");
    }

    @Test
    void theNextMemberIsAskedWhenOneIsGone() {
        int gone = Ports.free(1).get(0);

        ProgramRun run = CommandLineProgram.at(gone, member.port()).run("services");

        assertThat(run.exitCode()).isZero();
        assertThat(run.errors()).isEmpty();
    }

    @Test
    void noMemberAtAllIsOneLineAndThree() {
        int gone = Ports.free(1).get(0);

        ProgramRun run = CommandLineProgram.at(gone).run("services");

        assertThat(run.exitCode()).isEqualTo(3);
        assertThat(run.errors())
                .matches(
                        "discovery: no member answers: http://127.0.0.1:" + gone + " \\(connection refused\\)\\. .*\n");
    }

    @Test
    void aNameCannotCommandTheTerminal() {
        String hostile = "evil\u001b[2J\u009b31m\u202e\n\u00fc";
        TestClient client = new TestClient(member.port());
        Map<String, String> host = Map.of("ip", "127.0.0.9", "revision", "\u001b]0;x\u0007");
        client.register(URLEncoder.encode(hostile, StandardCharsets.UTF_8), host);
        client.register("revised", host);

        assertThat(output("services")).contains("evil\\u001b[2J\\u009b31m\\u202e\\n\u00fc");
        assertThat(output("hosts", "revised")).contains("\\u001b]0;x\\u0007").doesNotContain("\u001b");
        assertThat(output("services", "-o", "json")).contains("\\u009B31m").doesNotContain("\u001b", "\u009b");
        assertThat(cli.run("drain", "revised", "\u001b[2J").errors())
                .contains("\\u001b")
                .doesNotContain("\u001b");
    }

    @Test
    void theJarHasTheCommandLineAlone() throws Exception {
        try (JarFile jar = new JarFile("target/discovery-cli.jar")) {
            assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.startsWith("io/discovery/")))
                    .isNotEmpty()
                    .allMatch(name -> name.startsWith("io/discovery/cli/") || name.equals("io/discovery/"));
            assertThat(jar.stream().map(ZipEntry::getName).filter(name -> name.endsWith(".class")))
                    .allMatch(name -> name.matches("(META-INF/versions/[0-9]+/)?"
                            + "(io/discovery/cli|picocli|com/fasterxml/jackson/core)/.*"));
        }
        try (JarFile jar = new JarFile("target/discovery.jar")) {
            assertThat(jar.stream().map(ZipEntry::getName))
                    .noneMatch(name -> name.startsWith("io/discovery/cli/") || name.startsWith("picocli/"));
        }
    }
}
