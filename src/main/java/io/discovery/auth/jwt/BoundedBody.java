package io.discovery.auth.jwt;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow.Subscription;
import org.jspecify.annotations.Nullable;

/** A body of at most so many bytes; with one more, the exchange ends. */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final BodySubscriber<byte[]> body = BodySubscribers.ofByteArray();
    private final int most;
    private @Nullable Subscription subscription;
    private long received;

    BoundedBody(int most) {
        this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return body.getBody();
    }

    @Override
    public void onSubscribe(Subscription begun) {
        subscription = begun;
        body.onSubscribe(begun);
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        if (received > most) {
            return;
        }
        received += buffers.stream().mapToLong(ByteBuffer::remaining).sum();
        if (received <= most) {
            body.onNext(buffers);
            return;
        }
        if (subscription != null) {
            subscription.cancel();
        }
        body.onError(new IOException("the answer has more than " + most + " bytes, expected at most that many"));
    }

    @Override
    public void onError(Throwable failure) {
        body.onError(failure);
    }

    @Override
    public void onComplete() {
        if (received <= most) {
            body.onComplete();
        }
    }
}
