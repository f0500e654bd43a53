package io.discovery.xds;

import java.time.Duration;

/**
 * Limits of all streams, and the budgets that they share.
 *
 * @param pingInterval between two pings
 * @param taking time that a client may take to read a response, and once more for each MB of it
 * @param responses memory for responses on their way: each stream has its own copy, and a few hundred clients that
 *     reconnect at once, say after another member has ended, would take more than there is
 * @param held memory for all that open streams hold: themselves, names, texts
 * @param arriving memory for unfinished requests
 */
record StreamLimits(
        Duration pingInterval, Duration taking, MemoryBudget responses, MemoryBudget held, MemoryBudget arriving) {}
