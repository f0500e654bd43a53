package io.discovery.dns;

import io.discovery.directory.Listing;
import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.model.IpAddress;
import io.discovery.model.Weight;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.xbill.DNS.DClass;
import org.xbill.DNS.Name;
import org.xbill.DNS.SRVRecord;
import org.xbill.DNS.Type;

/** Renders lists as records: each address once, and each port of an address once. */
final class RecordRenderer {

    /** Equal for all records, so that clients choose by weight (RFC 2782). */
    private static final int PRIORITY = 1;

    private final Name domain;
    /** Lists cache their records by this object. */
    private final Renderer<RecordSet> ofOne = new Renderer<>(list -> of(List.of(list)), RecordSet::bytes);

    RecordRenderer(Name domain) {
        this.domain = domain;
    }

    private record Endpoint(IpAddress address, int port) {}

    /** Returns the records of a list, rendered once as long as its content stays. */
    RecordSet of(Snapshot list) {
        return list.renderedContent(ofOne);
    }

    RecordSet of(List<Snapshot> lists) {
        Map<IpAddress, AddressName> hosts = new HashMap<>();
        Set<Endpoint> endpoints = new HashSet<>();
        Map<Integer, List<Rdata>> records =
                Map.of(Type.A, new ArrayList<>(), Type.AAAA, new ArrayList<>(), Type.SRV, new ArrayList<>());
        for (Snapshot list : lists) {
            for (Listing listing : list.listings()) {
                Endpoint endpoint = new Endpoint(
                        listing.registration().key().address(),
                        listing.checkIn().port());
                AddressName host = hosts.get(endpoint.address());
                if (host == null) {
                    host = AddressName.of(endpoint.address(), domain);
                    hosts.put(endpoint.address(), host);
                    add(records, host.type(), host.record());
                }
                if (endpoints.add(endpoint)) {
                    add(
                            records,
                            Type.SRV,
                            srv(
                                    host,
                                    endpoint.port(),
                                    Weight.of(listing.registration().tags())));
                }
            }
        }
        return new RecordSet(records);
    }

    private static void add(Map<Integer, List<Rdata>> records, int type, Rdata data) {
        records.getOrDefault(type, List.of()).add(data);
    }

    private static Rdata srv(AddressName host, int port, Weight weight) {
        SRVRecord written = new SRVRecord(Name.root, DClass.IN, 0, PRIORITY, weight.value(), port, host.name());
        return new Rdata(written.rdataToWireCanonical(), host);
    }
}
