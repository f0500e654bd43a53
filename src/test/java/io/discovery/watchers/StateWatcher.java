package io.discovery.watchers;

import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import io.discovery.testing.XdsClient;
import io.envoyproxy.envoy.config.endpoint.v3.ClusterLoadAssignment;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryResponse;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** A watcher by a stream of xDS that has the state of the world. */
final class StateWatcher implements Watcher {

    static final String ENDPOINTS = "type.googleapis.com/envoy.config.endpoint.v3.ClusterLoadAssignment";

    private static final long BREATH_MILLIS = 20;

    /** A stream of the state of the world. */
    interface Opening extends IntFunction<XdsClient.Stream<DiscoveryRequest, DiscoveryResponse>> {}

    private final Opening opening;
    private final Holdings holdings;
    private final List<String> services;
    private final IntSupplier numbers;
    private final Stop stop;

    /** @param opening opens a stream of a member */
    StateWatcher(Opening opening, Holdings holdings, List<String> services, IntSupplier numbers, Stop stop) {
        this.opening = opening;
        this.holdings = holdings;
        this.services = services;
        this.numbers = numbers;
        this.stop = stop;
    }

    @Override
    public void visit(int member) {
        holdings.clear();
        holdings.open(member, numbers.getAsInt());
        try (XdsClient.Stream<DiscoveryRequest, DiscoveryResponse> stream = opening.apply(member)) {
            DiscoveryRequest wish = DiscoveryRequest.newBuilder()
                    .setTypeUrl(ENDPOINTS)
                    .addAllResourceNames(services)
                    .build();
            stream.send(wish);
            while (!stop.isOver() && !stream.isOver()) {
                @Nullable DiscoveryResponse answer = stream.poll(BREATH_MILLIS, TimeUnit.MILLISECONDS);
                if (answer != null) {
                    answer.getResourcesList().forEach(this::receive);
                    holdings.inStep();
                    stream.send(wish.toBuilder()
                            .setVersionInfo(answer.getVersionInfo())
                            .setResponseNonce(answer.getNonce())
                            .build());
                }
            }
        } finally {
            holdings.leave();
        }
    }

    private void receive(Any resource) {
        try {
            ClusterLoadAssignment assignment = resource.unpack(ClusterLoadAssignment.class);
            holdings.receive(assignment.getClusterName(), SeenHosts.ofEndpoints(assignment));
        } catch (InvalidProtocolBufferException wrong) {
            throw new AssertionError(wrong);
        }
    }

    @Override
    public boolean isInStep() {
        return holdings.isInStep();
    }
}
