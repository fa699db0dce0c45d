package io.dbmanager.app.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmanager.app.AppException;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class EnvironmentWatchTest {
    private static final Services ONE = services("dbread1");
    private static final Services TWO = services("dbread1", "dbread2");

    private final List<Object> heard = new ArrayList<>();
    private Services said = ONE;
    private String problem = "";
    private final EnvironmentWatch watch =
            new EnvironmentWatch(
                    this::discover,
                    ONE,
                    new EnvironmentWatch.Follower() {
                        @Override
                        public void follow(Services next) {
                            heard.add(next);
                        }

                        @Override
                        public void tell(String event, String detail) {
                            heard.add(event + ": " + detail);
                        }
                    },
                    Duration.ofSeconds(1));

    private static Services services(String... replicas) {
        return new Services(spec("dbwrite"), List.of(replicas).stream().map(n -> spec(n)).toList());
    }

    private static ServerSpec spec(String name) {
        return new ServerSpec(name, new ServerAddress(name, 3306), Credentials.of("root", "hush"));
    }

    private Services discover() throws AppException {
        if (!problem.isEmpty()) {
            throw AppException.usage(problem);
        }
        return said;
    }

    @Test
    void whatTwoLooksHaveFoundIsFollowedOnce() {
        watch.look();
        said = TWO;
        watch.look();
        assertThat(heard).isEmpty();
        watch.look();
        watch.look();
        assertThat(heard).containsExactly(TWO);
    }

    @Test
    void whatIsThereForOneLookOnlyIsNot() {
        said = TWO;
        watch.look();
        said = ONE;
        watch.look();
        said = TWO;
        watch.look();
        said = ONE;
        watch.look();
        assertThat(heard).isEmpty();
    }

    @Test
    void aBrokenFileIsToldOnceAndChangesNothing() {
        problem = "environment.json is not valid JSON.";
        watch.look();
        assertThat(heard).as("it may be being written").isEmpty();
        watch.look();
        watch.look();
        problem = "";
        watch.look();
        watch.look();
        assertThat(heard)
                .containsExactly(
                        "environment_rejected: environment.json is not valid JSON. What it said"
                                + " before holds.",
                        "environment_readable: the environment can be read again");
    }
}
