package io.dbmanager.tests.servers;

import io.dbmanager.common.Flavour;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.ArgumentsProvider;
import org.junit.jupiter.params.provider.ArgumentsSource;
import org.junit.jupiter.params.support.ParameterDeclarations;

/**
 * A test that runs on the newest MySQL and on the newest MariaDB that this machine can run; on one
 * of the two, always the same one, where no flavour {@linkplain TestServers#areNamed is named}: a
 * whole build is then over in less than a quarter of an hour, and half of these tests run on each.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest(name = "{0}")
@ArgumentsSource(EachFamily.Newest.class)
public @interface EachFamily {
    /** Chooses the flavours. */
    final class Newest implements ArgumentsProvider {
        @Override
        public Stream<Arguments> provideArguments(
                ParameterDeclarations parameters, ExtensionContext context) {
            List<Flavour> both = List.of(Flavour.MYSQL, Flavour.MARIADB);
            int one = Math.floorMod(context.getUniqueId().hashCode(), both.size());
            List<Flavour> families = TestServers.areNamed() ? both : List.of(both.get(one));
            return families.stream().map(Newest::newest).map(Arguments::of);
        }

        /** The newest flavour of a family that runs here, or one that is skipped. */
        public static ServerFlavour newest(Flavour family) {
            // The flavours stand from newest to oldest; where none runs, the last is skipped.
            return Arrays.stream(ServerFlavour.values())
                    .filter(flavour -> flavour.family() == family)
                    .filter(TestServers::isAvailable)
                    .findFirst()
                    .orElse(
                            family == Flavour.MYSQL
                                    ? ServerFlavour.MYSQL_8_0
                                    : ServerFlavour.MARIADB_11_4);
        }
    }
}
