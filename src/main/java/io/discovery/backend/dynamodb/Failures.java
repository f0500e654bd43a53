package io.discovery.backend.dynamodb;

import io.discovery.registry.StorageBackend.BackendException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkClientException;

/**
 * Messages for failures of DynamoDB and the SDK: what happened to the table, and what helps. Messages about signatures
 * are not passed on: some quote the request, session token included.
 */
final class Failures {

    private static final int SERVER_ERROR = 500;
    private static final int REQUEST_TIMEOUT = 408;

    /** Errors that pass, beside server errors and throttling. */
    private static final Set<String> PASSING = Set.of(
            "LimitExceededException",
            "ResourceInUseException",
            "TransactionConflictException",
            "ReplicatedWriteConflictException");

    private static final Set<String> CREDENTIALS = Set.of(
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteSignature",
            "IncompleteSignatureException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "SignatureDoesNotMatch",
            "UnrecognizedClientException");

    private static final Set<String> REJECTIONS =
            Set.of("ValidationException", "ItemCollectionSizeLimitExceededException");

    /** The permissions that a member needs. */
    static final String PERMISSIONS = "dynamodb:DescribeTable, Scan, GetItem, PutItem and DeleteItem";

    private static final String WHERE_CREDENTIALS_ARE =
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (for a local DynamoDB any values will do), AWS_PROFILE, or"
                    + " give this machine a role";

    private static final String NO_CREDENTIALS = "Unable to load credentials";

    private Failures() {}

    /** Returns the SDK's exception without the wrapper of futures. */
    static Throwable unwrap(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    /** Returns whether the table may recover without anybody's action. */
    static boolean isOutage(Throwable failure) {
        if (failure instanceof AwsServiceException service) {
            return service.statusCode() >= SERVER_ERROR
                    || service.statusCode() == REQUEST_TIMEOUT
                    || service.isThrottlingException()
                    || PASSING.contains(code(service));
        }
        return failure instanceof SdkClientException client && !isWithoutCredentials(client);
    }

    /** Returns whether nothing answered at all: then waiting writes need not try. */
    static boolean isSilence(Throwable failure) {
        return failure instanceof SdkClientException;
    }

    /** Returns whether no retry of this very item will help. */
    static boolean isRejection(Throwable failure) {
        return failure instanceof AwsServiceException service && REJECTIONS.contains(code(service));
    }

    static boolean isWithoutCredentials(SdkClientException failure) {
        return String.valueOf(failure.getMessage()).contains(NO_CREDENTIALS);
    }

    private static String code(AwsServiceException failure) {
        return Optional.ofNullable(failure.awsErrorDetails())
                .map(AwsErrorDetails::errorCode)
                .orElse("");
    }

    /** Returns a message about the table at this place. */
    static String explain(String place, Throwable failure) {
        return place + " " + what(failure);
    }

    private static String what(Throwable failure) {
        if (failure instanceof AwsServiceException service) {
            return what(service);
        }
        if (root(failure) instanceof ApiCallTimeoutException
                || root(failure) instanceof ApiCallAttemptTimeoutException) {
            return "does not answer in time";
        }
        if (failure instanceof SdkClientException client) {
            return isWithoutCredentials(client) ? withoutCredentials() : "cannot be reached: " + root(client);
        }
        return "cannot be used: " + failure;
    }

    private static String what(AwsServiceException failure) {
        String code = code(failure);
        if (CREDENTIALS.contains(code)) {
            return "does not accept the credentials it was given (" + code + "); " + WHERE_CREDENTIALS_ARE;
        }
        if (code.equals("AccessDeniedException")) {
            return "is not permitted: " + message(failure) + "; permit " + PERMISSIONS;
        }
        if (code.equals("ResourceNotFoundException")) {
            return "does not exist";
        }
        if (failure.isThrottlingException()) {
            return "throttles (" + code + "): " + message(failure) + "; it needs more capacity";
        }
        return (failure.statusCode() >= SERVER_ERROR ? "fails" : "refuses") + " with status " + failure.statusCode()
                + (code.isEmpty() ? "" : " (" + code + ")") + ": " + message(failure);
    }

    static String withoutCredentials() {
        return "cannot be used without credentials, and none were found; " + WHERE_CREDENTIALS_ARE;
    }

    private static String message(AwsServiceException failure) {
        return Optional.ofNullable(failure.awsErrorDetails())
                .map(AwsErrorDetails::errorMessage)
                .orElse("no message; is this the URL of a DynamoDB?");
    }

    private static Throwable root(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    static BackendException toBackendException(String place, Throwable failure) {
        return new BackendException(explain(place, failure), harmless(failure));
    }

    /** Returns the failure as a cause that may be logged. */
    static Throwable harmless(Throwable failure) {
        return failure instanceof AwsServiceException service && CREDENTIALS.contains(code(service))
                ? new IllegalStateException(code(service) + ", request " + service.requestId())
                : failure;
    }
}
