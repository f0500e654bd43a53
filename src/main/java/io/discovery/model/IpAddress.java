package io.discovery.model;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An IP address in its canonical spelling: dotted decimals for IPv4, RFC 5952 for IPv6, and IPv4 for IPv4-mapped IPv6.
 * Never resolves a name.
 */
public record IpAddress(String text) implements Comparable<IpAddress> {

    private static final Pattern IPV6_CHARACTERS = Pattern.compile("[0-9a-fA-F:][0-9a-fA-F:.]*");
    private static final int GROUPS = 8;
    private static final int LONGEST_TEXT = 45;

    /** @throws IllegalArgumentException if the text is not canonical: use {@link #parse} for a client's text */
    public IpAddress {
        if (!canonical(text).filter(text::equals).isPresent()) {
            throw new IllegalArgumentException("not an IP address in canonical form: " + text);
        }
    }

    /**
     * Parses a client's text. IPv4 must be four decimals without leading zeros (seed: POST /v1/registration); IPv6 is
     * accepted in every spelling but with a zone id.
     */
    public static Optional<IpAddress> parse(String text) {
        return canonical(text).map(IpAddress::new);
    }

    public boolean isIpv6() {
        return text.indexOf(':') >= 0;
    }

    /** Returns the address as it stands before a port: IPv6 in brackets. */
    public String inUrl() {
        return isIpv6() ? "[" + text + "]" : text;
    }

    private static Optional<String> canonical(String text) {
        if (text.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        if (text.indexOf(':') < 0) {
            return isIpv4(text) ? Optional.of(text) : Optional.empty();
        }
        int dot = text.indexOf('.');
        boolean embedsWrongIpv4 = dot >= 0 && !isIpv4(text.substring(text.lastIndexOf(':') + 1));
        if (!IPV6_CHARACTERS.matcher(text).matches() || embedsWrongIpv4) {
            return Optional.empty();
        }
        return literal(text).map(IpAddress::spell);
    }

    /**
     * Returns whether the text is four decimals up to 255 without leading zeros; without a pattern, because every
     * heartbeat runs it.
     */
    private static boolean isIpv4(String text) {
        int octets = 0;
        int digits = 0;
        int octet = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i < text.length() ? text.charAt(i) : '.';
            if (c == '.') {
                if (digits == 0) {
                    return false;
                }
                octets++;
                digits = 0;
                octet = 0;
            } else {
                boolean leadingZero = digits > 0 && octet == 0;
                octet = 10 * octet + (c - '0');
                digits++;
                if (c < '0' || c > '9' || leadingZero || octet > 255) {
                    return false;
                }
            }
        }
        return octets == 4;
    }

    /** Parses hexadecimal digits and colons, which the JDK never passes to a resolver. */
    private static Optional<InetAddress> literal(String ipv6) {
        try {
            return Optional.of(InetAddress.getByName(ipv6));
        } catch (UnknownHostException notAnAddress) {
            return Optional.empty();
        }
    }

    private static String spell(InetAddress address) {
        return address instanceof Inet4Address ? address.getHostAddress() : spellIpv6(address.getAddress());
    }

    /**
     * Spells an address by RFC 5952, section 4: lower case, no leading zeros, the first longest run of two or more zero
     * groups as "::".
     */
    private static String spellIpv6(byte[] bytes) {
        int[] groups = new int[GROUPS];
        for (int i = 0; i < GROUPS; i++) {
            groups[i] = (bytes[2 * i] & 0xff) << 8 | (bytes[2 * i + 1] & 0xff);
        }
        int zerosAt = -1;
        int zeros = 1;
        for (int start = 0; start < GROUPS; start++) {
            int end = start;
            while (end < GROUPS && groups[end] == 0) {
                end++;
            }
            if (end - start > zeros) {
                zerosAt = start;
                zeros = end - start;
            }
        }
        StringBuilder spelled = new StringBuilder(LONGEST_TEXT);
        for (int i = 0; i < GROUPS; i++) {
            if (i == zerosAt) {
                spelled.append("::");
                i += zeros - 1;
            } else {
                spelled.append(i == 0 || i == zerosAt + zeros && zerosAt >= 0 ? "" : ":")
                        .append(Integer.toHexString(groups[i]));
            }
        }
        return spelled.toString();
    }

    @Override
    public int compareTo(IpAddress other) {
        return text.compareTo(other.text);
    }

    @Override
    public String toString() {
        return text;
    }
}
