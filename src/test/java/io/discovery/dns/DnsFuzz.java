package io.discovery.dns;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;

import io.discovery.dns.Responder.Transport;
import io.discovery.fuzz.FuzzTarget;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.xbill.DNS.Flags;
import org.xbill.DNS.Message;
import org.xbill.DNS.Rcode;
import org.xbill.DNS.Section;

/**
 * Messages over UDP and TCP. Each gets a well-formed response of its id or none, never SERVFAIL; a response over UDP
 * fits a datagram, a response without an answer about the domain is no longer than the message, and one to an unknown
 * source is no longer than it may be.
 */
public final class DnsFuzz implements FuzzTarget {

    private static final Responder RESPONDER = FuzzedZone.responder(true);
    private static final Set<Transport> CONNECTIONS = Set.of(Transport.TCP, Transport.TCP_NOT_ALLOWED);

    @Override
    public List<byte[]> seeds() {
        return FuzzedZone.queries();
    }

    @Override
    public int longest() {
        return 1_500;
    }

    @Override
    public void read(byte[] input) throws IOException {
        for (Transport transport : Transport.values()) {
            Buffer response = RESPONDER.answer(Buffer.buffer(input), transport);
            if (response != null) {
                check(input, response, transport);
            }
        }
    }

    private static void check(byte[] input, Buffer response, Transport transport) throws IOException {
        Message parsed = new Message(response.getBytes());
        int code = parsed.getHeader().getRcode();
        require(parsed.getHeader().getFlag(Flags.QR), parsed::toString);
        requireEqual(parsed.getHeader().getID(), Buffer.buffer(input).getUnsignedShort(0), "the id");
        require(code != Rcode.SERVFAIL, parsed::toString);
        require(
                transport != Transport.UDP_UNKNOWN || response.length() <= Responder.MOST_TIMES * input.length,
                () -> response.length() + " bytes to an unknown source for " + input.length);
        require(
                transport != Transport.UDP_OVER_RATE || response.length() <= input.length,
                () -> response.length() + " bytes over the rate for " + input.length);
        require(
                transport != Transport.TCP_NOT_ALLOWED
                        || parsed.getSection(Section.ANSWER).isEmpty(),
                parsed::toString);
        require(
                code == Rcode.NOERROR || code == Rcode.NXDOMAIN || response.length() <= input.length,
                () -> response.length() + " bytes for " + input.length + ": " + parsed);
        require(
                CONNECTIONS.contains(transport) || response.length() <= Response.LARGEST_DATAGRAM,
                () -> "a datagram of " + response.length() + " bytes");
    }
}
