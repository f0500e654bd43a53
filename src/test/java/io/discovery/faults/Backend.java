package io.discovery.faults;

import io.discovery.testing.FakeClock;
import java.util.ArrayList;
import java.util.List;

/** Where the members of a round keep registrations. */
enum Backend {
    MEMORY,
    FILE,
    TABLE;

    /** Returns the faults that a round with this backend, and with one version of the program, can have on this machine. */
    List<Fault> faults() {
        List<Fault> possible = new ArrayList<>(List.of(Fault.values()));
        possible.removeIf(Fault::needsVersionBefore);
        if (this != FILE) {
            possible.removeAll(List.of(Fault.FULL_DISK, Fault.DAMAGED_ROW));
        }
        if (this != FILE || !FaultyDisk.isPossible()) {
            possible.removeIf(Fault::needsFaultyDisk);
        }
        if (this != TABLE) {
            possible.removeAll(List.of(Fault.BACKEND_OUTAGE, Fault.TABLE_OVERLOAD));
        }
        if (this == MEMORY) {
            possible.remove(Fault.KILL_ALL);
        }
        if (!FakeClock.isThere()) {
            possible.removeAll(List.of(Fault.CLOCK, Fault.DRIFT));
        }
        return possible;
    }
}
