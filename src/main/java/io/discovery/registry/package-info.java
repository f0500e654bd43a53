/**
 * The use cases (register, deregister, set a weight) and the ports they drive: the cluster's map, the durable copy
 * behind it, and the cluster itself. Imports {@code model} and Vert.x's {@code Future}, nothing else beside the JDK and
 * the logging facade. Adapters implement the ports; {@code Main} joins them.
 */
@NullMarked
package io.discovery.registry;

import org.jspecify.annotations.NullMarked;
