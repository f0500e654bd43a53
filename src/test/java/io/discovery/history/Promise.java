package io.discovery.history;

/** The promises that a history can break; src/docs/reliability.md explains each. */
public enum Promise {
    ACKNOWLEDGED_REGISTRATIONS_STAY,
    DEREGISTRATIONS_STAY,
    WEIGHTS_STAY,
    NOTHING_IS_MADE_UP,
    SILENT_HOSTS_EXPIRE,
    NO_MEMBER_GOES_BACK,
    WATCHERS_MISS_NOTHING,
    CHANGES_ARE_NOT_REFUSED_WITHOUT_REASON,
    READS_NEVER_FAIL_OR_STALL,
    WRITES_ARE_ANSWERED_IN_TIME,
    MEMBERS_ARE_EQUAL_AFTER_HEALING,
    MEMBERS_KEEP_NOTHING,
    /** A member starts, stops, and takes requests in time. */
    ROUNDS_END
}
