package io.discovery.subscription;

import io.discovery.model.ServiceName;
import org.jspecify.annotations.Nullable;

/** A watch over the way of changes to listeners. Thread-safe; must not block. */
public interface DeliveryWatch {

    /** Notes a change to which there are listeners; called after readers see it, on the thread that brought it. */
    void changed(ServiceName service);

    /**
     * Begins a notification; called before the list is read, on any event loop.
     *
     * @return called when the first listener on the event loop has been notified; null if the notification is of no interest
     */
    @Nullable
    Runnable notifying(ServiceName service);
}
