package io.discovery.v1;

import static io.discovery.fuzz.FuzzTarget.require;
import static io.discovery.fuzz.FuzzTarget.requireEqual;

import com.fasterxml.jackson.databind.JsonNode;
import io.discovery.config.Cidrs;
import io.discovery.http.ErrorResponses;
import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.discovery.model.Limits;
import io.discovery.model.RegistryException;
import io.discovery.model.ServiceName;
import io.discovery.model.Weight;
import java.util.List;
import java.util.Optional;

/** Properties of registrations and weights that clients send, whatever the form they come in. */
final class SentChecks {

    private static final ServiceName SERVICE = new ServiceName("payments");
    private static final Cidrs ANY = Cidrs.parse("0.0.0.0/0, ::/0").orElseThrow();
    private static final ErrorResponses ERRORS = new ErrorResponses(false);

    private SentChecks() {}

    /** Checks that parameters are a registration that can be stored and listed, or are refused with a reason. */
    static void check(Parameters sent) {
        orRefused(() -> registration(sent));
        orRefused(() -> requireEqual(Weight.parse(sent.get(Weight.TAG, "1")).value() > 0, true, "a weight"));
    }

    private static void registration(Parameters sent) {
        RegistrationRequest request = RegistrationRequest.of(sent, () -> "::1", ANY);
        Limits.check(SERVICE, request.details());
        List.of(request.details().revision(), request.details().repo()).forEach(SentChecks::requireUnicode);
        request.details().tags().forEach((key, json) -> {
            requireUnicode(key);
            Optional<String> again = JsonText.parse(json).map(JsonText::write);
            requireEqual(again, Optional.of(json), "a tag's text, parsed and written");
        });
    }

    private static void requireUnicode(String text) {
        require(Parameters.isUnicode(text), () -> "half a surrogate pair in " + JsonText.quote(text));
    }

    /** Runs a step whose refusals must be responses with 400 and a JSON object with an error. */
    static void orRefused(Runnable step) {
        try {
            step.run();
        } catch (RegistryException | ErrorResponses.Refused refusal) {
            Response response = ERRORS.of(refusal, "fuzz");
            requireEqual(response.status(), 400, "the status of " + refusal);
            Optional<JsonNode> body = JsonText.parse(response.body().toString());
            require(body.filter(json -> json.hasNonNull("error")).isPresent(), () -> "a refusal: " + response.body());
        }
    }
}
