package io.dbmanager.proxy.routine;

/** What is known of a server's stored functions, procedures and triggers. Nobody waits for it. */
public interface StoredPrograms {
    /**
     * Whether this function is known to write nothing.
     *
     * @param schema the session's current one
     * @param name {@code schema.name} or {@code name}, as a statement has it in lower case
     */
    boolean onlyReads(String schema, String name);

    /**
     * What stored code could do, {@link StoredCode#UNKNOWN} unless that is known and has held since
     * as many changes had been seen as this.
     */
    StoredCode code(long changes);

    /** How many changes of stored code have been seen so far. */
    long changes();
}
