package io.dbmanager.app.run;

import dagger.BindsInstance;
import dagger.Component;
import io.dbmanager.app.discovery.ServiceSource;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import io.dbmanager.sync.ReplicationManager;
import jakarta.inject.Singleton;
import java.time.Clock;

/** The whole program, wired for one set of servers. */
@Singleton
@Component(modules = RunModule.class)
public interface RunComponent {
    Run run();

    ReplicationManager manager();

    Topology topology();

    Progress progress();

    /** What comes from outside. */
    @Component.Factory
    interface Factory {
        RunComponent create(
                @BindsInstance Settings settings,
                @BindsInstance Services services,
                @BindsInstance ServiceSource source,
                @BindsInstance Greeting greeting,
                @BindsInstance Console console,
                @BindsInstance Clock clock);
    }
}
