package io.discovery.cluster;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the oldest member, which ends a wait that Hazelcast 5.7 does not end.
 *
 * <p>A member that has not heard of the oldest one for some seconds sends it no more heartbeats, and waits until all
 * members that are older than itself are as silent; then it goes on without them. Hazelcast looks whether that is so
 * only when another member falls silent. If the oldest member removes the others in between, and then this one, nothing
 * is left to happen: this member waits for an oldest member that does not know it any more, takes no writes, and never
 * merges. A split about as long as the silence that members bear leaves that behind.
 *
 * <p>One thread.
 */
public final class OldestMemberWatch {

    private static final Logger log = LoggerFactory.getLogger(OldestMemberWatch.class);
    /** Looks in a row: a member that has just stood still reads the heartbeats that it was sent meanwhile. */
    private static final int LOOKS = 3;

    /** Looks further apart than this do not count as looks in a row. */
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private final ClusterServiceImpl members;
    private final MemberSilence silence;

    private @Nullable UUID silent;
    private int silentLooks;
    private long lastLook;

    /** @param hazelcast instance of a member that has joined */
    public OldestMemberWatch(HazelcastInstance hazelcast) {
        this.members = ((HazelcastInstanceProxy) hazelcast).getOriginal().node.getClusterService();
        this.silence = new MemberSilence(hazelcast);
        this.lastLook = System.nanoTime();
    }

    /**
     * Makes Hazelcast look once more if the oldest member is listed, and silent for longer than members bear; to be
     * called about once a second.
     */
    public void look() {
        long now = System.nanoTime();
        boolean isNext = now - lastLook <= LONGEST_PAUSE_NANOS;
        lastLook = now;
        MemberImpl oldest = oldestOther();
        long millis = silence.of(oldest);
        if (oldest == null || !silence.isTooLong(millis)) {
            silent = null;
            return;
        }
        silentLooks = isNext && oldest.getUuid().equals(silent) ? silentLooks + 1 : 1;
        silent = oldest.getUuid();
        if (silentLooks == LOOKS) {
            log.warn(
                    "the oldest member {}:{} is listed, but has sent no heartbeat for {} ms: this member goes on without it"
                            + " as soon as no other is older",
                    oldest.getAddress().getHost(),
                    oldest.getAddress().getPort(),
                    millis);
        }
        if (silentLooks >= LOOKS) {
            members.suspectMember(oldest, "no heartbeat for " + millis + " ms", false);
        }
    }

    /** Returns the oldest member unless it is this one; this one may become it at any moment. */
    private @Nullable MemberImpl oldestOther() {
        MemberImpl oldest = members.isJoined() ? members.getMember(members.getMasterAddress()) : null;
        return oldest == null || oldest.localMember() ? null : oldest;
    }
}
