package io.dbmanager.tests.servers;

import io.dbmanager.common.Flavour;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The servers that dbmanager must work with, one for each dialect it speaks. */
public enum ServerFlavour {
    MYSQL_9_7("mysql-9.7", Flavour.MYSQL),
    /** In a container, where a container engine answers. */
    MYSQL_8_4("mysql-8.4", Flavour.MYSQL),
    MYSQL_8_0("mysql-8.0", Flavour.MYSQL),
    MYSQL_5_7("mysql-5.7", Flavour.MYSQL),
    MARIADB_11_4("mariadb-11.4", Flavour.MARIADB),
    MARIADB_10_11("mariadb-10.11", Flavour.MARIADB);

    private final String id;
    private final Flavour family;

    ServerFlavour(String id, Flavour family) {
        this.id = id;
        this.family = family;
    }

    /** As it is written in {@code DBMANAGER_REQUIRED_FLAVOURS}. */
    public String id() {
        return id;
    }

    public Flavour family() {
        return family;
    }

    public boolean isMariaDb() {
        return family == Flavour.MARIADB;
    }

    /** What a blank server of this flavour lacks for being a primary: a binary log. */
    List<String> primaryArguments() {
        return switch (this) {
            case MYSQL_9_7, MYSQL_8_4, MYSQL_8_0 -> List.of();
            case MYSQL_5_7 -> List.of("--log-bin", "--server-id=1");
            case MARIADB_11_4, MARIADB_10_11 -> List.of("--log-bin");
        };
    }

    /**
     * What a blank server of this flavour lacks for becoming a replica: MySQL 5.7 cannot be given a
     * server id while it runs, if it was started without one.
     */
    List<String> replicaArguments() {
        return this == MYSQL_5_7 ? List.of("--server-id=1") : List.of();
    }

    static ServerFlavour byId(String id) {
        return Arrays.stream(values())
                .filter(flavour -> flavour.id.equals(id))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no server flavour is called "
                                        + id
                                        + "; there are "
                                        + Arrays.stream(values())
                                                .map(ServerFlavour::id)
                                                .collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return id;
    }
}
