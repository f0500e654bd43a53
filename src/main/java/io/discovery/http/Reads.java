package io.discovery.http;

import io.discovery.directory.Directory;
import io.discovery.directory.Listing;
import io.discovery.directory.Readiness;
import io.discovery.directory.Snapshot;
import io.discovery.model.InstanceKey;
import io.discovery.model.RegistryException.NotListed;
import io.discovery.model.RegistryException.NotReady;
import io.discovery.model.RegistryException.SeveralInstances;
import io.discovery.model.ServiceName;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** What clients read of this member's directory; refused until it has all there is. */
final class Reads {

    /** How many hosts in the answer are marked stale; not sent if none is. */
    static final String STALE = "Discovery-Stale";

    private static final Map.Entry<String, String> VARY = Map.entry("Vary", "Accept-Encoding");

    /**
     * The entity tag of a list. Weak: the times of check-ins are left out, so two bodies with the same tag say the same but
     * not byte for byte.
     */
    private static final class Tagger implements Function<Snapshot, String> {
        static final Tagger TAG = new Tagger();

        @Override
        public String apply(Snapshot snapshot) {
            return "W/\"" + snapshot.version() + '"';
        }
    }

    private final Directory directory;
    private final Readiness readiness;
    private final HostPath hosts;
    private final V1Json json;
    private final ServiceBodies bodies;
    private final Compressed compressedServices;
    private final Compressed compressedRepos;

    Reads(
            Directory directory,
            Readiness readiness,
            HostPath hosts,
            V1Json json,
            ServiceBodies bodies,
            Supplier<Compressed> compressed) {
        this.directory = directory;
        this.readiness = readiness;
        this.hosts = hosts;
        this.json = json;
        this.bodies = bodies;
        this.compressedServices = compressed.get();
        this.compressedRepos = compressed.get();
    }

    Future<Answer> service(String service, Wanted wanted) {
        requireReadable();
        return list(directory.service(new ServiceName(service)), bodies::of, compressedServices, wanted);
    }

    Future<Answer> repo(String repo, Wanted wanted) {
        requireReadable();
        return list(directory.repo(repo), json::repo, compressedRepos, wanted);
    }

    private static Future<Answer> list(
            Snapshot snapshot, Function<Snapshot, Buffer> body, Compressed compressed, Wanted wanted) {
        String tag = snapshot.rendered(Tagger.TAG);
        if (wanted.hasAlready(tag)) {
            return Future.succeededFuture(described(Answer.notModified(), tag, snapshot.stale()));
        }
        Buffer plain = body.apply(snapshot);
        if (!wanted.gzip() || plain.length() < Compressed.WORTH_IT) {
            return Future.succeededFuture(described(Answer.ok(plain), tag, snapshot.stale()));
        }
        return compressed
                .of(snapshot, plain)
                .map(gzip -> Answer.ok(gzip).with("Content-Encoding", "gzip"))
                .otherwise(Answer.ok(plain))
                .map(answer -> described(answer, tag, snapshot.stale()));
    }

    private static Answer described(Answer answer, String tag, long stale) {
        return marked(answer.with(List.of(Map.entry("ETag", tag), VARY)), stale);
    }

    Answer services() {
        requireReadable();
        SortedMap<ServiceName, Snapshot> services = directory.services();
        return marked(
                Answer.ok(V1Json.services(services)),
                services.values().stream().mapToLong(Snapshot::stale).sum());
    }

    /** One host: 404 if it is not listed, 400 if an address alone has several. */
    Answer host(String serviceText, String instance) {
        requireReadable();
        ServiceName service = new ServiceName(serviceText);
        List<InstanceKey> keys = hosts.keys(service, instance);
        if (keys.size() > 1) {
            throw new SeveralInstances(keys.get(0).address(), keys);
        }
        List<Listing> listed = hosts.listed(service, keys);
        if (listed.isEmpty()) {
            throw new NotListed(service, instance);
        }
        Listing host = listed.get(0);
        return marked(Answer.ok(V1Json.host(host)), host.isStale() ? 1 : 0);
    }

    private static Answer marked(Answer answer, long stale) {
        return stale == 0 ? answer : answer.with(STALE, Long.toString(stale));
    }

    /** @throws NotReady until the directory has all there is */
    void requireReadable() {
        String why = readiness.whyNoReads();
        if (why != null) {
            throw new NotReady(why);
        }
    }
}
