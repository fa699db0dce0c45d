package io.dbmanager.app.demo;

import io.dbmanager.app.AppException;
import io.dbmanager.app.discovery.ServiceDiscovery;
import io.dbmanager.app.settings.DiscoverySettings;
import io.dbmanager.common.Credentials;
import io.dbmanager.common.ServerAddress;
import io.dbmanager.common.ServerSpec;
import io.dbmanager.common.Services;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The environment.json that a platform would have written for the demo's servers. It stays in the
 * demo's folder, so that a kept one comes up again with the same ports and passwords.
 */
final class DemoEnvironment {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final List<String> NAMES = List.of("dbwrite", "dbread1", "dbread2");

    private DemoEnvironment() {}

    static Path file(Path folder) {
        return folder.resolve("environment.json");
    }

    static Services readOrWrite(Path folder) throws AppException, IOException {
        Path file = file(folder);
        if (!Files.exists(file)) {
            write(file, invent());
        }
        Services services = read(folder);
        return portsAreFree(services) ? services : rewrite(folder, services);
    }

    private static Services read(Path folder) throws AppException {
        return ServiceDiscovery.discover(
                new DiscoverySettings(Optional.of(file(folder)), Optional.empty(), List.of()),
                Map.of(),
                folder,
                folder);
    }

    private static List<ServerSpec> invent() throws IOException {
        List<ServerSpec> specs = new ArrayList<>();
        List<Integer> ports = freePorts();
        for (int i = 0; i < NAMES.size(); i++) {
            specs.add(
                    new ServerSpec(
                            NAMES.get(i),
                            new ServerAddress("127.0.0.1", ports.get(i)),
                            Credentials.of("root", password())));
        }
        return specs;
    }

    private static Services rewrite(Path folder, Services old) throws AppException, IOException {
        List<ServerSpec> before = new ArrayList<>(List.of(old.primary()));
        before.addAll(old.replicas());
        List<Integer> ports = freePorts();
        List<ServerSpec> after = new ArrayList<>();
        for (int i = 0; i < before.size(); i++) {
            ServerSpec spec = before.get(i);
            after.add(
                    new ServerSpec(
                            spec.name(),
                            new ServerAddress("127.0.0.1", ports.get(i)),
                            spec.credentials()));
        }
        write(file(folder), after);
        return read(folder);
    }

    private static void write(Path file, List<ServerSpec> specs) throws IOException {
        ObjectNode json = JSON.createObjectNode();
        for (ServerSpec spec : specs) {
            String prefix = "DOTCLOUD_" + spec.name().toUpperCase(Locale.ROOT) + "_MYSQL_";
            json.put(prefix + "HOST", spec.address().host());
            json.put(prefix + "PORT", Integer.toString(spec.address().port()));
            json.put(prefix + "LOGIN", spec.credentials().user());
            json.put(prefix + "PASSWORD", spec.credentials().password().reveal());
        }
        if (!Files.exists(file)) {
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
        }
        Files.writeString(file, json.toPrettyString());
    }

    private static String password() {
        byte[] random = new byte[12];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().encodeToString(random);
    }

    private static boolean portsAreFree(Services services) {
        List<ServerSpec> specs = new ArrayList<>(services.replicas());
        specs.add(services.primary());
        return specs.stream().allMatch(spec -> isFree(spec.address().port()));
    }

    private static boolean isFree(int port) {
        try (ServerSocket _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private static List<Integer> freePorts() throws IOException {
        Set<Integer> ports = new LinkedHashSet<>();
        while (ports.size() < NAMES.size()) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                ports.add(socket.getLocalPort());
            }
        }
        return List.copyOf(ports);
    }
}
