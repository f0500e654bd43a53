package io.discovery.dns;

import io.discovery.directory.Readiness;
import io.vertx.core.buffer.Buffer;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.xbill.DNS.DClass;
import org.xbill.DNS.HINFORecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * Computes the response to any message. Never throws, never blocks; a response to a message that is not a question
 * about the domain is never larger than the message, except for EDNS. Never asks another server, whether the client
 * desires recursion or not. Thread-safe.
 */
final class Responder {

    /** The protocol that carried the message and will carry its response, and what its client may ask by it. */
    enum Transport {
        UDP,
        /** A datagram whose source may be forged. */
        UDP_UNKNOWN,
        /** Such a datagram of a network that has had as many responses as it may. */
        UDP_OVER_RATE,
        TCP,
        /** A connection of a client that may ask nothing. */
        TCP_NOT_ALLOWED
    }

    private static final Logger log = LoggerFactory.getLogger(Responder.class);

    /** Maximum of a response to a datagram whose source may be forged, in sizes of the query. */
    static final int MOST_TIMES = 4;

    /** Size that every client accepts in one datagram (RFC 1035, 4.2.1). */
    private static final int LEAST_DATAGRAM = 512;
    /** Maximum of the two-byte length before a message over TCP. */
    static final int LARGEST_MESSAGE = 65_535;

    /** The one record in a response to ANY (RFC 8482, 4.2). */
    private static final Rdata NOT_ALL_TYPES =
            new Rdata(new HINFORecord(Name.root, DClass.IN, 0, "RFC8482", "").rdataToWireCanonical(), null);

    private final Zone zone;
    private final Readiness readiness;
    private final Map<QueryOutcome, LongAdder> outcomes = new EnumMap<>(QueryOutcome.class);
    private final LongAdder truncated = new LongAdder();

    Responder(Zone zone, Readiness readiness) {
        this.zone = zone;
        this.readiness = readiness;
        for (QueryOutcome outcome : QueryOutcome.values()) {
            outcomes.put(outcome, new LongAdder());
        }
    }

    /** Returns the number of messages with this outcome. */
    long count(QueryOutcome outcome) {
        return adder(outcome).sum();
    }

    /** Returns the number of truncated responses over UDP. */
    long truncated() {
        return truncated.sum();
    }

    private LongAdder adder(QueryOutcome outcome) {
        LongAdder adder = outcomes.get(outcome);
        if (adder == null) {
            throw new IllegalStateException("no count of " + outcome);
        }
        return adder;
    }

    /** Counts a message without a response. */
    void drop(QueryOutcome reason) {
        adder(reason).increment();
    }

    /**
     * Returns the response, or null for a message that is a response itself, lest two servers answer each other for
     * ever, or that is shorter than a header.
     */
    @Nullable
    Buffer answer(Buffer message, Transport transport) {
        Optional<Query.Head> head = Query.Head.of(message);
        if (head.isEmpty() || head.get().isResponse()) {
            drop(QueryOutcome.DROPPED);
            return null;
        }
        try {
            return answer(head.get(), message, transport);
        } catch (RuntimeException fault) {
            log.error("failed to answer the query {}", HexFormat.of().formatHex(message.getBytes()), fault);
            return withoutQuestion(head.get(), QueryOutcome.SERVFAIL);
        }
    }

    private Buffer answer(Query.Head head, Buffer message, Transport transport) {
        if (!head.isQuery()) {
            return withoutQuestion(head, QueryOutcome.NOTIMP);
        }
        Optional<Query> query = Query.of(head, message);
        return query.isEmpty()
                ? withoutQuestion(head, QueryOutcome.FORMERR)
                : answer(query.get(), message.length(), transport);
    }

    private Buffer withoutQuestion(Query.Head head, QueryOutcome outcome) {
        adder(outcome).increment();
        return Response.withoutQuestion(head, outcome);
    }

    private Buffer answer(Query query, int length, Transport transport) {
        Response response = new Response(query, most(query, length, transport));
        QueryOutcome outcome = refusal(query, transport);
        if (outcome == null) {
            outcome = transport == Transport.UDP_OVER_RATE ? comeByTcp(response) : find(response, query, transport);
        }
        adder(outcome).increment();
        if (response.isTruncated()) {
            truncated.increment();
            if (transport == Transport.UDP_UNKNOWN) {
                response.removeRecords();
            }
        }
        return response.end(outcome);
    }

    /** Tells the client, at next to no cost, to ask again over TCP (RFC 2181, 9). */
    private static QueryOutcome comeByTcp(Response response) {
        response.truncate();
        return QueryOutcome.NOERROR;
    }

    private QueryOutcome find(Response response, Query query, Transport transport) {
        RecordSet node = zone.find(query.name());
        // Looked at again: this process may have stood still since, and found what is listed by leases that have ended.
        if (readiness.whyNoReads() != null) {
            return QueryOutcome.SERVFAIL;
        }
        write(response, query, node == null ? RecordSet.EMPTY : node, transport);
        return node == null ? QueryOutcome.NXDOMAIN : QueryOutcome.NOERROR;
    }

    /** @param length of the message with the query */
    private static int most(Query query, int length, Transport transport) {
        return switch (transport) {
            case TCP, TCP_NOT_ALLOWED -> LARGEST_MESSAGE;
            case UDP -> datagram(query.edns());
            case UDP_UNKNOWN, UDP_OVER_RATE -> Math.min(datagram(query.edns()), MOST_TIMES * length);
        };
    }

    private static int datagram(Query.@Nullable Edns edns) {
        return edns == null
                ? LEAST_DATAGRAM
                : Math.max(LEAST_DATAGRAM, Math.min(edns.payload(), Response.LARGEST_DATAGRAM));
    }

    /** Returns null if the query asks about the domain and this member may answer it. */
    private @Nullable QueryOutcome refusal(Query query, Transport transport) {
        if (transport == Transport.TCP_NOT_ALLOWED) {
            return QueryOutcome.NOT_ALLOWED;
        }
        Query.Edns edns = query.edns();
        if (edns != null && edns.version() > 0) {
            return QueryOutcome.BADVERS;
        }
        // All types from TKEY up to ANY ask for something other than the records of a name (RFC 6895, 3.1).
        boolean asksForRecords = query.type() < Type.TKEY || query.type() >= Type.ANY;
        if (!asksForRecords || query.dnsClass() != DClass.IN || !query.name().subdomain(zone.domain())) {
            return QueryOutcome.REFUSED;
        }
        return readiness.whyNoReads() == null ? null : QueryOutcome.SERVFAIL;
    }

    private void write(Response response, Query query, RecordSet node, Transport transport) {
        if (node.isEmpty() || query.type() != Type.ANY && node.of(query.type()).isEmpty()) {
            writeNothing(response);
        } else if (query.type() == Type.ANY) {
            response.add(Section.ANSWER, query.name(), Type.HINFO, NOT_ALL_TYPES);
        } else {
            write(response, query, node.of(query.type()), transport);
        }
    }

    /** Adds the domain's SOA, whose TTL limits how long resolvers cache the empty response (RFC 2308). */
    private void writeNothing(Response response) {
        if (!response.add(Section.AUTHORITY, zone.domain(), Type.SOA, zone.soa())) {
            response.truncate();
        }
    }

    /**
     * Writes as many records as fit, in random order, so that clients spread; then as many of their addresses as fit.
     */
    private static void write(Response response, Query query, List<Rdata> records, Transport transport) {
        Set<AddressName> hosts = new LinkedHashSet<>();
        boolean fits = true;
        for (Iterator<Rdata> shuffled = new LazyShuffle<>(records); fits && shuffled.hasNext(); ) {
            Rdata data = shuffled.next();
            fits = response.add(Section.ANSWER, query.name(), query.type(), data);
            AddressName host = data.host();
            if (fits && host != null) {
                hosts.add(host);
            }
        }
        if (!fits && transport != Transport.TCP) {
            // Over TCP there is no larger message to ask for: a resolver would give up, where a part will do.
            response.truncate();
        }
        for (AddressName host : hosts) {
            if (!response.add(Section.ADDITIONAL, host.name(), host.type(), host.record())) {
                return;
            }
        }
    }
}
