package io.discovery.dns;

import io.discovery.directory.Directory;
import io.discovery.model.IpAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.xbill.DNS.DClass;
import org.xbill.DNS.NSRecord;
import org.xbill.DNS.Name;
import org.xbill.DNS.SOARecord;
import org.xbill.DNS.Type;

/**
 * The DNS zone: {@code <service>}, {@code _<service>._tcp} (RFC 2782) and {@code <address>.addr} below the domain.
 * Thread-safe.
 */
final class Zone {

    /** Time for which resolvers may cache a response, also a negative one. */
    static final Duration TTL = Duration.ofSeconds(5);

    /** Parent label of the names of RFC 2782, whose next label begins with "_". */
    private static final String TCP = "_tcp";

    private static final String SERVICE_MARK = "_";
    private static final int LONGEST_NAME = 253;
    /** Serial and intervals of the SOA have no meaning: there are no secondary servers. */
    private static final long SERIAL = 1;

    private static final long REFRESH = Duration.ofHours(1).toSeconds();
    private static final long RETRY = Duration.ofMinutes(10).toSeconds();
    private static final long EXPIRY = Duration.ofDays(1).toSeconds();

    private final Name domain;
    private final Directory directory;
    private final ServiceIndex index;
    private final RecordRenderer rendering;
    private final Supplier<List<IpAddress>> servers;
    private final Rdata soa;

    /**
     * @param domain in lower case, without a dot at the end
     * @param servers the addresses at which members serve the domain
     */
    Zone(String domain, Directory directory, Supplier<List<IpAddress>> servers) {
        this.domain = Name.fromConstantString(domain + ".");
        this.directory = directory;
        this.index = new ServiceIndex(directory, LONGEST_NAME - 1 - domain.length());
        this.rendering = new RecordRenderer(this.domain);
        this.servers = servers;
        this.soa = soa(this.domain);
    }

    private static Rdata soa(Name domain) {
        Name admin = Name.fromConstantString("hostmaster." + domain);
        SOARecord written =
                new SOARecord(domain, DClass.IN, 0, domain, admin, SERIAL, REFRESH, RETRY, EXPIRY, TTL.toSeconds());
        return new Rdata(written.rdataToWireCanonical(), null);
    }

    /** Returns whether names like this have a meaning of their own, so that DNS cannot serve a service of that name. */
    static boolean isReserved(Labels labels) {
        return labels.count() > 1
                && (labels.outermost().equals(AddressName.PARENT)
                        || labels.outermost().equals(TCP));
    }

    Name domain() {
        return domain;
    }

    Rdata soa() {
        return soa;
    }

    /** Returns the number of services that DNS cannot name. */
    int unservable() {
        return index.unservable();
    }

    /**
     * Returns the records at a name in the domain, or null if the name does not exist.
     *
     * @param name {@link #domain}, or below it
     */
    @Nullable
    RecordSet find(Name name) {
        int below = name.labels() - domain.labels();
        if (below == 0) {
            return apex();
        }
        Optional<Labels> labels = Labels.of(name, below);
        return labels.isPresent() ? find(labels.get()) : null;
    }

    private @Nullable RecordSet find(Labels labels) {
        if (!isReserved(labels)) {
            RecordSet node = service(labels);
            boolean isParent = labels.count() == 1
                    && (labels.outermost().equals(AddressName.PARENT)
                            || labels.outermost().equals(TCP));
            return node.isEmpty() && !isParent && !index.hasBelow(labels) ? null : node;
        }
        Labels rest = labels.belowOutermost();
        return labels.outermost().equals(TCP) ? tcp(rest) : address(rest);
    }

    /** Returns an empty set if the service lists no instance or does not exist. */
    private RecordSet service(Labels labels) {
        CaseVariants spellings = index.find(labels);
        return spellings == null ? RecordSet.EMPTY : spellings.node(directory, rendering);
    }

    private @Nullable RecordSet tcp(Labels labels) {
        if (!labels.innermost().startsWith(SERVICE_MARK)) {
            return index.hasBelow(labels) ? RecordSet.EMPTY : null;
        }
        Labels service = labels.withInnermost(labels.innermost().substring(SERVICE_MARK.length()));
        List<Rdata> endpoints = service(service).of(Type.SRV);
        return endpoints.isEmpty() ? null : new RecordSet(Map.of(Type.SRV, endpoints));
    }

    private @Nullable RecordSet address(Labels labels) {
        return labels.count() > 1
                ? null
                : AddressName.named(labels.innermost(), domain).map(Zone::node).orElse(null);
    }

    private static RecordSet node(AddressName host) {
        return new RecordSet(Map.of(host.type(), List.of(host.record())));
    }

    private RecordSet apex() {
        List<Rdata> servers = this.servers.get().stream()
                .distinct()
                .map(address -> AddressName.of(address, domain))
                .map(host -> new Rdata(new NSRecord(domain, DClass.IN, 0, host.name()).rdataToWireCanonical(), host))
                .toList();
        return new RecordSet(Map.of(Type.SOA, List.of(soa), Type.NS, servers));
    }
}
