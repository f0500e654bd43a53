package io.discovery.http;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The changes of one request, a few under way at a time: there may be more than the member takes at once. After the answer,
 * or when nobody is there to hear it, none is begun any more. Belongs to the context of the request.
 */
final class Lanes {

    /** How many changes are under way at a time. */
    static final int MOST = 64;

    private final Iterator<Supplier<Future<Void>>> changes;
    private final BooleanSupplier isGone;
    private boolean isOver;

    private Lanes(Iterator<Supplier<Future<Void>>> changes, BooleanSupplier isGone) {
        this.changes = changes;
        this.isGone = isGone;
    }

    /**
     * Makes all changes. One that fails ends its lane; the others go on, and then all has failed.
     *
     * @param isGone whether the client has gone
     * @param deadline has them fail when the request's answer is due
     */
    static Future<Void> run(
            Iterator<Supplier<Future<Void>>> changes, BooleanSupplier isGone, UnaryOperator<Future<Void>> deadline) {
        return new Lanes(changes, isGone).run(deadline);
    }

    private Future<Void> run(UnaryOperator<Future<Void>> deadline) {
        List<Future<Void>> lanes = new ArrayList<>(MOST);
        for (int i = 0; i < MOST && changes.hasNext(); i++) {
            lanes.add(lane());
        }
        return deadline.apply(Future.join(lanes).mapEmpty()).onComplete(done -> isOver = true);
    }

    private Future<Void> lane() {
        while (!isOver && !isGone.getAsBoolean() && changes.hasNext()) {
            Future<Void> begun = changes.next().get();
            if (!begun.isComplete()) {
                return begun.compose(done -> lane());
            }
            // Over at once: a thousand of those, one in the other, would be too deep for the stack.
            if (begun.failed()) {
                return begun;
            }
        }
        return Future.succeededFuture();
    }
}
