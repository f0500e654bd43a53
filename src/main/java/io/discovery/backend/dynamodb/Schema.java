package io.discovery.backend.dynamodb;

import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndexDescription;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughput;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;

/** The seed's table (lyft/discovery: app/models/host.py): its key, and its index for lookups by repository. */
final class Schema {

    static final String INDEX = "service_repo_name_index";

    private static final List<KeySchemaElement> KEY = key(ItemCodec.SERVICE);
    private static final List<KeySchemaElement> INDEX_KEY = key(ItemCodec.REPO);
    private static final List<AttributeDefinition> TEXTS = Stream.of(
                    ItemCodec.SERVICE, ItemCodec.IP_ADDRESS, ItemCodec.REPO)
            .map(Schema::text)
            .toList();

    private static final String EXPECTED_KEY = words(KEY, TEXTS);
    private static final String EXPECTED_INDEX = index(words(INDEX_KEY, TEXTS), ProjectionType.ALL.toString());

    /** Description of the whole schema. */
    static final String EXPECTED = "key " + EXPECTED_KEY + " and an " + EXPECTED_INDEX;

    private Schema() {}

    private static List<KeySchemaElement> key(String hash) {
        return List.of(element(hash, KeyType.HASH), element(ItemCodec.IP_ADDRESS, KeyType.RANGE));
    }

    private static KeySchemaElement element(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static AttributeDefinition text(String name) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(ScalarAttributeType.S)
                .build();
    }

    static CreateTableRequest request(TableSettings settings) {
        GlobalSecondaryIndex.Builder index = GlobalSecondaryIndex.builder()
                .indexName(INDEX)
                .keySchema(INDEX_KEY)
                .projection(projection -> projection.projectionType(ProjectionType.ALL));
        CreateTableRequest.Builder create = CreateTableRequest.builder()
                .tableName(settings.table())
                .attributeDefinitions(TEXTS)
                .keySchema(KEY)
                .billingMode(BillingMode.PAY_PER_REQUEST);
        settings.capacity().map(Schema::throughput).ifPresent(throughput -> {
            index.provisionedThroughput(throughput);
            create.billingMode(BillingMode.PROVISIONED).provisionedThroughput(throughput);
        });
        return create.globalSecondaryIndexes(index.build()).build();
    }

    private static ProvisionedThroughput throughput(Capacity capacity) {
        return ProvisionedThroughput.builder()
                .readCapacityUnits(capacity.readUnits())
                .writeCapacityUnits(capacity.writeUnits())
                .build();
    }

    /**
     * Checks the schema; further attributes and indexes are accepted.
     *
     * @throws UnusableBackendException if the table has another schema
     */
    static void require(Table table, TableDescription found) {
        List<AttributeDefinition> types = found.attributeDefinitions();
        String key = words(found.keySchema(), types);
        if (!key.equals(EXPECTED_KEY)) {
            throw unusable(table, "key " + key, "key " + EXPECTED_KEY);
        }
        String index = found.globalSecondaryIndexes().stream()
                .filter(each -> each.indexName().equals(INDEX))
                .findFirst()
                .map(each -> words(each, types))
                .orElse("no index " + INDEX);
        if (!index.equals(EXPECTED_INDEX)) {
            throw unusable(table, index, EXPECTED_INDEX);
        }
    }

    private static UnusableBackendException unusable(Table table, String found, String expected) {
        return new UnusableBackendException(table.place() + " is not of lyft/discovery: found " + found + ", expected "
                + expected + "; name another table in DYNAMODB_TABLE_HOSTS, or make this one right");
    }

    private static String words(GlobalSecondaryIndexDescription index, Collection<AttributeDefinition> types) {
        return index(words(index.keySchema(), types), index.projection().projectionTypeAsString());
    }

    private static String index(String key, String projection) {
        return "index " + INDEX + " with key " + key + " and projection " + projection;
    }

    private static String words(List<KeySchemaElement> key, Collection<AttributeDefinition> types) {
        return key.stream()
                .map(element -> element.attributeName() + " " + type(element, types) + " " + element.keyTypeAsString())
                .collect(Collectors.joining(", ", "(", ")"));
    }

    private static String type(KeySchemaElement element, Collection<AttributeDefinition> types) {
        return types.stream()
                .filter(type -> type.attributeName().equals(element.attributeName()))
                .map(AttributeDefinition::attributeTypeAsString)
                .findFirst()
                .orElse("?");
    }
}
