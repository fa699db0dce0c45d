package io.dbmanager.sync.plan;

import static io.dbmanager.sync.Facts.UUID_P;
import static io.dbmanager.sync.Facts.UUID_R;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.Facts;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.dialect.ChannelStatus.Io;
import io.dbmanager.sync.inspect.Unfinished;
import io.dbmanager.sync.plan.ReplicaLadder.Rung;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The ladder as a table: what a replica is, and the rung it stands on. */
class ReplicaLadderTest {
    private static final String V = "9.7.4";
    private static final String M = "11.4.5-MariaDB";

    /** A primary with data and the history h. */
    private static Facts primary() {
        return Facts.primary(V).gtids(UUID_P + ":1-100").table("shop", "a", 3).history("h");
    }

    /** A replica of ours with the primary's data, up to transaction 90. */
    private static Facts ours() {
        return Facts.replica(V).gtids(UUID_P + ":1-90").table("shop", "a", 3).history("h");
    }

    private static Facts mariaDbPrimary() {
        return Facts.primary(M)
                .gtids("0-1-100")
                .binlogState("0-1-100")
                .table("shop", "a", 3)
                .history("h");
    }

    private static Facts mariaDbOurs() {
        return Facts.replica(M)
                .variable("log_bin", "OFF")
                .gtids("0-1-90")
                .table("shop", "a", 3)
                .history("h");
    }

    private static Arguments row(String what, Facts primary, Facts replica, String rung) {
        return Arguments.of(what, primary, replica, rung);
    }

    static Stream<Arguments> rungs() {
        String errant = UUID_P + ":1-90," + UUID_R + ":1-2";
        return Stream.of(
                row("blank", primary(), Facts.replica(V), "Copy"),
                row(
                        "blank with GTIDs of its own",
                        primary(),
                        Facts.replica(V).gtids(UUID_R + ":1-3"),
                        "Copy"),
                row(
                        "blank but for an empty schema",
                        primary(),
                        Facts.replica(V).emptySchema("test"),
                        "Copy"),
                row(
                        "blank, and both can clone",
                        primary().clonable(),
                        Facts.replica(V).clonable(),
                        "Clone"),
                row(
                        "its data was wiped, and both can clone",
                        primary().clonable(),
                        Facts.replica(V).gtids(UUID_P + ":1-90").history("h").clonable(),
                        "Clone"),
                row(
                        "both can clone, but most of it is there",
                        primary().purged(UUID_P + ":1-95").clonable(),
                        ours().clonable(),
                        "Repair"),
                row(
                        "both can clone, but a copy goes on",
                        primary().clonable(),
                        ours().unfinished(Unfinished.COPY).clonable(),
                        "Copy"),
                row(
                        "emptied for a clone that was cut off",
                        primary().clonable(),
                        Facts.replica(V).seedUnderWay().clonable(),
                        "Clone"),
                row(
                        "cloned, and cut off before it replicated",
                        primary().clonable(),
                        ours().readOnly().clonable(),
                        "CatchUp"),
                row(
                        "both can clone, and it holds another's data",
                        primary().clonable(),
                        Facts.replica(V).table("crm", "people", 5).clonable(),
                        "Refuse"),
                row("replicates", primary(), ours().channel(Facts.running()), "Keep"),
                row(
                        "made by hand and replicates",
                        primary(),
                        Facts.replica(V)
                                .gtids(UUID_P + ":50-90")
                                .table("shop", "a", 3)
                                .channel(Facts.running()),
                        "Keep"),
                row(
                        "connecting after an outage",
                        primary(),
                        ours().channel(Facts.ioError(Io.CONNECTING, 2003, "refused")),
                        "Keep"),
                row(
                        "stopped without an error",
                        primary(),
                        ours().channel(Facts.stopped()),
                        "Start"),
                row(
                        "stopped by a deadlock",
                        primary(),
                        ours().channel(Facts.sqlError(1213, "Deadlock")),
                        "Start"),
                row(
                        "equal server ids",
                        primary(),
                        ours().channel(Facts.ioError(Io.STOPPED, 13117, "equal MySQL server ids")),
                        "Start"),
                row(
                        "stopped and its next logs purged",
                        primary().purged(UUID_P + ":1-95"),
                        ours().channel(Facts.stopped()),
                        "Repair"),
                row(
                        "stopped and older logs purged",
                        primary().purged(UUID_P + ":1-85"),
                        ours().channel(Facts.stopped()),
                        "Start"),
                row(
                        "login refused",
                        primary(),
                        ours().channel(Facts.ioError(Io.CONNECTING, 1045, "Access denied")),
                        "NewLogin"),
                row(
                        "logs purged",
                        primary(),
                        ours().channel(Facts.ioError(Io.STOPPED, 13114, "purged binary logs")),
                        "Repair"),
                row(
                        "row missing",
                        primary(),
                        ours().channel(Facts.sqlError(1032, "Can't find record")),
                        "Repair"),
                row(
                        "row there already, no errant GTID",
                        primary(),
                        ours().channel(Facts.sqlError(1062, "Duplicate entry")),
                        "Repair"),
                row("errant", primary(), ours().gtids(errant).channel(Facts.running()), "Refuse"),
                row(
                        "errant and stopped",
                        primary(),
                        ours().gtids(errant).channel(Facts.sqlError(1062, "Duplicate entry")),
                        "Refuse"),
                row("channel lost", primary(), ours(), "CatchUp"),
                row("channel lost and errant", primary(), ours().gtids(errant), "Refuse"),
                row(
                        "channel lost and logs purged",
                        primary().purged(UUID_P + ":1-95"),
                        ours(),
                        "Repair"),
                row(
                        "restored from a backup of the primary",
                        primary(),
                        Facts.replica(V).gtids(UUID_P + ":1-50").table("shop", "a", 2),
                        "CatchUp"),
                row(
                        "its data was wiped",
                        primary(),
                        Facts.replica(V).gtids(UUID_P + ":1-90").history("h"),
                        "Copy"),
                row(
                        "data of unknown origin",
                        primary(),
                        Facts.replica(V).table("crm", "people", 5),
                        "Refuse"),
                row(
                        "data under GTIDs of its own",
                        primary(),
                        Facts.replica(V).gtids(UUID_R + ":1-9").table("crm", "people", 5),
                        "Refuse"),
                row(
                        "replicates from elsewhere",
                        primary(),
                        Facts.replica(V)
                                .gtids(UUID_R + ":1-9")
                                .table("crm", "people", 5)
                                .channel(Facts.fromElsewhere("")),
                        "Refuse"),
                row(
                        "several channels, and nothing came by the other one",
                        primary(),
                        ours().channel(Facts.running()).channel(Facts.fromElsewhere("x")),
                        "CatchUp"),
                row(
                        "several channels, and transactions of another server's",
                        primary(),
                        ours().gtids(errant)
                                .channel(Facts.running())
                                .channel(Facts.fromElsewhere("x")),
                        "Refuse"),
                row(
                        "relay log damaged",
                        primary(),
                        ours().channel(Facts.sqlError(1594, "Relay log read failure")),
                        "FetchAgain"),
                row(
                        "relay log damaged and its logs purged",
                        primary().purged(UUID_P + ":1-95"),
                        ours().channel(Facts.sqlError(1594, "Relay log read failure")),
                        "Repair"),
                row(
                        "left something out",
                        primary(),
                        ours().channel(Facts.filtered(Facts.running())),
                        "Repair"),
                row(
                        "left something out and has transactions of its own",
                        primary(),
                        ours().gtids(errant).channel(Facts.filtered(Facts.running())),
                        "Refuse"),
                row(
                        "replicates, and its primary has gone back in time and overtaken it",
                        primary().beat(50),
                        ours().beat(60).channel(Facts.running()),
                        "Refuse"),
                row(
                        "a statement that only its primary understands",
                        primary(),
                        ours().channel(Facts.sqlError(1064, "syntax")),
                        "Repair"),
                row(
                        "seed interrupted",
                        primary(),
                        Facts.replica(V).table("half", "copied", 5).seedUnderWay(),
                        "Copy"),
                row(
                        "seed interrupted, errant or not",
                        primary(),
                        ours().gtids(errant).seedUnderWay(),
                        "Repair"),
                row(
                        "copy interrupted near its end, which goes on",
                        primary(),
                        ours().unfinished(Unfinished.COPY),
                        "Copy"),
                row(
                        "copy interrupted near its end, from another primary",
                        primary().history("other"),
                        ours().unfinished(Unfinished.COPY),
                        "Refuse"),
                row(
                        "seed interrupted, from a primary that has been emptied since",
                        Facts.primary(V),
                        Facts.replica(V).table("half", "copied", 5).seedUnderWay(),
                        "Refuse"),
                row(
                        "seed interrupted, from another primary",
                        primary().history("other"),
                        ours().seedUnderWay(),
                        "Refuse"),
                row(
                        "copy of another primary",
                        primary().history("other"),
                        ours().channel(Facts.running()),
                        "Refuse"),
                row(
                        "primary replaced by a blank one",
                        Facts.primary(V),
                        ours().channel(Facts.running()),
                        "Refuse"),
                row("MariaDB: blank", mariaDbPrimary(), Facts.replica(M), "Copy"),
                row("MariaDB: channel lost", mariaDbPrimary(), mariaDbOurs(), "CatchUp"),
                row(
                        "MariaDB: channel lost and logs purged",
                        mariaDbPrimary().purged("0-1-95"),
                        mariaDbOurs().readOnly(),
                        "Repair"),
                row(
                        "MariaDB: writers got in and left no trace",
                        mariaDbPrimary().purged("0-1-95"),
                        mariaDbOurs(),
                        "Refuse"),
                row(
                        "MariaDB: a former primary with the server id of the new one",
                        mariaDbPrimary(),
                        Facts.replica(M)
                                .variable("server_id", "1")
                                .binlogState("0-1-120")
                                .table("shop", "a", 3)
                                .history("h"),
                        "Refuse"),
                row(
                        "MariaDB: wrote under its own id",
                        mariaDbPrimary(),
                        mariaDbOurs()
                                .variable("log_bin", "ON")
                                .binlogState("0-2-91")
                                .channel(Facts.running()),
                        "Refuse"),
                row(
                        "MariaDB: row there already, and writes leave no trace",
                        mariaDbPrimary(),
                        mariaDbOurs().channel(Facts.sqlError(1062, "Duplicate entry")),
                        "Refuse"),
                row(
                        "MariaDB: row there already, and writes leave a trace",
                        mariaDbPrimary(),
                        mariaDbOurs()
                                .variable("log_bin", "ON")
                                .channel(Facts.sqlError(1062, "Duplicate entry")),
                        "Repair"),
                row(
                        "MariaDB: row missing",
                        mariaDbPrimary(),
                        mariaDbOurs().channel(Facts.sqlError(1032, "Can't find record")),
                        "Repair"),
                row(
                        "MariaDB: row missing, and a table that only it has",
                        mariaDbPrimary(),
                        mariaDbOurs()
                                .table("own", "t", 1)
                                .channel(Facts.sqlError(1032, "Can't find record")),
                        "Refuse"),
                row("MySQL under MariaDB", mariaDbPrimary(), Facts.replica(V), "Refuse"),
                row("MariaDB under MySQL", primary(), Facts.replica(M), "Refuse"),
                row("older than its primary", primary(), Facts.replica("8.4.0"), "Refuse"),
                row(
                        "other lower_case_table_names",
                        primary(),
                        Facts.replica(V).variable("lower_case_table_names", "1"),
                        "Refuse"),
                row(
                        "MariaDB: renames databases",
                        mariaDbPrimary(),
                        mariaDbOurs().variable("replicate_rewrite_db", "a->b"),
                        "Refuse"),
                row(
                        "started with server_id=0",
                        primary(),
                        Facts.replica(V).variable("server_id", "0"),
                        "Refuse"),
                row(
                        "too few privileges",
                        primary(),
                        Facts.replica(V).missingPrivilege("SUPER"),
                        "Refuse"));
    }

    @ParameterizedTest(name = "{0}: {3}")
    @MethodSource("rungs")
    void standsOn(String what, Facts primary, Facts replica, String expected) {
        Rung rung =
                new ReplicaLadder(primary.facts(), replica.facts(), true, false, CloneMode.AUTO)
                        .rung();
        assertThat(rung.getClass().getSimpleName()).as("%s: %s", what, rung).isEqualTo(expected);
    }

    static Stream<Arguments> losses() {
        return rungs().filter(row -> "Refuse".equals(row.get()[3]));
    }

    /** Consent turns a refusal over data into a copy that names what is lost, and no other one. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("losses")
    void consentIsForDataOnly(String what, Facts primary, Facts replica, String expected) {
        Rung without =
                new ReplicaLadder(primary.facts(), replica.facts(), true, false, CloneMode.AUTO)
                        .rung();
        Rung with =
                new ReplicaLadder(primary.facts(), replica.facts(), true, true, CloneMode.AUTO)
                        .rung();
        assertThat(without).as(what).isInstanceOf(Rung.Refuse.class);
        if (primary.facts().isBlank()) {
            assertThat(with).as("an empty primary wipes nobody").isEqualTo(without);
        } else if (without instanceof Rung.Refuse refuse && refuse.wouldLoseData()) {
            assertThat(refuse.sentence()).contains("--overwrite dbread1");
            assertThat(lost(with)).isNotEmpty();
        } else {
            assertThat(with).isEqualTo(without);
        }
        assertThat(expected).isEqualTo("Refuse");
    }

    private static List<String> lost(Rung rung) {
        return switch (rung) {
            case Rung.Copy copy -> copy.lost();
            case Rung.Clone clone -> clone.lost();
            case Rung.Repair repair -> repair.lost();
            default -> throw new AssertionError("neither copied nor repaired: " + rung);
        };
    }

    /** What is of another version is defined in other words, and cannot be compared. */
    @Test
    void whatHasMostOfItIsRepairedWithinOneSeries() {
        Facts newer = Facts.replica(V).gtids(UUID_P + ":1-90").table("shop", "a", 3);
        ReplicaLadder same =
                new ReplicaLadder(primary().facts(), ours().facts(), true, false, CloneMode.AUTO);
        ReplicaLadder other =
                new ReplicaLadder(
                        Facts.primary("8.4.3")
                                .gtids(UUID_P + ":1-100")
                                .table("shop", "a", 3)
                                .history("h")
                                .facts(),
                        newer.history("h").channel(Facts.running()).facts(),
                        true,
                        false,
                        CloneMode.AUTO);

        assertThat(same.copyAnyway("asked for")).isEqualTo(new Rung.Repair("asked for", List.of()));
        assertThat(other.copyAnyway("asked for"))
                .isEqualTo(
                        new Rung.Copy(
                                "asked for",
                                List.of(),
                                "MySQL 8.4.3 cannot be cloned into MySQL 9.7.4"));
    }

    @ParameterizedTest(name = "without GTIDs, {0}")
    @MethodSource("withoutGtids")
    void withoutGtids(String what, Facts replica, String expected) {
        Facts primary =
                Facts.primary("5.7.22")
                        .variable("gtid_mode", "OFF")
                        .table("shop", "a", 3)
                        .history("h");
        Rung rung =
                new ReplicaLadder(primary.facts(), replica.facts(), false, false, CloneMode.AUTO)
                        .rung();
        assertThat(rung.getClass().getSimpleName()).as("%s: %s", what, rung).isEqualTo(expected);
    }

    static Stream<Arguments> withoutGtids() {
        return Stream.of(
                Arguments.of(
                        "its relay log is damaged",
                        old().channel(
                                        Facts.byFileAndOffset(
                                                Facts.sqlError(1594, "Relay log read failure"))),
                        "FetchAgain"),
                Arguments.of("it replicates", old().channel(Facts.running()), "Keep"),
                Arguments.of("its channel is lost and it is ours", old().readOnly(), "Repair"),
                Arguments.of("a former primary, which has let writers in", old(), "Refuse"),
                Arguments.of(
                        "its primary has been restored from an old backup",
                        old().readOnly().beat(9),
                        "Refuse"),
                Arguments.of(
                        "its primary has been restored, and its logs are not the same",
                        old().beat(9)
                                .channel(
                                        Facts.byFileAndOffset(Facts.sqlError(1032, "no such row"))),
                        "Refuse"),
                Arguments.of(
                        "its channel is lost and it has a table of its own",
                        old().readOnly().table("own", "t", 1),
                        "Refuse"),
                Arguments.of(
                        "a row is there already, as after a crash",
                        old().channel(
                                        Facts.byFileAndOffset(
                                                Facts.sqlError(1062, "Duplicate entry"))),
                        "Repair"));
    }

    /** An empty primary wipes nobody, whoever asks and whatever the replica's note says. */
    @Test
    void aCopyAskedForDoesNotComeFromAnEmptyPrimary() {
        for (Facts replica : List.of(ours().channel(Facts.running()), ours().seedUnderWay())) {
            assertThat(
                            new ReplicaLadder(
                                            Facts.primary(V).facts(),
                                            replica.facts(),
                                            true,
                                            true,
                                            CloneMode.AUTO)
                                    .copyAnyway("asked for"))
                    .isInstanceOf(Rung.Refuse.class);
        }
    }

    private static Facts old() {
        return Facts.replica("5.7.22")
                .variable("gtid_mode", "OFF")
                .variable("log_bin", "OFF")
                .table("shop", "a", 3)
                .history("h");
    }
}
