package io.discovery.auth.jwt;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BoundedBodyTest {

    private final AtomicInteger cancelled = new AtomicInteger();
    private final BoundedBody bounded = new BoundedBody(4);
    private final CompletableFuture<byte[]> body = bounded.getBody().toCompletableFuture();

    @BeforeEach
    void begin() {
        bounded.onSubscribe(new Subscription() {
            @Override
            public void request(long more) {}

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        });
    }

    private void receive(String piece) {
        bounded.onNext(List.of(ByteBuffer.wrap(piece.getBytes(US_ASCII))));
    }

    @Test
    void aBodyAsLongAsItMayBeIsWhole() {
        receive("ab");
        receive("cd");
        bounded.onComplete();

        assertThat(body.join()).asString(US_ASCII).isEqualTo("abcd");
        assertThat(cancelled).hasValue(0);
    }

    @Test
    void oneByteMoreEndsTheExchangeOnce() {
        receive("abcd");
        receive("e");
        receive("f");
        bounded.onComplete();

        assertThat(body)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("more than 4 bytes");
        assertThat(cancelled).hasValue(1);
    }

    @Test
    void aFailureIsPassedOn() {
        bounded.onError(new IOException("reset"));

        assertThat(body)
                .failsWithin(Duration.ZERO)
                .withThrowableOfType(ExecutionException.class)
                .withMessageContaining("reset");
    }
}
