package io.dbmanager.tests.servers;

/** Whether a flavour can run on this machine. */
sealed interface Availability {
    /** It can, as a process of this program. */
    record Local(Distribution distribution) implements Availability {}

    /** It can, by the container engine that answers. */
    record Container(String image) implements Availability {}

    /**
     * It cannot.
     *
     * @param why a sentence that says what to install
     */
    record Missing(String why) implements Availability {}
}
