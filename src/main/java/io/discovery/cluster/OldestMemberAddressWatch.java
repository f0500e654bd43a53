package io.discovery.cluster;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the address of the oldest member, which Hazelcast 5.7 may forget as a member joins.
 *
 * <p>A member that joins asks others who is the oldest. Before each question Hazelcast forgets the answer to the one
 * before, even if the member has joined since, though its log says that the answer stays. From then on the member takes no
 * partition and no list of members from the oldest one, and reports it as no member; so the next change of the list takes
 * this member, or the oldest one, out of the cluster. Machines whose processors are busy as members start or merge have
 * that moment often.
 *
 * <p>The member list has the oldest member all the same, as its first: this class lets Hazelcast accept it as the oldest.
 * One thread.
 */
public final class OldestMemberAddressWatch {

    private static final Logger log = LoggerFactory.getLogger(OldestMemberAddressWatch.class);

    private final ClusterServiceImpl members;

    /** @param hazelcast instance of a member that has joined */
    public OldestMemberAddressWatch(HazelcastInstance hazelcast) {
        this.members = ((HazelcastInstanceProxy) hazelcast).getOriginal().node.getClusterService();
    }

    /** Lets a member that has joined know the oldest one; to be called about once a second. */
    public void look() {
        if (!members.isJoined() || members.getMasterAddress() != null) {
            return;
        }
        members.getMemberImpls().stream()
                .findFirst()
                .filter(oldest -> !oldest.localMember())
                .ifPresent(this::accept);
    }

    private void accept(MemberImpl oldest) {
        log.info(
                "this member had forgotten the oldest one as it joined: it is {}:{}",
                oldest.getAddress().getHost(),
                oldest.getAddress().getPort());
        try {
            members.handleMastershipClaim(oldest.getAddress(), oldest.getUuid());
        } catch (IllegalArgumentException left) {
            log.debug("this member has left its cluster, or the oldest one is gone, in this moment", left);
        }
    }
}
