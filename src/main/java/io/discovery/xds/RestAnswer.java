package io.discovery.xds;

import io.discovery.model.RegistryException.Overloaded;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * The resources of one answer by REST, counted from the moment they are found until they are with the client, or it has gone.
 * Safe for all threads.
 */
final class RestAnswer implements AutoCloseable {

    /** Bytes that a name takes beside its characters until it is its turn. */
    private static final long EACH = 150;

    private final MemoryShare names;
    private final SharedRenderings renderings;
    private final List<Resource> resources = new ArrayList<>();
    private boolean isOver;

    /** @param room memory for all answers by REST */
    RestAnswer(MemoryBudget room, SharedRenderings renderings) {
        this.names = new MemoryShare(room);
        this.renderings = renderings;
    }

    /**
     * Takes a resource in.
     *
     * @throws Overloaded if all answers together have taken what there is, or the client of this one has gone
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

    /** A view. */
    List<Resource> resources() {
        return Collections.unmodifiableList(resources);
    }

    /** It is with the client, or nobody waits for it. */
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
