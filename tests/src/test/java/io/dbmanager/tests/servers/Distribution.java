package io.dbmanager.tests.servers;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * An unpacked server: how its program is called and where its SQL scripts are.
 *
 * @param program the words that start the program, without any option of the server
 * @param options the options that tell the program where its own files are
 * @param scripts the folder with MariaDB's system table scripts
 */
record Distribution(
        ServerFlavour flavour, List<String> program, List<String> options, Path scripts) {
    Distribution {
        program = List.copyOf(program);
        options = List.copyOf(options);
    }

    /**
     * The whole command line, with {@code more} at its end.
     *
     * @param optionFile the only one that is read. There must be one: without, a server forgets at
     *     its next start what {@code SET PERSIST} has told it.
     */
    List<String> command(Path optionFile, List<String> more) {
        List<String> words = new ArrayList<>(program);
        words.add("--defaults-file=" + optionFile);
        words.addAll(options);
        // The server refuses to run as root unless told so.
        words.add("--user=" + System.getProperty("user.name"));
        words.addAll(small());
        words.addAll(more);
        return words;
    }

    /** Many servers run side by side on a small machine, and none has to survive a power cut. */
    private List<String> small() {
        List<String> options =
                new ArrayList<>(
                        List.of(
                                "--innodb-buffer-pool-size=48M",
                                "--innodb-flush-log-at-trx-commit=2",
                                "--sync-binlog=0",
                                // The system's supply of asynchronous I/O is small.
                                "--innodb-use-native-aio=0",
                                "--skip-name-resolve",
                                "--secure-file-priv="));
        options.add(
                flavour == ServerFlavour.MYSQL_9_7
                        ? "--innodb-redo-log-capacity=16M"
                        : "--innodb-log-file-size=16M");
        if (flavour == ServerFlavour.MYSQL_9_7 || flavour == ServerFlavour.MYSQL_8_0) {
            options.add("--mysqlx=OFF");
        }
        return options;
    }
}
