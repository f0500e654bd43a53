package io.discovery.dns;

import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * One question, as it came.
 *
 * @param edns what the client says of itself (RFC 6891); null if nothing
 */
record Query(
        Head head,
        Name name,
        int type,
        int dnsClass,
        @Nullable Edns edns) {

    /**
     * The first bytes of a message (RFC 1035, 4.1.1), which can be read of one that is otherwise broken.
     *
     * @param flags also the kind of the message
     */
    record Head(int id, int flags, int questions) {

        static final int LENGTH = 12;
        private static final int RESPONSE = 0x8000;
        private static final int OPCODE = 0x7800;
        private static final int RECURSION_DESIRED = 0x0100;

        /** Empty if there is less than that. */
        static Optional<Head> of(Buffer message) {
            return message.length() < LENGTH
                    ? Optional.empty()
                    : Optional.of(new Head(
                            message.getUnsignedShort(0), message.getUnsignedShort(2), message.getUnsignedShort(4)));
        }

        boolean isResponse() {
            return (flags & RESPONSE) != 0;
        }

        boolean isQuery() {
            return (flags & OPCODE) == 0;
        }

        /** The flags of a response to it, with no other flag set. */
        int flagsOfResponse() {
            return RESPONSE | flags & (OPCODE | RECURSION_DESIRED);
        }
    }

    /** @param payload bytes that the client takes in one datagram, as it says */
    record Edns(int payload, int version, boolean dnssecOk) {

        private static final int DNSSEC_OK = 0x8000;

        private static Edns of(OPTRecord record) {
            return new Edns(record.getPayloadSize(), record.getVersion(), (record.getFlags() & DNSSEC_OK) != 0);
        }
    }

    /** Empty if it is no message with one question and at most one word of EDNS. */
    static Optional<Query> of(Head head, Buffer message) {
        if (head.questions() != 1) {
            return Optional.empty();
        }
        Message parsed;
        try {
            parsed = new Message(message.getBytes());
        } catch (IOException | RuntimeException malformed) {
            // Counted with what it is answered.
            return Optional.empty();
        }
        Record question = parsed.getQuestion();
        List<OPTRecord> edns = parsed.getSection(Section.ADDITIONAL).stream()
                .filter(OPTRecord.class::isInstance)
                .map(OPTRecord.class::cast)
                .toList();
        if (question == null || question.getType() == Type.OPT || edns.size() > 1) {
            return Optional.empty();
        }
        return Optional.of(new Query(
                head,
                question.getName(),
                question.getType(),
                question.getDClass(),
                edns.isEmpty() ? null : Edns.of(edns.get(0))));
    }
}
