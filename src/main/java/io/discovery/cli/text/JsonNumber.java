package io.discovery.cli.text;

/** A number with the digits in which it was sent. */
public record JsonNumber(String digits) {

    public static JsonNumber of(long value) {
        return new JsonNumber(Long.toString(value));
    }

    @Override
    public String toString() {
        return digits;
    }
}
