package io.discovery.auth;

import java.util.Map;

/**
 * Claims that a JWT has to carry, all of them.
 *
 * @param wanted values by the claim's name, or by a JSON pointer to a claim within another
 */
record Claims(Map<String, String> wanted) {

    Claims {
        wanted = Map.copyOf(wanted);
    }
}
