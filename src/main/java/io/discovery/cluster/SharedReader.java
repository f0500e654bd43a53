package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Which member reads the backend that all share: the oldest that can. Who could not says so, and then the next one tries; if
 * nobody can, the oldest goes on trying. During a split there is one in each half. Every method blocks, and throws a {@link
 * RuntimeException} if the cluster did not answer.
 */
public final class SharedReader {

    /** Who could not read is asked again after this, so that a way that was lost for a moment costs no more than that. */
    private static final int ASKED_AGAIN_SECONDS = 600;

    private final HazelcastInstance hazelcast;

    SharedReader(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Whether it is this member. */
    public boolean isSelf() {
        Set<Member> oldestFirst = hazelcast.getCluster().getMembers();
        for (Member member : oldestFirst) {
            if (!unable().containsKey(id(member))) {
                return member.localMember();
            }
        }
        return oldestFirst.iterator().next().localMember();
    }

    /** This member could not read it. */
    public void failed() {
        unable().set(self(), true, ASKED_AGAIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Whether this member has said that it could not. */
    public boolean hasFailed() {
        return unable().containsKey(self());
    }

    /** This member has read it. */
    public void succeeded() {
        unable().delete(self());
    }

    private IMap<String, Boolean> unable() {
        return hazelcast.getMap("unable-readers");
    }

    private String self() {
        return id(hazelcast.getCluster().getLocalMember());
    }

    private static String id(Member member) {
        return member.getUuid().toString();
    }
}
