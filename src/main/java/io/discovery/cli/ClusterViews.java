package io.discovery.cli;

import java.util.List;

/**
 * The cluster as each endpoint that the user names sees it.
 *
 * @param views at least one
 * @param silent the endpoints that gave no view, and why
 */
record ClusterViews(List<ClusterReport> views, List<String> silent) {

    ClusterViews {
        views = List.copyOf(views);
        silent = List.copyOf(silent);
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
