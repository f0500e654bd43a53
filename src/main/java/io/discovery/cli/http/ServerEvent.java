package io.discovery.cli.http;

/** An event of a stream. */
public record ServerEvent(String id, String name, String data) {}
