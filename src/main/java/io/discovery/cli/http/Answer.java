package io.discovery.cli.http;

import io.discovery.cli.text.Failure;
import io.discovery.cli.text.JsonObject;
import io.discovery.cli.text.JsonText;
import io.discovery.cli.text.Printable;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * An answer, received as a whole.
 *
 * @param from the member that gave it
 * @param retryAfter the seconds that the member wants the client to wait; empty if it did not say
 * @param repeated whether an earlier member may have done the same already, and given no answer
 */
public record Answer(Endpoint from, int status, String retryAfter, Spool body, boolean repeated)
        implements AutoCloseable {

    private static final int LONGEST_REASON = 1_000;
    private static final String OUTCOME_UNKNOWN = "outcome unknown";

    /** @throws Failure if the status is another than 2xx */
    public Answer require() {
        if (status / 100 == 2) {
            return this;
        }
        throw refusal();
    }

    /** Returns the failure that the status and the member's words are for the user. */
    public Failure refusal() {
        String said = said();
        return Failure.refused(
                switch (status) {
                    case 401 ->
                        from + " wants to know who you are (" + said
                                + "): name a file with a token by --token-file or DISCOVERY_TOKEN_FILE";
                    case 403 -> from + " refuses (" + said + "): use a token whose identity may do this";
                    case 404 ->
                        said.isEmpty()
                                ? from + " does not know this request: " + from.whyUnknown()
                                : from + " says: " + said;
                    case 429 -> from + " refuses, too much was asked (" + said + "): try again" + later();
                    case 507 -> from + " takes no more hosts (" + said + "): remove some, or raise the limit";
                    default -> from + " refuses with " + status + ": " + said;
                });
    }

    private String later() {
        return retryAfter.matches("[0-9]{1,6}") ? " in " + retryAfter + " s" : " later";
    }

    /** Returns whether the request may have been done all the same. A member says so; a proxy cannot know. */
    boolean mayHaveDoneIt() {
        String said = said();
        return status != Members.STILL_LOADING || said.isEmpty() || said.startsWith(OUTCOME_UNKNOWN);
    }

    /** Returns the member's own words, fit for a terminal. */
    public String said() {
        String words;
        try {
            words = object().text("error");
        } catch (Failure noJson) {
            words = "";
        }
        return Printable.of(words.length() > LONGEST_REASON ? words.substring(0, LONGEST_REASON) + "..." : words);
    }

    /** @throws Failure if the body is no JSON object */
    public JsonObject object() {
        try {
            return JsonText.object(body.read());
        } catch (IOException noJson) {
            throw notTheApi(noJson);
        }
    }

    /**
     * Reads an object with a long array, as {@link JsonText#elements} does.
     *
     * @return its other fields
     * @throws Failure if the body is no such object
     */
    public JsonObject elements(String array, Consumer<JsonObject> each) {
        try {
            return JsonText.elements(body.read(), array, each);
        } catch (IOException noJson) {
            throw notTheApi(noJson);
        }
    }

    private Failure notTheApi(IOException noJson) {
        return Failure.refused(from + " answers " + status + " with something else than a member does ("
                + Printable.of(
                        String.valueOf(noJson.getMessage()).lines().findFirst().orElse(""))
                + "): check the endpoint");
    }

    @Override
    public void close() {
        body.close();
    }
}
