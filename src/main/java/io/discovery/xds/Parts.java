package io.discovery.xds;

import java.util.ArrayList;
import java.util.List;

/** Resources in as many answers as it takes for none to be larger than clients take. */
final class Parts {

    private Parts() {}

    /** None for no resources; a resource that is too large by itself is alone. */
    static List<List<Resource>> of(List<Resource> resources) {
        List<List<Resource>> parts = new ArrayList<>();
        List<Resource> part = new ArrayList<>();
        long size = 0;
        for (Resource resource : resources) {
            if (!part.isEmpty() && size + resource.size() > Endpoints.LARGEST) {
                parts.add(part);
                part = new ArrayList<>();
                size = 0;
            }
            part.add(resource);
            size += resource.size();
        }
        if (!part.isEmpty()) {
            parts.add(part);
        }
        return parts;
    }
}
