package io.discovery.simulation;

import static io.discovery.simulation.Timeline.MILLISECOND;
import static io.discovery.simulation.Timeline.SECOND;

import io.discovery.directory.ContentVersion;
import io.discovery.directory.Snapshot;
import io.discovery.model.InstanceKey;
import io.discovery.model.Registration;
import io.discovery.model.ServiceName;
import io.discovery.simulation.Violation.Promise;
import java.util.HashMap;
import java.util.Map;

/** A client that watches a service at a member: a mark wakes its event loop, which reads the list when its turn comes. */
final class Watcher {

    /** Time after which a watcher must know what its member lists: two looks, and the pauses before them. */
    private static final long LONGEST_WAIT = 2 * SECOND + 200 * MILLISECOND;

    private final Member member;
    private final ServiceName service;
    private final World world;
    private final Map<InstanceKey, Registration> seen = new HashMap<>();
    private ContentVersion version = ContentVersion.EMPTY;
    private boolean isWoken;
    private long marks;
    private long rightAt;

    Watcher(Member member, ServiceName service, World world) {
        this.member = member;
        this.service = service;
        this.world = world;
        this.rightAt = world.timeline().now();
        member.parts().subscriptions.subscribe(service, changed -> mark());
        read();
    }

    long marks() {
        return marks;
    }

    private void mark() {
        marks++;
        if (world.wiring().isMarked(this) && !isWoken) {
            isWoken = true;
            long turn = world.chance().below(3 * MILLISECOND, world.timeline().now(), member.number(), 5);
            world.timeline().after(turn, () -> member.run(this::read));
        }
    }

    private void read() {
        isWoken = false;
        told(member.directory().service(service));
    }

    /** Takes in a list. */
    void told(Snapshot list) {
        version = list.version();
        list.listings().forEach(listing -> {
            Registration now = listing.registration();
            Registration before = seen.put(now.key(), now);
            if (before != null && !Promises.contains(now, before)) {
                world.promises()
                        .broken(
                                Promise.WATCHERS_KNOW,
                                "a watcher of " + service.text() + " at " + member.name() + " was told "
                                        + Texts.text(now) + " after " + Texts.text(before));
            }
        });
    }

    /** Judges whether the watcher knows the list of its member; called several times a second. */
    void observe() {
        long now = world.timeline().now();
        boolean isHeld = member.parts().subscriptions.isHeld() || !member.isRunning();
        if (isHeld || version.equals(member.directory().service(service).version())) {
            rightAt = now;
        } else if (now - rightAt > LONGEST_WAIT) {
            world.promises()
                    .broken(
                            Promise.WATCHERS_KNOW,
                            "a watcher of " + service.text() + " at " + member.name() + " has not been told for "
                                    + Texts.seconds(now - rightAt) + " what the member lists");
        }
    }
}
