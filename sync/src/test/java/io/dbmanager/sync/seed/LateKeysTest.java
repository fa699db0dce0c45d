package io.dbmanager.sync.seed;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.seed.Catalog.CodeObject;
import io.dbmanager.sync.seed.Catalog.Contents;
import io.dbmanager.sync.seed.Catalog.Context;
import io.dbmanager.sync.seed.Catalog.History;
import io.dbmanager.sync.seed.Catalog.Kind;
import io.dbmanager.sync.seed.Catalog.Table;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class LateKeysTest {
    private static final String ORDERS =
            """
            CREATE TABLE `orders` (
              `id` int NOT NULL AUTO_INCREMENT,
              `buyer` int DEFAULT NULL COMMENT 'KEY `x` (`y`),',
              PRIMARY KEY (`id`,`buyer`),
              UNIQUE KEY `a``b` (`buyer`),
              KEY `c` (`buyer`,`id`) USING BTREE COMMENT 'a, b' /*!80000 INVISIBLE */,
              CONSTRAINT `positive` CHECK ((`buyer` > 0)),
              CONSTRAINT `fk` FOREIGN KEY (`buyer`) REFERENCES `buyers` (`id`) ON DELETE CASCADE
            ) ENGINE=InnoDB COMMENT='KEY'\
            """;

    private static Table table(String name, String create, long rows) {
        return new Table(
                new TableName("shop", name),
                "innodb",
                Contents.TRANSACTIONAL,
                new History.None(),
                create,
                List.of(),
                RangeKey.NONE,
                rows,
                0);
    }

    private static Table simple(String name, String lastLines) {
        return table(
                name,
                "CREATE TABLE `"
                        + name
                        + "` (\n  `id` int NOT NULL,\n  `n` int,\n"
                        + lastLines
                        + "\n) ENGINE=InnoDB",
                1000);
    }

    @Test
    void keysAndReferencesAreTakenOutInTheirOrder() {
        assertThat(LateKeys.of(table("orders", ORDERS, 1)))
                .contains(
                        new LateKeys(
                                """
                                CREATE TABLE `orders` (
                                  `id` int NOT NULL AUTO_INCREMENT,
                                  `buyer` int DEFAULT NULL COMMENT 'KEY `x` (`y`),',
                                  PRIMARY KEY (`id`,`buyer`),
                                  CONSTRAINT `positive` CHECK ((`buyer` > 0))
                                ) ENGINE=InnoDB COMMENT='KEY'\
                                """,
                                "ALTER TABLE `shop`.`orders` ADD UNIQUE KEY `a``b` (`buyer`), ADD KEY"
                                        + " `c` (`buyer`,`id`) USING BTREE COMMENT 'a, b' /*!80000"
                                        + " INVISIBLE */, ADD CONSTRAINT `fk` FOREIGN KEY (`buyer`)"
                                        + " REFERENCES `buyers` (`id`) ON DELETE CASCADE"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "  PRIMARY KEY (`id`)",
                "  UNIQUE KEY `n` (`n`)",
                "  PRIMARY KEY (`id`),\n  FULLTEXT KEY `f` (`n`)",
                "  PRIMARY KEY (`id`),\n  SPATIAL KEY `f` (`n`)",
                "  PRIMARY KEY (`id`),\n  KEY `f` ((`n` + 1))",
                "  PRIMARY KEY (`id`),\n  KEY `f` (`n`,(`n` + 1))",
                "  PRIMARY KEY (`id`),\n  UNIQUE KEY `f` (`n`) USING HASH",
                "  PRIMARY KEY (`id`,`p` WITHOUT OVERLAPS),\n  KEY `f` (`n`)",
                "  PRIMARY KEY (`id`),\n  KEY `f` (`n`),\n  something new",
                "  `c` int AUTO_INCREMENT,\n  PRIMARY KEY (`id`),\n  KEY `c` (`c`)"
            })
    void whatIsNotCertainStaysAsItIs(String lines) {
        assertThat(LateKeys.of(simple("t", lines))).isEmpty();
    }

    @Test
    void theFewRowsOfSmallTablesAreNotWorthIt() {
        Table large = simple("large", "  PRIMARY KEY (`id`),\n  KEY `n` (`n`)");
        Table small = table("small", large.create(), 999);

        assertThat(LateKeys.of(new Catalog(List.of(), List.of(large, small), List.of()), 1000))
                .containsOnlyKeys(large.name());
    }

    @Test
    void aTableThatIsReferredToFromTheBeginningHasItsKeysThen() {
        Table parent = simple("parent", "  PRIMARY KEY (`id`),\n  KEY `n` (`n`)");
        Table child =
                table(
                        "child",
                        "CREATE TABLE `child` (\n  `id` int,\n  CONSTRAINT `fk` FOREIGN KEY (`id`)"
                                + " REFERENCES `shop`.`parent` (`n`)\n) ENGINE=InnoDB",
                        1);

        assertThat(LateKeys.of(new Catalog(List.of(), List.of(parent, child), List.of()), 1000))
                .isEmpty();
    }

    @Test
    void twoLargeTablesWithOneReferringToTheOtherKeepTheParentsKeys() {
        Table parent = simple("parent", "  PRIMARY KEY (`id`),\n  UNIQUE KEY `n` (`n`)");
        Table child =
                simple(
                        "child",
                        "  PRIMARY KEY (`id`),\n  KEY `n` (`n`),\n  CONSTRAINT `fk` FOREIGN KEY (`n`)"
                                + " REFERENCES `parent` (`n`)");

        assertThat(LateKeys.of(new Catalog(List.of(), List.of(parent, child), List.of()), 1))
                .containsOnlyKeys(child.name());
    }

    @Test
    void aReferenceToAPrimaryKeyFindsIt() {
        Table parent = simple("parent", "  PRIMARY KEY (`id`,`n`),\n  KEY `n` (`n`)");
        Table child =
                simple(
                        "child",
                        "  PRIMARY KEY (`id`),\n  KEY `n` (`n`),\n  CONSTRAINT `fk` FOREIGN KEY"
                                + " (`id`, `n`) REFERENCES `parent` (`id`, `n`)");

        assertThat(LateKeys.of(new Catalog(List.of(), List.of(parent, child), List.of()), 1))
                .containsOnlyKeys(child.name(), parent.name());
    }

    @Test
    void aViewThatNamesAKeyNeedsItAtOnce() {
        Table table = simple("hinted", "  PRIMARY KEY (`id`),\n  KEY `n` (`n`)");
        Context context = new Context("utf8mb4", "utf8mb4_bin", null, null, null, null);
        CodeObject view =
                new CodeObject(
                        Kind.VIEW,
                        new TableName("shop", "v"),
                        "CREATE VIEW `v` AS select 1 from `shop`.`hinted` FORCE INDEX (`n`)",
                        context);

        assertThat(LateKeys.of(new Catalog(List.of(), List.of(table), List.of(view)), 1)).isEmpty();
    }
}
