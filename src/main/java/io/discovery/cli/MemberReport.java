package io.discovery.cli;

import io.discovery.cli.text.Durations;
import io.discovery.cli.text.JsonObject;
import java.util.Locale;

/** A member as {@code /v1/members} tells of it. */
record MemberReport(JsonObject object) {

    static final String PATH = "/v1/members";

    private static final int DIGITS_SHOWN = 8;

    /** Returns the address, with a star if it is the member that was asked. */
    String name() {
        return address() + (object.is("self") ? "*" : "");
    }

    String address() {
        return object.text("address");
    }

    boolean answered() {
        return object.is("answered");
    }

    boolean isReady() {
        return object.is("ready") && object.is("writable");
    }

    /** Returns whether reads and writes are taken, or why not. */
    String state() {
        if (!object.is("ready")) {
            return "not ready: " + object.text("ready_reason");
        }
        return object.is("writable") ? "ready" : "no writes: " + object.text("writable_reason");
    }

    /** Returns EXPIRY_PROTECTION of the member: one that protects hosts now tells that it is active. */
    String expiryProtection() {
        String told = object.text("expiry_protection");
        return told.equals("active") ? "on" : told;
    }

    /** Returns whether the member tells since when it knows changes, or that it records none. */
    boolean tellsOfHistory() {
        return isReady() && object.fields().containsKey("history_since");
    }

    String backend() {
        JsonObject backend = object.object("backend");
        long waiting = backend.number("waiting", 0);
        return backend.text("storage") + " " + backend.text("status") + (waiting == 0 ? "" : ", " + waiting + " wait");
    }

    boolean isBackendUp() {
        String status = object.object("backend").text("status");
        return status.isEmpty() || status.equals("UP");
    }

    String storage() {
        return object.object("backend").text("storage");
    }

    /** Returns the time since the start, in seconds; the longest there is if the member does not tell. */
    long uptimeSeconds() {
        return object.number("uptime_seconds", Long.MAX_VALUE);
    }

    boolean isBackendDown() {
        return object.object("backend").text("status").equals("DOWN");
    }

    /** Returns how far the clock is off the cluster's. */
    String clock() {
        return object.has("clock_offset_micros") ? milliseconds(object.number("clock_offset_micros", 0)) : "-";
    }

    static String milliseconds(long micros) {
        return String.format(Locale.ROOT, "%+.1f ms", micros / 1e3);
    }

    long heapPercent() {
        return 100 * object.number("heap_used_bytes", 0) / Math.max(1, object.number("heap_max_bytes", 1));
    }

    String uptime() {
        return Durations.about(object.number("uptime_seconds", 0));
    }

    /** Returns the first digits of a digest: enough to compare by eye. */
    static String abbreviated(String digest) {
        return digest.length() > DIGITS_SHOWN ? digest.substring(0, DIGITS_SHOWN) : digest;
    }
}
