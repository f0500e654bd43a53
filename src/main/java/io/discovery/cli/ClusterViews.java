package io.discovery.cli;

import io.discovery.cli.http.Answer;
import io.discovery.cli.http.Call;
import io.discovery.cli.http.Endpoint;
import io.discovery.cli.http.Members;
import io.discovery.cli.text.Failure;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The cluster as each endpoint that the user names sees it.
 *
 * @param views at least one
 * @param silent the endpoints that gave no answer, and why
 */
record ClusterViews(List<ClusterReport> views, List<String> silent) {

    ClusterViews {
        views = List.copyOf(views);
        silent = List.copyOf(silent);
    }

    /**
     * Asks each endpoint by itself.
     *
     * @throws Failure if none answers
     */
    static ClusterViews ask(Members members) {
        List<ClusterReport> views = new ArrayList<>();
        List<String> silent = new ArrayList<>();
        for (Endpoint endpoint : members.endpoints()) {
            try (Answer answer = members.askOne(endpoint, Call.get(MemberReport.PATH))) {
                views.add(ClusterReport.read(answer));
            } catch (IOException failed) {
                silent.add(endpoint + " (" + Members.reason(failed) + ")");
            }
        }
        if (views.isEmpty()) {
            throw Failure.unreachable("no member answers: " + String.join("; ", silent)
                    + ". Name others by --endpoint or DISCOVERY_ENDPOINTS, or start one");
        }
        return new ClusterViews(views, silent);
    }

    ClusterReport first() {
        return views.get(0);
    }

    /** Returns the endpoints that see other members than the first one does: halves of a split do. */
    List<String> differing() {
        return views.stream()
                .filter(view -> !view.ids().equals(first().ids()))
                .map(ClusterReport::from)
                .toList();
    }
}
