package io.discovery.cli;

import java.util.ArrayList;
import java.util.List;

/** The rule by which one member may be restarted: the others have all that it has, and serve meanwhile. */
final class RestartRule {

    private RestartRule() {}

    /** Returns the reasons not to restart a member now; none if one may be restarted. */
    static List<String> objections(ClusterReport cluster) {
        List<String> objections = new ArrayList<>();
        if (cluster.members().size() < 2) {
            objections.add("there is one member alone: clients have none to ask while it restarts");
        }
        if (!cluster.partitionsSafe()) {
            objections.add("copies are still on their way between members");
        }
        cluster.silent().forEach(address -> objections.add("member " + address + " does not answer"));
        for (MemberReport member : cluster.answered()) {
            if (!member.isReady()) {
                objections.add("member " + member.address() + " is " + member.state());
            }
        }
        return objections;
    }
}
