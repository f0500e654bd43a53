package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.model.Buckets;
import io.discovery.model.Change;
import io.discovery.model.Change.Outcome;
import io.discovery.model.Comparison;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.registry.RegistrationCopies;
import io.discovery.registry.RegistrationStore;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The cluster's map as one member reaches it: what HazelcastStore is in the product. */
final class MapPort implements RegistrationStore, RegistrationCopies {

    /** Longest wait for an answer of owners, after which a round is given up. */
    private static final long PATIENCE = 5 * SECOND;

    private final Member member;
    private final Lease lease;
    private final List<MapCall<?>> underWay = new ArrayList<>();

    MapPort(Member member, Lease lease) {
        this.member = member;
        this.lease = lease;
    }

    @Override
    public Future<Outcome> apply(Change change) {
        return send(change.key(), owner -> {
            Outcome outcome = owner.keyOwner()
                    .apply(
                            change,
                            owner.stored().get(change.key()),
                            owner.copy().find(change.key()));
            return outcome instanceof Outcome.Applied applied
                    ? new MapCall.Answer<>(outcome, applied.registration())
                    : new MapCall.Answer<>(outcome, null);
        });
    }

    @Override
    public Future<Void> restore(Registration copy) {
        return lease.isKept(copy, member.clock().clusterMicros()) ? merge(copy).mapEmpty() : Future.succeededFuture();
    }

    /** Completes with whether the copy was news. */
    private Future<Boolean> merge(Registration copy) {
        long limit = member.clock().limitMicros();
        return send(copy.key(), owner -> {
            Registration stored = owner.stored().get(copy.key());
            Registration merged = owner.keyOwner().merge(copy, stored, limit);
            return new MapCall.Answer<>(!merged.equals(stored), merged);
        });
    }

    private <T> Future<T> send(InstanceKey key, Function<Member, MapCall.Answer<T>> atOwner) {
        MapCall<T> call = new MapCall<>(member, key, atOwner);
        underWay.removeIf(MapCall::isDone);
        underWay.add(call);
        call.send();
        return call.future();
    }

    /** Sends all calls under way again, as ChangeDispatcher does: a member has gone, perhaps an owner or a backup. */
    void sendAgain() {
        List.copyOf(underWay).forEach(MapCall::send);
    }

    /** Ends all calls: this member is gone. */
    void close() {
        List.copyOf(underWay).forEach(MapCall::fail);
    }

    @Override
    public long[] digests(Comparison comparison) {
        long[] sums = new long[Buckets.COUNT];
        fromOwners(owner -> owned(owner).filter(comparison::includes).toList())
                .forEach(stored -> sums[Buckets.of(stored.key())] += stored.copyDigest());
        return sums;
    }

    @Override
    public List<Registration> read(BitSet buckets) {
        return fromOwners(owner -> owned(owner)
                .filter(stored -> buckets.get(Buckets.of(stored.key())))
                .toList());
    }

    private static Stream<Registration> owned(Member owner) {
        return owner.stored().values().stream()
                .filter(stored -> owner.group().owns(owner, Group.partitionOf(stored.key())));
    }

    private List<Registration> fromOwners(Function<Member, List<Registration>> question) {
        List<Registration> found = new ArrayList<>();
        List<Member> open = new ArrayList<>(member.group().owners());
        for (Member owner : List.copyOf(open)) {
            Supplier<List<Registration>> atOwner = () -> question.apply(owner);
            member.network().ask(member, owner, atOwner, answer -> {
                open.remove(owner);
                found.addAll(answer);
            });
        }
        member.await(open::isEmpty, PATIENCE);
        if (!open.isEmpty()) {
            throw new Gone(open.get(0).name());
        }
        return found;
    }

    @Override
    public int offer(Collection<Registration> copies) {
        List<Future<Boolean>> merges = copies.stream()
                .filter(copy -> lease.isKept(copy, member.clock().clusterMicros()))
                .map(this::merge)
                .toList();
        member.await(() -> merges.stream().allMatch(Future::isComplete), MapCall.LONGEST + MILLISECOND);
        if (!merges.stream().allMatch(Future::succeeded)) {
            throw new Gone("the map");
        }
        return (int) merges.stream().filter(Future::result).count();
    }
}
