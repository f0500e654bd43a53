/**
 * The files for Kubernetes: the Helm chart, its rendering, and the heartbeat of pods. No Kubernetes runs here. Tests
 * hold the files against what Kubernetes publishes of its objects, and start members and heartbeats as processes with
 * the environment, the files and the probes that the objects name.
 */
@NullMarked
package io.discovery.kubernetes;

import org.jspecify.annotations.NullMarked;
