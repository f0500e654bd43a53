package io.discovery.dns;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The services that share one DNS name because their names differ only in case; nearly always one service. Caches the
 * rendered record set until the content of a list changes; heartbeats do not change content.
 */
final class CaseVariants {

    private record Rendered(List<ContentVersion> versions, RecordSet node) {}

    private final List<ServiceName> services;
    private volatile @Nullable Rendered last;

    private CaseVariants(List<ServiceName> services) {
        this.services = services;
    }

    static CaseVariants of(ServiceName service) {
        return new CaseVariants(List.of(service));
    }

    /** Returns these services and one more. */
    CaseVariants with(ServiceName service) {
        return services.contains(service)
                ? this
                : new CaseVariants(Stream.concat(services.stream(), Stream.of(service))
                        .sorted()
                        .toList());
    }

    /** Returns these services without one, or null if none is left. */
    @Nullable
    CaseVariants without(ServiceName service) {
        List<ServiceName> rest =
                services.stream().filter(each -> !each.equals(service)).toList();
        return rest.isEmpty() ? null : rest.equals(services) ? this : new CaseVariants(rest);
    }

    /** Returns the records of all services as listed now. */
    RecordSet node(Directory directory, Function<List<Snapshot>, RecordSet> rendering) {
        List<Snapshot> lists = new ArrayList<>(services.size());
        List<ContentVersion> versions = new ArrayList<>(services.size());
        for (ServiceName service : services) {
            Snapshot list = directory.service(service);
            lists.add(list);
            versions.add(list.version());
        }
        Rendered rendered = last;
        if (rendered == null || !rendered.versions().equals(versions)) {
            rendered = new Rendered(versions, rendering.apply(lists));
            last = rendered;
        }
        return rendered.node();
    }
}
