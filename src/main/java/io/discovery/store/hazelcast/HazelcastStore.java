package io.discovery.store.hazelcast;

import com.hazelcast.cluster.Member;
import com.hazelcast.cluster.MembershipEvent;
import com.hazelcast.cluster.MembershipListener;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.partition.PartitionService;
import com.hazelcast.query.Predicate;
import com.hazelcast.query.Predicates;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.KeyOwner;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException;
import io.discovery.registry.Clock;
import io.discovery.registry.RegistrationCopies;
import io.discovery.registry.RegistrationStore;
import io.discovery.telemetry.ChangeTracing;
import io.discovery.telemetry.ChangeTracing.ChangeSpan;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The registry in the cluster's map. The TTL of an entry is RETENTION, for housekeeping: lists never depend on it. */
public final class HazelcastStore implements RegistrationStore, RegistrationCopies {

    /** Time in seconds for which the map keeps an entry beyond its RETENTION: Hazelcast truncates seconds. */
    private static final long TTL_MARGIN_SECONDS = 2;

    private static final String STORE = "discovery-store";
    private static final String TRACING = "discovery-tracing";

    private final HazelcastInstance hazelcast;
    private final IMap<String, Registration> map;
    private final ChangeDispatcher dispatcher = new ChangeDispatcher();
    private final OwnerInvoker invoker;
    private final PartitionService partitions;
    private final List<String> keyOfEachPartition;
    private final Clock clock;
    private final Lease lease;
    private final BooleanSupplier mayLackRenewals;
    private final @Nullable ChangeTracing tracing;

    /** Opens the map of a member that does not trace, and to whose peers alone no host has reported. */
    public HazelcastStore(HazelcastInstance hazelcast, Clock clock, Lease lease) {
        this(hazelcast, clock, lease, () -> false, null);
    }

    /**
     * @param mayLackRenewals whether hosts may have reported to members that this one has not compared its copy with, as
     *     in {@link KeyOwner}
     * @param tracing null if this member does not trace
     */
    public HazelcastStore(
            HazelcastInstance hazelcast,
            Clock clock,
            Lease lease,
            BooleanSupplier mayLackRenewals,
            @Nullable ChangeTracing tracing) {
        this.hazelcast = hazelcast;
        this.map = hazelcast.getMap(RegistrationMap.NAME);
        this.invoker = new OwnerInvoker(map, this::freshTtlSeconds);
        this.partitions = hazelcast.getPartitionService();
        this.keyOfEachPartition = findKeys(partitions);
        this.clock = clock;
        this.lease = lease;
        this.mayLackRenewals = mayLackRenewals;
        this.tracing = tracing;
        hazelcast.getUserContext().put(STORE, this);
        if (tracing != null) {
            hazelcast.getUserContext().put(TRACING, tracing);
        }
        hazelcast.getCluster().addMembershipListener(new Departures(dispatcher));
    }

    /**
     * Returns the rules of a member that owns a key. One that has joined and not opened its map yet has no clock that
     * would limit versions, and knows nothing of the hosts' reports.
     */
    static KeyOwner keyOwner(@Nullable HazelcastInstance owner) {
        return owner != null && owner.getUserContext().get(STORE) instanceof HazelcastStore store
                ? new KeyOwner(store.clock.limitMicros(), store.mayLackRenewals)
                : new KeyOwner(Long.MAX_VALUE, () -> true);
    }

    /** Returns the tracing of a member; null if it does not trace. */
    static @Nullable ChangeTracing tracing(@Nullable HazelcastInstance member) {
        return member != null && member.getUserContext().get(TRACING) instanceof ChangeTracing tracing ? tracing : null;
    }

    private static List<String> findKeys(PartitionService partitions) {
        Map<Integer, String> keys = new HashMap<>();
        for (int i = 0; keys.size() < partitions.getPartitions().size(); i++) {
            String key = Integer.toString(i);
            keys.putIfAbsent(partitions.getPartition(key).getPartitionId(), key);
        }
        return List.copyOf(keys.values());
    }

    private record Departures(ChangeDispatcher dispatcher) implements MembershipListener {

        @Override
        public void memberAdded(MembershipEvent event) {}

        @Override
        public void memberRemoved(MembershipEvent event) {
            dispatcher.sendAgain();
        }
    }

    /**
     * Calls {@code listener} with every registration that is written anywhere in the cluster from now on, on
     * Hazelcast's threads, which must not be blocked. Removals are not reported: no member drops a registration because
     * the map drops it.
     *
     * @param holdsAll whether all copies are where they belong; may block
     * @return the listener to writes; adjust it at once, and then now and then
     */
    public WriteListener onWrite(Consumer<Registration> listener, BooleanSupplier holdsAll) {
        return WriteListener.begin(hazelcast, map, clock::nowMicros, holdsAll, listener);
    }

    @Override
    public Future<Outcome> apply(Change change) {
        ChangeSpan span = tracing == null ? null : begin(tracing, change.key());
        if (span == null) {
            return send(change, "");
        }
        return send(change, span.trace()).onComplete(done -> span.end(done.cause()));
    }

    private Future<Outcome> send(Change change, String trace) {
        return onCallersContext(dispatcher.sendChange(() -> invoker.apply(change, trace)))
                .recover(HazelcastStore::unknown);
    }

    private @Nullable ChangeSpan begin(ChangeTracing traces, InstanceKey key) {
        if (!traces.isSampled()) {
            return null;
        }
        Member owner = partitions.getPartition(key.toString()).getOwner();
        return traces.begin(
                key.service().text(),
                owner == null ? "" : OwnerInvoker.nameOf(owner.getAddress()),
                invoker.backupOf(key.toString()));
    }

    @Override
    public Future<Void> restore(Registration copy) {
        long now = clock.clusterMicros();
        if (!lease.isKept(copy, now)) {
            // The map would take its time to live, which is none, for endless.
            return Future.succeededFuture();
        }
        return onCallersContext(dispatcher.sendCopy(() -> merge(copy, now)))
                .<Void>mapEmpty()
                .recover(HazelcastStore::unknown);
    }

    private static <T> Future<T> onCallersContext(CompletionStage<T> stage) {
        Context context = Vertx.currentContext();
        return context == null ? Future.fromCompletionStage(stage) : Future.fromCompletionStage(stage, context);
    }

    /** Returns whether this member owns the registration, so that one member alone reports an event. */
    public boolean owns(Registration registration) {
        Member owner = partitions.getPartition(registration.key().toString()).getOwner();
        return owner != null && owner.localMember();
    }

    /** Returns an unknown outcome: whatever failure Hazelcast reports, the owner may have applied the change. */
    private static <T> Future<T> unknown(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof RegistryException.OutcomeUnknown) {
            return Future.failedFuture(cause);
        }
        String message = cause.getMessage();
        String name = cause.getClass().getSimpleName();
        return Future.failedFuture(
                new RegistryException.OutcomeUnknown(message == null ? name : name + ": " + message));
    }

    private long freshTtlSeconds() {
        return TimeUnit.MICROSECONDS.toSeconds(lease.retentionMicros()) + TTL_MARGIN_SECONDS;
    }

    @Override
    public long[] digests(Comparison comparison) {
        return map.aggregate(new BucketDigests(comparison));
    }

    @Override
    public List<Registration> read(BitSet buckets) {
        List<Registration> found = new ArrayList<>();
        Predicate<String, Registration> inBuckets = new InBuckets(buckets);
        // Partition by partition: an answer with a whole map may take longer than the timeout of a call.
        for (String anyKey : keyOfEachPartition) {
            found.addAll(map.values(Predicates.partitionPredicate(anyKey, inBuckets)));
        }
        return found;
    }

    @Override
    public int offer(Collection<Registration> copies) {
        long now = clock.clusterMicros();
        List<CompletableFuture<Boolean>> merges = copies.stream()
                .filter(copy -> lease.isKept(copy, now))
                .map(copy -> merge(copy, now))
                .toList();
        return (int) merges.stream().filter(CompletableFuture::join).count();
    }

    private CompletableFuture<Boolean> merge(Registration copy, long now) {
        // As it will be where there is no other: one that is ahead is kept no longer than one that was written now.
        long keptMicros = lease.keptUntil(copy.countedBeside(null, now)) - now;
        long ttlSeconds = TimeUnit.MICROSECONDS.toSeconds(keptMicros) + TTL_MARGIN_SECONDS;
        MergeCopy<Boolean> merge = new MergeCopy<>(copy, ttlSeconds, clock.limitMicros(), true);
        return map.submitToKey(copy.key().toString(), merge).toCompletableFuture();
    }
}
