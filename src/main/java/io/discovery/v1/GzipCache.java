package io.discovery.v1;

import com.github.benmanes.caffeine.cache.Cache;
import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.http.Response;
import io.discovery.memory.CacheBudget;
import io.netty.buffer.ByteBuf;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.buffer.BufferInternal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/**
 * A cache of lists in gzip, which worker threads compress. While only times of check-ins change in a list, it is
 * compressed at most once a second: those times may be that old, the hosts are not. Thread-safe.
 */
final class GzipCache {

    /** Minimum bytes of a body to compress: a shorter one fits a packet. */
    static final int WORTH_IT = 1_000;

    private static final Duration FRESH = Duration.ofSeconds(1);
    /** Time after which a list is removed; the next reader has it compressed again. */
    private static final Duration KEPT = Duration.ofSeconds(60);
    /**
     * Memory of a compression, in sizes of the list: the list itself, if it is out of date, and at worst as much in
     * gzip.
     */
    private static final int EACH = 2;
    /** Divisor of the memory for renderings: lists of services may take one half, lists of repos the other. */
    private static final int SHARE = 2;

    private static final int PIECE = 64 * 1024;

    private final WorkerExecutor workers;
    private final CacheBudget budget;
    private final LongSupplier nanoTime;
    private final Cache<String, Entry> entries;
    /** Bytes of the lists that workers compress, or that wait for them. */
    private final AtomicLong waiting = new AtomicLong();

    private final class Entry {

        private final ContentVersion version;
        /** The list, while others keep it too. */
        private final WeakReference<Buffer> plain;

        private final long madeAt;
        private final Future<Response> gzip;
        private final CacheBudget.Entry kept;
        private final AtomicBoolean isCounted = new AtomicBoolean();

        private Entry(Snapshot snapshot, Response plain, long madeAt) {
            this.version = snapshot.version();
            this.plain = new WeakReference<>(plain.body());
            this.madeAt = madeAt;
            // Not the snapshot, whose hosts hold bytes of older lists.
            String name = snapshot.name();
            this.kept = budget.entry(() -> entries.asMap().remove(name, this));
            this.gzip = compress(plain);
        }

        /** Counts the bytes, once they are there; not while the map is changed, which this may change too. */
        private void count() {
            if (!isCounted.getAndSet(true)) {
                gzip.onSuccess(response -> kept.keep(response.body().length()));
            }
        }
    }

    /** @param budget memory for compressed lists */
    GzipCache(WorkerExecutor workers, CacheBudget budget, LongSupplier nanoTime) {
        this.workers = workers;
        this.budget = budget;
        this.nanoTime = nanoTime;
        this.entries = ExpiringCache.of(KEPT, entry -> entry.kept, nanoTime);
    }

    /**
     * Returns the list in gzip. Fails if the workers have too much to do, or compress an older list of the same name.
     *
     * @param plain the response before compression
     */
    Future<Response> of(Snapshot snapshot, Response plain) {
        long now = nanoTime.getAsLong();
        Entry entry = entries.getIfPresent(snapshot.name());
        if (entry == null || !isGood(entry, snapshot, plain, now)) {
            entry = entries.asMap()
                    .compute(
                            snapshot.name(),
                            (name, other) ->
                                    other != null && (isGood(other, snapshot, plain, now) || !other.gzip.isComplete())
                                            ? other
                                            : new Entry(snapshot, plain, now));
            entry.count();
        }
        if (!isGood(entry, snapshot, plain, now)) {
            return Future.failedFuture("an older one is being compressed");
        }
        entry.kept.use();
        return entry.gzip;
    }

    private static boolean isGood(Entry entry, Snapshot snapshot, Response plain, long now) {
        return !entry.gzip.failed()
                && (entry.plain.refersTo(plain.body())
                        || entry.version.equals(snapshot.version()) && now - entry.madeAt < FRESH.toNanos());
    }

    private Future<Response> compress(Response plain) {
        long bytes = (long) EACH * plain.body().length();
        if (waiting.addAndGet(bytes) > budget.room() / SHARE) {
            waiting.addAndGet(-bytes);
            return Future.failedFuture("too much to compress");
        }
        return workers.executeBlocking(() -> plain.encoded("gzip", gzip(plain.body())), false)
                .onComplete(done -> waiting.addAndGet(-bytes));
    }

    private static Buffer gzip(Buffer plain) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(plain.length() / 8);
        ByteBuf list = ((BufferInternal) plain).getByteBuf().duplicate();
        try (GZIPOutputStream gzip = new Fast(bytes)) {
            // No copy of it, and not all at once: collections wait while zlib has an array.
            while (list.isReadable()) {
                list.readBytes(gzip, Math.min(list.readableBytes(), PIECE));
            }
        }
        return Response.wrapped(bytes.toByteArray());
    }

    /** Gzip with the least effort: lists repeat themselves so much that more gains little. */
    private static final class Fast extends GZIPOutputStream {
        Fast(ByteArrayOutputStream out) throws IOException {
            super(out, 8192);
            def.setLevel(Deflater.BEST_SPEED);
        }
    }
}
