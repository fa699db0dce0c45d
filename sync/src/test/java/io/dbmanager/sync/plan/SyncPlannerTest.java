package io.dbmanager.sync.plan;

import static io.dbmanager.sync.Facts.UUID_P;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.sync.Facts;
import io.dbmanager.sync.SyncPlan;
import io.dbmanager.sync.SyncPlan.ServerPlan;
import io.dbmanager.sync.SyncSettings.CloneMode;
import io.dbmanager.sync.inspect.ServerFacts;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SyncPlannerTest {
    private static SyncPlan plan(Facts primary, Facts... replicas) {
        return SyncPlanner.plan(
                primary.facts(),
                List.of(replicas).stream().map(Facts::facts).toList(),
                Set.of(),
                CloneMode.AUTO);
    }

    private static ServerPlan part(SyncPlan plan, String name) {
        return plan.servers().stream().filter(p -> p.name().equals(name)).findFirst().orElseThrow();
    }

    private static List<String> kinds(SyncPlan plan, String name) {
        return part(plan, name).work().stream()
                .map(step -> step.getClass().getSimpleName())
                .toList();
    }

    @Test
    void blankMySqlServersAsTheyAreHandedOut() {
        Facts off = Facts.primary("8.0.15").variable("gtid_mode", "OFF");
        SyncPlan plan =
                plan(
                        off,
                        Facts.server("dbread1", "8.0.15", 3307).variable("gtid_mode", "OFF"),
                        Facts.server("dbread2", "8.0.15", 3308).variable("gtid_mode", "OFF"));

        assertThat(plan.refusals()).isEmpty();
        assertThat(part(plan, "dbwrite").steps())
                .containsExactly(
                        "switch GTIDs on, step by step and without stopping anybody, on dbwrite,"
                                + " dbread1, dbread2",
                        "create schema dbmanager with the heartbeat by which lag is measured");
        assertThat(kinds(plan, "dbread1"))
                .containsExactly("SetVariable", "Copy", "Replicate", "MakeReadOnly");
        assertThat(kinds(plan, "dbread2")).isEqualTo(kinds(plan, "dbread1"));
        assertThat(part(plan, "dbread1").lost()).isEmpty();
    }

    @Test
    void whatCanBeClonedIsSoWithItsEventsDisabled() {
        Facts primary =
                Facts.primary("9.7.4")
                        .history("h")
                        .clonable(traits -> {
                            traits.plugin = "";
                            traits.events = 2;
                        });
        SyncPlan plan = plan(primary, Facts.replica("9.7.4").clonable());

        assertThat(kinds(plan, "dbwrite")).isEmpty();
        assertThat(kinds(plan, "dbread1"))
                .containsExactly("Clone", "DisableEvents", "Replicate", "MakeReadOnly");
        assertThat(part(plan, "dbread1").copies()).isTrue();
        assertThat(part(plan, "dbread1").steps())
                .startsWith(
                        "clone everything from dbwrite, accounts included, with the clone plugin,"
                                + " which is installed on dbwrite, and be restarted by it; a"
                                + " restart before it has to show that it comes back by itself,"
                                + " else it is copied: it holds no data",
                        "disable what it would run of the primary's events itself (2 events)");
    }

    /** A copy is read once for all replicas, and clones are made one after the other. */
    @Test
    void severalReplicasAreClonedOnlyIfThatCostsLessThanOneCopy() {
        Facts[] three = {
            Facts.server("dbread1", "9.7.4", 3307).variable("server_id", "2").clonable(),
            Facts.server("dbread2", "9.7.4", 3308).variable("server_id", "3").clonable(),
            Facts.server("dbread3", "9.7.4", 3309).variable("server_id", "4").clonable()
        };
        Facts middling = Facts.primary("9.7.4").clonable(t -> t.dataBytes = 1L << 30);
        Facts large = Facts.primary("9.7.4").clonable(t -> t.dataBytes = 1L << 31);

        assertThat(kinds(plan(middling, three[0]), "dbread1")).contains("Clone");
        assertThat(kinds(plan(middling, three), "dbread1")).contains("Copy");
        assertThat(part(plan(middling, three), "dbread3").steps().getFirst())
                .endsWith(
                        "(not cloned, since one copy of 1024 MB into 3 replicas costs less than 3"
                                + " clones, one after the other)");
        assertThat(kinds(plan(large, three), "dbread1")).contains("Clone");
    }

    @Test
    void theCopySaysWhyItIsNoClone() {
        SyncPlan plan =
                plan(
                        Facts.primary("9.7.4").clonable(t -> t.otherEngines.add("a.b (MyISAM)")),
                        Facts.replica("9.7.4").clonable());

        assertThat(part(plan, "dbread1").steps())
                .contains(
                        "copy everything from dbwrite, accounts included: it holds no data (not"
                                + " cloned, since only tables in InnoDB are cloned, and dbwrite"
                                + " has others: a.b (MyISAM))");
    }

    /** A clone that was cut off before its events were disabled is pointed at the primary. */
    @Test
    void eventsThatCameWithDataFilesAreDisabled() {
        SyncPlan plan =
                plan(
                        Facts.primary("9.7.4")
                                .gtids(Facts.UUID_P + ":1-9")
                                .table("shop", "a", 3)
                                .history("h"),
                        Facts.replica("9.7.4")
                                .gtids(Facts.UUID_P + ":1-8")
                                .table("shop", "a", 3)
                                .history("h")
                                .readOnly()
                                .clonable(traits -> traits.events = 1));

        assertThat(kinds(plan, "dbread1"))
                .containsExactly("DisableEvents", "Replicate", "MakeReadOnly");
    }

    @Test
    void collidingServerIdsBecomeDifferentAndStayThemselves() {
        SyncPlan once =
                plan(
                        Facts.primary("9.7.4"),
                        Facts.server("dbread1", "9.7.4", 3307),
                        Facts.server("dbread2", "9.7.4", 3308),
                        Facts.server("dbread3", "9.7.4", 3309).variable("server_id", "1003"));
        SyncPlan again = plan(Facts.primary("9.7.4"), Facts.server("dbread1", "9.7.4", 3307));

        SyncStep.SetVariable first = newId(once, "dbread1");
        SyncStep.SetVariable second = newId(once, "dbread2");
        assertThat(first.value()).isNotEqualTo(second.value()).isNotEqualTo("1");
        assertThat(newId(again, "dbread1")).isEqualTo(first);
        assertThat(kinds(once, "dbread3")).doesNotContain("SetVariable");
        assertThat(first.lasting()).isTrue();
    }

    private static SyncStep.SetVariable newId(SyncPlan plan, String name) {
        return part(plan, name).work().stream()
                .filter(SyncStep.SetVariable.class::isInstance)
                .map(SyncStep.SetVariable.class::cast)
                .filter(step -> step.variable().equals("server_id"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatDoesNotLastIsSaidWithTheLineThatMakesItLast() {
        Facts replica = Facts.server("dbread1", "11.4.5-MariaDB", 3307);
        SyncPlan plan =
                plan(Facts.primary("11.4.5-MariaDB").variable("binlog_format", "MIXED"), replica);

        assertThat(part(plan, "dbwrite").steps().getFirst())
                .contains("binlog_format = ROW", "until its next restart", "[mariadbd]");
        assertThat(part(plan, "dbread1").steps().getFirst()).contains("put server_id=");
        assertThat(newId(plan, "dbread1").lasting()).isFalse();
    }

    @Test
    void aSecondRunHasNothingToDo() {
        Facts primary =
                Facts.primary("9.7.4").gtids(UUID_P + ":1-9").table("shop", "a", 3).history("h");
        Facts replica =
                Facts.replica("9.7.4")
                        .gtids(UUID_P + ":1-9")
                        .table("shop", "a", 3)
                        .history("h")
                        .readOnly()
                        .channel(Facts.running());

        SyncPlan plan = plan(primary, replica);

        assertThat(plan.refusals()).isEmpty();
        assertThat(plan.servers()).allSatisfy(part -> assertThat(part.work()).isEmpty());
    }

    @Test
    void aReplicaThatHasLostItsServerIdAndItsReadOnlyGetsThemBack() {
        Facts primary = Facts.primary("10.11.6-MariaDB").gtids("0-1-9").history("h");
        Facts restarted =
                Facts.replica("10.11.6-MariaDB")
                        .variable("server_id", "1")
                        .gtids("0-1-9")
                        .history("h")
                        .table("shop", "a", 3)
                        .channel(
                                Facts.ioError(
                                        io.dbmanager.sync.dialect.ChannelStatus.Io.STOPPED,
                                        1593,
                                        "Fatal error: The slave I/O thread stops because master"
                                                + " and slave have equal MariaDB server ids"));

        assertThat(kinds(plan(primary, restarted), "dbread1"))
                .containsExactly("SetVariable", "StartReplication", "MakeReadOnly");
    }

    @Test
    void withoutABinaryLogThePrimaryIsRefusedWithTheLinesThatHelp() {
        SyncPlan plan =
                plan(Facts.primary("5.7.22").variable("log_bin", "OFF").variable("server_id", "0"));

        assertThat(plan.refusals()).hasSize(1);
        assertThat(plan.refusals().getFirst().sentence())
                .contains(
                        "log_bin=binlog",
                        "binlog_format=ROW",
                        "server_id=1",
                        "[mysqld]",
                        "restart");
        assertThat(plan.refusals().getFirst().wouldLoseData()).isFalse();
    }

    @Test
    void aPrimaryThatTurnsWritersAwayIsRefused() {
        assertThat(plan(Facts.primary("9.7.4").readOnly()).refusals())
                .singleElement()
                .satisfies(refusal -> assertThat(refusal.sentence()).contains("is read-only"));
    }

    @Test
    void aCopyThatDidNotEndIsNoPrimary() {
        Facts half = Facts.primary("8.0.33").table("shop", "a", 1).history("h").seedUnderWay();
        Facts whole = Facts.replica("8.0.33").table("shop", "a", 9).history("h");

        assertThat(plan(half, whole).refusals())
                .filteredOn(refusal -> refusal.server().equals("dbwrite"))
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.sentence()).contains("did not end", "environment.json");
                    assertThat(refusal.wouldLoseData()).isFalse();
                });
    }

    @Test
    void aPrimaryAndItsReplicaThatAreSwappedAreRefusedWhateverTheConsent() {
        Facts swapped =
                Facts.primary("8.0.33")
                        .variable("log_replica_updates", "ON")
                        .table("shop", "a", 1)
                        .channel(Facts.fromElsewhere(""));
        Facts source =
                Facts.replica("8.0.33")
                        .identity("99999999-71ca-11e1-9e33-c80aa9429562")
                        .table("shop", "a", 9);
        SyncPlan plan =
                SyncPlanner.plan(
                        swapped.facts(),
                        List.of(source.facts()),
                        Set.of(source.facts().name()),
                        CloneMode.AUTO);

        assertThat(plan.refusals())
                .singleElement()
                .satisfies(refusal ->
                        assertThat(refusal.sentence())
                                .contains(
                                        "is a replica of dbread1", "swapped", "RESET REPLICA ALL"));
    }

    @Test
    void aPrimaryThatIsAReplicaMustLogWhatItApplies() {
        Facts silent =
                Facts.primary("8.0.33")
                        .channel(Facts.fromElsewhere(""))
                        .variable("log_replica_updates", "OFF");
        Facts passesOn =
                Facts.primary("8.0.33")
                        .channel(Facts.fromElsewhere(""))
                        .variable("log_replica_updates", "ON");

        assertThat(plan(silent).refusals()).hasSize(1);
        assertThat(plan(passesOn).refusals()).isEmpty();
        assertThat(part(plan(passesOn), "dbwrite").found())
                .anyMatch(s -> s.contains("replica itself"));
    }

    @Test
    void twoServicesThatAreOneServerAreRefused() {
        SyncPlan plan =
                plan(
                        Facts.primary("9.7.4"),
                        Facts.server("dbread1", "9.7.4", 3307).identity(UUID_P));

        assertThat(plan.refusals())
                .singleElement()
                .satisfies(refusal ->
                        assertThat(refusal.sentence()).contains("same server as dbwrite", UUID_P));
    }

    @Test
    void aRefusalNamesDatabasesTablesAndRowCounts() {
        SyncPlan plan =
                plan(
                        Facts.primary("9.7.4").table("shop", "a", 3),
                        Facts.replica("9.7.4").table("crm", "people", 5).table("log", "lines", 1));

        assertThat(plan.refusals())
                .singleElement()
                .satisfies(refusal -> {
                    assertThat(refusal.sentence())
                            .contains("crm (people: 5 rows)", "log (lines: 1 row)");
                    assertThat(refusal.wouldLoseData()).isTrue();
                });
        assertThat(part(plan, "dbread1").work()).isEmpty();
    }

    @Test
    void consentIsForTheNamedReplicaOnlyAndThePlanSaysWhatIsLost() {
        ServerFacts primary = Facts.primary("9.7.4").table("shop", "a", 3).facts();
        ServerFacts one =
                Facts.server("dbread1", "9.7.4", 3307)
                        .table("crm", "people", 5)
                        .account("app@%")
                        .facts();
        ServerFacts two = Facts.server("dbread2", "9.7.4", 3308).table("x", "y", 1).facts();

        SyncPlan plan =
                SyncPlanner.plan(primary, List.of(one, two), Set.of("dbread1"), CloneMode.AUTO);

        assertThat(plan.refusals()).extracting(SyncPlan.Refusal::server).containsExactly("dbread2");
        assertThat(part(plan, "dbread1").lost())
                .containsExactly("database crm (people: 5 rows)", "account app@%");
        assertThat(kinds(plan, "dbread1")).contains("Copy");
    }

    @Test
    void consentDoesNotCopyAReplicaThatIsFine() {
        ServerFacts primary =
                Facts.primary("9.7.4")
                        .gtids(UUID_P + ":1-9")
                        .table("s", "a", 3)
                        .history("h")
                        .facts();
        ServerFacts fine =
                Facts.replica("9.7.4")
                        .gtids(UUID_P + ":1-9")
                        .table("s", "a", 3)
                        .history("h")
                        .readOnly()
                        .channel(Facts.running())
                        .facts();

        assertThat(
                        kinds(
                                SyncPlanner.plan(
                                        primary, List.of(fine), Set.of("dbread1"), CloneMode.AUTO),
                                "dbread1"))
                .isEmpty();
        assertThat(
                        kinds(
                                SyncPlanner.plan(
                                        primary,
                                        List.of(fine),
                                        Set.of(),
                                        Set.of("dbread1"),
                                        CloneMode.AUTO,
                                        Donor.Choice.PRIMARY),
                                "dbread1"))
                .containsExactly("Repair", "ForgetChannels", "Replicate", "MakeReadOnly");
    }

    @Test
    void gtidsThatAreOffStayOffWhereTheyWouldNotLast() {
        SyncPlan plan =
                plan(
                        Facts.primary("5.7.22").variable("gtid_mode", "OFF"),
                        Facts.replica("5.7.22").variable("gtid_mode", "OFF"));

        assertThat(kinds(plan, "dbwrite")).doesNotContain("EnableGtids");
        assertThat(part(plan, "dbread1").work())
                .anyMatch(step -> step instanceof SyncStep.Replicate r && !r.gtids());
        assertThat(part(plan, "dbwrite").found()).anyMatch(s -> s.contains("gtid_mode=ON"));
    }

    @Test
    void gtidsThatAreOffStayOffUnderReplicasThatAreNotOurs() {
        SyncPlan plan =
                plan(
                        Facts.primary("8.0.33").variable("gtid_mode", "OFF").connected(77),
                        Facts.replica("8.0.33"));

        assertThat(kinds(plan, "dbwrite")).doesNotContain("EnableGtids");
        assertThat(part(plan, "dbwrite").found()).anyMatch(s -> s.contains("77"));
        // A replica whose own GTIDs are on would refuse transactions that have none.
        assertThat(part(plan, "dbread1").steps())
                .anyMatch(s -> s.contains("gtid_mode = ON_PERMISSIVE"));
    }

    @Test
    void gtidsAreSwitchedOnUnderReplicasOfOursThatRunWithout() {
        Facts kept =
                Facts.replica("8.0.33")
                        .variable("gtid_mode", "OFF")
                        .variable("server_id", "77")
                        .table("shop", "a", 1)
                        .channel(Facts.byFileAndOffset(Facts.running()));
        SyncPlan plan =
                plan(Facts.primary("8.0.33").variable("gtid_mode", "OFF").connected(77), kept);

        assertThat(part(plan, "dbwrite").work())
                .contains(new SyncStep.EnableGtids(List.of("dbwrite", "dbread1")));
        assertThat(kinds(plan, "dbread1")).doesNotContain("Copy");
    }
}
