/**
 * The seed's DynamoDB table as a shared {@code StorageBackend}: its items, its schema, conditional writes. Imports
 * {@code model}, {@code registry}, {@code json}, Jackson and the AWS SDK. The threads of write-behind and of the
 * refresh call it; the SDK's own threads never run anything that blocks.
 */
@NullMarked
package io.discovery.backend.dynamodb;

import org.jspecify.annotations.NullMarked;
