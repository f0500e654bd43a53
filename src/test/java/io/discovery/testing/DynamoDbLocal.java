package io.discovery.testing;

import java.net.URI;
import java.util.Map;
import java.util.UUID;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.dynamodb.services.local.main.ServerRunner;
import software.amazon.dynamodb.services.local.server.DynamoDBProxyServer;

/**
 * Amazon's DynamoDB Local, in this process and in memory: one server for the JVM, which the first test that asks for it
 * starts.
 */
public final class DynamoDbLocal {

    /** The credentials and the region; DynamoDB Local accepts any. */
    public static final String ACCESS_KEY = "local";

    public static final String SECRET_KEY = "localsecret";

    private static final DynamoDbLocal SERVER = start();

    private final int port;
    private final DynamoDbClient client;

    private DynamoDbLocal(int port) {
        this.port = port;
        this.client = DynamoDbClient.builder()
                .endpointOverride(endpoint())
                .region(Region.US_EAST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    /** Returns the server. From now on this JVM's default credentials and region are ones that the server accepts. */
    public static DynamoDbLocal server() {
        return SERVER;
    }

    private static DynamoDbLocal start() {
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
        System.setProperty("aws.region", "us-east-1");
        System.setProperty("aws.disableEc2Metadata", "true");
        int port = Ports.free(1).get(0);
        try {
            DynamoDBProxyServer server = ServerRunner.createServerFromCommandLineArgs(
                    new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", Integer.toString(port)});
            server.start();
        } catch (Exception failure) {
            throw new AssertionError("DynamoDB Local does not start", failure);
        }
        return new DynamoDbLocal(port);
    }

    public int port() {
        return port;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Returns the environment of a member that uses a table of this server. */
    public Map<String, String> environment(String table) {
        return environment(table, endpoint());
    }

    /** Returns the environment of a member that uses a table through another endpoint, such as a proxy. */
    public static Map<String, String> environment(String table, URI endpoint) {
        return Map.of(
                "BACKEND_STORAGE",
                "DynamoDB",
                "DYNAMODB_TABLE_HOSTS",
                table,
                "DYNAMODB_URL",
                endpoint.toString(),
                "AWS_ACCESS_KEY_ID",
                ACCESS_KEY,
                "AWS_SECRET_ACCESS_KEY",
                SECRET_KEY,
                "AWS_REGION",
                "us-east-1",
                "AWS_EC2_METADATA_DISABLED",
                "true");
    }

    /** Returns a client with which tests read and write tables. */
    public DynamoDbClient client() {
        return client;
    }

    /** Returns the name of a table that does not exist yet. */
    public static String newTableName() {
        return "hosts-" + UUID.randomUUID();
    }
}
