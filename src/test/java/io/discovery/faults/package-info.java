/**
 * Faults injected into real members, and histories of what their clients saw, checked against the promises of
 * src/docs/reliability.md. The words are Jepsen's: clients run operations whose outcome is ok, fail or info (unknown),
 * a nemesis injects faults, a checker judges the history. Needs root and Linux for its network namespaces.
 */
@NullMarked
package io.discovery.faults;

import org.jspecify.annotations.NullMarked;
