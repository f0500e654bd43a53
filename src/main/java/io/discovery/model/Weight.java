package io.discovery.model;

import java.math.BigInteger;

/** A share of traffic, 1 to 100: the tag that Envoy calls a host's load balancing weight. */
public record Weight(int value) {

    /** The tag that holds a weight, and the parameter that sets it. */
    public static final String TAG = "load_balancing_weight";

    private static final int LOWEST = 1;
    private static final int HIGHEST = 100;

    public Weight {
        if (value < LOWEST || value > HIGHEST) {
            throw invalid(Integer.toString(value));
        }
    }

    /**
     * Reads a parameter as the seed does (POST /v1/loadbalancing).
     *
     * @throws RegistryException.InvalidParameter if it is not an integer from 1 to 100
     */
    public static Weight parse(String text) {
        return SeedInteger.parse(text)
                .filter(number -> number.compareTo(BigInteger.valueOf(LOWEST)) >= 0
                        && number.compareTo(BigInteger.valueOf(HIGHEST)) <= 0)
                .map(number -> new Weight(number.intValueExact()))
                .orElseThrow(() -> invalid(text));
    }

    private static RegistryException.InvalidParameter invalid(String given) {
        return new RegistryException.InvalidParameter(TAG, given, "an integer between 1 and 100");
    }
}
