package io.discovery.cli;

import io.discovery.cli.text.Cell.Mood;
import io.discovery.cli.text.JsonObject;

/** A change as members tell it. */
record Change(JsonObject object) {

    String id() {
        return object.text("id");
    }

    String time() {
        return object.text("time");
    }

    String kind() {
        return object.text("change");
    }

    String service() {
        return object.text("service");
    }

    /** Returns address and port. */
    String host() {
        String address = object.text("ip_address");
        String port = object.text("port");
        if (port.isEmpty()) {
            return address;
        }
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    String fields() {
        return FieldChange.text(FieldChange.of(object));
    }

    /** Returns who made the change, as far as is known. */
    String by() {
        JsonObject by = object.object("by");
        String identity = by.text("identity");
        String address = by.text("address");
        return identity.isEmpty() ? address : identity + " " + address;
    }

    Mood mood() {
        return switch (kind()) {
            case "registered", "returned", "restored" -> Mood.GOOD;
            case "deregistered", "expired" -> Mood.BAD;
            default -> Mood.PLAIN;
        };
    }
}
