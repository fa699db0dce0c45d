package io.dbmanager.sync.seed;

/** Takes the rows of one table one by one and hands them on in portions of bounded size. */
interface RowPacker {
    /**
     * Takes a row.
     *
     * @return how many bytes it has
     */
    long add(RowView row) throws InterruptedException;

    /** Hands on what is left. */
    void flush() throws InterruptedException;
}
