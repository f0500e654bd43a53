package io.discovery.xds;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of one stream, as a state machine: requests and changes go in, answers go out to whoever it was made
 * with. Belongs to the event loop of its stream.
 *
 * @param <Q> the requests
 */
interface Protocol<Q> {

    /** @throws Refusal if the stream is to end */
    void received(Q request);

    /** The lists of these services may read otherwise now: sends what the client lacks. */
    void changed(Set<String> services);

    /** Who the client is; null before the first request. */
    @Nullable
    Peer peer();

    /** What the client has subscribed to, by type. */
    List<Subscribed> subscribed();
}
