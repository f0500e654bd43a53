/**
 * The free part of the heap, as the collector finds it, for all code that takes memory for clients, and the share of
 * the heap for caches. Imports no other package of the program. Any thread may ask; nothing here blocks or starts a
 * thread.
 */
@NullMarked
package io.discovery.memory;

import org.jspecify.annotations.NullMarked;
