package io.discovery.v1;

import io.discovery.directory.EncodedInstance;
import io.discovery.directory.Listing;
import io.discovery.directory.Snapshot;
import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.discovery.model.InstanceKey;
import io.discovery.model.IpAddress;
import io.discovery.model.Registration;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.Tag;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * The v1 renderings of lists (seed: GET /v1/registration). A host is encoded once per check-in, a list joined from its
 * hosts once per change that a reader sees. The seed's wire word for an instance is "host". Thread-safe.
 */
final class V1Json {

    private static final byte[] SEPARATOR = ", ".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] END = "]}\n".getBytes(StandardCharsets.US_ASCII);

    private final String env;

    V1Json(String env) {
        this.env = env;
    }

    Buffer service(Snapshot snapshot) {
        return list("service", snapshot, true);
    }

    /** Renders a list like that of a service, under the repo's name (seed: GET /v1/registration/repo). */
    Buffer repo(Snapshot snapshot) {
        return list("service_repo_name", snapshot, false);
    }

    /**
     * Renders the hosts at an address, of whatever services.
     *
     * @throws Overloaded if they take more bytes than {@code most}
     */
    static Buffer address(IpAddress address, List<Listing> listings, long most) {
        byte[] head = ("{\"ip_address\": " + JsonText.quote(address.text()) + ", \"hosts\": [")
                .getBytes(StandardCharsets.US_ASCII);
        long bytes = head.length;
        for (Listing listing : listings) {
            bytes += SEPARATOR.length + listing.fragment(V1Json::encode).length();
            if (bytes > most) {
                throw new Overloaded("the hosts at " + address.text() + " take more than " + most
                        + " bytes, for which there is no room now. Ask for their services");
            }
        }
        return Response.wrapped(joined(head, listings, false));
    }

    static Buffer host(Listing listing) {
        return Buffer.buffer(encode(listing)).appendString("\n");
    }

    /**
     * @param holdsFragments whether the hosts' fragments point into the list from then on; each can point into one list
     *     only
     */
    private Buffer list(String nameKey, Snapshot snapshot, boolean holdsFragments) {
        byte[] head = ("{\"" + nameKey + "\": " + JsonText.quote(snapshot.name()) + ", \"env\": " + JsonText.quote(env)
                        + ", \"hosts\": [")
                .getBytes(StandardCharsets.US_ASCII);
        // Not a copy: the hosts' fragments may point into these bytes, and the list would be held twice.
        return Response.wrapped(joined(head, snapshot.listings(), holdsFragments));
    }

    private static byte[] joined(byte[] head, List<Listing> listings, boolean holdsFragments) {
        int length = head.length + SEPARATOR.length * Math.max(0, listings.size() - 1) + END.length;
        EncodedInstance[] fragments = new EncodedInstance[listings.size()];
        for (int i = 0; i < fragments.length; i++) {
            fragments[i] = listings.get(i).fragment(V1Json::encode);
            length = Math.addExact(length, fragments[i].length());
        }
        byte[] list = Arrays.copyOf(head, length);
        int position = head.length;
        for (int i = 0; i < fragments.length; i++) {
            position = i == 0 ? position : put(SEPARATOR, list, position);
            int begin = position;
            position = fragments[i].copyTo(list, begin);
            if (holdsFragments) {
                // After the copy: from now on another thread may render a list from these bytes.
                listings.get(i).fragmentIn(new EncodedInstance(list, begin, fragments[i].length()));
            }
        }
        put(END, list, position);
        return list;
    }

    private static int put(byte[] text, byte[] list, int position) {
        System.arraycopy(text, 0, list, position, text.length);
        return position + text.length;
    }

    private static byte[] encode(Listing listing) {
        Registration registration = listing.registration();
        InstanceKey key = registration.key();
        StringBuilder json = new StringBuilder(256)
                .append("{\"service\": ")
                .append(JsonText.quote(key.service().text()))
                .append(", \"ip_address\": ")
                .append(JsonText.quote(key.address().text()))
                .append(", \"service_repo_name\": ")
                .append(JsonText.quote(listing.checkIn().repo()))
                .append(", \"port\": ")
                .append(listing.checkIn().port())
                .append(", \"revision\": ")
                .append(JsonText.quote(listing.checkIn().revision()))
                .append(", \"last_check_in\": \"")
                .append(PythonTimestamp.of(listing.checkIn().micros()))
                .append("\", \"tags\": {");
        String separator = "";
        for (Tag tag : registration.tags().list()) {
            json.append(separator)
                    .append(JsonText.quote(tag.key()))
                    .append(": ")
                    .append(tag.json());
            separator = ", ";
        }
        return json.append(listing.isStale() ? "}, \"stale\": true}" : "}}")
                .toString()
                .getBytes(StandardCharsets.US_ASCII);
    }
}
