package io.discovery.cluster.port;

import java.util.Map;
import java.util.Optional;

/** Who may join; asked on the oldest member, before the others know of it. */
public interface Admission {

    /** Why a member that tells these attributes of itself may not join; empty if it may. */
    Optional<String> refusal(Map<String, String> attributes);
}
