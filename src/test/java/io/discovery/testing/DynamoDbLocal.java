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

/** Amazon's DynamoDB Local, in this process and in memory: one server a JVM, started by whoever asks first. */
public final class DynamoDbLocal {

    /** Any will do. */
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

    /**
     * The server. From now on this JVM's default credentials and region are such that it accepts them, and nothing is
     * asked for others.
     */
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

    /** What a member needs in its environment to use a table here. */
    public Map<String, String> environment(String table) {
        return environment(table, endpoint());
    }

    /** The same by way of another endpoint, a proxy's say. */
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

    /** For tests to look into tables, and to write what others write. */
    public DynamoDbClient client() {
        return client;
    }

    /** The name of a table that nobody has. */
    public static String newTableName() {
        return "hosts-" + UUID.randomUUID();
    }
}
