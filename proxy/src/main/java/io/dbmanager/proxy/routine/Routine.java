package io.dbmanager.proxy.routine;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A stored function.
 *
 * @param name {@code schema.name} in lower case, one character a byte, as statements have it
 * @param quiet whether neither what it declares nor its body says that it does more than read
 * @param calls the stored or loadable functions its body calls, each with its schema
 */
record Routine(String name, boolean quiet, List<String> calls) {

    /**
     * Those that only read, whatever they call. Names that differ in nothing but case are one: all
     * of them must only read.
     */
    static Set<String> reading(List<Routine> all) {
        Set<String> reading = all.stream().map(Routine::name).collect(Collectors.toSet());
        boolean fewer = true;
        while (fewer) {
            fewer = false;
            for (Routine each : all) {
                boolean reads = each.quiet() && reading.containsAll(each.calls());
                fewer |= !reads && reading.remove(each.name());
            }
        }
        return Set.copyOf(reading);
    }
}
