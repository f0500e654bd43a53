package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The choice of the member that reads the backend that all share: the oldest that can. A member that could not read it
 * records that, and then the next one tries; if none can, the oldest goes on trying. During a split each half has one
 * reader. Members that have another backend, while a cluster moves, do not count. Every method blocks, and throws a {@link RuntimeException} if the cluster did not answer.
 */
public final class SharedReader {

    /**
     * Time in seconds after which a member that could not read is asked again, so that a connection lost for a moment
     * costs no more than that.
     */
    private static final int ASKED_AGAIN_SECONDS = 600;

    private final HazelcastInstance hazelcast;

    SharedReader(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Returns whether this member is the reader. */
    public boolean isSelf() {
        List<Member> oldestFirst = SameStorage.of(hazelcast).oldestFirst();
        for (Member member : oldestFirst) {
            if (!unable().containsKey(id(member))) {
                return member.localMember();
            }
        }
        return oldestFirst.get(0).localMember();
    }

    /** Records that this member could not read the backend. */
    public void failed() {
        unable().set(self(), true, ASKED_AGAIN_SECONDS, TimeUnit.SECONDS);
    }

    /** Returns whether this member has recorded that it could not read the backend. */
    public boolean hasFailed() {
        return unable().containsKey(self());
    }

    /** Records that this member has read the backend. */
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
