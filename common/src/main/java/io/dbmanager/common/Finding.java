package io.dbmanager.common;

/**
 * Something that is not as it should be with a server.
 *
 * @param detail the evidence: what was seen, in one sentence
 */
public record Finding(FindingKind kind, String detail) {}
