/**
 * The seed's API: requests in forms or JSON, responses in the seed's wire format. A registration is called a host only
 * here and on the wire. Imports {@code http} and what the handlers need of {@code model}, {@code registry}, {@code
 * directory}, {@code subscription}, {@code config}, {@code telemetry}, {@code memory}, {@code json}, vertx-core,
 * Jackson, and Netty's decoders of forms. Runs on event loops: nothing here blocks.
 */
@NullMarked
package io.discovery.v1;

import org.jspecify.annotations.NullMarked;
