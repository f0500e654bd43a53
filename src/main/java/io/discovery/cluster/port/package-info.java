/**
 * The protection of the members' port from unknown clients: the data that a connection may send before its peer is a
 * member, the maximum size of a packet, and the maximum number of waiting connections. It uses internals of Hazelcast
 * where Hazelcast offers no setting; {@code MemberPortIT} fails if an upgrade moves them. Imports Hazelcast alone. Runs
 * on Hazelcast's threads for input; {@code UnknownConnections.look} runs on a thread of the member.
 */
@NullMarked
package io.discovery.cluster.port;

import org.jspecify.annotations.NullMarked;
