package io.discovery.model;

import java.math.BigInteger;

/** Where an instance listens: 1 to 65535 once registered. */
public final class Port {

    /** What the seed takes for a port that was not sent: no valid port, but a number. */
    public static final BigInteger MISSING = BigInteger.ONE.negate();

    private static final String EXPECTED = "an integer between 1 and 65535";
    private static final BigInteger HIGHEST = BigInteger.valueOf(65_535);

    private Port() {}

    /**
     * The first of the seed's two looks at a port: whether it is a number at all.
     *
     * @throws RegistryException.InvalidParameter if it is not an integer
     */
    public static BigInteger number(String text) {
        return PythonInteger.parse(text)
                .orElseThrow(() -> new RegistryException.InvalidParameter("port", text, EXPECTED));
    }

    /**
     * The second look: whether the number is a port.
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
