package io.discovery.xds;

import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has subscribed to of one type, what it is owed and was sent of it, and what it said to that. Belongs to the event loop
 * of its stream.
 */
final class TypeSubscription {

    private final ResourceType type;
    private final Set<String> names = new LinkedHashSet<>();
    private final ResourceVersions held = new ResourceVersions();
    private final Set<String> due = new LinkedHashSet<>();

    private boolean owesAnswer;
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

    TypeSubscription(ResourceType type) {
        this.type = type;
    }

    ResourceType type() {
        return type;
    }

    Set<String> names() {
        return names;
    }

    /** Whether the name is held here: it is subscribed to, or the client has what it names or is owed it. */
    boolean knows(String name) {
        return names.contains(name) || held.find(name) != null || due.contains(name);
    }

    /** What the client was sent last, or said it has. */
    ResourceVersions held() {
        return held;
    }

    boolean isToAll() {
        return isToAll;
    }

    /** @return the names that are held no more */
    List<String> setToAll(boolean all) {
        isToAll = all;
        if (all) {
            return List.of();
        }
        List<String> dropped =
                due.stream().filter(name -> !names.contains(name)).toList();
        dropped.forEach(due::remove);
        return dropped.stream().filter(name -> !knows(name)).toList();
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

    /** These are to be sent. */
    void owe(Collection<String> resources) {
        due.addAll(resources);
    }

    /** An answer is to be sent, also if there is nothing to say. */
    void oweAnswer() {
        owesAnswer = true;
    }

    boolean isOwed() {
        return owesAnswer || !due.isEmpty();
    }

    /** Begins an answer with what is owed: what comes to be owed from here on may go into it, or into the next. */
    ResponseDraft draft(long largest) {
        owesAnswer = false;
        return new ResponseDraft(this, largest);
    }

    /** How many are owed. */
    int owed() {
        return due.size();
    }

    /**
     * Takes what is owed into an answer, in the order in which it came to be, as far as it fits; it counts as what the client
     * has.
     *
     * @param most how many are taken at most, this time
     * @return whether the answer is whole
     */
    boolean take(ResponseDraft draft, Function<String, Resource> find, int most) {
        int taken = 0;
        for (Iterator<String> names = due.iterator(); names.hasNext(); taken++) {
            if (taken == most) {
                return false;
            }
            Resource resource = find.apply(names.next());
            if (!draft.add(resource)) {
                return true;
            }
            names.remove();
            held.put(resource);
        }
        return true;
    }

    /** What was taken was sent, under this nonce. */
    void answered(String newNonce) {
        nonce = newNonce;
        version = held.version();
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

    void forget(String name) {
        names.remove(name);
        held.remove(name);
        due.remove(name);
    }
}
