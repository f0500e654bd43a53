package io.discovery.cluster;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.MemberAttributeConfig;
import com.hazelcast.core.HazelcastInstance;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The members by the ids that stand in their versions. Each tells its id as it joins. Members that have gone are
 * remembered, up to a number; a member of an earlier version tells nothing and is unknown. Thread-safe; never blocks.
 */
public final class VersionMakers {

    private static final Logger log = LoggerFactory.getLogger(VersionMakers.class);
    private static final String ATTRIBUTE = "versions";
    /** Number of members after which those that have gone are forgotten. */
    private static final int MOST = 1_000;

    private final HazelcastInstance hazelcast;
    private final Map<Long, String> addresses = new ConcurrentHashMap<>();

    public VersionMakers(HazelcastInstance hazelcast) {
        this.hazelcast = hazelcast;
    }

    /** Sets the attribute by which a member tells its peers the id in its versions. */
    public static void tellIn(MemberAttributeConfig attributes, long id) {
        attributes.setAttribute(ATTRIBUTE, Long.toString(id));
    }

    /** Returns whether a member tells its id: one of an earlier version knows nothing of changes. */
    static boolean isTold(Member member) {
        return member.getAttribute(ATTRIBUTE) != null;
    }

    /** Returns the address of the member that makes versions with this id; null if it is unknown. */
    public @Nullable String addressOf(long id) {
        String known = addresses.get(id);
        if (known == null) {
            learn();
            known = addresses.get(id);
        }
        return known;
    }

    private void learn() {
        if (addresses.size() >= MOST) {
            addresses.clear();
        }
        for (Member member : hazelcast.getCluster().getMembers()) {
            String id = member.getAttribute(ATTRIBUTE);
            if (id != null) {
                learn(id, HazelcastCluster.address(member));
            }
        }
    }

    private void learn(String id, String address) {
        try {
            addresses.put(Long.parseLong(id), address);
        } catch (NumberFormatException another) {
            log.debug("the member at {} tells '{}' as its id in versions, expected an integer", address, id);
        }
    }
}
