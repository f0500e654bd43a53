package io.discovery.changes;

import io.discovery.directory.ListedChanges.Step;
import io.discovery.model.CheckIn;
import io.discovery.model.InstanceField;
import io.discovery.model.InstanceKey;
import io.discovery.model.Lease;
import io.discovery.model.Registration;
import io.discovery.model.Tag;
import io.discovery.model.Version;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The rules by which a step of a registration is a change in the words of the API, or two. Pure.
 *
 * @param lease whose end is the time of an expiry
 * @param members the address of a member by its id in versions; null for an unknown one
 */
record ChangeRules(Lease lease, LongFunction<@Nullable String> members) {

    /** Returns the changes of a step, the oldest first. */
    List<InstanceChange> of(Step step) {
        List<InstanceChange> changes = new ArrayList<>(2);
        Registration before = step.before();
        Registration after = step.after();
        boolean isBack = false;
        if (before != null && step.wasListed() && hasGoneSince(before, after)) {
            changes.add(going(before, after));
            isBack = true;
        }
        CheckIn checkIn = after.checkIn();
        if (checkIn != null && step.isListed()) {
            if (before == null) {
                changes.add(made(ChangeKind.REGISTERED, null, after, checkIn.version()));
            } else if (isBack || !step.wasListed()) {
                changes.add(made(ChangeKind.RETURNED, before, after, checkIn.version()));
            } else {
                update(before, after, changes);
            }
        }
        return changes;
    }

    /** Returns whether an instance that was listed left the lists between two copies, for good or for a while. */
    private static boolean hasGoneSince(Registration before, Registration after) {
        CheckIn listed = before.checkIn();
        Version gone = after.deregistration();
        return listed != null && gone != null && gone.isAfter(listed.version());
    }

    /** Returns the going of an instance. A check-in that finds its lease at an end leaves a mark just below itself. */
    private InstanceChange going(Registration before, Registration after) {
        CheckIn back = after.checkIn();
        Version gone = after.deregistration();
        return back != null && back.version().predecessor().equals(gone)
                ? expired(before)
                : made(ChangeKind.DEREGISTERED, before, before, gone == null ? before.lastVersion() : gone);
    }

    private void update(Registration before, Registration after, List<InstanceChange> changes) {
        List<FieldChange> fields = FieldChange.between(InstanceField.of(before), InstanceField.of(after));
        if (!fields.isEmpty()) {
            boolean isWeight = fields.size() == 1 && fields.get(0).name().equals(InstanceField.WEIGHT);
            ChangeKind kind = isWeight ? ChangeKind.WEIGHT : ChangeKind.UPDATED;
            changes.add(made(kind, before, after, versionOf(fields, after)));
        }
    }

    /** Returns the latest version of the registers that hold the fields. */
    private static Version versionOf(List<FieldChange> fields, Registration after) {
        Version latest = null;
        for (FieldChange field : fields) {
            Version version = versionOf(field.name(), after);
            latest = latest == null ? version : Version.max(latest, version);
        }
        return latest == null ? after.lastVersion() : latest;
    }

    private static Version versionOf(String field, Registration after) {
        CheckIn checkIn = after.checkIn();
        return after.tags().list().stream()
                .filter(tag -> InstanceField.ofTag(tag.key()).equals(field))
                .map(Tag::version)
                .findFirst()
                .orElseGet(() -> checkIn == null ? after.lastVersion() : checkIn.version());
    }

    /** Returns the expiry of an instance at the end of its lease. */
    InstanceChange expired(Registration gone) {
        CheckIn checkIn = gone.checkIn();
        Version last = checkIn == null ? gone.lastVersion() : checkIn.version();
        long end = checkIn == null ? last.micros() : lease.endOf(checkIn);
        ChangeId id = ChangeId.of(gone.key(), ChangeKind.EXPIRED, end, last.member());
        return change(id, ChangeKind.EXPIRED, gone, List.of(), null, null);
    }

    /** Returns the return of an instance from the durable copy, which the member at {@code address} had. */
    InstanceChange restored(Registration after, long micros, @Nullable String address) {
        ChangeId id = ChangeId.of(
                after.key(), ChangeKind.RESTORED, micros, after.lastVersion().micros());
        return change(id, ChangeKind.RESTORED, after, fieldsSince(null, after), null, address);
    }

    private InstanceChange made(ChangeKind kind, @Nullable Registration before, Registration after, Version version) {
        return change(
                ChangeId.of(after.key(), kind, version),
                kind,
                after,
                kind == ChangeKind.DEREGISTERED ? List.of() : fieldsSince(before, after),
                version,
                members.apply(version.member()));
    }

    private static List<FieldChange> fieldsSince(@Nullable Registration before, Registration after) {
        return FieldChange.between(before == null ? List.of() : InstanceField.of(before), InstanceField.of(after));
    }

    private static InstanceChange change(
            ChangeId id,
            ChangeKind kind,
            Registration instance,
            List<FieldChange> fields,
            @Nullable Version version,
            @Nullable String member) {
        InstanceKey key = instance.key();
        CheckIn checkIn = instance.checkIn();
        int port = checkIn == null ? key.port() : checkIn.port();
        return new InstanceChange(id, kind, key.service(), key.address(), port, fields, version, member);
    }
}
