/**
 * How much of the heap is left, as the collector finds it, for all who take memory for clients, and the part of it for what can be
 * made again. Imports nothing of ours. Any
 * thread may ask; nothing here blocks or starts a thread.
 */
@NullMarked
package io.discovery.memory;

import org.jspecify.annotations.NullMarked;
