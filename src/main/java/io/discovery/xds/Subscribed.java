package io.discovery.xds;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has subscribed to of one type, what it was sent of it, and what it said to that. Belongs to the event loop
 * of its stream.
 */
final class Subscribed {

    private final ResourceType type;
    private final Set<String> names = new LinkedHashSet<>();
    private final Held held = new Held();

    private boolean isToAll;
    private boolean hasNamed;
    private String nonce = "";
    private String version = "";
    private String acknowledged = "";
    private @Nullable Rejection rejection;
    private int resends;

    /**
     * @param version that the client refused
     * @param reason in its words
     */
    record Rejection(String version, String reason) {}

    Subscribed(ResourceType type) {
        this.type = type;
    }

    ResourceType type() {
        return type;
    }

    Set<String> names() {
        return names;
    }

    /** What the client was sent last, or said it has. */
    Held held() {
        return held;
    }

    boolean isToAll() {
        return isToAll;
    }

    void setToAll(boolean all) {
        isToAll = all;
    }

    /** Whether it has ever named anything: from then on naming nothing means to want nothing. */
    boolean hasNamed() {
        return hasNamed;
    }

    void named() {
        hasNamed = true;
    }

    /** Of the last answer; empty before the first. */
    String nonce() {
        return nonce;
    }

    /** Of the last answer; empty before the first. */
    String version() {
        return version;
    }

    void answered(String newNonce, String newVersion) {
        nonce = newNonce;
        version = newVersion;
    }

    void acknowledge() {
        acknowledged = version;
        rejection = null;
        resends = 0;
    }

    /** The client said no to the last answer; the next change is sent all the same. */
    void reject(String reason) {
        rejection = new Rejection(version, reason);
    }

    /** The version the client has said yes to; empty for none yet. */
    String acknowledged() {
        return acknowledged;
    }

    @Nullable
    Rejection rejection() {
        return rejection;
    }

    /** Counts one more time of sending again what the client has not taken. */
    int resend() {
        resends++;
        return resends;
    }

    /** Notes that the resources are sent; answers one version for all the client then has. */
    String note(List<Resource> resources) {
        resources.forEach(resource -> held.put(resource.name(), resource.version()));
        return held.version();
    }

    void forget(String name) {
        names.remove(name);
        held.remove(name);
    }
}
