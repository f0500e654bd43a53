package io.discovery.v1;

import io.discovery.directory.HostCounts;
import io.discovery.http.Response;
import io.discovery.json.JsonText;
import io.discovery.model.RegistryException.Overloaded;
import io.discovery.model.ServiceName;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.function.BiConsumer;

/**
 * The JSON of GET /v1/services while it is written, in blocks, so that it never takes more than twice its bytes.
 * Confined to one thread.
 */
final class ServiceCounts implements BiConsumer<ServiceName, HostCounts> {

    private static final int BLOCK = 64 * 1024;

    private final long most;
    private final Deque<byte[]> full = new ArrayDeque<>();
    private byte[] block = new byte[BLOCK];
    private int used;
    private long length;
    private long stale;
    private String before = "{\"services\": [";

    /** @param most maximum bytes */
    ServiceCounts(long most) {
        this.most = most;
    }

    /** @throws Overloaded if there is no room for so many services */
    @Override
    public void accept(ServiceName service, HostCounts counts) {
        write(before);
        write("{\"service\": ");
        write(JsonText.quote(service.text()));
        write(", \"hosts\": ");
        write(Integer.toString(counts.listed()));
        if (counts.stale() > 0) {
            write(", \"stale\": ");
            write(Integer.toString(counts.stale()));
        }
        write("}");
        before = ", ";
        stale += counts.stale();
    }

    private void write(String ascii) {
        byte[] text = ascii.getBytes(StandardCharsets.US_ASCII);
        length += text.length;
        if (length > most) {
            throw new Overloaded("the list of all services takes more than " + most
                    + " bytes, for which there is no room now. Ask for each service, or give members a larger heap");
        }
        for (int written = 0; written < text.length; ) {
            if (used == block.length) {
                full.add(block);
                block = new byte[BLOCK];
                used = 0;
            }
            int fitting = Math.min(text.length - written, block.length - used);
            System.arraycopy(text, written, block, used, fitting);
            used += fitting;
            written += fitting;
        }
    }

    /** Ends the JSON and returns it. */
    Buffer body() {
        write(length == 0 ? before + "]}\n" : "]}\n");
        full.add(Arrays.copyOf(block, used));
        byte[] body = new byte[Math.toIntExact(length)];
        int position = 0;
        for (byte[] next : full) {
            System.arraycopy(next, 0, body, position, next.length);
            position += next.length;
        }
        full.clear();
        return Response.wrapped(body);
    }

    /** Returns the number of hosts of all services that are listed only because of expiry protection. */
    long stale() {
        return stale;
    }
}
