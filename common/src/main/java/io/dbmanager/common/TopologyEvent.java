package io.dbmanager.common;

import java.time.Instant;

/**
 * Something that happened to a server and that an operator would want to read.
 *
 * @param event one word or words joined by underscores: {@code seeded}, {@code needs_resync}
 * @param detail a sentence without secrets
 */
public record TopologyEvent(Instant at, String server, String event, String detail) {}
