package io.discovery.xds;

import io.discovery.model.RegistryException.Overloaded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The resources of one answer over REST, counted from the moment they are found until the client has read them or has
 * gone. Thread-safe.
 */
final class RestResponse implements AutoCloseable {

    /** Bytes that a name takes beside its characters until its turn. */
    private static final long EACH = 150;

    private final MemoryShare names;
    private final SharedRenderings renderings;
    private final List<Resource> resources = new ArrayList<>();
    private boolean isOver;

    /** @param budget memory for all answers over REST */
    RestResponse(MemoryBudget budget, SharedRenderings renderings) {
        this.names = new MemoryShare(budget);
        this.renderings = renderings;
    }

    /**
     * Adds a resource.
     *
     * @throws Overloaded if the answers take all their memory, or this answer's client has gone
     */
    synchronized void add(Resource resource) {
        if (isOver) {
            throw new Overloaded("the client did not wait for the answer");
        }
        names.take(EACH + ClientText.characterBytes(resource.name()));
        if (names.isRoomFull() || resource instanceof RenderedResource rendering && !renderings.hold(rendering)) {
            String scarce = names.whyRoomScarce();
            throw new Overloaded(
                    "answers by REST that are on their way take all the memory that this member has for them"
                            + (scarce == null ? "" : ", less than otherwise, since " + scarce)
                            + "; ask again later, or for fewer names");
        }
        resources.add(resource);
    }

    /** Returns a view of the resources. */
    List<Resource> resources() {
        return Collections.unmodifiableList(resources);
    }

    /** Releases the resources: the client has read them, or has gone. */
    @Override
    public synchronized void close() {
        if (!isOver) {
            isOver = true;
            names.close();
            for (Resource resource : resources) {
                if (resource instanceof RenderedResource rendering) {
                    renderings.release(rendering);
                }
            }
        }
    }
}
