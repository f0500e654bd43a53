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
 * An IP address and the name that encodes it: {@code 10.0.0.1} is {@code 10-0-0-1.addr} below the domain,
 * {@code 2001:db8::1} is {@code 2001-db8-0-0-0-0-0-1.addr}. Targets of SRV records have such names: every member
 * resolves them without any state.
 */
final class AddressName {

    /** Parent label of all address names. */
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

    /** Returns the address that a label encodes, or empty unless the label has the canonical spelling. */
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

    /** Returns A or AAAA. */
    int type() {
        return address.length == Integer.BYTES ? Type.A : Type.AAAA;
    }

    /** Returns the data of its A or AAAA record. */
    Rdata record() {
        return new Rdata(address, null);
    }
}
