package io.discovery.dns;

import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSOutput;

/** The data of a resource record, without its owner, type, class and time to live. Immutable. */
final class Rdata {

    private final byte[] bytes;
    private final @Nullable AddressName host;

    /**
     * @param host the host that the record names, whose address the client will ask for next; null if the record names
     *     none
     */
    Rdata(byte[] bytes, @Nullable AddressName host) {
        this.bytes = bytes;
        this.host = host;
    }

    @Nullable
    AddressName host() {
        return host;
    }

    void writeTo(DNSOutput out) {
        out.writeU16(bytes.length);
        out.writeByteArray(bytes);
    }
}
