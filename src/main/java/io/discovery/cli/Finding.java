package io.discovery.cli;

import io.discovery.cli.text.Cell.Mood;
import io.discovery.cli.text.JsonObject;
import java.util.Locale;

/**
 * The outcome of one check of the doctor.
 *
 * @param check the subject, in a word or two
 * @param found the state that was found
 * @param advice the thing to do about it; empty if there is none
 */
record Finding(String check, Level level, String found, String advice) {

    /** The weight of a finding. */
    enum Level {
        OK(Mood.GOOD),
        LOOK(Mood.ODD),
        BAD(Mood.BAD);

        private final Mood mood;

        Level(Mood mood) {
            this.mood = mood;
        }

        Mood mood() {
            return mood;
        }
    }

    static Finding ok(String check, String found) {
        return new Finding(check, Level.OK, found, "");
    }

    static Finding look(String check, String found, String advice) {
        return new Finding(check, Level.LOOK, found, advice);
    }

    static Finding bad(String check, String found, String advice) {
        return new Finding(check, Level.BAD, found, advice);
    }

    JsonObject object() {
        return JsonObject.of(
                "check", check, "level", level.name().toLowerCase(Locale.ROOT), "found", found, "advice", advice);
    }
}
