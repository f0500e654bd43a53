/**
 * The durable copy of one member: the whole registry in an SQLite file under the member's directory, readable with
 * {@code sqlite3} while it is in use. Imports {@code model}, the port in {@code registry}, the lock of
 * {@code process}, the logging facade and {@code java.sql}; nothing of SQLite's driver, which is found by its URL.
 *
 * <p>Everything here blocks, and is called by one thread at a time: the one that writes behind the directory.
 */
@NullMarked
package io.discovery.backend.file;

import org.jspecify.annotations.NullMarked;
