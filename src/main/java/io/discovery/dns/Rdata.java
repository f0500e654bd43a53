package io.discovery.dns;

import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DNSOutput;

/** What a record says: all of it but its owner, type, class and time to live. Nobody changes it. */
final class Rdata {

    private final byte[] bytes;
    private final @Nullable AddressName host;

    /** @param host whom it names, and whose address whoever asks for it will ask for next; null if there is none */
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
