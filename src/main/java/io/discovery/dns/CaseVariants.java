package io.discovery.dns;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Directory;
import io.discovery.directory.Snapshot;
import io.discovery.model.ServiceName;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The services that share one DNS name because their names differ only in case; nearly always one service. A name of 20
 * letters has a million spellings, so DNS serves the first {@link #MOST} of them, the same on every member. Changes must
 * not run at the same time; readers may.
 */
final class CaseVariants {

    static final int MOST = 16;
    /** A name in small letters comes first: no other spellings can displace it. */
    private static final Comparator<ServiceName> ORDER = Comparator.reverseOrder();

    private record Rendered(List<ContentVersion> versions, RecordSet node) {}

    /** In order, and never empty. */
    private volatile List<ServiceName> served;
    /** The spellings after those; null if there are none, since nearly all names have one spelling. */
    private @Nullable TreeSet<ServiceName> others;

    /** The records of several services; those of one are cached with its list. */
    private volatile WeakReference<@Nullable Rendered> last = new WeakReference<>(null);

    CaseVariants(ServiceName service) {
        served = List.of(service);
    }

    void add(ServiceName service) {
        if (served.contains(service)) {
            return;
        }
        List<ServiceName> all = new ArrayList<>(served);
        all.add(service);
        all.sort(ORDER);
        if (all.size() > MOST) {
            TreeSet<ServiceName> rest = others == null ? new TreeSet<>(ORDER) : others;
            rest.add(all.remove(MOST));
            others = rest;
        }
        served = List.copyOf(all);
    }

    /** Removes a service, unless it {@link #isOnly}. */
    void remove(ServiceName service) {
        TreeSet<ServiceName> rest = others;
        if (rest != null && rest.remove(service)) {
            others = rest.isEmpty() ? null : rest;
            return;
        }
        List<ServiceName> all = new ArrayList<>(served);
        if (isOnly(service) || !all.remove(service)) {
            return;
        }
        if (rest != null) {
            all.add(rest.pollFirst());
            others = rest.isEmpty() ? null : rest;
        }
        served = List.copyOf(all);
    }

    boolean isOnly(ServiceName service) {
        return served.size() == 1 && served.contains(service);
    }

    /** Returns the number of spellings that DNS does not serve. */
    int unserved() {
        return others == null ? 0 : others.size();
    }

    /** Returns the records of all services as listed now; heartbeats do not make them anew. */
    RecordSet node(Directory directory, RecordRenderer rendering) {
        List<ServiceName> services = served;
        return services.size() == 1
                ? rendering.of(directory.service(services.get(0)))
                : node(services.stream().map(directory::service).toList(), rendering);
    }

    private RecordSet node(List<Snapshot> lists, RecordRenderer rendering) {
        List<ContentVersion> versions = lists.stream().map(Snapshot::version).toList();
        Rendered rendered = last.get();
        if (rendered == null || !rendered.versions().equals(versions)) {
            rendered = new Rendered(versions, rendering.of(lists));
            last = new WeakReference<>(rendered);
        }
        return rendered.node();
    }
}
