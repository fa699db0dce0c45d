package io.dbmanager.sync;

/**
 * Something about a server that an operator should know.
 *
 * @param blocks whether replicas cannot be made until it is put right
 * @param problem one sentence: what is, and the evidence
 * @param remedy the exact line or statement that puts it right, or what will be done by itself
 */
public record Finding(String server, boolean blocks, String problem, String remedy) {}
