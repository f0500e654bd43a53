/**
 * The seed's DynamoDB table as a shared {@code StorageBackend}: its items, its schema, conditional writes. Imports {@code
 * model}, {@code registry}, {@code json}, Jackson and the AWS SDK. Called by the threads of write-behind and of the
 * refresh; the SDK's own threads never run anything that blocks.
 */
@NullMarked
package io.discovery.backend.dynamodb;

import org.jspecify.annotations.NullMarked;
