package io.discovery.abuse;

import io.discovery.testing.Door;
import io.discovery.testing.MemberProcess;
import io.discovery.testing.Ports;
import io.discovery.testing.TestAuthority;
import io.discovery.testing.TestAuthority.Form;
import io.discovery.testing.TestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * A member with -Xmx512m and the port at which it is attacked. With the system property discovery.abuse.tls it serves
 * HTTPS there; the tests themselves look at it by plain HTTP.
 *
 * @param door the port for attackers and readers
 */
record AttackedMember(MemberProcess process, Door door) implements AutoCloseable {

    private static final Path FILES = Path.of("target", "abuse-tls");

    static AttackedMember start() {
        return Boolean.getBoolean("discovery.abuse.tls") ? startWithTls() : startPlain();
    }

    private static AttackedMember startPlain() {
        MemberProcess process = MemberProcess.start(Map.of());
        return new AttackedMember(process, Door.plain(process.port()));
    }

    static AttackedMember startWithTls() {
        try {
            Path dir = Files.createTempDirectory(Files.createDirectories(FILES), "member");
            Map<String, String> settings = new HashMap<>(new TestAuthority(dir, "authority")
                    .issue("member", Form.server())
                    .httpsSettings());
            settings.put("PLAIN_PORT", Integer.toString(Ports.free(1).get(0)));
            MemberProcess process = MemberProcess.start(settings);
            return new AttackedMember(process, Door.encrypted(process.port()));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /**
     * Returns the port for clients at an address of their own, 127.0.0.2. Those at the attackers' address share the
     * turns of handshakes with them.
     */
    Door doorFromElsewhere() {
        return door.from("127.0.0.2");
    }

    /** Returns a client by plain HTTP. */
    TestClient client() {
        return process.client();
    }

    @Override
    public void close() {
        process.close();
    }
}
