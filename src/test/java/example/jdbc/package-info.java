/**
 * An example of a plug-in backend: all members share one table in a database that speaks JDBC. Written as a stranger
 * would, against Discovery's plain jar, Jackson (which is on the program's class path) and the JDK.
 *
 * <p>Its jar holds these classes and {@code META-INF/services/io.discovery.registry.StorageBackendProvider}, a file
 * with the one line {@code example.jdbc.JdbcProvider}.
 */
@NullMarked
package example.jdbc;

import org.jspecify.annotations.NullMarked;
