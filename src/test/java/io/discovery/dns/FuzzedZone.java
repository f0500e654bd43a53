package io.discovery.dns;

import io.discovery.directory.Directory;
import io.discovery.directory.Readiness;
import io.discovery.memory.CacheBudget;
import io.discovery.model.CheckIn;
import io.discovery.model.ExpiryProtection;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.model.Tags;
import io.discovery.model.Version;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Message;
import org.xbill.DNS.Name;
import org.xbill.DNS.OPTRecord;
import org.xbill.DNS.Record;
import org.xbill.DNS.Section;
import org.xbill.DNS.TextParseException;
import org.xbill.DNS.Type;

/** A zone that never changes, and queries about it. */
final class FuzzedZone {

    private static final String DOMAIN = "service.discovery";
    private static final int FEW = 20;
    private static final int MANY = 100;

    private FuzzedZone() {}

    /** Returns what answers queries about two services with one instance each, and perhaps some with more. */
    static Responder responder(boolean hasMany) {
        Directory directory =
                new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 1, CacheBudget.unlimited());
        register(directory, "payments", "10.0.0.1");
        register(directory, "a.Payments", "2001:db8::1");
        for (int n = 0; hasMany && n < MANY; n++) {
            register(directory, "many", "10.0.1." + n);
        }
        for (int n = 0; hasMany && n < FEW; n++) {
            register(directory, "few", "10.0.2." + n);
        }
        Readiness readiness = new Readiness();
        readiness.enter(Readiness.Phase.OPEN);
        return new Responder(new Zone(DOMAIN, directory, () -> List.of(new IpAddress("10.0.0.9"))), readiness);
    }

    private static void register(Directory directory, String service, String address) {
        directory.merge(new Registration(
                InstanceKey.of(new ServiceName(service), new IpAddress(address)),
                new CheckIn(new Version(1, 1), 8080, "r", ""),
                Tags.NONE,
                null));
    }

    static List<byte[]> queries() {
        return Stream.of(
                        query("payments", Type.A, 0),
                        query("PAYMENTS", Type.ANY, 1_232),
                        query("many", Type.A, 0),
                        query("many", Type.SRV, 65_535),
                        query("_payments._tcp", Type.SRV, 4_096),
                        query("a.payments", Type.AAAA, 0),
                        query("10-0-0-1.addr", Type.A, 512),
                        query("2001-db8-0-0-0-0-0-1.addr", Type.AAAA, 0),
                        query("nobody", Type.A, 512),
                        query("@", Type.NS, 0))
                .toList();
    }

    private static byte[] query(String name, int type, int payload) {
        try {
            Name domain = Name.fromString(DOMAIN + ".");
            Name asked = name.equals("@") ? domain : Name.fromString(name, domain);
            Message message = Message.newQuery(Record.newRecord(asked, type, DClass.IN));
            message.getHeader().setID(7);
            if (payload > 0) {
                message.addRecord(new OPTRecord(payload, 0, 0), Section.ADDITIONAL);
            }
            return message.toWire();
        } catch (TextParseException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Returns a message with its length before it, as over TCP. */
    static byte[] framed(byte[] message) {
        return Buffer.buffer()
                .appendUnsignedShort(message.length)
                .appendBytes(message)
                .getBytes();
    }
}
