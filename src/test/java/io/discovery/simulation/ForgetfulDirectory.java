package io.discovery.simulation;

import io.discovery.directory.Directory;
import io.discovery.model.Registration;
import java.lang.reflect.Method;

/** A directory, and a map, that forget tombstones at once. The product has no way to do that, so a test forces it. */
final class ForgetfulDirectory {

    private ForgetfulDirectory() {}

    static void forgetTombstones(Member member) {
        for (Registration registration : member.directory().all()) {
            if (registration.isTombstone()) {
                drop(member.directory(), registration);
                member.stored().remove(registration.key());
            }
        }
    }

    private static void drop(Directory directory, Registration tombstone) {
        try {
            Method drop = Directory.class.getDeclaredMethod("drop", Registration.class);
            drop.setAccessible(true);
            drop.invoke(directory, tombstone);
        } catch (ReflectiveOperationException renamed) {
            throw new IllegalStateException(renamed);
        }
    }
}
