package io.discovery.auth.jwt;

import io.discovery.model.RedactedUrl;
import io.discovery.process.FileStamp;
import io.discovery.tls.OutgoingTls;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Keys at an address. The issuer is given 5 s for the whole exchange, since a request's own limit ends with the head of
 * the answer; and answers for itself: redirects are not followed.
 */
final class KeysAtAddress implements KeyPlace {

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int OK = 200;

    private final URI address;
    private final Optional<Path> authorities;
    private @Nullable HttpClient client;
    private @Nullable Object believed;

    KeysAtAddress(URI address, Optional<Path> authorities) {
        this.address = address;
        this.authorities = authorities;
    }

    /** Returns the stamp of the authorities: another one may answer now. */
    @Override
    public Object stamp() {
        return authorities.map(FileStamp::of);
    }

    @Override
    public byte[] read() {
        HttpRequest request = HttpRequest.newBuilder(address)
                .timeout(PATIENCE)
                .header("Accept", "application/jwk-set+json, application/json")
                .build();
        HttpResponse<byte[]> response =
                answer(client().sendAsync(request, head -> new BoundedBody(JsonWebKeys.MOST_BYTES)));
        if (response.statusCode() != OK) {
            throw new KeysUnusableException("the answer was " + response.statusCode() + ", expected " + OK);
        }
        return response.body();
    }

    private static HttpResponse<byte[]> answer(CompletableFuture<HttpResponse<byte[]>> exchange) {
        try {
            return exchange.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException failed) {
            throw new KeysUnusableException("the address did not answer", failed);
        } catch (TimeoutException late) {
            throw new KeysUnusableException(
                    "the address did not answer: nothing whole within " + PATIENCE.toSeconds() + " s");
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new KeysUnusableException("the address did not answer", stopped);
        } finally {
            exchange.cancel(true);
        }
    }

    /** Returns the same client for as long as the authorities stay: each has a thread of its own. */
    private HttpClient client() {
        Object stamp = stamp();
        HttpClient known = client;
        if (known != null && stamp.equals(believed)) {
            return known;
        }
        HttpClient.Builder builder = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(PATIENCE);
        authorities.map(OutgoingTls::of).ifPresent(builder::sslContext);
        HttpClient made = builder.build();
        client = made;
        believed = stamp;
        return made;
    }

    @Override
    public String toString() {
        return RedactedUrl.of(address.toString());
    }
}
