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
 * A service's snapshot as endpoints: region and az are the locality, the weight's tag is the endpoint's weight. Whoever gets
 * a resource that it finds wrong in one place refuses it whole, so what no client takes is left out here.
 *
 * <p>Envoy and gRPC get different ones. Envoy balances by the weights of endpoints and picks subsets by metadata. gRPC knows
 * weights of localities only: there each weight is a locality of its own, by its sub-zone, which Envoy's zone-aware routing
 * would take for zones. Safe for all threads.
 */
final class Endpoints {

    private static final Logger log = LoggerFactory.getLogger(Endpoints.class);

    /** Bytes of one service's endpoints; gRPC's clients take messages of 4 MiB and fail without a word above. */
    static final int LARGEST = 3_500_000;

    private static final int HIGHEST_PORT = 65_535;
    private static final Metadata CANARY = canary(true);
    private static final Metadata NO_CANARY = canary(false);

    /** Renderings are known by these objects: one of each. */
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

    /** How many instances were left out so far, once for each rendering. */
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
            // With what surrounds it, and its locality as if it were the only one there.
            size += endpoint.getSerializedSize() + locality.getSerializedSize() + 16;
            if (size > largest) {
                break;
            }
            localities.computeIfAbsent(locality, Endpoints::empty).addLbEndpoints(endpoint);
            taken++;
        }
        tellOfOthers(snapshot, taken);
        ClusterLoadAssignment.Builder assignment =
                ClusterLoadAssignment.newBuilder().setClusterName(snapshot.name());
        localities.values().forEach(locality -> assignment.addEndpoints(weighted(locality)));
        return new RenderedResource(snapshot.name(), snapshot.version().toString(), assignment.build());
    }

    /** Rows that others wrote may have any port. */
    private static boolean isUsable(Listing listing) {
        return listing.checkIn().port() > 0 && listing.checkIn().port() <= HIGHEST_PORT;
    }

    private void tellOfOthers(Snapshot snapshot, int taken) {
        int others = snapshot.listings().size() - taken;
        if (others > 0) {
            leftOut.add(others);
            log.warn(
                    "{} of the {} hosts of {} are left out for Envoy and gRPC: their ports cannot be used, or all together"
                            + " are more than {} bytes",
                    others,
                    snapshot.listings().size(),
                    snapshot.name(),
                    largest);
        }
    }

    private static LocalityLbEndpoints.Builder empty(Locality locality) {
        return LocalityLbEndpoints.newBuilder().setLocality(locality);
    }

    /** A locality without a weight is not used by gRPC, and by Envoy not if it balances by them. */
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

    /** Where Envoy's load balancer looks for the keys of subsets. */
    private static Metadata canary(boolean is) {
        Struct fields = Struct.newBuilder()
                .putFields("canary", Value.newBuilder().setBoolValue(is).build())
                .build();
        return Metadata.newBuilder().putFilterMetadata("envoy.lb", fields).build();
    }
}
