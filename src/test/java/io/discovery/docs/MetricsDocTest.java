package io.discovery.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.DynamoDbLocal;
import io.discovery.testing.Markdown;
import io.discovery.testing.Ports;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestIdentities;
import io.discovery.testing.TestIssuer;
import io.discovery.testing.TestMember;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The meters in src/docs/metrics.md and those of a member that has had some traffic. */
class MetricsDocTest {

    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (discovery_\\S+) (\\S+)$");
    private static final Pattern SAMPLE = Pattern.compile("(?m)^(discovery_[^{ ]+)(?:\\{([^}]*)})? (\\S+)$");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"[^\"]*\"");

    @TempDir
    private Path dir;

    private final Markdown page = Markdown.read("src/docs/metrics.md");

    @Test
    void thePageHasEveryMeterOfAMemberWithItsTypeAndNoOther() {
        Map<String, String> types = new TreeMap<>();
        TYPE.matcher(scrape()).results().forEach(type -> types.put(type.group(1), type.group(2)));

        assertThat(column(1)).isEqualTo(types);
    }

    @Test
    void everyMeterHasTheLabelsOfThePage() {
        Map<String, String> labels = new TreeMap<>();
        SAMPLE.matcher(scrape()).results().forEach(sample -> {
            String names = sample.group(2) == null
                    ? ""
                    : LABEL.matcher(sample.group(2))
                            .results()
                            .map(label -> label.group(1))
                            .collect(Collectors.joining(", "));
            // A summary's samples are its count and its sum.
            labels.put(sample.group(1).replaceFirst("_(count|sum)$", ""), names);
        });

        Map<String, String> told = column(3);
        told.replaceAll((meter, cell) -> cell.replace("`", ""));
        assertThat(told).isEqualTo(labels);
    }

    @Test
    void everyMeterIsANumber() {
        assertThat(SAMPLE.matcher(scrape()).results().map(sample -> Double.parseDouble(sample.group(3))))
                .isNotEmpty()
                .allMatch(Double::isFinite);
    }

    @Test
    void thePageAlertsOnMetersThatThereAre() {
        Pattern name = Pattern.compile("discovery_\\w+");
        String conditions =
                page.rowsUnder("condition").stream().map(row -> row.get(0)).collect(Collectors.joining("\n"));

        assertThat(name.matcher(conditions).results().map(found -> found.group()))
                .isNotEmpty()
                .allSatisfy(used -> assertThat(column(1)).containsKey(used.replaceFirst("_(count|sum)$", "")));
    }

    private Map<String, String> column(int index) {
        return page.rowsUnder("name", "type", "unit", "labels", "meaning").stream()
                .collect(Collectors.toMap(row -> row.get(0), row -> row.get(index), (a, b) -> a + b, TreeMap::new));
    }

    /**
     * Returns the meters of a member with DNS, an audit log, TLS for members and clients, identities, tokens of an issuer, expiry
     * protection and a shared durable copy; other members lack some of these.
     */
    private String scrape() {
        Map<String, String> shared = new HashMap<>(DynamoDbLocal.server().environment(DynamoDbLocal.newTableName()));
        shared.put("AUDIT_LOG", dir.resolve("audit.log").toString());
        shared.put("EXPIRY_PROTECTION", "on");
        shared.put("DNS_PORT", Integer.toString(Ports.free(1).get(0)));
        shared.put("DYNAMODB_CREATE_TABLES_IN_APP", "true");
        TestAuthority authority = new TestAuthority(dir, "authority");
        shared.putAll(authority.issue("member", Form.member()).memberSettings());
        shared.putAll(authority.issue("https", Form.server()).httpsSettings());
        shared.put(
                "AUTH_FILE",
                TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml")).toString());
        shared.put("AUTH_ANONYMOUS", "write");
        shared.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        shared.put("AUTH_JWT_ISSUER", TestIssuer.NAME);
        shared.put(
                "AUTH_JWT_JWKS",
                new TestIssuer("EdDSA").write(dir.resolve("jwks.json")).toString());
        try (TestMember member = TestMember.start(shared)) {
            TestClient client = member.client();
            client.register("payments", "127.0.0.2");
            client.get("/v1/registration/payments");
            client.post("/v1/loadbalancing/payments", Map.of("load_balancing_weight", "7"));
            client.delete("/v1/registration/payments/127.0.0.2");
            client.get("/nowhere");
            return client.get("/metrics").body();
        }
    }
}
