package io.dbmanager.tests.servers;

import com.github.dockerjava.api.DockerClient;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container. It uses the host's network, so that its address is the same for this
 * program and for the other servers, which replicate from it.
 */
final class ContainerServer implements TestServer {
    private static final Duration START = Duration.ofMinutes(2);

    private final String name;
    private final ServerFlavour flavour;
    private final String image;
    private final ServerAddress address;
    private final Credentials credentials;
    private final List<String> arguments;
    private GenericContainer<?> container;

    ContainerServer(
            String name, ServerFlavour flavour, String image, int port, List<String> arguments) {
        this.name = name;
        this.flavour = flavour;
        this.image = image;
        this.address = new ServerAddress("127.0.0.1", port);
        this.credentials = Credentials.of("root", "root-" + name);
        this.arguments = List.copyOf(arguments);
        this.container = blank();
    }

    private GenericContainer<?> blank() {
        List<String> command = new ArrayList<>();
        command.add("mysqld");
        command.add("--port=" + address.port());
        command.add("--bind-address=" + address.host());
        command.add("--mysqlx=OFF");
        command.addAll(arguments);
        return new GenericContainer<>(DockerImageName.parse(image))
                .withNetworkMode("host")
                .withEnv("MYSQL_ROOT_PASSWORD", credentials.password().reveal())
                .withCommand(command.toArray(String[]::new));
    }

    ContainerServer startBlank() {
        container.start();
        awaitGreeting();
        return this;
    }

    /** While it sets itself up, the image's server does not listen on the network. */
    private void awaitGreeting() {
        if (!Greeting.await(address, START, container::isRunning)) {
            throw new IllegalStateException(name + " did not start:\n" + logTail());
        }
    }

    private static DockerClient engine() {
        return DockerClientFactory.instance().client();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public ServerFlavour flavour() {
        return flavour;
    }

    @Override
    public ServerAddress address() {
        return address;
    }

    @Override
    public Credentials credentials() {
        return credentials;
    }

    @Override
    public void kill() {
        engine().killContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void stop() {
        engine().stopContainerCmd(container.getContainerId()).withTimeout(60).exec();
    }

    @Override
    public void restart() {
        if (container.isRunning()) {
            stop();
        }
        engine().startContainerCmd(container.getContainerId()).exec();
        awaitGreeting();
    }

    @Override
    public void restartWithClock(Duration ahead) {
        Assumptions.abort("a container has its host's clock");
    }

    @Override
    public void stall() {
        engine().pauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void resume() {
        engine().unpauseContainerCmd(container.getContainerId()).exec();
    }

    @Override
    public void wipe() {
        container.stop();
        container = blank();
        startBlank();
    }

    @Override
    public String logTail() {
        String logs = container.getLogs();
        return logs.substring(Math.max(0, logs.length() - 4000));
    }

    @Override
    public void close() {
        container.stop();
    }
}
