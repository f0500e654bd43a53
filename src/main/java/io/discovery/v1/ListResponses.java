package io.discovery.v1;

import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.http.RequestPreconditions;
import io.discovery.http.Response;
import io.discovery.http.ResponseWorkers;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * Responses with lists: whole, compressed, or 304. Each is made once for a snapshot, so the read of an unchanged list
 * is a look-up. Thread-safe.
 */
final class ListResponses {

    private static final Response.Header VARY = new Response.Header("Vary", "Accept-Encoding");

    /** The renderings of a snapshot, which it keeps by these objects. */
    private final Renderer<String> tag;

    private final Renderer<Response> unchanged;
    private final Renderer<Response> current;
    private final Function<Snapshot, Response> whole;
    private final Function<Snapshot, List<Response.Header>> headers;
    private final GzipCache gzip;

    /** Returns the lists of services, behind the cache that CACHE_TTL sets. */
    static ListResponses ofServices(V1Json json, Duration cacheTtl, ResponseWorkers workers) {
        return new ListResponses(
                json::service,
                // Its bytes are those of its hosts' fragments, which count with registrations.
                response -> 0,
                snapshot -> List.of(
                        new Response.Header(LongPoll.INDEX, snapshot.version().toString())),
                whole -> new SeedListCache(whole, cacheTtl, workers.budget(), System::nanoTime),
                new GzipCache(workers.executor(), workers.budget(), System::nanoTime));
    }

    /** Returns the lists of repos. */
    static ListResponses ofRepos(V1Json json, ResponseWorkers workers) {
        return new ListResponses(
                json::repo,
                response -> response.body().length(),
                snapshot -> List.of(),
                whole -> whole,
                new GzipCache(workers.executor(), workers.budget(), System::nanoTime));
    }

    /**
     * @param body makes the body of a list
     * @param bytes the memory of a response, as far as it is not counted elsewhere
     * @param headers further headers of a list
     * @param cache a cache in front of the current lists
     */
    private ListResponses(
            Function<Snapshot, Buffer> body,
            ToLongFunction<Response> bytes,
            Function<Snapshot, List<Response.Header>> headers,
            UnaryOperator<Function<Snapshot, Response>> cache,
            GzipCache gzip) {
        this.tag = Renderer.small(ListResponses::tag);
        this.headers = headers;
        this.unchanged = Renderer.small(snapshot -> described(Response.notModified(), snapshot));
        this.current = new Renderer<>(snapshot -> described(Response.ok(body.apply(snapshot)), snapshot), bytes);
        this.whole = cache.apply(snapshot -> snapshot.rendered(current));
        this.gzip = gzip;
    }

    /** Returns the v1 JSON of the list, a line: the same bytes as the body of a response. */
    Buffer body(Snapshot snapshot) {
        return snapshot.rendered(current).body();
    }

    Future<Response> of(Snapshot snapshot, RequestPreconditions wanted) {
        if (wanted.hasAlready(snapshot.rendered(tag))) {
            return Future.succeededFuture(snapshot.rendered(unchanged));
        }
        Response plain = whole.apply(snapshot);
        return wanted.gzip() && plain.body().length() >= GzipCache.WORTH_IT
                ? gzip.of(snapshot, plain).otherwise(plain)
                : Future.succeededFuture(plain);
    }

    /**
     * Returns the entity tag of a list. It is weak: it ignores the times of check-ins, so bodies with the same tag have
     * the same content, but not the same bytes.
     */
    private static String tag(Snapshot snapshot) {
        return "W/\"" + snapshot.version() + '"';
    }

    /** Adds the headers. It makes the tag itself: a rendering that asked for another one would wait for itself. */
    private Response described(Response response, Snapshot snapshot) {
        List<Response.Header> all = new ArrayList<>(List.of(new Response.Header("ETag", tag(snapshot)), VARY));
        all.addAll(headers.apply(snapshot));
        if (snapshot.stale() > 0) {
            all.add(new Response.Header(ReadHandlers.STALE, Integer.toString(snapshot.stale())));
        }
        return response.with(all);
    }
}
