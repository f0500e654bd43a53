package io.discovery.dns;

import io.discovery.dns.Responder.Transport;
import io.discovery.model.AddressBits;
import io.vertx.core.buffer.Buffer;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Computes the response to a datagram by its source, which may be forged (RFC 2827): then the response goes to a
 * machine that has not asked (RFC 5358). An unknown source therefore gets no response over {@link Responder#MOST_TIMES}
 * times the size of its query, and no more than {@link ResponseRate} admits. Beyond either it is told to come over TCP,
 * which proves an address (RFC 7766), by a response with the flag TC and no records. Beyond the rate that happens only
 * every other time, as with BIND's and Knot DNS's "slip" of 2: a victim gets fewer packets than the attacker sends, and
 * a client that asks three times gets through seven times out of eight.
 *
 * <p>Confined to one event loop.
 */
final class UdpResponder {

    private final Responder responder;
    private final Sources sources;
    private final ResponseRate rate;
    private final LongAdder limited = new LongAdder();

    UdpResponder(Responder responder, Sources sources, ResponseRate rate) {
        this.responder = responder;
        this.sources = sources;
        this.rate = rate;
    }

    /**
     * Returns the response, or null for none. A source that may not ask gets none: REFUSED is as long as the query, but
     * a datagram all the same; and a resolver asks the next member at once when it is refused.
     */
    @Nullable
    Buffer answer(Buffer message, AddressBits source) {
        if (!sources.isAllowed(source)) {
            responder.drop(QueryOutcome.NOT_ALLOWED);
            return null;
        }
        if (sources.isKnown(source)) {
            return responder.answer(message, Transport.UDP);
        }
        return rate.admits(source) ? responder.answer(message, Transport.UDP_UNKNOWN) : overRate(message);
    }

    /** Responds by chance, not in turns, which two sources could have between them. */
    private @Nullable Buffer overRate(Buffer message) {
        limited.increment();
        if (ThreadLocalRandom.current().nextBoolean()) {
            drop();
            return null;
        }
        return responder.answer(message, Transport.UDP_OVER_RATE);
    }

    /** Returns the number of messages over the rate; from any thread. */
    long limited() {
        return limited.sum();
    }

    /** Counts a message without a response. */
    void drop() {
        responder.drop(QueryOutcome.DROPPED);
    }
}
