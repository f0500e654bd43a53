package io.discovery.backend.dynamodb;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Items as the seed's encoder writes them (pynamodb; lyft/discovery: app/models/host.py). */
final class SeedItems {

    private SeedItems() {}

    static Map<String, AttributeValue> item(String address, String lastCheckIn, String tags) {
        return item("payments", address, lastCheckIn, tags);
    }

    static Map<String, AttributeValue> item(String service, String address, String lastCheckIn, String tags) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("service", AttributeValue.fromS(service));
        item.put("ip_address", AttributeValue.fromS(address));
        item.put("service_repo_name", AttributeValue.fromS("repo"));
        item.put("port", AttributeValue.fromN("80"));
        item.put("revision", AttributeValue.fromS("seed"));
        item.put("last_check_in", AttributeValue.fromS(lastCheckIn));
        item.put("tags", AttributeValue.fromS(tags));
        return item;
    }
}
