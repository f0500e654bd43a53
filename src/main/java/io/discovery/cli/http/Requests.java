package io.discovery.cli.http;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** Requests to one member each, with the user's proof. Thread-safe. */
final class Requests {

    private static final Duration CONNECT = Duration.ofSeconds(3);

    private final HttpClient client;
    private final Credentials credentials;
    private final Duration patience;

    /** @param patience the time in which some of an answer has to come, again and again */
    Requests(Credentials credentials, Duration patience) {
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(patience.compareTo(CONNECT) < 0 ? patience : CONNECT);
        credentials.tls().ifPresent(builder::sslContext);
        this.client = builder.build();
        this.credentials = credentials;
        this.patience = patience;
    }

    /** Returns the time in which some of an answer has to come. */
    Duration patience() {
        return patience;
    }

    /**
     * Sends a request and receives the whole answer.
     *
     * @throws IOException if there is no connection, or no whole answer
     */
    Answer send(Endpoint endpoint, Call call) throws IOException {
        AtomicLong received = new AtomicLong();
        CompletableFuture<HttpResponse<Spool>> sent =
                client.sendAsync(request(endpoint, call).build(), head -> new SpoolSubscriber(received));
        HttpResponse<Spool> response = await(sent, received);
        String retryAfter = response.headers().firstValue("Retry-After").orElse("");
        return new Answer(endpoint, response.statusCode(), retryAfter, response.body(), false);
    }

    /**
     * Opens a stream that goes on until one side ends it.
     *
     * @param lastEventId where to go on; empty for the beginning
     * @throws IOException if there is no connection, or no answer
     */
    HttpResponse<InputStream> open(Endpoint endpoint, Call call, String lastEventId) throws IOException {
        HttpRequest.Builder request = request(endpoint, call);
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        return await(client.sendAsync(request.build(), BodyHandlers.ofInputStream()), new AtomicLong());
    }

    private HttpRequest.Builder request(Endpoint endpoint, Call call) {
        HttpRequest.Builder request = call.at(endpoint);
        credentials.authorization().ifPresent(proof -> request.header("Authorization", proof));
        return request;
    }

    private <T> T await(CompletableFuture<T> sent, AtomicLong received) throws IOException {
        long before = 0;
        while (true) {
            try {
                return sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException slow) {
                long now = received.get();
                if (now == before) {
                    sent.cancel(true);
                    throw new HttpTimeoutException("no answer for " + patience.toMillis() + " ms");
                }
                before = now;
            } catch (ExecutionException failed) {
                throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
            } catch (InterruptedException interrupted) {
                sent.cancel(true);
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", interrupted);
            }
        }
    }
}
