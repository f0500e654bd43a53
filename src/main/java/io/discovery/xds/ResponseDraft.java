package io.discovery.xds;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A response under construction. Confined to the event loop of its stream. */
final class ResponseDraft {

    private final TypeSubscription subscribed;
    private final long largest;
    private final Map<String, BuiltResource> resources = new LinkedHashMap<>();
    private long size;

    /**
     * @param subscribed the subscription that the response is for
     * @param largest maximum bytes of all resources; a larger resource goes alone
     */
    ResponseDraft(TypeSubscription subscribed, long largest) {
        this.subscribed = subscribed;
        this.largest = largest;
    }

    TypeSubscription subscribed() {
        return subscribed;
    }

    /** Adds a resource, or replaces one of the same name; returns false if it does not fit. */
    boolean add(Resource resource) {
        BuiltResource before = resources.get(resource.name());
        long with = size + resource.size() - (before == null ? 0 : before.most());
        if (with > largest && !resources.isEmpty()) {
            return false;
        }
        resources.put(resource.name(), BuiltResource.of(resource));
        size = with;
        return true;
    }

    Collection<BuiltResource> resources() {
        return resources.values();
    }

    List<String> names() {
        return List.copyOf(resources.keySet());
    }
}
