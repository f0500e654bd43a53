package io.discovery.v1;

import io.discovery.directory.HostCounts;
import io.discovery.json.JsonText;
import io.discovery.model.ServiceName;
import io.vertx.core.buffer.Buffer;
import java.util.function.BiConsumer;

/** The JSON of GET /v1/services while it is written. Confined to one thread. */
final class ServiceCounts implements BiConsumer<ServiceName, HostCounts> {

    private final JsonBlocks json;
    private long stale;
    private String before = "{\"services\": [";

    /** @param most maximum bytes */
    ServiceCounts(long most) {
        this.json = new JsonBlocks(most);
    }

    /** @throws io.discovery.model.RegistryException.Overloaded if there is no room for so many services */
    @Override
    public void accept(ServiceName service, HostCounts counts) {
        json.write(before);
        json.write("{\"service\": ");
        json.write(JsonText.quote(service.text()));
        json.write(", \"hosts\": ");
        json.write(Integer.toString(counts.listed()));
        if (counts.stale() > 0) {
            json.write(", \"stale\": ");
            json.write(Integer.toString(counts.stale()));
        }
        json.write("}");
        before = ", ";
        stale += counts.stale();
    }

    /** Ends the JSON and returns it. */
    Buffer body() {
        json.write(before.equals(", ") ? "]}\n" : before + "]}\n");
        return json.body();
    }

    /** Returns the number of hosts of all services that are listed only because of expiry protection. */
    long stale() {
        return stale;
    }
}
