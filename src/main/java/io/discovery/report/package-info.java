/**
 * Reports that members make about themselves, and the pages that join those of all members: for people who operate a
 * cluster. Imports {@code cluster}, {@code registry}, {@code directory}, {@code http}, {@code json} and vertx-core. A
 * page asks the members on worker threads, and blocks there for a second at most; a report is made on the threads that
 * {@code cluster} has for the questions of members.
 */
@NullMarked
package io.discovery.report;

import org.jspecify.annotations.NullMarked;
