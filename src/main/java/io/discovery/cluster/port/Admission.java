package io.discovery.cluster.port;

import java.util.Map;
import java.util.Optional;

/** A rule for members that want to join. The oldest member applies it before the other members know of the new one. */
public interface Admission {

    /** Returns why a member with these attributes may not join; empty if it may. */
    Optional<String> refusal(Map<String, String> attributes);
}
