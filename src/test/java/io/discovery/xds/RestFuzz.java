package io.discovery.xds;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.discovery.fuzz.FuzzTarget;
import io.discovery.model.RegistryException.InvalidParameter;
import io.envoyproxy.envoy.service.discovery.v3.DiscoveryRequest;
import java.util.List;
import java.util.stream.Stream;

/** Requests of xDS in JSON: a request, or a refusal whose message is short however long the request is. */
public final class RestFuzz implements FuzzTarget {

    private static final int LONGEST_MESSAGE = 4 * ClientText.LONGEST;

    @Override
    public List<byte[]> seeds() {
        return Stream.of(
                        "{\"node\": {\"id\": \"a\", \"cluster\": \"b\", \"metadata\": {\"c\": [1, null]}},"
                                + " \"resource_names\": [\"payments\"], \"type_url\": \"" + ResourceType.ENDPOINT.url()
                                + "\", \"version_info\": \"7\"}",
                        "{\"resourceNames\": [\"*\"], \"errorDetail\": {\"code\": 3, \"message\": \"no\"}}",
                        "{\"error_detail\": {\"details\": [{\"@type\": \"" + ResourceType.CLUSTER.url() + "\"}]}}",
                        "{\"unknown\": " + "[".repeat(90) + "]".repeat(90) + "}",
                        "{\"error_detail\": {\"code\": \"" + "x".repeat(6_000) + "\"}}",
                        "[]",
                        "")
                .map(text -> text.getBytes(UTF_8))
                .toList();
    }

    @Override
    public int longest() {
        return 8_192;
    }

    @Override
    public void read(byte[] input) {
        try {
            DiscoveryRequest request = Rest.parse(new String(input, UTF_8));
            FuzzTarget.require(ClientNode.of(request.getNode()).bytes() > 0, request::toString);
        } catch (InvalidParameter refused) {
            FuzzTarget.require(refused.getMessage().length() < LONGEST_MESSAGE, refused::getMessage);
        }
    }
}
