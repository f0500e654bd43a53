package io.discovery.testing;

import io.discovery.testing.TestAuthority.Form;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * The settings of a member that has every meter there is: with DNS, an audit log, TLS for members and clients, identities,
 * tokens of an issuer, traces, expiry protection and a durable copy that members share. Other members lack some of these meters.
 */
public final class EquippedMember {

    private EquippedMember() {}

    /**
     * Returns settings on free ports, and makes what they name: a table, and files.
     *
     * @param dir an empty folder
     */
    public static Map<String, String> settings(Path dir) {
        Map<String, String> settings = new HashMap<>(DynamoDbLocal.server().environment(DynamoDbLocal.newTableName()));
        settings.put("AUDIT_LOG", dir.resolve("audit.log").toString());
        settings.put("EXPIRY_PROTECTION", "on");
        // Nothing listens there: the meters are there all the same.
        settings.put("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:1");
        settings.put("DNS_PORT", Integer.toString(Ports.free(1).get(0)));
        settings.put("DYNAMODB_CREATE_TABLES_IN_APP", "true");
        TestAuthority authority = new TestAuthority(dir, "authority");
        settings.putAll(authority.issue("member", Form.member()).memberSettings());
        settings.putAll(authority.issue("https", Form.server()).httpsSettings());
        settings.put(
                "AUTH_FILE",
                TestIdentities.OF_PAYMENTS.write(dir.resolve("auth.yaml")).toString());
        settings.put("AUTH_ANONYMOUS", "write");
        settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
        settings.put("AUTH_JWT_ISSUER", TestIssuer.NAME);
        settings.put(
                "AUTH_JWT_JWKS",
                new TestIssuer("EdDSA").write(dir.resolve("jwks.json")).toString());
        return settings;
    }
}
