package io.discovery.xds;

import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stream's subscription to one type: the names, the resources due and sent, and the client's last ACK or NACK.
 * Confined to the event loop of its stream.
 */
final class TypeSubscription {

    private final ResourceType type;
    private final Set<String> names = new LinkedHashSet<>();
    private final ResourceVersions versions = new ResourceVersions();
    private final Set<String> due = new LinkedHashSet<>();

    private boolean owesAnswer;
    private boolean isToAll;
    private boolean hasNamed;
    private String nonce = "";
    private String version = "";
    private String acknowledged = "";
    private final UnansweredResponses unanswered = new UnansweredResponses();
    private @Nullable Rejection rejection;
    private int resends;

    /**
     * @param version that the client rejected
     * @param reason in the client's words
     * @param resources names in that response, and in those rejected before, that the client has not accepted since
     */
    record Rejection(String version, String reason, Set<String> resources) {

        /** Returns whether the client has accepted a later version of all. */
        private boolean isOver(Collection<String> accepted) {
            accepted.forEach(resources::remove);
            return resources.isEmpty();
        }
    }

    TypeSubscription(ResourceType type) {
        this.type = type;
    }

    ResourceType type() {
        return type;
    }

    Set<String> names() {
        return names;
    }

    /** Returns whether the stream holds the name: subscribed to it, sent it, or has it due. */
    boolean knows(String name) {
        return names.contains(name) || versions.find(name) != null || due.contains(name);
    }

    /** Versions that the client was sent last, or reported. */
    ResourceVersions versions() {
        return versions;
    }

    boolean isToAll() {
        return isToAll;
    }

    /** @return the names that the stream no longer holds */
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

    /**
     * Returns whether the client has ever named a resource: from then on a request without names subscribes to nothing.
     */
    boolean hasNamed() {
        return hasNamed;
    }

    void named() {
        hasNamed = true;
    }

    /** Nonce of the last response, or empty. */
    String nonce() {
        return nonce;
    }

    /** Version of the last response, or empty. */
    String version() {
        return version;
    }

    /** Marks resources as due. */
    void owe(Collection<String> resources) {
        due.addAll(resources);
    }

    /** Marks a response as due, even an empty one. */
    void oweAnswer() {
        owesAnswer = true;
    }

    boolean isOwed() {
        return owesAnswer || !due.isEmpty();
    }

    /** Begins a response with the resources due: later ones may go into it, or into the next. */
    ResponseDraft draft(long largest) {
        owesAnswer = false;
        return new ResponseDraft(this, largest);
    }

    /** Returns the number of resources due. */
    int owed() {
        return due.size();
    }

    /**
     * Moves due resources into a response, oldest first, as far as they fit; they count as versions that the client
     * has.
     *
     * @param most maximum number of resources in this call
     * @return whether the response is complete
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
            versions.put(resource);
        }
        return true;
    }

    /**
     * Records a response that was sent.
     *
     * @param names of its resources; those that the client has dropped meanwhile do not count
     */
    void answered(String newNonce, Collection<String> names) {
        nonce = newNonce;
        version = versions.version();
        unanswered.add(nonce, version, names.stream().filter(this::knows).toList());
    }

    /** Returns the number of names in responses that the client has not accepted yet. */
    int unanswered() {
        return unanswered.names();
    }

    /** Returns whether a response that the client has not accepted yet has this nonce and this version. */
    boolean hasSent(String sentNonce, String sentVersion) {
        return unanswered.has(sentNonce, sentVersion);
    }

    /** Returns whether the client has rejected the last response, and not accepted it since. */
    boolean hasRejectedLast() {
        return unanswered.isRejected(nonce);
    }

    /** Records that the client accepted the last response. */
    void acknowledge() {
        acknowledged = version;
        accept(nonce);
    }

    /** Records that the client accepted a response, maybe one before the last. */
    void accept(String acceptedNonce) {
        resends = 0;
        UnansweredResponses.Sent accepted = unanswered.accept(acceptedNonce);
        if (accepted != null) {
            acknowledged = accepted.version();
            accept(accepted.names());
        }
    }

    private void accept(Collection<String> resources) {
        if (rejection != null && rejection.isOver(resources)) {
            rejection = null;
        }
    }

    /**
     * Records that the client rejected a response; the next change is sent all the same. The names of a response that
     * is not known any more, or was rejected before, add nothing.
     */
    Rejection reject(String reason, String rejectedNonce) {
        Set<String> resources = rejection == null ? new HashSet<>() : rejection.resources();
        UnansweredResponses.Sent rejected = unanswered.reject(rejectedNonce);
        if (rejected != null) {
            resources.addAll(rejected.names());
        }
        String last = rejection == null ? version : rejection.version();
        Rejection told = new Rejection(rejected == null ? last : rejected.version(), reason, resources);
        rejection = told;
        return told;
    }

    /** Returns whether the client has rejected the resource and not accepted it since. */
    boolean isRejected(String name) {
        return rejection != null && rejection.resources().contains(name);
    }

    /** Version that the client last accepted, or empty. */
    String acknowledged() {
        return acknowledged;
    }

    @Nullable
    Rejection rejection() {
        return rejection;
    }

    /** Counts one more resend of a response, and returns the count. */
    int resend() {
        resends++;
        return resends;
    }

    void forget(String name) {
        names.remove(name);
        versions.remove(name);
        due.remove(name);
        unanswered.forget(name);
        if (rejection != null && rejection.resources().contains(name)) {
            accept(List.of(name));
        }
    }
}
