package io.discovery.xds;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The page of clients shows as many clients and names as fit. */
class ClientsPageTest {

    private static final int CLIENTS = 5;

    @AutoClose
    private final ServedXds xds = new ServedXds();

    @AutoClose
    private final XdsClient client = new XdsClient();

    @BeforeEach
    void subscribe() {
        List<String> names = IntStream.range(0, 300)
                .mapToObj(number -> "n".repeat(1_000) + number)
                .toList();
        for (int i = 0; i < CLIENTS; i++) {
            XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = client.endpoints(xds.port());
            stream.send(DiscoveryRequest.newBuilder()
                    .setNode(Node.newBuilder()
                            .setId("sidecar-" + i)
                            .setCluster("edge")
                            .setUserAgentName("envoy"))
                    .addAllResourceNames(names)
                    .build());
            stream.next();
        }
    }

    @Test
    void ofEachAreToldTheBeginningsOfAHundredNames() {
        String page = xds.page(ClientsPage.FULL);

        assertThat(page).contains("\"count\": 300").doesNotContain("left_out").doesNotContain("n".repeat(201));
        assertThat(page.split("n{200}\\.\\.\\.", -1)).hasSize(100 * CLIENTS + 1);
    }

    @Test
    void whoeverDoesNotFitIsLeftOutAndCounted() {
        String page = xds.page(30_000);

        assertThat(page).endsWith("], \"left_out\": 3}\n");
        assertThat(page.length()).isBetween(30_000, 60_000);
    }

    @Test
    void aFullPageDescribesNoClient() {
        assertThat(xds.page(1)).isEqualTo("{\"clients\": [], \"left_out\": 5}\n");
    }

    @Test
    void aNameOfTwoHundredCharactersIsShownWhole() {
        try (var delta = client.deltaEndpoints(xds.port())) {
            delta.send(DeltaDiscoveryRequest.newBuilder()
                    .addResourceNamesSubscribe("m".repeat(200))
                    .build());
            delta.next();

            assertThat(xds.page(ClientsPage.FULL))
                    .contains("\"names\": [\"" + "m".repeat(200) + "\"]")
                    .containsOnlyOnce("\"protocol\": \"delta\"")
                    .contains("\"protocol\": \"state of the world\"");
        }
    }

    /** There may be thousands of streams. */
    @Test
    void requestsAtTheSameTimeShareAPage() {
        ConnectedClients clients = xds.xds().clients();
        CountDownLatch isRead = new CountDownLatch(1);
        clients.all().forEach(stream -> stream.ask(() -> isRead.await(20, TimeUnit.SECONDS)));
        Future<Response> first = clients.page();

        assertThat(clients.page()).isSameAs(first);

        isRead.countDown();
        first.await();
        assertThat(clients.page()).isNotSameAs(first);
    }

    @Test
    void aQuestionToAStreamMayFail() {
        XdsStream<?, ?> stream = xds.xds().clients().all().get(0);

        Future<?> failed = stream.ask(() -> {
            throw new IllegalStateException("no answer");
        });

        assertThatThrownBy(failed::await).hasMessage("no answer");
    }

    @Test
    void eachClientIsNamed() {
        JsonNode clients =
                JsonText.parse(xds.page(ClientsPage.FULL)).orElseThrow().get("clients");

        assertThat(clients)
                .extracting(each -> each.get("id").textValue())
                .containsExactlyInAnyOrder("sidecar-0", "sidecar-1", "sidecar-2", "sidecar-3", "sidecar-4");
        assertThat(clients).allSatisfy(each -> {
            assertThat(each.get("cluster").textValue()).isEqualTo("edge");
            assertThat(each.get("user_agent").textValue()).isEqualTo("envoy");
            assertThat(each.get("connected_seconds").intValue()).isBetween(0, 60);
        });
    }
}
