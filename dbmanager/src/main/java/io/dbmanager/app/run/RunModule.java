package io.dbmanager.app.run;

import dagger.Module;
import dagger.Provides;
import io.dbmanager.app.discovery.ServiceSource;
import io.dbmanager.app.http.Actions;
import io.dbmanager.app.http.Endpoints;
import io.dbmanager.app.http.Meters;
import io.dbmanager.app.settings.Settings;
import io.dbmanager.common.ManagingLogin;
import io.dbmanager.common.Secret;
import io.dbmanager.common.SeedProgress;
import io.dbmanager.common.Services;
import io.dbmanager.common.Topology;
import io.dbmanager.common.TopologySnapshot;
import io.dbmanager.proxy.ProxyServer;
import io.dbmanager.sync.ActionAnswer;
import io.dbmanager.sync.ReplicationManager;
import io.dbmanager.sync.run.PrimaryMemory;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;

/** Makes the parts that do not make themselves. */
@Module
final class RunModule {
    private RunModule() {}

    @Provides
    @Singleton
    static Topology topology(Services services, Clock clock) {
        return new Topology(TopologySnapshot.starting(services, clock.instant()));
    }

    @Provides
    @Singleton
    static ManagingLogin managing(Services services) {
        return new ManagingLogin(services.primary().credentials());
    }

    @Provides
    @Singleton
    static Progress progress(Console console, Clock clock) {
        return new Progress(console, clock);
    }

    @Provides
    @Singleton
    static ReplicationManager manager(
            Services services,
            ServiceSource source,
            ManagingLogin managing,
            Settings settings,
            Topology topology,
            Progress progress,
            Clock clock) {
        return new ReplicationManager(
                services,
                managing,
                memory(settings),
                source.passwords(),
                settings.sync(),
                topology,
                progress,
                clock);
    }

    /** Servers that end with the process leave nothing behind. */
    private static PrimaryMemory memory(Settings settings) {
        boolean passing = settings.mode().demo() && settings.mode().demoDir().isEmpty();
        return new PrimaryMemory(passing ? Optional.empty() : Optional.of(settings.stateDir()));
    }

    @Provides
    @Singleton
    static ProxyServer proxy(Settings settings, Topology topology, ManagingLogin managing) {
        return new ProxyServer(settings.proxy(), topology, managing);
    }

    @Provides
    @Singleton
    static ProxyReadiness readiness(Topology topology, ManagingLogin managing, Clock clock) {
        return new ProxyReadiness(topology, managing, clock);
    }

    @Provides
    @Singleton
    static Meters meters(Topology topology, ProxyServer proxy) {
        return new Meters(topology, proxy::stats);
    }

    @Provides
    @Singleton
    static EnvironmentWatch environment(
            ServiceSource source,
            Services services,
            Settings settings,
            ReplicationManager manager) {
        EnvironmentWatch.Follower follower =
                new EnvironmentWatch.Follower() {
                    @Override
                    public void follow(Services next) {
                        manager.follow(next);
                    }

                    @Override
                    public void tell(String event, String detail) {
                        manager.tell(event, detail);
                    }
                };
        return new EnvironmentWatch(source, services, follower, settings.sync().probeInterval());
    }

    @Provides
    static Actions actions(ReplicationManager manager) {
        return new Actions() {
            @Override
            public ActionAnswer resync(String replica, boolean overwrite) {
                return manager.resync(replica, overwrite);
            }

            @Override
            public ActionAnswer verify(Optional<String> replica) {
                return manager.verify(replica);
            }

            @Override
            public ActionAnswer rotatePassword(Optional<Secret> password) {
                return manager.rotatePassword(password);
            }

            @Override
            public Map<String, SeedProgress> verifying() {
                return manager.verifying();
            }
        };
    }

    @Provides
    @Singleton
    static Endpoints endpoints(
            Topology topology,
            ProxyServer proxy,
            ProxyReadiness readiness,
            Actions actions,
            Meters meters,
            Clock clock) {
        return new Endpoints(
                topology, proxy::stats, readiness::proxyAddress, readiness, actions, meters, clock);
    }
}
