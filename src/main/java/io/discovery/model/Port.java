package io.discovery.model;

import java.math.BigInteger;

/** Port of an instance: 1 to 65535 once registered. */
public final class Port {

    /** The number by which the seed replaces a missing port: not a valid port. */
    public static final BigInteger MISSING = BigInteger.ONE.negate();

    private static final String EXPECTED = "an integer between 1 and 65535";
    private static final BigInteger HIGHEST = BigInteger.valueOf(65_535);

    private Port() {}

    /**
     * Parses a port as a number, the first of the seed's two checks.
     *
     * @throws RegistryException.InvalidParameter if it is not an integer
     */
    public static BigInteger number(String text) {
        return PythonInteger.parse(text)
                .orElseThrow(() -> new RegistryException.InvalidParameter("port", text, EXPECTED));
    }

    /**
     * Checks the range of a port, the second check.
     *
     * @throws RegistryException.InvalidParameter if it is outside 1 to 65535
     */
    public static int inRange(BigInteger number) {
        if (number.signum() <= 0 || number.compareTo(HIGHEST) > 0) {
            throw new RegistryException.InvalidParameter("port", number.toString(), EXPECTED);
        }
        return number.intValueExact();
    }
}
