package io.discovery.backend.dynamodb;

import io.discovery.model.RedactedUrl;
import io.discovery.registry.StorageBackend.UnusableBackendException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.SdkEventLoopGroup;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.regions.providers.AwsProfileRegionProvider;
import software.amazon.awssdk.regions.providers.AwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.DefaultAwsRegionProviderChain;
import software.amazon.awssdk.regions.providers.SystemSettingsRegionProvider;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;

/**
 * The table and its own client. Every call ends within {@link #CALL}, retries included, so that neither a server that
 * is away nor one that never answers holds anything up for long.
 */
final class Table implements AutoCloseable {

    static final Duration CALL = Duration.ofSeconds(5);

    private static final Duration CONNECT = Duration.ofSeconds(1);

    /** Short, because after a silent outage the pool's connections are dead, and only this timeout detects it. */
    private static final Duration ATTEMPT = Duration.ofSeconds(2);

    private static final int ATTEMPTS = 5;
    private static final BackoffStrategy BACKOFF =
            BackoffStrategy.exponentialDelay(Duration.ofMillis(25), Duration.ofSeconds(1));
    private static final BackoffStrategy BACKOFF_WHEN_THROTTLED =
            BackoffStrategy.exponentialDelay(Duration.ofMillis(100), Duration.ofSeconds(2));

    private static final int PENDING = 10_000;

    /** The seed's default. */
    private static final Region DEFAULT_REGION = Region.US_EAST_1;

    /** Shared by the process: a group of a client's own would take seconds to end. */
    private static final SdkEventLoopGroup THREADS = SdkEventLoopGroup.builder()
            .numberOfThreads(2)
            .threadFactory(Table::daemon)
            .build();

    private final TableSettings settings;
    private final Region region;
    private final DefaultCredentialsProvider credentials;
    private final DynamoDbAsyncClient dynamo;

    /** @throws UnusableBackendException if the settings have no table, or an invalid endpoint */
    Table(TableSettings settings) {
        this.settings = settings;
        if (settings.table().isBlank()) {
            throw new UnusableBackendException("no DynamoDB table is named; set DYNAMODB_TABLE_HOSTS to its name");
        }
        settings.endpoint().ifPresent(Table::requireUrl);
        this.region = region(settings.endpoint());
        this.credentials = DefaultCredentialsProvider.builder()
                .asyncCredentialUpdateEnabled(true)
                .build();
        this.dynamo = client();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "discovery-dynamodb");
        thread.setDaemon(true);
        return thread;
    }

    private static void requireUrl(URI endpoint) {
        boolean isHttp =
                "http".equalsIgnoreCase(endpoint.getScheme()) || "https".equalsIgnoreCase(endpoint.getScheme());
        if (!isHttp || endpoint.getHost() == null) {
            throw new UnusableBackendException("DYNAMODB_URL: given '" + RedactedUrl.of(endpoint.toString())
                    + "', expected the URL of a DynamoDB endpoint, like http://localhost:8000");
        }
    }

    /**
     * Returns the endpoint for requests. User and query have no effect on them, and the SDK would show them in its
     * messages.
     */
    private static URI bare(URI endpoint) {
        try {
            return new URI(
                    endpoint.getScheme(), null, endpoint.getHost(), endpoint.getPort(), endpoint.getPath(), null, null);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException("no URL: " + RedactedUrl.of(endpoint.toString()));
        }
    }

    /** Returns the region. A given endpoint needs no machine metadata to be found, only some region to sign with. */
    private static Region region(Optional<URI> endpoint) {
        AwsRegionProviderChain chain = endpoint.isPresent()
                ? new AwsRegionProviderChain(new SystemSettingsRegionProvider(), new AwsProfileRegionProvider())
                : new DefaultAwsRegionProviderChain();
        try {
            return chain.getRegion();
        } catch (SdkClientException noneSet) {
            return DEFAULT_REGION;
        }
    }

    private DynamoDbAsyncClient client() {
        var builder = DynamoDbAsyncClient.builder()
                .region(region)
                .credentialsProvider(credentials)
                .httpClientBuilder(NettyNioAsyncHttpClient.builder()
                        .eventLoopGroup(THREADS)
                        .maxConcurrency(settings.connections())
                        .maxPendingConnectionAcquires(PENDING)
                        .connectionTimeout(CONNECT)
                        .connectionAcquisitionTimeout(ATTEMPT)
                        .tcpKeepAlive(true))
                .overrideConfiguration(ClientOverrideConfiguration.builder()
                        .apiCallAttemptTimeout(ATTEMPT)
                        .apiCallTimeout(CALL)
                        .retryStrategy(AwsRetryStrategy.standardRetryStrategy().toBuilder()
                                .maxAttempts(ATTEMPTS)
                                .backoffStrategy(BACKOFF)
                                .throttlingBackoffStrategy(BACKOFF_WHEN_THROTTLED)
                                .build())
                        .build());
        settings.endpoint().map(Table::bare).ifPresent(builder::endpointOverride);
        return builder.build();
    }

    DynamoDbAsyncClient dynamo() {
        return dynamo;
    }

    DefaultCredentialsProvider credentials() {
        return credentials;
    }

    TableSettings settings() {
        return settings;
    }

    String name() {
        return settings.table();
    }

    /** Returns the table's name and place, for messages. */
    String place() {
        return place(settings, region.id());
    }

    static String place(TableSettings settings, String region) {
        return "DynamoDB table " + settings.table()
                + settings.endpoint()
                        .map(endpoint -> " at " + RedactedUrl.of(endpoint.toString()))
                        .orElse(" in " + region);
    }

    /** Waits for a response; throws the SDK's exception unwrapped. */
    static <T> T await(CompletableFuture<T> answer) {
        try {
            return answer.join();
        } catch (CompletionException failure) {
            if (failure.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failure;
        }
    }

    @Override
    public void close() {
        dynamo.close();
        credentials.close();
    }
}
