package io.discovery.directory;

import io.discovery.model.CheckIn;
import io.discovery.model.Registration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A registration with a check-in as an entry of lists, with cached derived data. Immutable to its users. */
public final class Listing {

    private final Registration registration;
    private final CheckIn checkIn;
    private final ContentVersion version;
    private final boolean stale;
    // Encoded when a reader first needs it; two threads may both do it and get equal bytes.
    private @Nullable EncodedInstance fragment;
    // Created likewise.
    private @Nullable Listing marked;
    /** True once it has left lists because of time, and the listener knows. Guarded by the lock of its key. */
    private boolean lapsed;

    private Listing(Registration registration, CheckIn checkIn, ContentVersion version, boolean stale) {
        this.registration = registration;
        this.checkIn = checkIn;
        this.version = version;
        this.stale = stale;
    }

    /** @param before the instance's previous listing, whose version still holds if only the time changed */
    static @Nullable Listing of(Registration registration, @Nullable Listing before) {
        CheckIn checkIn = registration.checkIn();
        if (checkIn == null) {
            return null;
        }
        ContentVersion version = before != null && before.showsTheSame(registration, checkIn)
                ? before.version
                : ContentVersion.of(registration, checkIn);
        return new Listing(registration, checkIn, version, false);
    }

    private boolean showsTheSame(Registration other, CheckIn otherCheckIn) {
        var tags = registration.tags().list();
        var otherTags = other.tags().list();
        boolean same = checkIn.port() == otherCheckIn.port()
                && checkIn.revision().equals(otherCheckIn.revision())
                && checkIn.repo().equals(otherCheckIn.repo())
                && tags.size() == otherTags.size();
        for (int i = 0; same && i < tags.size(); i++) {
            same = tags.get(i).key().equals(otherTags.get(i).key())
                    && tags.get(i).json().equals(otherTags.get(i).json());
        }
        return same;
    }

    public Registration registration() {
        return registration;
    }

    public CheckIn checkIn() {
        return checkIn;
    }

    /** Returns the version of what clients see of it, the mark of a stale one included. */
    public ContentVersion version() {
        return version;
    }

    /** Returns whether its lease has ended, so that expiry protection alone keeps it in the list. */
    public boolean isStale() {
        return stale;
    }

    /** Returns the same listing, marked stale; the mark is content, so its version is another. */
    Listing asStale() {
        Listing twin = marked;
        if (twin == null) {
            twin = new Listing(registration, checkIn, version.marked("stale"), true);
            marked = twin;
        }
        // The unmarked listing's bytes are part of no list any more.
        fragment = null;
        return twin;
    }

    boolean hasLapsed() {
        return lapsed;
    }

    void lapse() {
        lapsed = true;
    }

    /**
     * Drops the data cached for lists, because none shows it any more. The listing lives until RETENTION ends, and its
     * fragment would keep the whole list that it last was part of: a list for each host that falls silent.
     */
    void leaveLists() {
        fragment = null;
        marked = null;
    }

    /**
     * Returns the registration in the one encoding that whole lists are joined from; {@code encoder} rarely runs twice.
     */
    public EncodedInstance fragment(Function<Listing, byte[]> encoder) {
        EncodedInstance encoded = fragment;
        if (encoded == null) {
            encoded = EncodedInstance.of(encoder.apply(this));
            fragment = encoded;
        }
        return encoded;
    }

    /** Replaces the fragment by a slice of a list, so that its bytes are not held twice. */
    public void fragmentIn(EncodedInstance list) {
        fragment = list;
    }
}
