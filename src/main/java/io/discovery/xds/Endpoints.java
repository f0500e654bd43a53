package io.discovery.xds;

import com.google.protobuf.Struct;
import com.google.protobuf.UInt32Value;
import com.google.protobuf.Value;
import io.discovery.directory.Listing;
import io.discovery.directory.Renderer;
import io.discovery.directory.Snapshot;
import io.discovery.json.JsonText;
import io.discovery.model.Tag;
import io.discovery.model.Tags;
import io.discovery.model.Weight;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.Locality;
import io.envoyproxy.envoy.config.core.v3.Metadata;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.config.endpoint.v3.Endpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LbEndpoint;
import io.envoyproxy.envoy.config.endpoint.v3.LocalityLbEndpoints;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renderer of a service's snapshot as endpoints: the tags region and az are the locality, the weight's tag is the
 * endpoint's weight. Clients refuse a resource as a whole for one invalid part, so the renderer leaves out what they
 * would not accept.
 *
 * <p>Envoy balances by the weights of endpoints and picks subsets by metadata. gRPC only knows weights of localities,
 * so for gRPC each weight is a locality of its own, told apart by sub-zone; Envoy's zone-aware routing would take such
 * localities for zones. Thread-safe.
 */
final class Endpoints {

    private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

    /** Maximum bytes of one service's endpoints: gRPC clients accept messages of 4 MiB and fail silently above. */
    static final int LARGEST = 3_500_000;

    private static final int HIGHEST_PORT = 65_535;
    private static final Metadata CANARY = canary(true);
    private static final Metadata NO_CANARY = canary(false);

    /** Snapshots cache renderings by these two objects. */
    private final Renderer<RenderedResource> forEnvoy;

    private final Renderer<RenderedResource> forGrpc;
    private final LongAdder leftOut = new LongAdder();
    private final int largest;

    Endpoints() {
        this(LARGEST);
    }

    Endpoints(int largest) {
        this.largest = largest;
        this.forEnvoy = new Renderer<>(snapshot -> render(snapshot, false), RenderedResource::size);
        this.forGrpc = new Renderer<>(snapshot -> render(snapshot, true), RenderedResource::size);
    }

    RenderedResource of(Snapshot snapshot, ClientNode peer) {
        return snapshot.renderedContent(peer.isGrpc() ? forGrpc : forEnvoy);
    }

    /** Returns the number of instances left out so far, once for each rendering. */
    long leftOut() {
        return leftOut.sum();
    }

    private RenderedResource render(Snapshot snapshot, boolean byWeight) {
        Map<Locality, LocalityLbEndpoints.Builder> localities = new LinkedHashMap<>();
        int size = snapshot.name().length();
        int taken = 0;
        for (Listing listing : snapshot.listings()) {
            if (!isUsable(listing)) {
                continue;
            }
            Locality locality = locality(listing, byWeight);
            LbEndpoint endpoint = endpoint(listing, byWeight);
            // An upper bound: the size of the locality as if it had no other endpoint, and 16 bytes around both.
            size += endpoint.getSerializedSize() + locality.getSerializedSize() + 16;
            if (size > largest) {
                break;
            }
            localities.computeIfAbsent(locality, Endpoints::empty).addLbEndpoints(endpoint);
            taken++;
        }
        reportLeftOut(snapshot, taken);
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(snapshot.name());
        localities.values().forEach(locality -> assignment.addEndpoints(weighted(locality)));
        return new RenderedResource(snapshot.name(), snapshot.version().toString(), assignment.build());
    }

    /** Returns whether the port is valid: a row of another program may have any. */
    private static boolean isUsable(Listing listing) {
        return listing.checkIn().port() > 0 && listing.checkIn().port() <= HIGHEST_PORT;
    }

    private void reportLeftOut(Snapshot snapshot, int taken) {
        int others = snapshot.listings().size() - taken;
        if (others > 0) {
            leftOut.add(others);
            log.warn(
                    "{} of the {} hosts of {} are left out for Envoy and gRPC: their ports are invalid, or all hosts together"
                            + " take more than {} bytes",
                    others,
                    snapshot.listings().size(),
                    snapshot.name(),
                    largest);
        }
    }

    private static LocalityLbEndpoints.Builder empty(Locality locality) {
        return LocalityLbEndpoints.newBuilder().setLocality(locality);
    }

    /** Adds the weight without which gRPC does not use a locality, nor Envoy with locality-weighted balancing. */
    private static LocalityLbEndpoints weighted(LocalityLbEndpoints.Builder locality) {
        int weight = locality.getLbEndpointsList().stream()
                .mapToInt(endpoint -> endpoint.getLoadBalancingWeight().getValue())
                .sum();
        return locality.setLoadBalancingWeight(UInt32Value.of(weight)).build();
    }

    private static Locality locality(Listing listing, boolean byWeight) {
        Tags tags = listing.registration().tags();
        Locality.Builder locality =
                Locality.newBuilder().setRegion(text(tags, "region")).setZone(text(tags, "az"));
        return byWeight ? locality.setSubZone("w" + Weight.of(tags).value()).build() : locality.build();
    }

    private static String text(Tags tags, String key) {
        return tags.find(key).map(Tag::json).map(JsonText::textOf).orElse("");
    }

    private static LbEndpoint endpoint(Listing listing, boolean isForGrpc) {
        Tags tags = listing.registration().tags();
        LbEndpoint.Builder endpoint = LbEndpoint.newBuilder()
                .setEndpoint(Endpoint.newBuilder().setAddress(address(listing)))
                .setLoadBalancingWeight(UInt32Value.of(Weight.of(tags).value()));
        if (!isForGrpc) {
            endpoint.setMetadata(isCanary(tags) ? CANARY : NO_CANARY);
        }
        return endpoint.build();
    }

    private static Address address(Listing listing) {
        return Address.newBuilder()
                .setSocketAddress(SocketAddress.newBuilder()
                        .setAddress(listing.registration().key().address().text())
                        .setPortValue(listing.checkIn().port()))
                .build();
    }

    private static boolean isCanary(Tags tags) {
        return tags.find("canary").filter(tag -> tag.json().equals("true")).isPresent();
    }

    /** Returns the metadata in which Envoy's load balancer finds the keys of subsets. */
    private static Metadata canary(boolean is) {
        Struct fields = Struct.newBuilder()
                .putFields("canary", Value.newBuilder().setBoolValue(is).build())
                .build();
        return Metadata.newBuilder().putFilterMetadata("envoy.lb", fields).build();
    }
}
