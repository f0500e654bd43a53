package io.discovery.changes;

import io.discovery.model.InstanceKey;
import io.discovery.model.Version;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The id of a change, which is the same on all members that record the change: its time, and a number that tells apart
 * the changes of one microsecond. Ids sort by time.
 *
 * @param micros microseconds since the epoch, by the cluster's clock
 */
record ChangeId(long micros, long number) implements Comparable<ChangeId> {

    private static final Pattern FORM = Pattern.compile("([0-9]{1,18})-([0-9a-f]{16})");
    private static final Comparator<ChangeId> ORDER =
            Comparator.comparingLong(ChangeId::micros).thenComparing(ChangeId::number, Long::compareUnsigned);

    /** Returns the id of a change at the time of its version. */
    static ChangeId of(InstanceKey key, ChangeKind kind, Version version) {
        return of(key, kind, version.micros(), version.member());
    }

    /** @param cause tells apart changes of one kind and one time */
    static ChangeId of(InstanceKey key, ChangeKind kind, long micros, long cause) {
        long number = mix(mix(mix(cause) + key.service().text().hashCode())
                + key.address().text().hashCode());
        return new ChangeId(
                micros, mix(number + ((long) key.port() << 32) + kind.text().hashCode()));
    }

    /** Returns the id below all ids of a time. */
    static ChangeId before(long micros) {
        return new ChangeId(micros, 0);
    }

    static Optional<ChangeId> parse(String text) {
        Matcher form = FORM.matcher(text);
        return form.matches()
                ? Optional.of(new ChangeId(Long.parseLong(form.group(1)), HexFormat.fromHexDigitsToLong(form.group(2))))
                : Optional.empty();
    }

    /** The finalizer of SplitMix64, which spreads each bit over all. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }

    boolean isAfter(ChangeId other) {
        return compareTo(other) > 0;
    }

    @Override
    public int compareTo(ChangeId other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return micros + "-" + HexFormat.of().toHexDigits(number);
    }
}
