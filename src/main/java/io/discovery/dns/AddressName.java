package io.discovery.dns;

import io.discovery.model.IpAddress;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.xbill.DNS.Address;
import org.xbill.DNS.Name;
import org.xbill.DNS.NameTooLongException;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/**
 * An address, and the name that says it: {@code 10.0.0.1} is {@code 10-0-0-1.addr} below the domain, {@code 2001:db8::1} is
 * {@code 2001-db8-0-0-0-0-0-1.addr}. So that the targets of SRV records resolve, whoever is asked, and nothing has to be
 * remembered.
 */
final class AddressName {

    /** What names of addresses stand below. */
    static final String PARENT = "addr";

    private static final int IPV6_GROUPS = 8;

    private final Name name;
    private final byte[] address;

    private AddressName(Name name, byte[] address) {
        this.name = name;
        this.address = address;
    }

    static AddressName of(IpAddress address, Name domain) {
        byte[] bytes = bytes(address);
        try {
            return new AddressName(Name.concatenate(Name.fromString(label(bytes) + "." + PARENT), domain), bytes);
        } catch (TextParseException | NameTooLongException impossible) {
            // At most 39 characters, and DNS_DOMAIN leaves room for them.
            throw new IllegalStateException("no name for " + address + " below " + domain, impossible);
        }
    }

    /** The host that a label names; empty unless the label is exactly as it is spelled here. */
    static Optional<AddressName> named(String label, Name domain) {
        String text = label.replace('-', label.chars().filter(c -> c == '-').count() == IPV6_GROUPS - 1 ? ':' : '.');
        return IpAddress.parse(text)
                .filter(address -> label(bytes(address)).equals(label.toLowerCase(Locale.ROOT)))
                .map(address -> of(address, domain));
    }

    private static byte[] bytes(IpAddress address) {
        return Objects.requireNonNull(
                Address.toByteArray(address.text(), address.isIpv6() ? Address.IPv6 : Address.IPv4), address::text);
    }

    private static String label(byte[] bytes) {
        StringBuilder label = new StringBuilder();
        boolean isIpv4 = bytes.length == Integer.BYTES;
        for (int i = 0; i < bytes.length; i += isIpv4 ? 1 : 2) {
            label.append(i == 0 ? "" : "-");
            label.append(
                    isIpv4
                            ? Integer.toString(bytes[i] & 0xff)
                            : Integer.toHexString((bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff)));
        }
        return label.toString();
    }

    Name name() {
        return name;
    }

    /** A or AAAA. */
    int type() {
        return address.length == Integer.BYTES ? Type.A : Type.AAAA;
    }

    /** The data of its record. */
    Rdata record() {
        return new Rdata(address, null);
    }
}
