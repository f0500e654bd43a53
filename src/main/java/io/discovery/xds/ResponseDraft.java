package io.discovery.xds;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;

/** An answer in the making: the resources that go into it so far. Belongs to the event loop of its stream. */
final class ResponseDraft {

    private final TypeSubscription subscribed;
    private final long largest;
    private final Map<String, Resource> resources = new LinkedHashMap<>();
    private long size;

    /**
     * @param subscribed that is answered
     * @param largest bytes of all resources; one that is larger by itself goes alone
     */
    ResponseDraft(TypeSubscription subscribed, long largest) {
        this.subscribed = subscribed;
        this.largest = largest;
    }

    TypeSubscription subscribed() {
        return subscribed;
    }

    /** Takes it in, in the place of an older one of that name; answers false if it does not fit. */
    boolean add(Resource resource) {
        Resource before = resources.get(resource.name());
        long with = size + resource.size() - (before == null ? 0 : before.size());
        if (with > largest && !resources.isEmpty()) {
            return false;
        }
        resources.put(resource.name(), resource);
        size = with;
        return true;
    }

    Collection<Resource> resources() {
        return resources.values();
    }
}
