package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.text.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The cluster as one member sees it.
 *
 * @param from the member that was asked
 * @param partitionsSafe whether losing one member now loses nothing
 */
record ClusterReport(String from, boolean partitionsSafe, List<MemberReport> members) {

    ClusterReport {
        members = List.copyOf(members);
    }

    static ClusterReport read(Answer answer) {
        List<MemberReport> all = new ArrayList<>();
        JsonObject rest = answer.require().elements("members", member -> all.add(new MemberReport(member)));
        return new ClusterReport(answer.from().toString(), rest.is("partitions_safe"), all);
    }

    List<MemberReport> answered() {
        return members.stream().filter(MemberReport::answered).toList();
    }

    /** Returns the addresses of members that gave no answer to the one that was asked. */
    List<String> silent() {
        return members.stream()
                .filter(member -> !member.answered())
                .map(MemberReport::address)
                .toList();
    }

    Set<String> ids() {
        return members.stream().map(member -> member.object().text("id")).collect(Collectors.toSet());
    }
}
