package io.discovery.registry;

import io.vertx.core.Future;
import java.util.List;

/** The members of the cluster as this one sees them. Safe for all threads. */
public interface Membership {

    /**
     * A member.
     *
     * @param id unique for each start of a process
     * @param address where its peers reach it, host:port
     * @param self whether it is the member asked
     */
    record MemberInfo(String id, String address, boolean self, String version) {}

    /** All members, oldest first; never empty. */
    List<MemberInfo> members();

    /**
     * Whether every registration has all its copies: losing one member now loses nothing. False, too, if the members do
     * not tell within a second. The answer may be a second old, but is about the members that are here now. Never fails.
     */
    Future<Boolean> partitionsSafe();
}
