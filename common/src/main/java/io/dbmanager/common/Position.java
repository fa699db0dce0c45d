package io.dbmanager.common;

/**
 * How much of the primary's history a server has: a GTID set where there are GTIDs, else a binary
 * log file and an offset.
 */
public sealed interface Position {
    record Gtids(GtidSet set) implements Position {
        @Override
        public String toString() {
            return set.toString();
        }
    }

    /**
     * A place in the <em>primary's</em> binary logs.
     *
     * @param file a binary log's name, such as {@code binlog.000003}
     */
    record FileOffset(String file, long offset) implements Position, Comparable<FileOffset> {
        /** By the number at the end of the file's name, then by offset. */
        @Override
        public int compareTo(FileOffset other) {
            int byFile = Long.compare(sequence(), other.sequence());
            return byFile != 0 ? byFile : Long.compare(offset, other.offset);
        }

        private long sequence() {
            int dot = file.lastIndexOf('.');
            try {
                return Long.parseLong(file.substring(dot + 1));
            } catch (NumberFormatException _) {
                throw new IllegalStateException("'" + file + "' is not a binary log's name");
            }
        }

        @Override
        public String toString() {
            return file + ":" + offset;
        }
    }

    /**
     * @param why a phrase for people
     */
    record Unknown(String why) implements Position {
        @Override
        public String toString() {
            return "unknown (" + why + ")";
        }
    }
}
