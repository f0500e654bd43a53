package io.discovery.watchers;

import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.envoyproxy.envoy.service.discovery.v3.Resource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A watcher by an incremental stream of xDS. It tells the next member the versions that it has. */
final class DeltaWatcher implements Watcher {

    private static final long BREATH_MILLIS = 20;

    /** An incremental stream. */
    interface Opening extends IntFunction<XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse>> {}

    private final Opening opening;
    private final Holdings holdings;
    private final List<String> services;
    private final IntSupplier numbers;
    private final Stop stop;
    private final Map<String, String> versions = new HashMap<>();

    /** @param opening opens a stream of a member */
    DeltaWatcher(Opening opening, Holdings holdings, List<String> services, IntSupplier numbers, Stop stop) {
        this.opening = opening;
        this.holdings = holdings;
        this.services = services;
        this.numbers = numbers;
        this.stop = stop;
    }

    @Override
    public void visit(int member) {
        holdings.open(member, numbers.getAsInt());
        try (XdsClient.Stream<DeltaDiscoveryRequest, DeltaDiscoveryResponse> stream = opening.apply(member)) {
            stream.send(request()
                    .addAllResourceNamesSubscribe(services)
                    .putAllInitialResourceVersions(versions)
                    .build());
            holdings.inStepSoon();
            while (!stop.isOver() && !stream.isOver()) {
                @Nullable DeltaDiscoveryResponse answer = stream.poll(BREATH_MILLIS, TimeUnit.MILLISECONDS);
                if (answer != null) {
                    answer.getResourcesList().forEach(this::receive);
                    stream.send(request().setResponseNonce(answer.getNonce()).build());
                }
            }
        } finally {
            holdings.leave();
        }
    }

    private static DeltaDiscoveryRequest.Builder request() {
        return DeltaDiscoveryRequest.newBuilder().setTypeUrl(StateWatcher.ENDPOINTS);
    }

    private void receive(Resource resource) {
        try {
            holdings.receive(
                    resource.getName(),
                    SeenHosts.ofEndpoints(resource.getResource().unpack(ClusterLoadAssignment.class)));
            versions.put(resource.getName(), resource.getVersion());
        } catch (InvalidProtocolBufferException wrong) {
            throw new AssertionError(wrong);
        }
    }

    @Override
    public boolean isInStep() {
        return holdings.isInStep();
    }
}
