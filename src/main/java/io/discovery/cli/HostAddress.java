package io.discovery.cli;

import io.discovery.cli.text.Printable;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An address of a host as users give it and as tools show it: {@code 10.0.0.1}, {@code 10.0.0.1:8080}, {@code ::1},
 * {@code [::1]}, {@code [::1]:8080}.
 *
 * @param ip without brackets
 */
record HostAddress(String ip, OptionalInt port) {

    private static final Pattern FORM = Pattern.compile(
            "(?:([0-9.]+)|\\[([0-9a-fA-F:.]*:[0-9a-fA-F:.]*)])(?::([0-9]{1,5}))?|([0-9a-fA-F.]*:[0-9a-fA-F.]*:[0-9a-fA-F:.]*)");
    private static final int LARGEST_PORT = 65_535;

    /**
     * Parses an address.
     *
     * @throws IllegalArgumentException if it has another form; says what was given and expected
     */
    static HostAddress parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw invalid(text);
        }
        String port = form.group(3);
        if (port == null) {
            return new HostAddress(ip(form), OptionalInt.empty());
        }
        int number = Integer.parseInt(port);
        if (number < 1 || number > LARGEST_PORT) {
            throw invalid(text);
        }
        return new HostAddress(ip(form), OptionalInt.of(number));
    }

    private static String ip(Matcher form) {
        String plain = form.group(1);
        String bracketed = form.group(2);
        return plain != null ? plain : bracketed != null ? bracketed : form.group(4);
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("given '" + Printable.of(text)
                + "', expected an IPv4 or IPv6 address, with or without a port: 10.0.0.1, 10.0.0.1:8080, [::1]:8080");
    }

    /** Returns whether a host or a change with this port is meant. */
    boolean includesPort(String shown) {
        return port.isEmpty() || shown.equals(Integer.toString(port.getAsInt()));
    }

    /** Returns the address as paths of the API name it. */
    @Override
    public String toString() {
        if (port.isEmpty()) {
            return ip;
        }
        return (ip.indexOf(':') < 0 ? ip : "[" + ip + "]") + ":" + port.getAsInt();
    }
}
