package io.discovery.cluster;

import com.hazelcast.cluster.Cluster;
import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import java.util.List;

/**
 * The members that have the same backend as this one: all of them, unless the cluster moves to another backend.
 * Thread-safe; never blocks.
 */
record SameStorage(Cluster cluster) {

    static SameStorage of(HazelcastInstance hazelcast) {
        return new SameStorage(hazelcast.getCluster());
    }

    /** Returns whether a member has this member's backend. */
    boolean isThatOf(Member member) {
        String ours = cluster.getLocalMember().getAttribute(SharedSettings.STORAGE);
        return ours == null || ours.equals(member.getAttribute(SharedSettings.STORAGE));
    }

    /** Returns these members, the oldest first; this one is among them. */
    List<Member> oldestFirst() {
        return cluster.getMembers().stream().filter(this::isThatOf).toList();
    }

    boolean isEverywhere() {
        return cluster.getMembers().stream().allMatch(this::isThatOf);
    }
}
