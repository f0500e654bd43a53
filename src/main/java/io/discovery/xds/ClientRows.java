package io.discovery.xds;

/**
 * A description of open streams.
 *
 * @param json an array with an object for each described stream
 * @param leftOut number of streams that are not described
 */
public record ClientRows(String json, int leftOut) {}
