package io.discovery.v1;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The changes of one request, in a few lanes: a request may have more changes than the member accepts at once. After
 * the response, or when the client is gone, no further change begins. Changes begin and end on the event loop of the
 * request; the deadline may come on another thread.
 */
final class Lanes {

    /** Maximum changes in flight. */
    static final int MOST = 64;

    private final Iterator<Supplier<Future<Void>>> changes;
    private final BooleanSupplier isGone;
    private volatile boolean isOver;

    private Lanes(Iterator<Supplier<Future<Void>>> changes, BooleanSupplier isGone) {
        this.changes = changes;
        this.isGone = isGone;
    }

    /**
     * Makes all changes. A failed change ends its lane; the others go on, and then the whole fails.
     *
     * @param isGone whether the client is gone
     * @param deadline makes a future fail when the response is due
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
