package io.discovery.http;

import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.function.UnaryOperator;

/**
 * Lists as answers: whole, compressed, or only that nothing has changed. Each is made once for a snapshot, so that a read
 * of a list that nobody changes is a look-up. Safe for all threads.
 */
public final class ListResponses {

    private static final Response.Header VARY = new Response.Header("Vary", "Accept-Encoding");

    /** Renderings are known by these objects: one of each. */
    private final Renderer<String> tag;

    private final Renderer<Response> unchanged;
    private final Renderer<Response> current;
    private final Function<Snapshot, Response> whole;
    private final Function<Snapshot, List<Response.Header>> headers;
    private final GzipCache compressed;

    /**
     * @param body of a list
     * @param bytes what a body takes, if it is not counted elsewhere
     * @param headers that its answers have beside those of all lists
     * @param cache what stands between a reader and the list as it is now
     */
    ListResponses(
            Function<Snapshot, Buffer> body,
            ToLongFunction<Response> bytes,
            Function<Snapshot, List<Response.Header>> headers,
            UnaryOperator<Function<Snapshot, Response>> cache,
            GzipCache compressed) {
        this.tag = Renderer.small(ListResponses::tag);
        this.headers = headers;
        this.unchanged = Renderer.small(snapshot -> described(Response.notModified(), snapshot));
        this.current = new Renderer<>(snapshot -> described(Response.ok(body.apply(snapshot)), snapshot), bytes);
        this.whole = cache.apply(snapshot -> snapshot.rendered(current));
        this.compressed = compressed;
    }

    /** The v1 JSON of the list, a line: the same bytes that answers have. */
    public Buffer body(Snapshot snapshot) {
        return snapshot.rendered(current).body();
    }

    Future<Response> of(Snapshot snapshot, RequestPreconditions wanted) {
        if (wanted.hasAlready(snapshot.rendered(tag))) {
            return Future.succeededFuture(snapshot.rendered(unchanged));
        }
        Response plain = whole.apply(snapshot);
        return wanted.gzip() && plain.body().length() >= GzipCache.WORTH_IT
                ? compressed.of(snapshot, plain).otherwise(plain)
                : Future.succeededFuture(plain);
    }

    /**
     * The entity tag of a list. Weak: the times of check-ins are left out, so two bodies with the same tag say the same but
     * not byte for byte.
     */
    private static String tag(Snapshot snapshot) {
        return "W/\"" + snapshot.version() + '"';
    }

    /** Makes the tag itself: a rendering must not ask for another, by which it would wait for itself. */
    private Response described(Response answer, Snapshot snapshot) {
        List<Response.Header> all = new ArrayList<>(List.of(new Response.Header("ETag", tag(snapshot)), VARY));
        all.addAll(headers.apply(snapshot));
        if (snapshot.stale() > 0) {
            all.add(new Response.Header(ReadHandlers.STALE, Integer.toString(snapshot.stale())));
        }
        return answer.with(all);
    }
}
