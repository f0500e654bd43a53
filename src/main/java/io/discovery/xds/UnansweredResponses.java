package io.discovery.xds;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Responses of one type that the client has neither accepted nor rejected yet. A client answers them in their order, so
 * its answer to one ends those before it. Confined to the event loop of its stream.
 */
final class UnansweredResponses {

    /** Maximum number of responses; beyond it the first ones are forgotten. */
    static final int MOST = 8;

    private final Map<String, Sent> byNonce = new LinkedHashMap<>();

    /**
     * A response.
     *
     * @param names of its resources, without those that the stream has dropped since
     */
    record Sent(String version, Set<String> names) {}

    void add(String nonce, String version, Collection<String> names) {
        if (byNonce.size() == MOST) {
            removeFirst();
        }
        byNonce.put(nonce, new Sent(version, new LinkedHashSet<>(names)));
    }

    private void removeFirst() {
        Iterator<String> nonces = byNonce.keySet().iterator();
        nonces.next();
        nonces.remove();
    }

    /** Removes a response and those before it; returns null if it is not known, or is answered. */
    @Nullable
    Sent answer(String nonce) {
        Sent answered = byNonce.get(nonce);
        if (answered != null) {
            while (byNonce.containsKey(nonce)) {
                removeFirst();
            }
        }
        return answered;
    }

    /** Removes a name, which the stream holds no more. */
    void forget(String name) {
        byNonce.values().forEach(sent -> sent.names().remove(name));
    }

    /** Returns the number of names in all of them. */
    int names() {
        return byNonce.values().stream().mapToInt(sent -> sent.names().size()).sum();
    }
}
