package io.discovery.xds;

import io.discovery.directory.Directory;
import io.discovery.http.ClientLogLimit;
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
import io.discovery.subscription.EventLoopSubscriptions;
import io.discovery.subscription.Subscriptions;
import io.discovery.telemetry.Meters;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.LoggerFactory;

/** A directory with one stream and no sockets: what the stream holds can be compared with what is counted for it. */
final class StreamMember implements AutoCloseable {

    private static final Vertx VERTX = Vertx.vertx();

    private final Directory directory =
            new Directory(Lease.of(Duration.ofMinutes(1)), ExpiryProtection.OFF, () -> 1, CacheBudget.unlimited());
    private final MemoryBudget budget = MemoryBudget.of(Long.MAX_VALUE);
    private final MemoryShare memory = new MemoryShare(budget);
    private final EventLoopSubscriptions following =
            new EventLoopSubscriptions(VERTX, directory, new Subscriptions(directory, () -> 1));
    private final StreamSubscriptions interest =
            new StreamSubscriptions(following.here(), memory, changed -> {}, () -> {});
    private final Resources resources = new Resources(directory, new Endpoints());
    private final XdsMetrics metrics =
            new XdsMetrics(new ClientLogLimit(LoggerFactory.getLogger(StreamMember.class), () -> 0));
    private int changes;

    StateOfTheWorld stateOfTheWorld() {
        return new StateOfTheWorld(resources, interest, metrics, null);
    }

    DeltaProtocol delta() {
        return new DeltaProtocol(resources, interest, metrics, null);
    }

    void register(Meters meters) {
        metrics.register(meters);
    }

    void register(String service, String address) {
        changes++;
        directory.merge(new Registration(
                InstanceKey.of(new ServiceName(service), new IpAddress(address)),
                new CheckIn(new Version(changes, 1), 80, "r", ""),
                Tags.NONE,
                null));
    }

    /** Returns the bytes that are counted for the stream. */
    long counted() {
        return budget.taken();
    }

    long subscriptions() {
        return following.size();
    }

    /** Returns the bytes that a stream holds. */
    static long held(Protocol<?, ?> protocol) {
        ClientNode peer = protocol.peer();
        long bytes = peer == null ? 0 : peer.bytes();
        for (TypeSubscription subscribed : protocol.subscribed()) {
            Set<String> names = new HashSet<>(subscribed.names());
            names.addAll(subscribed.versions().names());
            bytes += names.stream().mapToLong(StreamSubscriptions::bytes).sum();
            if (subscribed.type() == ResourceType.ENDPOINT) {
                bytes += StreamSubscriptions.SUBSCRIPTION
                        * subscribed.names().stream()
                                .filter(name -> Resources.service(name).isPresent())
                                .count();
            }
            TypeSubscription.Rejection rejection = subscribed.rejection();
            bytes += rejection == null
                    ? 0
                    : ClientText.bytes(rejection.reason())
                            + Protocol.OF_RESPONSE * rejection.resources().size();
            bytes += Protocol.OF_RESPONSE * subscribed.unanswered();
        }
        return bytes;
    }

    /** Ends the stream. */
    @Override
    public void close() {
        interest.close();
        memory.close();
    }
}
