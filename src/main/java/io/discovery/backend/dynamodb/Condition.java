package io.discovery.backend.dynamodb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/** A condition on the stored item for a write. */
record Condition(String expression, Map<String, String> names, Map<String, AttributeValue> values) {

    /** The content of an item: every attribute that a registration is read from, and the digest. */
    private static final List<String> CONTENT = List.of(
            ItemCodec.LAST_CHECK_IN,
            ItemCodec.TAGS,
            ItemCodec.VERSIONS,
            ItemCodec.ADDITIONS,
            ItemCodec.DIGEST,
            ItemCodec.PORT,
            ItemCodec.REVISION,
            ItemCodec.REPO);

    /** Holds if there is no item. */
    static final Condition ABSENT =
            new Condition("attribute_not_exists(#s)", Map.of("#s", ItemCodec.SERVICE), Map.of());

    /** Never holds. */
    static final Condition NEVER = new Condition(
            "attribute_exists(#s) AND attribute_not_exists(#s)", Map.of("#s", ItemCodec.SERVICE), Map.of());

    /** Returns a condition that holds for an item that a member wrote with this content. */
    static Condition digest(long digest) {
        return new Condition("#d = :d", Map.of("#d", ItemCodec.DIGEST), Map.of(":d", ItemCodec.digest(digest)));
    }

    /** Returns a condition that holds for an item unchanged since it was read. */
    static Condition unchanged(Map<String, AttributeValue> item) {
        StringJoiner expression = new StringJoiner(" AND ").add("attribute_exists(#s)");
        Map<String, String> names = new HashMap<>(Map.of("#s", ItemCodec.SERVICE));
        Map<String, AttributeValue> values = new HashMap<>();
        for (String attribute : CONTENT) {
            AttributeValue value = item.get(attribute);
            names.put("#" + attribute, attribute);
            if (value == null) {
                expression.add("attribute_not_exists(#" + attribute + ")");
            } else {
                expression.add("#" + attribute + " = :" + attribute);
                values.put(":" + attribute, value);
            }
        }
        return new Condition(expression.toString(), names, values);
    }

    PutItemRequest.Builder on(PutItemRequest.Builder put) {
        put.conditionExpression(expression).expressionAttributeNames(names);
        return values.isEmpty() ? put : put.expressionAttributeValues(values);
    }

    DeleteItemRequest.Builder on(DeleteItemRequest.Builder delete) {
        delete.conditionExpression(expression).expressionAttributeNames(names);
        return values.isEmpty() ? delete : delete.expressionAttributeValues(values);
    }
}
