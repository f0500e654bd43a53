package io.discovery.xds;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one stream, as a state machine: requests and changes go in, and whoever can send asks for the next
 * answer. Only what is owed is kept, by name, so that a client which reads slowly costs little and gets what is there in the
 * end. Belongs to the event loop of its stream.
 *
 * @param <Q> the requests
 * @param <R> the answers
 */
interface Protocol<Q, R> {

    /** @throws Refusal if the stream is to end */
    void received(Q request);

    /** The lists of these services may read otherwise now. */
    void changed(Set<String> services);

    /** The next answer that is owed, with the content of now, which counts as sent; null if none is owed. */
    @Nullable
    R next();

    /** Who the client is; null before the first request. */
    @Nullable
    Peer peer();

    /** What the client has subscribed to, by type. */
    List<Subscribed> subscribed();
}
