package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A stream of server-sent events that goes on at the next member when one is gone, behind the last event that came.
 * Confined to one thread.
 */
public final class EventSource {

    /** Members send a comment every 15 s; after this time without a byte the stream is dead. */
    private static final Duration SILENCE = Duration.ofSeconds(40);
    /** The time without any member after which the command ends. */
    private static final Duration ALONE = Duration.ofSeconds(60);

    private static final int TOO_MUCH = 429;
    private static final int FAULT = 500;
    private static final int LONGEST_REFUSAL = 64 * 1024;

    private final List<Endpoint> endpoints;
    private final Requests requests;
    private final Call call;
    private String lastEventId = "";
    private int current;
    private boolean hasBegun;

    EventSource(List<Endpoint> endpoints, Requests requests, Call call) {
        this.endpoints = endpoints;
        this.requests = requests;
        this.call = call;
    }

    /** The receiver of events, and of news about the stream itself. */
    public interface Receiver {
        void event(ServerEvent event);

        /** Hears that the stream goes on at a member. */
        void opened(Endpoint at);

        /** Hears that the stream has ended, and why. */
        void lost(String why);
    }

    /**
     * Receives events until the process ends.
     *
     * @throws Failure if a member refuses, or no member is there for a minute
     */
    public void run(Receiver receiver) {
        long seen = System.nanoTime();
        List<NoStream> reasons = new ArrayList<>();
        while (true) {
            Endpoint endpoint = endpoints.get(current);
            try {
                receive(endpoint, receiver);
                receiver.lost(endpoint + " has ended the stream");
                seen = System.nanoTime();
                reasons.clear();
            } catch (NoStream absent) {
                reasons.add(absent);
            } catch (IOException broken) {
                receiver.lost(endpoint + ": " + Reason.of(broken));
                seen = System.nanoTime();
                reasons.clear();
            }
            current = (current + 1) % endpoints.size();
            if (System.nanoTime() - seen > ALONE.toNanos() || isFirstTurn(reasons)) {
                throw failure(lastTurn(reasons));
            }
            if (current == 0 || endpoints.size() == 1) {
                LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
            }
        }
    }

    /** Returns whether no member has ever answered. */
    private boolean isFirstTurn(List<NoStream> reasons) {
        return !hasBegun && reasons.size() >= endpoints.size();
    }

    private List<NoStream> lastTurn(List<NoStream> reasons) {
        return reasons.subList(Math.max(0, reasons.size() - endpoints.size()), reasons.size());
    }

    /** Returns what a member said that has no such stream, if one is there; otherwise that none is. */
    private static Failure failure(List<NoStream> reasons) {
        return reasons.stream()
                .flatMap(reason -> Stream.ofNullable(reason.refusal))
                .findFirst()
                .orElseGet(() -> Failure.unreachable("no member answers: "
                        + reasons.stream().map(NoStream::why).collect(Collectors.joining("; "))
                        + ". Name others by --endpoint or DISCOVERY_ENDPOINTS, or start one"));
    }

    /** The absence of a stream: the member has given no good answer. */
    private static final class NoStream extends IOException {
        /** Words of a member that will have no such stream later either; null for one that may. */
        private final transient @Nullable Failure refusal;

        NoStream(String why) {
            this(why, null);
        }

        NoStream(String why, @Nullable Failure refusal) {
            super(why);
            this.refusal = refusal;
        }

        String why() {
            return String.valueOf(getMessage());
        }
    }

    private void receive(Endpoint endpoint, Receiver receiver) throws IOException {
        HttpResponse<InputStream> response = open(endpoint);
        try (InputStream body = response.body();
                SilenceWatch watch = new SilenceWatch(SILENCE, body)) {
            hasBegun = true;
            receiver.opened(endpoint);
            BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
            EventParser parser = new EventParser(event -> {
                lastEventId = event.id().isEmpty() ? lastEventId : event.id();
                receiver.event(event);
            });
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                watch.heard();
                parser.line(line);
            }
        }
    }

    private HttpResponse<InputStream> open(Endpoint endpoint) throws IOException {
        HttpResponse<InputStream> response;
        try {
            response = requests.open(endpoint, call, lastEventId);
        } catch (IOException failed) {
            throw new NoStream(endpoint + " (" + Reason.of(failed) + ")");
        }
        if (response.statusCode() == 200) {
            return streaming(endpoint, response);
        }
        try (Spool spool = received(endpoint, response)) {
            Answer answer = new Answer(endpoint, response.statusCode(), "", spool, false);
            if (isPassing(answer.status())) {
                throw new NoStream(endpoint + " (" + answer.status() + ": " + answer.said() + ")");
            }
            if (call.elsewhere().contains(answer.status())) {
                throw new NoStream(endpoint + " (" + answer.said() + ")", answer.refusal());
            }
            throw answer.refusal();
        }
    }

    /** A stream that has been there outlives a member that is overloaded, or a limit that is used up. */
    private boolean isPassing(int status) {
        return Members.isElsewhere(status) || hasBegun && (status == TOO_MUCH || status >= FAULT);
    }

    private Spool received(Endpoint endpoint, HttpResponse<InputStream> response) throws NoStream {
        Spool spool = new Spool();
        try (InputStream body = response.body();
                SilenceWatch watch = new SilenceWatch(requests.patience(), body)) {
            spool.write(ByteBuffer.wrap(body.readNBytes(LONGEST_REFUSAL)));
            watch.heard();
            return spool;
        } catch (IOException broken) {
            spool.close();
            throw new NoStream(endpoint + " (" + response.statusCode() + ", " + Reason.of(broken) + ")");
        }
    }

    /** A member of another version may take the request for another one, and answer once. */
    private static HttpResponse<InputStream> streaming(Endpoint endpoint, HttpResponse<InputStream> response)
            throws IOException {
        if (response.headers().firstValue("Content-Type").orElse("").startsWith("text/event-stream")) {
            return response;
        }
        response.body().close();
        throw Failure.refused(endpoint + " sends no stream of events: " + endpoint.whyUnknown());
    }

    /** The form of a stream of events. */
    static final class EventParser {
        private final Consumer<ServerEvent> events;
        private String id = "";
        private String name = "";
        private final StringBuilder data = new StringBuilder();

        EventParser(Consumer<ServerEvent> events) {
            this.events = events;
        }

        void line(String line) {
            if (line.isEmpty()) {
                if (!name.isEmpty() || data.length() > 0) {
                    events.accept(new ServerEvent(id, name.isEmpty() ? "message" : name, data.toString()));
                }
                name = "";
                data.setLength(0);
                return;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "id" -> id = value;
                case "event" -> name = value;
                case "data" -> data.append(data.length() == 0 ? "" : "\n").append(value);
                default -> {
                    // Comments, and fields that this program does not use.
                }
            }
        }
    }
}
