package io.discovery.cli.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The receipt of a body. Counts bytes, so that the one who waits can tell a slow member from one that stands still. */
final class SpoolSubscriber implements BodySubscriber<Spool> {

    private final CompletableFuture<Spool> whole = new CompletableFuture<>();
    private final Spool spool = new Spool();
    private final AtomicLong received;
    private @Nullable Subscription subscription;

    SpoolSubscriber(AtomicLong received) {
        this.received = received;
    }

    @Override
    public CompletionStage<Spool> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Subscription given) {
        subscription = given;
        given.request(1);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        try {
            for (ByteBuffer buffer : buffers) {
                received.addAndGet(buffer.remaining());
                spool.write(buffer);
            }
            if (subscription != null) {
                subscription.request(1);
            }
        } catch (IOException diskFull) {
            whole.completeExceptionally(diskFull);
            if (subscription != null) {
                subscription.cancel();
            }
        }
    }

    @Override
    public void onError(Throwable failure) {
        spool.close();
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        whole.complete(spool);
    }
}
