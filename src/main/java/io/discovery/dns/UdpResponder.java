package io.discovery.dns;

import io.discovery.dns.Responder.Transport;
import io.discovery.model.AddressBits;
import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Computes the response to a datagram by its source, which may be forged. Thread-safe. */
final class UdpResponder {

    private final Responder responder;
    private final Sources sources;

    UdpResponder(Responder responder, Sources sources) {
        this.responder = responder;
        this.sources = sources;
    }

    /**
     * Returns the response, or null for none. A source that may not ask gets none: REFUSED is as long as the query, but
     * a datagram all the same, which a forged source would send to a machine that has not asked (RFC 2827); and a
     * resolver asks the next member at once when it is refused.
     */
    @Nullable
    Buffer answer(Buffer message, AddressBits source) {
        if (!sources.isAllowed(source)) {
            responder.drop(QueryOutcome.NOT_ALLOWED);
            return null;
        }
        return responder.answer(message, Transport.UDP);
    }

    /** Counts a message without a response. */
    void drop() {
        responder.drop(QueryOutcome.DROPPED);
    }
}
