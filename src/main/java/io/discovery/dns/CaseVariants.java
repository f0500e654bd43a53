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
 * The services that are one name to DNS, since their names differ only in upper and lower case; nearly always one. Keeps
 * what was last made of their lists: until their content changes, heartbeats aside, it need not be made again.
 */
final class CaseVariants {

    private record Made(List<ContentVersion> versions, RecordSet node) {}

    private final List<ServiceName> services;
    private volatile @Nullable Made last;

    private CaseVariants(List<ServiceName> services) {
        this.services = services;
    }

    static CaseVariants of(ServiceName service) {
        return new CaseVariants(List.of(service));
    }

    /** With one more. */
    CaseVariants with(ServiceName service) {
        return services.contains(service)
                ? this
                : new CaseVariants(Stream.concat(services.stream(), Stream.of(service))
                        .sorted()
                        .toList());
    }

    /** Without one; null if none is left. */
    @Nullable
    CaseVariants without(ServiceName service) {
        List<ServiceName> rest =
                services.stream().filter(each -> !each.equals(service)).toList();
        return rest.isEmpty() ? null : rest.equals(services) ? this : new CaseVariants(rest);
    }

    /** What is listed of all of them now. */
    RecordSet node(Directory directory, Function<List<Snapshot>, RecordSet> rendering) {
        List<Snapshot> lists = new ArrayList<>(services.size());
        List<ContentVersion> versions = new ArrayList<>(services.size());
        for (ServiceName service : services) {
            Snapshot list = directory.service(service);
            lists.add(list);
            versions.add(list.version());
        }
        Made made = last;
        if (made == null || !made.versions().equals(versions)) {
            made = new Made(versions, rendering.apply(lists));
            last = made;
        }
        return made.node();
    }
}
