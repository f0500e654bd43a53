package io.discovery.dns;

import io.discovery.dns.Query.Edns;
import io.vertx.core.buffer.Buffer;
import org.xbill.DNS.Compression;
import org.xbill.DNS.DClass;
import org.xbill.DNS.DNSOutput;
import org.xbill.DNS.Name;
import org.xbill.DNS.Section;
import org.xbill.DNS.Type;

/**
 * A response under construction, record by record, up to a maximum size. A record is written as a whole or not at all;
 * dnsjava's own messages leave out all records where one does not fit. Not thread-safe.
 */
final class Response {

    /** Size that this member accepts in one datagram, and sends: fits any path without fragmentation. */
    static final int LARGEST_DATAGRAM = 1_232;

    private static final int AUTHORITATIVE = 0x0400;
    private static final int TRUNCATED = 0x0200;
    private static final int LOW_BITS_OF_CODE = 0x0f;
    private static final int HIGH_BITS_OF_CODE = 4;
    private static final int FLAGS_AT = 2;
    private static final int COUNTS_AT = 4;
    /** An empty name, type, class, time to live and no data. */
    private static final int EDNS_LENGTH = 1 + 2 + 2 + 4 + 2;

    private final DNSOutput out = new DNSOutput(Query.Head.LENGTH + 500);
    private final Compression names = new Compression();
    private final Query query;
    private final int limit;
    private final int[] counts = new int[4];
    private final int recordsAt;
    private boolean isTruncated;

    /** @param most maximum size in bytes: enough for header and question */
    Response(Query query, int most) {
        this.query = query;
        this.limit = most - (query.edns() == null ? 0 : EDNS_LENGTH);
        for (int i = 0; i < Query.Head.LENGTH; i += 2) {
            out.writeU16(0);
        }
        query.name().toWire(out, names);
        out.writeU16(query.type());
        out.writeU16(query.dnsClass());
        counts[Section.QUESTION] = 1;
        recordsAt = out.current();
    }

    /** Returns a response to a message that is unreadable beyond its header. */
    static Buffer withoutQuestion(Query.Head head, QueryOutcome outcome) {
        return Buffer.buffer(Query.Head.LENGTH)
                .appendUnsignedShort(head.id())
                .appendUnsignedShort(head.flagsOfResponse() | outcome.code())
                .appendLong(0);
    }

    /**
     * Adds a record to the last section that has records, or a later one.
     *
     * @return false if the record does not fit: then only records of the same owners may follow
     */
    boolean add(int section, Name owner, int type, Rdata data) {
        int before = out.current();
        owner.toWire(out, names);
        out.writeU16(type);
        out.writeU16(DClass.IN);
        out.writeU32(Zone.TTL.toSeconds());
        data.writeTo(out);
        if (out.current() > limit) {
            out.jump(before);
            return false;
        }
        counts[section]++;
        return true;
    }

    /** Sets the flag TC: there are more records than fit. */
    void truncate() {
        isTruncated = true;
    }

    /** Removes all records; none may follow. */
    void removeRecords() {
        out.jump(recordsAt);
        for (int section = Section.ANSWER; section < counts.length; section++) {
            counts[section] = 0;
        }
    }

    boolean isTruncated() {
        return isTruncated;
    }

    Buffer end(QueryOutcome outcome) {
        Edns edns = query.edns();
        if (edns != null) {
            counts[Section.ADDITIONAL]++;
            write(edns, outcome);
        }
        out.writeU16At(query.head().id(), 0);
        out.writeU16At(
                query.head().flagsOfResponse()
                        | (outcome.isAuthoritative() ? AUTHORITATIVE : 0)
                        | (isTruncated ? TRUNCATED : 0)
                        | outcome.code() & LOW_BITS_OF_CODE,
                FLAGS_AT);
        for (int section = 0; section < counts.length; section++) {
            out.writeU16At(counts[section], COUNTS_AT + 2 * section);
        }
        return Buffer.buffer(out.toByteArray());
    }

    private void write(Edns edns, QueryOutcome outcome) {
        Name.root.toWire(out, null);
        out.writeU16(Type.OPT);
        out.writeU16(LARGEST_DATAGRAM);
        out.writeU8(outcome.code() >> HIGH_BITS_OF_CODE);
        // The only EDNS version (RFC 6891).
        out.writeU8(0);
        // RFC 3225, 3: the response copies the flag DO of the query.
        out.writeU16(edns.dnssecOk() ? 0x8000 : 0);
        out.writeU16(0);
    }
}
