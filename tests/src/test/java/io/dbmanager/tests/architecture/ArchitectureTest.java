package io.dbmanager.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import com.tngtech.archunit.library.dependencies.SlicesRuleDefinition;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code dbmanager -> sync -> common <- proxy <- dbmanager}, and what else holds everywhere. */
class ArchitectureTest {
    private static final String COMMON = "io.dbmanager.common..";
    private static final String SYNC = "io.dbmanager.sync..";
    private static final String PROXY = "io.dbmanager.proxy..";
    private static final String APP = "io.dbmanager.app..";
    private static final String TESTS = "io.dbmanager.tests..";

    private static JavaClasses house;

    @BeforeAll
    static void readTheHouse() {
        house =
                new ClassFileImporter()
                        .withImportOption(new ImportOption.DoNotIncludeTests())
                        .importPackages("io.dbmanager");
        // A rule over no classes would hold whatever the code is like.
        for (String module : List.of("common", "sync", "proxy")) {
            assertThat(house.stream().map(JavaClass::getPackageName))
                    .as("classes of " + module)
                    .anyMatch(name -> name.startsWith("io.dbmanager." + module));
        }
    }

    private static void check(ArchRule rule) {
        rule.check(house);
    }

    @Test
    void commonKnowsNobody() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(COMMON)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(SYNC, PROXY, APP, TESTS, "java.sql..", "io.netty..")
                        .because(
                                "common holds the values that everybody shares: move what needs a"
                                        + " connection to the module that opens it"));
    }

    @Test
    void syncMeetsTheProxyInCommonOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(SYNC)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(PROXY, APP, TESTS, "io.netty..")
                        .because(
                                "sync and proxy meet in TopologySnapshot only: publish what the"
                                        + " proxy must know as a value in common, and read servers"
                                        + " by JDBC"));
    }

    @Test
    void proxyMeetsSyncInCommonOnly() {
        check(
                noClasses()
                        .that()
                        .resideInAPackage(PROXY)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                SYNC, APP, TESTS, "java.sql..", "javax.sql..", "com.zaxxer..")
                        .because(
                                "the proxy's event loops must never wait for a JDBC call: read the"
                                        + " topology from common and servers by the protocol"));
    }

    @Test
    void nobodyKnowsTheProgram() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackages(APP, TESTS)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(APP, TESTS)
                        .because(
                                "settings, wiring and HTTP know the parts, not the other way round:"
                                        + " take what is needed through the constructor"));
    }

    @Test
    void packagesOfAModuleFormNoCycle() {
        for (String module : List.of("sync", "proxy")) {
            check(
                    SlicesRuleDefinition.slices()
                            .matching("io.dbmanager." + module + ".(*)..")
                            .should()
                            .beFreeOfCycles()
                            .because(
                                    "two packages that need each other are one package: move the"
                                            + " shared type to the one that is needed"));
        }
    }

    @Test
    void logsGoThroughSlf4j() {
        check(
                GeneralCodingRules.NO_CLASSES_SHOULD_USE_JAVA_UTIL_LOGGING.because(
                        "all logging is configured in one place: use org.slf4j.Logger"));
    }

    @Test
    void onlyTheCommandLinePrints() {
        check(
                noClasses()
                        .that()
                        .resideOutsideOfPackage(APP)
                        .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
                        .because(
                                "what people read on a terminal is the command line's business:"
                                        + " log it, or hand it to the caller as a value"));
    }

    @Test
    void everyPackageIsNullMarkedAndDescribed() {
        List<String> without =
                house.stream()
                        .map(JavaClass::getPackage)
                        .distinct()
                        .filter(each -> !each.getClasses().isEmpty())
                        .filter(each -> !isMarked(each))
                        .map(JavaPackage::getName)
                        .sorted()
                        .collect(Collectors.toList());
        assertThat(without)
                .as("packages without a package-info.java that says @NullMarked and what is there")
                .isEmpty();
    }

    private static boolean isMarked(JavaPackage each) {
        return each.tryGetPackageInfo()
                .filter(info -> info.isAnnotatedWith(NullMarked.class))
                .isPresent();
    }
}
