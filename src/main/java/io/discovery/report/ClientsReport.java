package io.discovery.report;

import io.discovery.http.ClientControl;
import io.discovery.http.JsonBody;
import io.discovery.http.WaitingClient;
import io.discovery.json.JsonText;
import io.discovery.json.UtcTime;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A member's report of the clients that wait at it for changes, as far as there is room for them. Thread-safe. */
public final class ClientsReport {

    private static final Logger log = LoggerFactory.getLogger(ClientsReport.class);

    /** Maximum number of clients in a report. */
    static final int MOST = 1_000;
    /** Characters after which no further stream of xDS is described. */
    private static final int XDS_CHARACTERS = 800_000;

    private static final int LONGEST_NAME = 200;
    /** Time for the descriptions of streams of xDS: less than other members wait for the report. */
    private static final long PATIENCE_MILLIS = 700;

    private final Streams xds;
    private final ClientControl clients;

    /** The open streams of xDS. */
    public interface Streams {

        int count();

        /**
         * Describes streams; completes on any thread.
         *
         * @param most streams that are described at most
         * @param characters after which no further stream is described
         */
        Future<Described> describe(int most, int characters);
    }

    /**
     * A description of streams.
     *
     * @param json an array with an object for each described stream
     * @param leftOut number of streams that are not described
     */
    public record Described(String json, int leftOut) {}

    public ClientsReport(Streams xds, ClientControl clients) {
        this.xds = xds;
        this.clients = clients;
    }

    /** Returns the clients of now as a JSON object. Blocks while event loops describe streams of xDS. */
    byte[] json() {
        int watchers = clients.watchers();
        int longPolls = clients.longPolls();
        List<Integer> rows = Shares.of(MOST, List.of(xds.count(), watchers, longPolls));
        Described streams = describe(rows.get(0));
        List<WaitingClient> watching = clients.watchers(rows.get(1));
        List<WaitingClient> polling = clients.longPolls(rows.get(2));
        int leftOut =
                streams.leftOut() + Math.max(0, watchers - watching.size()) + Math.max(0, longPolls - polling.size());
        return ("{\"xds\": " + streams.json()
                        + ", \"watchers\": "
                        + JsonText.write(
                                watching.stream().map(ClientsReport::watcher).toList())
                        + ", \"long_polls\": "
                        + JsonText.write(
                                polling.stream().map(ClientsReport::row).toList())
                        + ", \"left_out\": " + leftOut + "}")
                .getBytes(StandardCharsets.UTF_8);
    }

    private Described describe(int most) {
        try {
            return xds.describe(most, XDS_CHARACTERS)
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException busy) {
            log.debug("the streams of xDS do not describe themselves: {}", busy.toString());
            return new Described("[]", xds.count());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return new Described("[]", xds.count());
        }
    }

    private static Map<String, Object> watcher(WaitingClient client) {
        Map<String, Object> row = row(client);
        row.put("kind", client.kind());
        return row;
    }

    private static Map<String, Object> row(WaitingClient client) {
        Map<String, Object> row = JsonBody.ordered("client", client.client());
        row.put("identity", client.identity());
        row.put("service", shortened(client.service()));
        row.put("since", UtcTime.of(client.since()));
        return row;
    }

    private static @Nullable String shortened(@Nullable String name) {
        return name == null || name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME) + "...";
    }
}
