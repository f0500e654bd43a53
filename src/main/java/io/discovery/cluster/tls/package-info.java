/**
 * TLS on the connections between members, below Hazelcast's protocol: handlers that decrypt before all of Hazelcast's
 * and encrypt behind them. It uses internals of Hazelcast, since the settings for TLS belong to its commercial edition;
 * {@code MemberTlsIT} fails if an upgrade moves them. The handlers run on Hazelcast's threads for input and output, one
 * thread for each direction of a connection; the costly steps of a handshake have a thread of their own.
 */
@NullMarked
package io.discovery.cluster.tls;

import org.jspecify.annotations.NullMarked;
