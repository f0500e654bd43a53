package io.discovery.testing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.discovery.json.JsonText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * The seed, lyft/discovery, on its table: it reads, then writes whole items without conditions; it knows its own
 * attributes alone; it removes expired hosts when a client reads.
 */
public final class SeedTable {

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'+0000'");
    private static final DateTimeFormatter READ_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxx");
    /** The most items of a batch in DynamoDB. */
    private static final int BATCH = 25;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final DynamoDbClient dynamo;
    private final String name;

    public SeedTable(DynamoDbClient dynamo, String name) {
        this.dynamo = dynamo;
        this.name = name;
    }

    /** Creates the table as the models of the seed did. */
    @SuppressWarnings("unchecked") // the SDK's varargs of builders
    public SeedTable create() {
        dynamo.createTable(table -> table.tableName(name)
                .attributeDefinitions(
                        a -> a.attributeName("service").attributeType(ScalarAttributeType.S),
                        a -> a.attributeName("ip_address").attributeType(ScalarAttributeType.S),
                        a -> a.attributeName("service_repo_name").attributeType(ScalarAttributeType.S))
                .keySchema(
                        k -> k.attributeName("service").keyType(KeyType.HASH),
                        k -> k.attributeName("ip_address").keyType(KeyType.RANGE))
                .provisionedThroughput(t -> t.readCapacityUnits(5L).writeCapacityUnits(10L))
                .globalSecondaryIndexes(index -> index.indexName("service_repo_name_index")
                        .keySchema(
                                k -> k.attributeName("service_repo_name").keyType(KeyType.HASH),
                                k -> k.attributeName("ip_address").keyType(KeyType.RANGE))
                        .projection(p -> p.projectionType(ProjectionType.ALL))
                        .provisionedThroughput(t -> t.readCapacityUnits(30L).writeCapacityUnits(30L))));
        return this;
    }

    public String name() {
        return name;
    }

    /** Fills the table with hosts, fifty a service: {@code bulk-0} and so on. */
    public void fill(int hosts) {
        for (int first = 0; first < hosts; first += BATCH) {
            List<WriteRequest> batch = IntStream.range(first, Math.min(hosts, first + BATCH))
                    .mapToObj(n -> item(
                            "bulk-" + n / 50,
                            "127." + n / 62_500 + "." + n / 250 % 250 + "." + (1 + n % 250),
                            8000,
                            "bulk"))
                    .map(item -> WriteRequest.builder()
                            .putRequest(put -> put.item(item))
                            .build())
                    .toList();
            Map<String, List<WriteRequest>> left = Map.of(name, batch);
            while (!left.isEmpty()) {
                Map<String, List<WriteRequest>> next = left;
                left = dynamo.batchWriteItem(write -> write.requestItems(next)).unprocessedItems();
            }
        }
    }

    /** POST /v1/registration: GetItem, merge the tags, PutItem. */
    public void register(String service, String ip, int port, String repo, String tags) {
        Map<String, AttributeValue> item = item(service, ip, port, repo);
        ObjectNode merged = JSON.createObjectNode();
        Map<String, AttributeValue> before = find(service, ip);
        if (!before.isEmpty()) {
            merged.setAll(json(attribute(before, "tags").s()));
        }
        merged.setAll(json(tags));
        item.put("tags", text(JsonText.write(merged)));
        put(item);
    }

    private static Map<String, AttributeValue> item(String service, String ip, int port, String repo) {
        Map<String, AttributeValue> item = new HashMap<>();
        item.put("service", text(service));
        item.put("ip_address", text(ip));
        if (!repo.isEmpty()) {
            item.put("service_repo_name", text(repo));
        }
        item.put("port", AttributeValue.fromN(Integer.toString(port)));
        item.put("revision", text("4711"));
        item.put("last_check_in", text(TIME.format(Instant.now().atOffset(ZoneOffset.UTC))));
        item.put("tags", text(TestClient.TAGS));
        return item;
    }

    /** POST /v1/loadbalancing: the whole item again, its last check-in as it was. */
    public void weigh(String service, String ip, int weight) {
        Map<String, AttributeValue> before = find(service, ip);
        assertThat(before).as("%s of %s", ip, service).isNotEmpty();
        Map<String, AttributeValue> item = known(before);
        ObjectNode tags = json(attribute(before, "tags").s());
        item.put("tags", text(JsonText.write(tags.put("load_balancing_weight", weight))));
        put(item);
    }

    /** DELETE /v1/registration. */
    public void delete(String service, String ip) {
        dynamo.deleteItem(delete -> delete.tableName(name).key(key(service, ip)));
    }

    /**
     * GET /v1/registration: returns the tags of each host of a service by its address, read as strictly as the models
     * of the seed did. Expired hosts are removed from the table.
     */
    public Map<String, String> hosts(String service, Duration ttl) {
        Map<String, String> hosts = new TreeMap<>();
        for (Map<String, AttributeValue> item : query(service)) {
            String ip = attribute(item, "ip_address").s();
            Instant checkIn = OffsetDateTime.parse(
                            attribute(item, "last_check_in").s(), READ_TIME)
                    .toInstant();
            Integer.parseInt(attribute(item, "port").n());
            assertThat(attribute(item, "revision").s()).isNotEmpty();
            json(attribute(item, "tags").s());
            if (Duration.between(checkIn, Instant.now()).compareTo(ttl) > 0) {
                delete(service, ip);
            } else {
                hosts.put(ip, attribute(item, "tags").s());
            }
        }
        return hosts;
    }

    /** Returns the items of a service as they are. */
    public List<Map<String, AttributeValue>> query(String service) {
        return dynamo
                .queryPaginator(query -> query.tableName(name)
                        .keyConditionExpression("#service = :service")
                        .expressionAttributeNames(Map.of("#service", "service"))
                        .expressionAttributeValues(Map.of(":service", text(service))))
                .items()
                .stream()
                .toList();
    }

    /** Returns an item; empty if there is none. */
    public Map<String, AttributeValue> find(String service, String ip) {
        return dynamo.getItem(get -> get.tableName(name).key(key(service, ip)).consistentRead(true))
                .item();
    }

    private void put(Map<String, AttributeValue> item) {
        dynamo.putItem(put -> put.tableName(name).item(item));
    }

    /** Removes the attributes that the model of the seed does not have, as its PutItem does. */
    private static Map<String, AttributeValue> known(Map<String, AttributeValue> item) {
        Map<String, AttributeValue> known = new HashMap<>(item);
        known.keySet()
                .retainAll(List.of(
                        "service", "ip_address", "service_repo_name", "port", "revision", "last_check_in", "tags"));
        return known;
    }

    private static Map<String, AttributeValue> key(String service, String ip) {
        return Map.of("service", text(service), "ip_address", text(ip));
    }

    /** Returns an attribute that an item must have. */
    public static AttributeValue attribute(Map<String, AttributeValue> item, String name) {
        return Objects.requireNonNull(item.get(name), () -> name + " in " + item);
    }

    private static AttributeValue text(String text) {
        return AttributeValue.fromS(text);
    }

    private static ObjectNode json(String text) {
        try {
            return (ObjectNode) JSON.readTree(text);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
