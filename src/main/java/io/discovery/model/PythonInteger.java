package io.discovery.model;

import java.math.BigInteger;
import java.util.Optional;

/**
 * Parser of integers in the seed's syntax: Python's {@code int(text)}. White space around, a sign, leading zeros and
 * the decimal digits of any script are valid; a fraction, an exponent, another base or underscores are not.
 */
final class PythonInteger {

    /** Maximum length of a text: no field needs longer ones, and parsing is quadratic. */
    private static final int LONGEST_TEXT = 4_300;

    private PythonInteger() {}

    static Optional<BigInteger> parse(String text) {
        String stripped = text.strip();
        if (stripped.isEmpty() || stripped.length() > LONGEST_TEXT) {
            return Optional.empty();
        }
        boolean signed = stripped.charAt(0) == '+' || stripped.charAt(0) == '-';
        StringBuilder digits = new StringBuilder(stripped.length());
        int[] codePoints = stripped.substring(signed ? 1 : 0).codePoints().toArray();
        for (int codePoint : codePoints) {
            if (!Character.isDigit(codePoint)) {
                return Optional.empty();
            }
            digits.append(Character.digit(codePoint, 10));
        }
        if (digits.isEmpty()) {
            return Optional.empty();
        }
        BigInteger magnitude = new BigInteger(digits.toString());
        return Optional.of(stripped.charAt(0) == '-' ? magnitude.negate() : magnitude);
    }
}
