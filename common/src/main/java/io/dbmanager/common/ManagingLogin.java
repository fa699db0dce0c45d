package io.dbmanager.common;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The account by which the servers are managed: the one that the environment gives for the primary.
 * Its password may change while everything goes on, and not on all servers at one moment: so those
 * before and after a change are known side by side, and whoever logs in tries one after the other.
 */
public final class ManagingLogin {
    private volatile List<Credentials> known;

    public ManagingLogin(Credentials first) {
        known = List.of(first);
    }

    /** The one to be tried first. */
    public Credentials current() {
        return known.getFirst();
    }

    /** All that may work, in the order in which they are to be tried. */
    public List<Credentials> all() {
        return known;
    }

    /** It may be this one soon, or may have been: it is tried after all others. */
    public synchronized void expect(Credentials other) {
        Set<Credentials> all = new LinkedHashSet<>(known);
        all.add(other);
        known = List.copyOf(all);
    }

    /** From now on this one is tried first, and those before it after it. */
    public synchronized void change(Credentials next) {
        Set<Credentials> all = new LinkedHashSet<>();
        all.add(next);
        all.addAll(known);
        known = List.copyOf(all);
    }
}
