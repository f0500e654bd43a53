package io.discovery.xds;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Responses of one type that the client has not accepted yet. A client answers them in their order, so its answer to one
 * ends those before it; one that it has rejected it may accept still. Confined to the event loop of its stream.
 */
final class UnansweredResponses {

    /** Maximum number of responses; beyond it the first ones are forgotten. */
    static final int MOST = 8;

    private final Map<String, Sent> byNonce = new LinkedHashMap<>();

    /** A response. */
    static final class Sent {
        private final String version;
        private final Set<String> names;
        private boolean isRejected;

        private Sent(String version, Collection<String> names) {
            this.version = version;
            this.names = new LinkedHashSet<>(names);
        }

        String version() {
            return version;
        }

        /** Returns the names of its resources, without those that the stream has dropped since. */
        Set<String> names() {
            return names;
        }
    }

    void add(String nonce, String version, Collection<String> names) {
        if (byNonce.size() == MOST) {
            removeFirst();
        }
        byNonce.put(nonce, new Sent(version, names));
    }

    private void removeFirst() {
        Iterator<String> nonces = byNonce.keySet().iterator();
        nonces.next();
        nonces.remove();
    }

    boolean has(String nonce, String version) {
        Sent sent = byNonce.get(nonce);
        return sent != null && sent.version.equals(version);
    }

    boolean isRejected(String nonce) {
        Sent sent = byNonce.get(nonce);
        return sent != null && sent.isRejected;
    }

    /** Removes a response that the client accepts, and those before it; returns null if it is not known. */
    @Nullable
    Sent accept(String nonce) {
        Sent accepted = byNonce.get(nonce);
        if (accepted != null) {
            removeBefore(accepted);
            removeFirst();
        }
        return accepted;
    }

    /** Returns a response that the client rejects for the first time; removes those before it. */
    @Nullable
    Sent reject(String nonce) {
        Sent rejected = byNonce.get(nonce);
        if (rejected == null || rejected.isRejected) {
            return null;
        }
        removeBefore(rejected);
        rejected.isRejected = true;
        return rejected;
    }

    private void removeBefore(Sent answered) {
        while (byNonce.values().iterator().next() != answered) {
            removeFirst();
        }
    }

    /** Removes a name, which the stream holds no more. */
    void forget(String name) {
        byNonce.values().forEach(sent -> sent.names.remove(name));
    }

    /** Returns the number of names in all of them. */
    int names() {
        return byNonce.values().stream().mapToInt(sent -> sent.names.size()).sum();
    }
}
