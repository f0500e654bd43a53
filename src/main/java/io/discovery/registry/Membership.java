package io.discovery.registry;

import io.vertx.core.Future;
import java.util.List;

/** The members of the cluster as this member sees them. Thread-safe. */
public interface Membership {

    /**
     * A member.
     *
     * @param id unique for each start of a process
     * @param address address at which its peers reach it, host:port
     * @param self whether it is the member that answers
     */
    record MemberInfo(String id, String address, boolean self, String version) {}

    /** Returns all members, oldest first; never empty. */
    List<MemberInfo> members();

    /**
     * Returns whether every registration has all its copies, so that the loss of one member now loses none. False, too,
     * if the members do not answer within a second. The answer may be a second old, but concerns the members of now.
     * Never fails.
     */
    Future<Boolean> partitionsSafe();
}
