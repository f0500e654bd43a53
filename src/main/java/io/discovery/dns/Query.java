package io.discovery.dns;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSInput;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;
import org.xbill.DNS.WireParseException;

/**
 * One question of a client.
 *
 * @param edns the client's EDNS options (RFC 6891); null if the query has none
 */
record Query(
        Head head,
        Name name,
        int type,
        int dnsClass,
        @Nullable Edns edns) {

    /** Maximum length of a label; a larger length byte begins a pointer or is invalid. */
    private static final int LONGEST_LABEL = 63;

    private static final int POINTER = 0xc0;
    /** Bytes of a record between its type and the length of its data. */
    private static final int CLASS_AND_TTL = 2 + 4;

    /**
     * The header of a message (RFC 1035, 4.1.1), readable even if the rest is malformed.
     *
     * @param flags includes the opcode
     */
    record Head(int id, int flags, int questions, int answers, int authorities, int additional) {

        static final int LENGTH = 12;
        /** The SOA in a request for an incremental transfer (RFC 1995, 3). */
        private static final int MOST_AUTHORITIES = 1;
        /** EDNS (RFC 6891) and a signature (RFC 8945 or 2931). */
        private static final int MOST_ADDITIONAL = 2;

        private static final int RESPONSE = 0x8000;
        private static final int OPCODE = 0x7800;
        private static final int RECURSION_DESIRED = 0x0100;

        /** Reads the header; returns empty if the message is shorter. */
        static Optional<Head> of(Buffer message) {
            return message.length() < LENGTH
                    ? Optional.empty()
                    : Optional.of(new Head(
                            message.getUnsignedShort(0),
                            message.getUnsignedShort(2),
                            message.getUnsignedShort(4),
                            message.getUnsignedShort(6),
                            message.getUnsignedShort(8),
                            message.getUnsignedShort(10)));
        }

        boolean isResponse() {
            return (flags & RESPONSE) != 0;
        }

        boolean isQuery() {
            return (flags & OPCODE) == 0;
        }

        /** Returns whether the section counts are those of a query (RFC 9619: one question). */
        boolean hasCountsOfQuery() {
            return questions == 1 && answers == 0 && authorities <= MOST_AUTHORITIES && additional <= MOST_ADDITIONAL;
        }

        /** Returns the flags of a response, with no other flag set. */
        int flagsOfResponse() {
            return RESPONSE | flags & (OPCODE | RECURSION_DESIRED);
        }
    }

    /** @param payload bytes that the client accepts in one datagram */
    record Edns(int payload, int version, boolean dnssecOk) {

        private static final int DNSSEC_OK = 0x8000;

        private static Edns of(OPTRecord record) {
            return new Edns(record.getPayloadSize(), record.getVersion(), (record.getFlags() & DNSSEC_OK) != 0);
        }
    }

    /** Reads a query; returns empty unless the message has exactly one question and at most one OPT record. */
    static Optional<Query> of(Head head, Buffer message) {
        if (!head.hasCountsOfQuery()) {
            return Optional.empty();
        }
        try {
            return read(head, message.getBytes());
        } catch (IOException | RuntimeException malformed) {
            // The responder counts it with the FORMERR response.
            return Optional.empty();
        }
    }

    /**
     * Reads the question's name and the OPT record, and skips all other names and data: a name may be a pointer to a
     * pointer (RFC 1035, 4.1.4), and a record full of such names would take milliseconds of an event loop. Before the
     * question there is no room for a chain of pointers.
     */
    private static Optional<Query> read(Head head, byte[] message) throws IOException {
        DNSInput in = new DNSInput(message);
        in.jump(Head.LENGTH);
        Name name = new Name(in);
        int type = in.readU16();
        int dnsClass = in.readU16();
        List<OPTRecord> edns = new ArrayList<>();
        for (int i = 0; i < head.authorities() + head.additional(); i++) {
            int begin = in.current();
            skipName(in);
            boolean isRoot = in.current() == begin + 1;
            boolean isEdns = in.readU16() == Type.OPT;
            in.readByteArray(CLASS_AND_TTL);
            in.readByteArray(in.readU16());
            if (isEdns) {
                if (!isRoot || i < head.authorities()) {
                    return Optional.empty();
                }
                edns.add((OPTRecord)
                        Record.fromWire(Arrays.copyOfRange(message, begin, in.current()), Section.ADDITIONAL));
            }
        }
        if (type == Type.OPT || edns.size() > 1) {
            return Optional.empty();
        }
        return Optional.of(new Query(head, name, type, dnsClass, edns.isEmpty() ? null : Edns.of(edns.get(0))));
    }

    /** Skips a name without following its pointer, which ends it. */
    private static void skipName(DNSInput in) throws IOException {
        int length = in.readU8();
        while (length > 0 && length <= LONGEST_LABEL) {
            in.readByteArray(length);
            length = in.readU8();
        }
        if (length > LONGEST_LABEL) {
            if (length < POINTER) {
                throw new WireParseException("neither a label nor a pointer: " + length);
            }
            in.readU8();
        }
    }
}
