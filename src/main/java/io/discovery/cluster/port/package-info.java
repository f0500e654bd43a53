/**
 * The members' port among strangers: what a connection may send before its peer is a member, how large a packet may be, and
 * how many may wait. It reaches into Hazelcast where Hazelcast offers no setting; {@code MemberPortIT} fails if an upgrade moves
 * what it reaches for. Imports Hazelcast alone. Runs on Hazelcast's threads for input, and {@code UnknownConnections.look} on the
 * member's.
 */
@NullMarked
package io.discovery.cluster.port;

import org.jspecify.annotations.NullMarked;
