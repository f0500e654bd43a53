package io.discovery.history;

import java.util.Map;

/**
 * A time in which a watcher was in step with a member and held one list. Times are of {@link System#nanoTime}.
 *
 * @param since when the watcher had the list, or from when on the member would have told it that the list is another
 * @param until when the watcher got another list, or left the member
 */
public record Hold(String watcher, int member, String service, long since, long until, Map<String, Seen> list) {

    public Hold {
        list = Map.copyOf(list);
    }
}
