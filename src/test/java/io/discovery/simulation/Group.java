package io.discovery.simulation;

import io.discovery.model.Buckets;
import io.discovery.model.InstanceKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The members that Hazelcast counts as one cluster, and its partitions: for each the owner, the synchronous backup, and
 * the members whose backups are late.
 */
final class Group {

    private static final int PARTITIONS = 4;

    /** Oldest first. */
    private final List<Member> members;

    private final List<List<Member>> replicas;

    private Group(List<Member> members, List<List<Member>> replicas) {
        this.members = new ArrayList<>(members);
        this.replicas = replicas.stream().<List<Member>>map(ArrayList::new).toList();
    }

    /** Creates the cluster of members that start together. */
    static Group of(List<Member> members) {
        return new Group(
                members,
                IntStream.range(0, PARTITIONS)
                        .mapToObj(partition -> ordered(partition, members))
                        .toList());
    }

    private static List<Member> ordered(int partition, Collection<Member> members) {
        return members.stream()
                .sorted(Comparator.comparingLong(
                        member -> new Chance(partition).below(1_000, member.number(), member.life())))
                .toList();
    }

    static int partitionOf(InstanceKey key) {
        return Buckets.of(key) % PARTITIONS;
    }

    List<Member> members() {
        return List.copyOf(members);
    }

    Member oldest() {
        return members.get(0);
    }

    int size() {
        return members.size();
    }

    Member owner(InstanceKey key) {
        return replicas.get(partitionOf(key)).get(0);
    }

    /** Returns the members that keep backups, the synchronous one first. */
    List<Member> backups(InstanceKey key) {
        List<Member> all = replicas.get(partitionOf(key));
        return List.copyOf(all.subList(1, all.size()));
    }

    boolean owns(Member member, int partition) {
        return replicas.get(partition).get(0) == member;
    }

    Set<Member> owners() {
        Set<Member> owners = new LinkedHashSet<>();
        replicas.forEach(replica -> owners.add(replica.get(0)));
        return owners;
    }

    /** Returns a group of some of these members, the first backup of each partition becoming its owner if need be. */
    Group part(List<Member> part) {
        List<List<Member>> left = replicas.stream()
                .map(replica -> replica.stream().filter(part::contains).toList())
                .toList();
        return new Group(members.stream().filter(part::contains).toList(), left);
    }

    /** Removes dead members. What owner and synchronous backup alone were sure to hold is gone with both. */
    void bury(Collection<Member> dead) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<Member> replica = replicas.get(partition);
            boolean isLost = dead.containsAll(replica.subList(0, Math.min(2, replica.size())));
            replica.removeAll(dead);
            if (isLost) {
                int lost = partition;
                replica.forEach(survivor -> survivor.stored().keySet().removeIf(key -> partitionOf(key) == lost));
            }
        }
        members.removeAll(dead);
    }

    /** Tells the members of each other, and of those that any of them has met. */
    void meet() {
        Set<Integer> met = new TreeSet<>();
        members.forEach(member -> met.addAll(member.met()));
        members.forEach(member -> met.add(member.number()));
        members.forEach(member -> member.met().addAll(met));
    }

    void join(Member newest) {
        members.add(newest);
        replicas.forEach(replica -> replica.add(newest));
    }

    /** Gives all replicas what the owners have, and then each partition the owner that the members' ids say. */
    void rebalance(Network network) {
        for (int partition = 0; partition < PARTITIONS; partition++) {
            List<Member> replica = replicas.get(partition);
            Member owner = replica.get(0);
            List<Member> reached = replica.stream()
                    .filter(member -> member == owner || member.isRunning() && network.isUp(owner, member))
                    .toList();
            if (owner.isRunning()) {
                copy(partition, owner, reached);
                List<Member> left = new ArrayList<>(ordered(partition, reached));
                replica.stream().filter(member -> !reached.contains(member)).forEach(left::add);
                replica.clear();
                replica.addAll(left);
            }
        }
    }

    private static void copy(int partition, Member owner, List<Member> reached) {
        for (Member replica : reached) {
            if (replica != owner) {
                replica.stored().keySet().removeIf(key -> partitionOf(key) == partition);
                owner.stored().forEach((key, stored) -> {
                    if (partitionOf(key) == partition) {
                        replica.stored().put(key, stored);
                    }
                });
            }
        }
    }
}
