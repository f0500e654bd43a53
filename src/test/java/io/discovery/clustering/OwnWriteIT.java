package io.discovery.clustering;

import static org.assertj.core.api.Assertions.assertThat;

import io.discovery.testing.RawHttp;
import io.discovery.testing.TestClient;
import io.discovery.testing.TestCluster;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A client that sends a registration and a read in one go: the read must show what the member has just acknowledged. */
@Tag("long")
@Execution(ExecutionMode.CONCURRENT)
class OwnWriteIT {

    private static final int MEMBERS = 3;
    private static final int WRITES = 1_000;

    @Test
    void everyMemberShowsWhatItHasAcknowledged() throws IOException {
        try (TestCluster cluster = TestCluster.start(MEMBERS, Map.of())) {
            for (int n = 0; n < MEMBERS; n++) {
                writeAndRead(cluster.member(n).port(), "127.1." + n + ".");
            }
        }
    }

    private static void writeAndRead(int port, String addresses) throws IOException {
        try (Socket socket = RawHttp.connect(port)) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int n = 0; n < WRITES; n++) {
                String service = "service-" + n % 100;
                String revision = "r" + n;
                String form = TestClient.encode(
                        TestClient.registration(Map.of("ip", addresses + n % 250, "port", "80", "revision", revision)));
                String requests = "POST /v1/registration/" + service + " HTTP/1.1\r\nHost: a\r\n"
                        + "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: " + form.length()
                        + "\r\n\r\n" + form
                        + "GET /v1/registration/" + service + " HTTP/1.1\r\nHost: a\r\n\r\n";
                socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));

                assertThat(RawHttp.read(in, false).code()).isEqualTo(200);
                assertThat(RawHttp.read(in, false).body()).contains("\"" + revision + "\"");
            }
        }
    }
}
