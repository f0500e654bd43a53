package io.discovery.model;

import java.math.BigInteger;
import java.util.Optional;

/** A share of traffic, 1 to 100: the tag that Envoy calls a host's load balancing weight. */
public record Weight(int value) {

    /** The tag that holds a weight, and the parameter that sets it. */
    public static final String TAG = "load_balancing_weight";

    /** Default weight of an instance (Envoy v1 API, load_balancing_weight). */
    public static final Weight UNSAID = new Weight(1);

    private static final int LOWEST = 1;
    private static final int HIGHEST = 100;
    private static final int MOST_DIGITS = 3;

    public Weight {
        if (value < LOWEST || value > HIGHEST) {
            throw invalid(Integer.toString(value));
        }
    }

    /**
     * Parses a parameter as the seed does (POST /v1/loadbalancing).
     *
     * @throws RegistryException.InvalidParameter if it is not an integer from 1 to 100
     */
    public static Weight parse(String text) {
        return PythonInteger.parse(text)
                .filter(number -> number.compareTo(BigInteger.valueOf(LOWEST)) >= 0
                        && number.compareTo(BigInteger.valueOf(HIGHEST)) <= 0)
                .map(number -> new Weight(number.intValueExact()))
                .orElseThrow(() -> invalid(text));
    }

    /**
     * Returns the weight that the tags give an instance: {@link #UNSAID} without the tag, or if its value is not a
     * weight, which the seed allows.
     */
    public static Weight of(Tags tags) {
        return tags.find(TAG).map(Tag::json).flatMap(Weight::ofJson).orElse(UNSAID);
    }

    /** Parses one to three digits; without a pattern, because some readers ask for the weight of every host. */
    private static Optional<Weight> ofJson(String json) {
        int value = 0;
        for (int i = 0; i < json.length(); i++) {
            int digit = json.charAt(i) - '0';
            if (digit < 0 || digit > 9 || i == MOST_DIGITS) {
                return Optional.empty();
            }
            value = 10 * value + digit;
        }
        return value < LOWEST || value > HIGHEST ? Optional.empty() : Optional.of(new Weight(value));
    }

    private static RegistryException.InvalidParameter invalid(String given) {
        return new RegistryException.InvalidParameter(TAG, given, "an integer between 1 and 100");
    }
}
