package io.discovery.cluster;

import com.hazelcast.cluster.impl.MemberImpl;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.instance.EndpointQualifier;
import com.hazelcast.instance.impl.HazelcastInstanceProxy;
import com.hazelcast.instance.impl.Node;
import com.hazelcast.internal.cluster.impl.ClusterServiceImpl;
import com.hazelcast.internal.server.ServerConnection;
import com.hazelcast.internal.server.ServerConnectionManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch over the address of the oldest member, which Hazelcast 5.7 may forget as a member joins.
 *
 * <p>A member that joins asks others who is the oldest. Before each question Hazelcast forgets the answer to the one
 * before, even if the member has joined since, though its log says that the answer stays. From then on the member takes no
 * partition and no list of members from the oldest one, and reports it as no member; so the next list of members, or the
 * answer to a question that the oldest one had yet to answer, takes this member out of the cluster. Machines whose processors are busy as members start or merge have
 * that moment often.
 *
 * <p>The member list has the oldest member all the same, as its first: this class lets Hazelcast accept it as the oldest.
 * One thread.
 */
public final class OldestMemberAddressWatch {

    private static final Logger log = LoggerFactory.getLogger(OldestMemberAddressWatch.class);

    private final ClusterServiceImpl members;
    private final ServerConnectionManager connections;
    private final MemberSilence silence;

    /** @param hazelcast instance of a member that has joined */
    public OldestMemberAddressWatch(HazelcastInstance hazelcast) {
        Node node = ((HazelcastInstanceProxy) hazelcast).getOriginal().node;
        this.members = node.getClusterService();
        this.silence = new MemberSilence(hazelcast);
        this.connections = node.getServer().getConnectionManager(EndpointQualifier.MEMBER);
    }

    /**
     * Lets a member that has joined know the oldest one, unless that one may be gone by now; to be called at once after
     * joining, and several times a second.
     */
    public void look() {
        if (!members.isJoined() || members.getMasterAddress() != null) {
            return;
        }
        members.getMemberImpls().stream()
                .findFirst()
                .filter(oldest -> !oldest.localMember() && isConnected(oldest))
                .ifPresent(this::accept);
    }

    /** Returns whether a member is there: to accept one that has just gone would undo a suspicion. */
    private boolean isConnected(MemberImpl member) {
        ServerConnection connection = connections.get(member.getAddress());
        return connection != null && connection.isAlive() && !silence.isTooLong(silence.of(member));
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
